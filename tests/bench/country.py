"""Fill an empty database with years of the whole country: `python -m tests.bench.country`.

Tells how long each year took, and at the end what there is and the most memory that it took.
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from kombeheer.clock import today
from kombeheer.services.demonstration.bulk import country_works
from kombeheer.services.demonstration.days import Wish
from models import schema
from models.billing import ChargeRow
from models.reports import Report
from models.stickers import Document, Movement, Sticker
from models.transaction import Database
from tests.bench.memory import peak_mebibytes

YEARS = 25


@dataclass(frozen=True, slots=True)
class Built:
    """How long it took, and how much there is of what."""

    seconds: float
    peak_mebibytes: float
    rows: dict[str, int]


def build_country(
    url: str, years: int = YEARS, scale: float = 1.0, on: date | None = None
) -> Built:
    """Migrate an empty database and fill it; a line for each year goes to stderr."""
    database, began = Database(url), time.monotonic()
    reached = None
    try:
        schema.upgrade(database)
        for year, work in country_works(Wish(scale, 1, on or today()), years):
            if year != reached:
                reached = year
                print(f"{time.monotonic() - began:7.1f} s  {year}", file=sys.stderr)
            database.write(work)
        seconds = time.monotonic() - began
        rows = {}
        with database.reading() as session:
            for model in (Report, Document, Sticker, Movement, ChargeRow):
                counted = session.execute(select(func.count()).select_from(model)).scalar_one()
                rows[model.__tablename__] = counted
    finally:
        database.dispose()
    return Built(seconds, peak_mebibytes(), rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill the database that is named, and tell it."""
    parser = ArgumentParser(prog="python -m tests.bench.country", description=__doc__)
    parser.add_argument("--database", required=True, help="the address of an empty database")
    parser.add_argument("--years", type=int, default=YEARS)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--on", type=date.fromisoformat, default=today())
    chosen = parser.parse_args(arguments)
    built = build_country(chosen.database, chosen.years, chosen.scale, chosen.on)
    told = ", ".join(f"{count} {name}" for name, count in built.rows.items())
    print(f"{built.seconds:.0f} s, at most {built.peak_mebibytes:.0f} MiB: {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
