"""A demonstration is whole, sound and repeatable, on both databases."""

from __future__ import annotations

import itertools
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, or_, select, text
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Role
from kombeheer.rules.calendar import day_of
from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.scanning import (
    VISIT_ENDINGS,
    Ending,
    Event,
    EventKind,
    Outcome,
    Source,
    Visit,
)
from kombeheer.rules.stickers import AccountKind
from kombeheer.services.accounts import login, users
from kombeheer.services.billing import checking as charges
from kombeheer.services.demonstration.building import stages
from kombeheer.services.demonstration.days import Wish, instant
from kombeheer.services.demonstration.farms import parlour_counts, plan_farms
from kombeheer.services.demonstration.fieldwork import sent_at
from kombeheer.services.demonstration.people import plan_people
from kombeheer.services.demonstration.telling import trials
from kombeheer.services.demonstration.users import DEALER, LOGINS, MECHANIC
from kombeheer.services.demonstration.visits import Stop
from kombeheer.services.scanning import receive
from kombeheer.services.stickers import balance, checking
from models import Base
from models.accounts import User
from models.cases import Case
from models.parties import Mechanic
from models.reports import Report
from models.scanning import Device, ScanConflict, ScanDecision
from models.sites import Installation, InstallationConfiguration, Site
from models.stickers import Sticker, StickerSeries
from models.transaction import Database
from tests.conftest import BACKENDS

WISH = Wish(0.006, 1, date(2026, 11, 21))
_numbers = itertools.count(1)


def build(database: Database, wish: Wish) -> None:
    shares = []
    for stage in stages(wish):
        database.write(stage.work)
        shares.append(stage.share)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def empty(backend: str, request: pytest.FixtureRequest, folder: Path) -> Database:
    """A migrated, empty database of its own; those on PostgreSQL go with the server."""
    if backend == "sqlite":
        file = folder / f"kom{next(_numbers)}.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return Database(f"sqlite:///{file}")
    server = request.getfixturevalue("postgres_server")
    name = f"demo_{os.getpid()}_{next(_numbers)}"
    server.create_database(name, template="template_kom")
    return Database(server.url(name))


@pytest.fixture(scope="module", params=BACKENDS)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A small demonstration that the tests of this file only read."""
    made = empty(str(request.param), request, tmp_path_factory.mktemp("demonstration"))
    build(made, WISH)
    yield made
    made.dispose()


@pytest.fixture
def session(built: Database) -> Iterator[Session]:
    with built.reading() as reading:
        yield reading


def rows_of(database: Database) -> dict[str, list[Any]]:
    with database.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }


def test_the_ledger_holds(session: Session) -> None:
    proof = checking.prove(session)
    assert proof.findings == []
    assert proof.movements > 400


def test_there_are_stickers_in_every_account(session: Session) -> None:
    accounts = session.execute(select(Sticker.account).distinct()).scalars()
    found = {account.partition(":")[0] for account in accounts}
    assert found == set(AccountKind) - {AccountKind.ORIGIN, AccountKind.USED}


def test_the_farms_are_in_the_proportions_of_table_3(session: Session) -> None:
    farms: Counter[str] = Counter()
    for _, parlour_type in session.execute(
        select(Site.farm_id, InstallationConfiguration.parlour_type)
        .join(Installation, Installation.site_id == Site.id)
        .join(
            InstallationConfiguration, InstallationConfiguration.installation_id == Installation.id
        )
        .where(InstallationConfiguration.until_on.is_(None), Installation.state == "checked")
        .distinct()
    ):
        farms[parlour_type] += 1
    farms.pop("pasture_wagon", None)
    assert farms == parlour_counts(WISH.scale)


def test_visits_end_in_all_three_ways(session: Session) -> None:
    assert set(session.execute(select(Report.ending)).scalars()) == set(VISIT_ENDINGS)


def test_the_series_are_three_years_and_an_old_stock(session: Session) -> None:
    codes = session.execute(select(StickerSeries.code).order_by(StickerSeries.code)).scalars()
    assert list(codes) == ["24", "25", "26", "oud"]


def test_a_closed_series_is_in_nobodys_hands(session: Session) -> None:
    closed = select(StickerSeries.id).where(StickerSeries.valid_until < WISH.on)
    in_hand = session.execute(
        select(func.count()).where(
            Sticker.series_id.in_(closed),
            Sticker.account.startswith("dealer:")
            | Sticker.account.startswith("mechanic:")
            | Sticker.account.startswith("transit:"),
        )
    )
    assert in_hand.scalar_one() == 0


def test_every_kind_of_case_is_there_waiting_opened_and_decided(session: Session) -> None:
    assert set(session.execute(select(Case.kind)).scalars()) == set(CaseKind)
    assert set(session.execute(select(Case.state)).scalars()) == set(CaseState)


def test_scans_wait_for_the_reasons_that_people_meet(session: Session) -> None:
    codes = set(session.execute(select(ScanDecision.code)).scalars())
    assert codes >= {
        None,
        "certification.module_missing",
        "scanning.unreadable",
        "stickers.already_applied",
        "stickers.check_digits_wrong",
        "stickers.not_received",
        "stickers.not_yours",
        "stickers.unknown",
    }
    states = Counter(session.execute(select(ScanDecision.state)).scalars())
    assert states["withdrawn"] >= 2
    assert states["waiting"] >= 5
    assert session.execute(select(func.count()).select_from(ScanConflict)).scalar_one() == 1


def test_nothing_is_recorded_after_the_day_and_something_on_the_working_day_before(
    built: Database,
) -> None:
    end = instant(WISH.on, 0).replace(tzinfo=None).isoformat(" ")
    with built.reading() as session:
        for table in inspect(built.reader).get_table_names():
            for column in inspect(built.reader).get_columns(table):
                if column["name"] in ("at", "created_at") or column["name"].endswith("_at"):
                    latest = session.execute(text(f"SELECT max({column['name']}) FROM {table}"))
                    found = str(latest.scalar_one() or "")
                    assert found[:19] <= end, (table, column["name"])
        recorded = session.execute(select(func.max(Report.recorded_at))).scalar_one()
        assert day_of(recorded) == WISH.last
        assert session.execute(select(func.max(Report.service_date))).scalar_one() == WISH.last


def test_everybody_on_the_list_can_log_in(session: Session) -> None:
    assert [one.role for one in LOGINS] == list(Role)
    for one in LOGINS:
        user_id = login.password_fits(session, one.email, one.password)
        assert user_id is not None
        assert session.get_one(User, user_id).role == one.role


@pytest.mark.parametrize("email", [DEALER, MECHANIC])
def test_the_dealer_and_his_mechanic_can_do_a_visit_with_the_numbers_to_try(
    built: Database, email: str
) -> None:
    now = instant(WISH.on, 10)
    with built.writer.connect() as connection, connection.begin() as undone:
        session = Session(connection, join_transaction_mode="create_savepoint")
        numbers = {one.name: one.number for one in trials(session)}
        actor = users.actor_by_email(session, email)
        device = session.execute(
            select(Device.id).where(Device.user_id == actor.user_id)
        ).scalar_one()
        visit = Visit(
            "stop",
            "0231",
            WISH.on,
            Ending.STICKER,
            previous=numbers["last_years_sticker"].digits,
        )
        event = Event(
            "try",
            device,
            1_000_000,
            now,
            Source.KEYPAD,
            EventKind.VISIT,
            numbers["next_free_sticker"].digits.encode(),
            visit,
        )
        [answer] = receive.receive_in(session, actor, device, [event], now, person_decides=False)
        assert (answer.outcome, answer.objections) == (Outcome.ACCEPTED, ())
        session.close()
        undone.rollback()


def test_there_is_a_number_of_every_kind_to_try(session: Session) -> None:
    found = {one.name: one.number.printed for one in trials(session)}
    assert set(found) == {
        "last_years_sticker",
        "next_free_sticker",
        "sticker_not_received",
        "sticker_of_another_dealer",
        "sticker_disputed",
    }
    assert found["last_years_sticker"].startswith("25-")
    assert found["next_free_sticker"].startswith("26-")


def test_the_dealer_has_work_and_stickers_for_it(session: Session) -> None:
    dealer_id = session.execute(select(User.dealer_id).where(User.email == DEALER)).scalar_one()
    mechanics = session.execute(select(Mechanic.id)).scalars().all()
    hands = [f"dealer:{dealer_id}", *(f"mechanic:{one}" for one in mechanics)]
    held = session.execute(
        select(func.count())
        .select_from(Sticker)
        .join(StickerSeries, StickerSeries.id == Sticker.series_id)
        .where(
            Sticker.dealer_id == dealer_id,
            Sticker.account.in_(hands),
            StickerSeries.code == "26",
        )
    ).scalar_one()
    assert held > 80
    newest = (
        select(Report.installation_id, func.max(Report.service_date).label("day"))
        .where(Report.dealer_id == dealer_id, Report.state != "withdrawn")
        .group_by(Report.installation_id)
        .subquery()
    )
    due_since = WISH.on - timedelta(days=380)
    due = session.execute(
        select(func.count()).where(newest.c.day > due_since, newest.c.day < date(2026, 1, 1))
    ).scalar_one()
    assert due >= 10


def test_the_accounts_of_the_dealers_balance(session: Session) -> None:
    for found in balance.balances(session):
        assert found.count(balance.Post.CLOSING) == found.expected_closing


def test_one_seed_gives_equal_rows_and_another_gives_others(
    built: Database, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    backend, rows = built.writer.dialect.name, rows_of(built)
    for seed in (WISH.seed, WISH.seed + 1):
        database = empty(backend, request, tmp_path)
        try:
            build(database, replace(WISH, seed=seed))
            found = rows_of(database)
        finally:
            database.dispose()
        if seed == WISH.seed:
            for table in rows:
                assert found[table] == rows[table], table
        else:
            for table in ("farm", "report", "scan_event", "movement"):
                assert set(rows[table]).isdisjoint(found[table]), table


class WithPast(Wish):
    """A small demonstration that has what only a large one has."""

    @property
    def has_past(self) -> bool:
        return True


def test_the_years_2001_and_2002_come_before_the_two_of_now(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database, again = (empty(backend, request, tmp_path) for _ in range(2))
    build(database, WithPast(WISH.scale, 1, WISH.on))
    with database.reading() as session:
        assert checking.check(session) == []
        assert charges.check(session) == []
        years = Counter(day.year for day in session.scalars(select(Report.service_date)))
        assert set(years) == {2001, 2002, 2024, 2025, 2026}
        for year in (2001, 2002):
            assert milking(session, date(year, 12, 31)) == parlour_counts(
                WISH.scale, of_2001=year == 2001
            )
        farms = session.scalars(select(Site.farm_id).distinct()).all()
        assert len(farms) > sum(parlour_counts(WISH.scale).values()) * 0.97
        assert len(trials(session)) == 5
        scanned = select(Report.service_date).join(
            ScanDecision, ScanDecision.report_id == Report.id
        )
        assert min(session.scalars(scanned)) > date(2024, 1, 1)
    build(again, WithPast(WISH.scale, 1, WISH.on))
    assert rows_of(again) == rows_of(database)
    for one in (database, again):
        one.dispose()


def test_what_is_older_is_sent_on_friday_and_at_full_size_once_a_month() -> None:
    dealers, mechanics = plan_people(WISH)
    farm = plan_farms(WISH, dealers)[0]
    stop = Stop(date(2026, 3, 10), farm, farm.sites[0], dealers[0], mechanics[0], ())
    assert day_of(sent_at(WISH, stop)) == date(2026, 3, 13)
    large = WithPast(WISH.scale, 1, WISH.on)
    assert day_of(sent_at(large, stop)) == date(2026, 3, 31)
    late = replace(stop, day=date(2026, 12, 1) - timedelta(days=20))
    assert day_of(sent_at(large, late)) == date(2026, 11, 11)
    december = replace(stop, day=date(2025, 12, 2))
    assert day_of(sent_at(large, december)) == date(2025, 12, 22)


def milking(session: Session, day: date) -> dict[str, int]:
    """How many installations of each parlour type were in use on a day."""
    there = InstallationConfiguration
    found = session.execute(
        select(there.parlour_type, func.count())
        .join(Installation, Installation.id == there.installation_id)
        .where(
            or_(Installation.ceased_on.is_(None), Installation.ceased_on > day),
            there.from_on <= day,
            or_(there.until_on.is_(None), there.until_on >= day),
        )
        .group_by(there.parlour_type)
    )
    return {row[0]: row[1] for row in found}


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        (date(2027, 1, 1), ["25", "26", "27", "oud"]),
        (date(2027, 1, 4), ["25", "26", "27", "oud"]),
        (date(2028, 2, 29), ["26", "27", "28", "oud"]),
        (date(2026, 12, 1), ["24", "25", "26", "27", "oud"]),
        (date(2026, 12, 31), ["24", "25", "26", "27", "oud"]),
    ],
)
def test_it_is_whole_on_every_day_of_the_year(
    on: date, codes: list[str], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database = empty("sqlite", request, tmp_path)
    try:
        build(database, Wish(0.001, on.day, on))
        with database.reading() as session:
            assert checking.check(session) == []
            accounts = session.execute(select(Sticker.account).distinct()).scalars()
            found = {account.partition(":")[0] for account in accounts}
            assert found == set(AccountKind) - {AccountKind.ORIGIN, AccountKind.USED}
            assert len(trials(session)) == 5
            order = select(StickerSeries.code).order_by(StickerSeries.code)
            assert list(session.execute(order).scalars()) == codes
    finally:
        database.dispose()
