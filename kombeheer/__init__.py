"""The back office of Stichting KOM. Imports nothing, so that a rule loads alone."""

__version__ = "0.1.0"
