"""Drills: what must survive two hands at once and a kill. `make drill`, or `python -m tests.drills`.

A drill that has never been seen to fail proves nothing, so each has its control: the same drill with
a guard taken out (`controls`), which must show the harm.
"""
