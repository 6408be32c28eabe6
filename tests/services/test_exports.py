"""What is exported reads back unchanged: the same register, and one made of nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from kombeheer.importing import take_over, try_file
from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.calendar import day_of
from kombeheer.services import exports
from kombeheer.services.imports.kinds import KINDS
from kombeheer.services.imports.telling import Tally
from kombeheer.services.stickers import checking
from kombeheer.tables import sheets
from models.parties import Dealer, Employment, Farm, Mechanic
from models.reports import ReportDetail
from models.sites import Site
from models.transaction import Database
from tests import demonstration
from tests.conftest import BACKENDS
from tests.factories import NOW, TODAY, Foundation
from tests.queries import asked
from tests.services.imports.taking import source_of

DAY = day_of(demonstration.MOMENT)


@pytest.fixture(scope="module", params=BACKENDS)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A demonstration that the tests of this file only read."""
    folder = tmp_path_factory.mktemp("exports")
    with demonstration.built(request.param, request, folder) as database:
        yield database


def write(database: Database, kind: str, path: Path) -> Path:
    """All of a kind in a file, by its ending."""
    with database.reading() as session:
        sheet = exports.every(session, MACHINE, DAY, kind)
        if path.suffix == ".xlsx":
            sheets.write_xlsx(sheet, path)
        else:
            path.write_bytes(b"".join(sheets.csv_pieces(sheet)))
    return path


def lines(database: Database, kind: str, actor: Actor = MACHINE) -> list[str]:
    with database.reading() as session:
        sheet = exports.every(session, actor, DAY, kind)
        return sorted(b"".join(sheets.csv_pieces(sheet)).decode("utf-8-sig").splitlines())


def tried(database: Database, now: datetime, kind: str, path: Path) -> Tally:
    """What the import finds in a file."""
    tallies: list[Tally] = []
    try_file(
        database,
        MACHINE,
        now,
        source_of(kind, path.read_bytes()),
        lambda *of: tallies.append(of[0]),
    )
    return tallies[-1]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_exported_changes_nothing(
    built: Database, kind: str, ending: str, tmp_path: Path
) -> None:
    path = write(built, kind, tmp_path / f"{kind}.{ending}")
    tally = tried(built, demonstration.MOMENT, kind, path)
    assert (tally.new, tally.changed, tally.errors) == (0, 0, 0), tally
    assert tally.same > 0


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_empty_register_becomes_the_same(
    built: Database, ending: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    backend = "sqlite" if built.is_sqlite else "postgresql"
    with demonstration.empty(backend, request, tmp_path) as other:
        for kind in KINDS:
            path = write(built, kind, tmp_path / f"{kind}.{ending}")
            take_over(
                other,
                MACHINE,
                demonstration.MOMENT,
                source_of(kind, path.read_bytes()),
                lambda *_: None,
            )
            assert lines(other, kind) == lines(built, kind)
        for kind in KINDS:  # also once the reports stand beside the numbers
            assert lines(other, kind) == lines(built, kind)
        with other.reading() as session:
            assert checking.prove(session).findings == []


def test_as_many_queries_for_many_as_for_few(built: Database) -> None:
    for kind in set(KINDS) - {"stickers"}:
        with built.reading() as session:
            ids = list(session.execute(exports.EVERY[kind]).scalars())
            counts = []
            for some in (ids[:1], ids[:100]):
                with asked(session) as statements:
                    rows = exports.of_subjects(session, MACHINE, DAY, kind, [some]).rows
                    assert len(list(rows)) >= len(some)
                counts.append(len(statements))
        assert counts[0] == counts[1], kind


# What people type and a spreadsheet takes for something else, as the forms store it.
SIGNS = "=+-@＝'\";,\t\n <>&éß€漢_x0041_|0123abcABC"
ODD = st.sampled_from(["=1+1", "+31 6", "-1", "@SUM(A1)", "'=1", "''t", '"', "_x0041_", "x005F_"])
NAMES = (st.text(SIGNS.replace("\t", "").replace("\n", ""), max_size=40) | ODD).map(str.strip)
REMARKS = (st.text(SIGNS, max_size=40) | ODD).map(str.strip)


@pytest.fixture(scope="module", params=BACKENDS)
def few(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Foundation]:
    """One report with what it is about, whose texts each example writes anew."""
    folder = tmp_path_factory.mktemp("few")
    with demonstration.empty(request.param, request, folder) as database:
        foundation = Foundation(database)
        dealer = foundation.dealer()
        mechanic = foundation.mechanic(dealer)
        installation = foundation.installation(dealer=dealer)
        foundation.report(installation, mechanic, dealer, lateness_cause="other")
        yield foundation


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@given(name=NAMES.filter(bool), place=NAMES.filter(bool), remark=REMARKS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back(
    few: Foundation, tmp_path: Path, ending: str, name: str, place: str, remark: str
) -> None:
    with few.database.transaction() as session:
        for model in (Dealer, Mechanic, Farm):
            session.execute(update(model).values(name=name))
        session.execute(update(Dealer).values(place=place))
        session.execute(update(Site).values(place=place))
        session.execute(update(ReportDetail).values(remark=remark, advice=remark))
    for kind in ("dealers", "mechanics", "farms", "sites", "reports"):
        path = write(few.database, kind, tmp_path / f"{kind}.{ending}")
        tally = tried(few.database, NOW, kind, path)
        assert (tally.new, tally.changed, tally.errors, tally.same) == (0, 0, 0, 1), tally


def test_a_dealer_sees_no_other_dealer(foundation: Foundation) -> None:
    own, other = foundation.dealer("Eigen"), foundation.dealer("Ander")
    mechanic = foundation.mechanic(own, "Van twee")
    with foundation.database.transaction() as session:
        session.execute(update(Employment).values(from_on=TODAY))
        session.add(
            Employment(
                mechanic_id=mechanic.id,
                dealer_id=other.id,
                from_on=TODAY - timedelta(days=90),
                until_on=TODAY - timedelta(days=1),
            )
        )
    farm, _ = foundation.farm()
    foundation.customer(own, farm)
    foundation.customer(other, farm)
    series = foundation.series()
    foundation.stickers(series, own)
    actor = foundation.user(Role.DEALER, dealer=own)
    for kind, count in (("mechanics", 2), ("farms", 1), ("stickers", 1)):
        with foundation.database.reading() as session:
            told = exports.every(session, actor, TODAY, kind)
            at = [column.title for column in told.columns].index(
                "dealers" if kind == "farms" else "dealer"
            )
            rows = list(told.rows)
            every = list(exports.every(session, MACHINE, TODAY, kind).rows)
        assert len(every) == count
        assert {row[at] for row in rows} <= {own.number, None}
    stranger = foundation.user(Role.DEALER, dealer=other)
    with foundation.database.reading() as session:
        assert list(exports.every(session, stranger, TODAY, "stickers").rows) == []
