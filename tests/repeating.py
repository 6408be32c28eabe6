"""Tell of a failed run what is needed to see it again: the seed, the commit and the command."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def commit(root: Path = ROOT) -> str:
    """Return the commit of a checkout, with a plus when its files differ from it."""
    above = {**os.environ, "GIT_CEILING_DIRECTORIES": str(root.parent)}  # another's is not ours
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"],
            capture_output=True,
            text=True,
            check=False,
            cwd=root,
            env=above,
        )
    except OSError:  # there is no git
        return "no commit known"
    return f"commit {told.stdout.strip()}" if told.stdout.strip() else "no commit known"


def how_to_repeat(seed: int, module: str, arguments: Sequence[str]) -> str:
    """Return the seed, the commit, and the command that runs the same again."""
    command = shlex.join([".venv/bin/python", "-m", module, *arguments])
    return f"seed {seed}, {commit()}; again with: {command}"
