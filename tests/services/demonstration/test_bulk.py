"""A small country with its years, on both databases: sound, repeatable, and as it was counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kombeheer.services.billing import checking as charges
from kombeheer.services.demonstration.bulk import country_works
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.farms import parlour_counts
from kombeheer.services.stickers import checking
from models.base import Base
from models.billing import ChargeRow
from models.reports import Report, ReportDetail
from models.scanning import ScanEvent
from models.stickers import ChainHead, Sticker, StickerSeries
from models.transaction import Database
from tests.conftest import BACKENDS
from tests.services.demonstration.test_building import empty, milking, rows_of

WISH = Wish(0.02, 1, date(2003, 3, 5))


def build(database: Database, wish: Wish = WISH, years: int = 2) -> None:
    for _, work in country_works(wish, years):
        database.write(work)


@pytest.fixture(scope="module", params=BACKENDS)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    made = empty(str(request.param), request, tmp_path_factory.mktemp("country"))
    build(made)
    yield made
    made.dispose()


@pytest.fixture
def session(built: Database) -> Iterator[Session]:
    with built.reading() as reading:
        yield reading


@pytest.mark.parametrize("year", [2001, 2002])
def test_at_the_end_of_both_years_it_is_table_3(session: Session, year: int) -> None:
    found = milking(session, date(year, 12, 31))
    assert found == parlour_counts(WISH.scale, of_2001=year == 2001)


def test_the_ledger_and_the_charges_hold(session: Session) -> None:
    assert checking.prove(session).findings == []
    assert charges.prove(session).findings == []


def test_every_report_is_complete_and_none_was_scanned(session: Session) -> None:
    assert set(session.scalars(select(Report.state).distinct())) == {"complete"}
    assert session.scalars(select(ScanEvent)).all() == []
    assert session.scalars(select(func.count()).select_from(ReportDetail)).one() > 300


def test_r47_the_fees_of_2002_and_nothing_before(session: Session) -> None:
    prices = session.execute(
        select(ChargeRow.item, func.min(ChargeRow.unit_cents), func.max(ChargeRow.unit_cents))
        .group_by(ChargeRow.item)
        .order_by(ChargeRow.item)
    )
    assert [tuple(row) for row in prices] == [
        ("base", 1000, 1000),
        ("jar", 20, 20),
        ("meter", 65, 65),
        ("surcharge", 20, 45),
    ]
    assert session.scalars(select(func.min(ChargeRow.service_date))).one() >= date(2002, 1, 1)


def test_the_numbers_of_2002_were_used_lost_returned_and_destroyed(session: Session) -> None:
    kinds = select(func.substr(Sticker.account, 1, 4)).join(
        StickerSeries, StickerSeries.id == Sticker.series_id
    )
    gone = set(session.scalars(kinds.where(StickerSeries.code == "02").distinct()))
    assert gone == {"appl", "spoi", "lost", "stol", "retu", "dest"}
    sent = set(session.scalars(kinds.where(StickerSeries.code == "03").distinct()))
    assert sent == {"stoc", "deal", "mech"}
    codes = session.scalars(select(StickerSeries.code).order_by(StickerSeries.code))
    assert list(codes) == ["02", "03"]


def test_the_same_seed_gives_the_same_rows_and_another_does_not(
    built: Database,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    again, other = (empty("sqlite", request, tmp_path) for _ in range(2))
    build(again)
    build(other, Wish(WISH.scale, 2, WISH.on))
    assert rows_of(again) == rows_of(built)
    assert rows_of(other) != rows_of(built)
    for database in (again, other):
        database.dispose()


@pytest.mark.parametrize(
    ("model", "value", "code"),
    [
        pytest.param(Sticker, {"dealer_id": 2}, "stickers.check_sticker", id="a sticker"),
        pytest.param(Report, {"unit_count": 199}, "billing.check_differs", id="a report"),
        pytest.param(ChainHead, {"hash": "0" * 64}, "stickers.check_head_hash", id="the head"),
    ],
)
def test_a_row_that_was_tampered_with_is_found(
    model: type[Base],
    value: dict[str, Any],
    code: str,
    backend: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    database = empty(backend, request, tmp_path)
    build(database, Wish(0.001, 1, WISH.on))
    stuck = select(Report).where(Report.serial.is_not(None)).order_by(Report.id).limit(1)
    with database.transaction() as session:
        report = session.scalars(stuck).one()
        known: dict[type[Base], Any] = {
            Sticker: (Sticker.series_id == report.series_id) & (Sticker.serial == report.serial),
            Report: Report.id == report.id,
            ChainHead: ChainHead.id == 1,
        }
        changed = value if value != {"dealer_id": report.dealer_id} else {"dealer_id": 3}
        session.execute(update(model).where(known[model]).values(changed))
    with database.reading() as session:
        found = [*checking.check(session), *charges.check(session)]
    database.dispose()
    assert code in {one.code for one in found}
