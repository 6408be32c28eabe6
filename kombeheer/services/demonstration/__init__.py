"""A demonstration foundation, repeatable from a seed: `pieces` builds it, `telling` says what to try."""
