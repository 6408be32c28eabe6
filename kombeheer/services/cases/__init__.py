"""Cases: what needs a person, what the system knows of it, and what is decided, with a reason."""
