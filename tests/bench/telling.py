"""Tell figures as a table, mark those that fall short, and write them into docs/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from kombeheer.clock import today

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"
SHORT = "**falls short**"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Args:
        at_least, at_most: what is asked of the ratio ours / theirs; neither for a line that only
            informs.
    """

    text: str
    ours: float | None
    theirs: float | None
    ratio: float | None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        """Tell whether what is asked was measured, and met."""
        if self.at_least is None and self.at_most is None:
            return True
        if self.ratio is None:
            return False
        enough = self.at_least is None or self.ratio >= self.at_least
        return enough and (self.at_most is None or self.ratio <= self.at_most)

    def cells(self) -> list[str]:
        """Return what stands in the columns."""
        asked = ""
        if self.at_least is not None:
            asked = f"≥ {self.at_least:g}"
        if self.at_most is not None:
            asked = f"≤ {self.at_most:g}"
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        met = "yes" if self.holds else SHORT
        return [self.text, _told(self.ours), _told(self.theirs), ratio, asked, met if asked else ""]


def within(text: str, value: float, most: float, unit: str) -> Figure:
    """Return the line of a figure that is asked by itself, beside what is asked of it."""
    return Figure(f"{text}, {unit} (beside: what is asked)", value, most, value / most, at_most=1)


def _told(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


COLUMNS = ["", "kombeheer", "floor", "ratio", "asked", "holds"]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table in Markdown, its columns aligned for a terminal too."""
    rows = [COLUMNS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [
        "| "
        + " | ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in rows
    ]
    rule = [
        "-" * width if column == 0 else "-" * (width - 1) + ":"
        for column, width in enumerate(widths)
    ]
    return "\n".join([lines[0], "| " + " | ".join(rule) + " |", *lines[1:]])


def circumstances(postgresql: str, rounds: int, sqlite_rounds: int) -> str:
    """Return on what the figures were measured, as one paragraph."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("flask", "sqlalchemy", "granian", "waitress")
    )
    return (
        f"Measured on {today().isoformat()}: {_processor()}, {os.cpu_count()} processors shared by"
        f" client, server and database; Python {platform.python_version()}, {packages},"
        f" {postgresql}; {rounds} rounds on PostgreSQL and of uploads,"
        f" {sqlite_rounds} of scans on SQLite."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def write_down(told: str) -> bool:
    """Put the text between the markers of docs/performance.md; tell whether they were found."""
    if not DOCUMENT.exists():
        return False
    before, begun, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        return False
    DOCUMENT.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}", encoding="utf-8")
    return True
