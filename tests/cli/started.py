"""A command that serves, started as people start it, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kombeheer.config import ROOT

SECRET = "a secret key for the tests, of enough signs"
SECONDS_TO_ANSWER = 60


@contextmanager
def served(
    *command: str, database_url: str
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Start `command --port 0 --json`; yield its process and what it told. All of it ends here."""
    environment = {name: value for name, value in os.environ.items() if "KOMBEHEER" not in name}
    environment |= {"KOMBEHEER_DATABASE_URL": database_url, "KOMBEHEER_SECRET_KEY": SECRET}
    with subprocess.Popen(
        [sys.executable, "-m", "kombeheer", *command, "--port", "0", "--json"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            # Its workers too: one that is still starting does not hear its master.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def status(address: str) -> int:
    """The status of an address that may still be starting: its port is taken before it listens."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  our own address
                return int(answer.status)
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")
