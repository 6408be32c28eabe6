"""Billing over HTTP: tariffs, and the statements of dealers."""
