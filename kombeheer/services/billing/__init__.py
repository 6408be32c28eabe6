"""Tariffs, charges and statements."""
