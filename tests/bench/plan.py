"""How much of everything is measured: as usual, or quickly, only to try the bench itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.migrations import foundation_0004
from tests.migrations.loading import Size

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What all parts of the bench are told.

    Args:
        folder: of files that go at the end.
        say: tells a person how far it is.
        scans: requests a round on PostgreSQL, by clients at a time.
        sqlite_scans: requests a round on SQLite, by 16 clients.
        history_uploads: of 500 scans each, before anything is measured.
        reports: in the statement that is measured; some tenth of them stands beside it.
        foundation: of an earlier revision, which is upgraded.
        years, scale: of the country in which scans are measured, and of the demonstration.
        small_scale: of the demonstration that stands beside it.
        page_addresses: of each kind of page, as each person comes to it.
        page_rounds, page_requests: of each kind of page, and how many in one round.
    """

    folder: Path
    say: Say
    rounds: int = 7
    sqlite_rounds: int = 3
    server: str = "granian"
    processes: int = 2
    scans: Mapping[int, int] = field(default_factory=lambda: {1: 400, 4: 800, 16: 1_600})
    sqlite_scans: int = 5_000
    history_uploads: int = 20
    reports: int = 30_000
    foundation: Size = foundation_0004.COUNTRY
    years: int = 25
    scale: float = 1.0
    small_scale: float = 0.02
    page_addresses: int = 12
    page_rounds: int = 3
    page_requests: int = 20


def quick(folder: Path, say: Say, server: str) -> Plan:
    """Return the least that still goes through everything; its figures mean nothing."""
    return Plan(
        folder,
        say,
        rounds=1,
        sqlite_rounds=1,
        server=server,
        scans={1: 20, 4: 40},
        sqlite_scans=60,
        history_uploads=1,
        reports=3_000,
        foundation=Size(range(2018, 2024), dealers=10, farms=400, numbers=600, services=420),
        years=2,
        scale=0.01,
        small_scale=0.005,
        page_addresses=2,
        page_rounds=1,
        page_requests=2,
    )
