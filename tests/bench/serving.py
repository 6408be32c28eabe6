"""Serve an application in processes of its own, and read what they have cost the processor."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests import postgres

SECONDS_TO_START = 30
SECONDS_TO_STOP = 15
THREADS = 16
_PROCESSES = Path("/proc")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def _command(server: str, factory: str, port: int, processes: int) -> list[str]:
    if server == "granian":
        options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
        options += ["--workers", str(processes), "--log-level", "warning"]
        options += ["--blocking-threads", str(THREADS // processes), "--factory", factory]
        return [sys.executable, "-m", "granian", *options]
    assert processes == 1, "waitress serves from one process"
    listen = [f"--listen=127.0.0.1:{port}", f"--threads={THREADS}", "--call", factory]
    return [sys.executable, "-m", "waitress", *listen]


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def served(
    server: str,
    factory: str,
    environment: Mapping[str, str],
    log: Path,
    processes: int = 1,
) -> Iterator[tuple[int, int]]:
    """Serve `module:factory` on a free port of this machine; yield (port, process id).

    Sixteen threads in all, over `processes` processes. The server ends with the block.
    """
    port = _free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KOMBEHEER_")}
    with log.open("wb") as written:
        process = subprocess.Popen(
            _command(server, factory, port, processes),
            env={**clean, **environment},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            cwd=Path(__file__).resolve().parents[2],
        )
    try:
        _wait_until_up(process, port, log)
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_up(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start:\n{log.read_text(errors='replace')[-4000:]}")


def postmaster(server: postgres.Server) -> int:
    """Return the root of a PostgreSQL's processes."""
    return int((server.folder / "data" / "postmaster.pid").read_text().split()[0])


def processor_seconds(roots: Sequence[int]) -> float | None:
    """Return what these processes and all below them have used, ended ones included.

    None on a system that does not tell (no /proc).
    """
    if not (_PROCESSES / "self" / "stat").exists():
        return None
    ticks: dict[int, int] = {}
    below: dict[int, list[int]] = {}
    for entry in _PROCESSES.iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        ticks[int(entry.name)] = sum(int(field) for field in fields[11:15])
        below.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting, seen = list(roots), set[int]()
    while waiting:
        process = waiting.pop()
        if process not in seen:
            seen.add(process)
            waiting += below.get(process, [])
    return sum(ticks.get(process, 0) for process in seen) / _TICKS_PER_SECOND
