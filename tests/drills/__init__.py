"""Drills: what must survive two hands at once, and a kill: `make drill`, `python -m tests.drills`.

A drill that was never seen to fail proves nothing, so each has its controls: the same drill with a
guard taken out (`controls`), which must show the harm.
"""
