"""A demonstration foundation, repeatable from a seed: `building` makes it, `telling` shows it."""
