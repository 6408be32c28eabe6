"""Measurements of kombeheer beside the bare floor: `make bench`, or `python -m tests.bench`."""
