"""Accounts over HTTP: log in and out, one's own access, and the users of the foundation."""
