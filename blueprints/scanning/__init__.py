"""Scanning over HTTP: the visit page (`routes`) and the same for programs (`api`)."""
