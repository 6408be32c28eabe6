"""The terminal: `main` is the command with everything below it, a module per area."""
