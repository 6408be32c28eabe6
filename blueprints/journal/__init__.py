"""The journal over HTTP: who did what, for the office."""
