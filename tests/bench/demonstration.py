"""`demo`: how long it takes to build a country, and how much memory; it is then read (pages)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measuring import SECRET
from tests.bench.memory import peak_mebibytes
from tests.bench.telling import Figure, within

SECONDS_MAX, MEBIBYTES_MAX = 180.0, 1024.0
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a command took; the memory is that of its own process, at its most."""

    seconds: float
    peak_mebibytes: float


def build(url: str, scale: float, log: Path) -> Taken:
    """Build a demonstration in an empty database, by the command of the terminal."""
    command = [sys.executable, "-m", "kombeheer", "demo", f"--scale={scale}", "--no-serve"]
    settings = {"KOMBEHEER_DATABASE_URL": url, "KOMBEHEER_SECRET_KEY": SECRET}
    begun = time.perf_counter()
    with log.open("wb") as written:
        process = subprocess.Popen(
            command,
            env={**os.environ, **settings},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, peak_mebibytes(process.pid))
            time.sleep(0.2)
    if process.returncode != 0:
        raise RuntimeError(f"`demo` failed:\n{log.read_text(errors='replace')[-4000:]}")
    return Taken(time.perf_counter() - begun, peak)


def figures(name: str, scale: float, taken: Taken) -> list[Figure]:
    """Return the lines of what one demonstration took."""
    command = f"{name}: `demo --scale {scale:g} --no-serve`"
    return [
        within(command, taken.seconds, SECONDS_MAX, "s"),
        within(f"{command}, at its most", taken.peak_mebibytes, MEBIBYTES_MAX, "MiB"),
    ]
