"""Imports: files of an old administration, tried and then taken over."""
