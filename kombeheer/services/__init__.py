"""Use cases: load, ask the rules, store, journal. Never commits, never reads the clock."""
