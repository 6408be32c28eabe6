"""The memory of a process at its most. `getrusage` would also count who started it."""

from __future__ import annotations

import re
from pathlib import Path


def peak_mebibytes(process: int | str = "self") -> float:
    """Return how much memory a process has had so far at its most; 0 when it is over."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0
