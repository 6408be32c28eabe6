"""Scans: store first, judge in memory, write set-wise. `receive` is the one way in."""
