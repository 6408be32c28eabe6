"""Fill both databases alike: 100 dealers and 200,000 stickers that they hold.

kombeheer's stickers come there as in life, by movements through the ledger, beside whatever else
the database holds already. The first ten dealers are large: 500 installations each, so that an
upload of 500 scans goes to 500 installations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from kombeheer.clock import now_utc, today
from kombeheer.rules.accounts import MACHINE, Role, UserState
from kombeheer.rules.calendar import microseconds
from kombeheer.rules.certification import Module
from kombeheer.rules.numbers import SeriesFormat
from kombeheer.rules.stickers import LEGAL_MOVES, Account, MoveKind, Movement
from kombeheer.services.accounts import login, tokens
from kombeheer.services.scanning import devices
from kombeheer.services.stickers import ledger
from models import schema
from models.accounts import User
from models.base import new_public_id
from models.certification import Certificate, CertificateModule
from models.parties import Customer, Dealer, Employment, Farm, Mechanic
from models.sites import Installation, InstallationConfiguration, Site
from models.stickers import Sticker, StickerSeries
from models.transaction import Database
from tests.bench import floor

DEALERS = 100
LARGE_DEALERS = 10
STICKERS_PER_DEALER = 2_000
MECHANICS_PER_DEALER = 4
INSTALLATIONS, INSTALLATIONS_OF_LARGE = 50, 500
FLOOR_ACCOUNTS = 1_000
FLOOR_CERTIFICATES_PER_MECHANIC = 5


@dataclass(frozen=True, slots=True)
class SeededDealer:
    """What a client of one dealer knows: its key, its device, and what it may name in a scan."""

    token: str
    device: str
    first_serial: int
    mechanics: list[str]
    installations: list[str]


def installations_of(position: int) -> int:
    """Return how many installations the dealer at this position serves."""
    return INSTALLATIONS_OF_LARGE if position < LARGE_DEALERS else INSTALLATIONS


def series_code() -> str:
    """Return the code of this year's series."""
    return f"{today().year % 100:02d}"


def _insert(session: Session, model: Any, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Store rows and return their ids in the same order; nobody else writes meanwhile."""
    before = session.execute(select(func.max(model.id))).scalar_one() or 0
    session.execute(insert(model.core()), rows)
    added = select(model.id).where(model.id > before).order_by(model.id)
    return list(session.execute(added).scalars())


def _parties(session: Session) -> tuple[list[int], list[list[str]]]:
    """Make dealers with their mechanics; return dealer ids and the mechanics' numbers of each."""
    now = now_utc()
    named = [
        {
            "public_id": new_public_id(),
            "number": f"9{n:04d}",  # of five digits: such numbers nobody else gives
            "name": f"Dealer {n}",
            "place": "Oudega",
        }
        for n in range(1, DEALERS + 1)
    ]
    dealer_ids = _insert(session, Dealer, [{**row, "created_at": now} for row in named])
    numbers = [f"9{n:04d}" for n in range(1, DEALERS * MECHANICS_PER_DEALER + 1)]
    mechanics = [
        {"public_id": new_public_id(), "number": number, "name": f"Monteur {number}"}
        for number in numbers
    ]
    mechanic_ids = _insert(session, Mechanic, [{**row, "created_at": now} for row in mechanics])
    since = today() - timedelta(days=3000)
    employments, certificates = [], []
    for position, mechanic_id in enumerate(mechanic_ids):
        employer = dealer_ids[position // MECHANICS_PER_DEALER]
        employments.append({"mechanic_id": mechanic_id, "dealer_id": employer, "from_on": since})
        for term in range(2):
            first = today() - timedelta(days=1500 - term * 1100)
            certificates.append(
                {
                    "mechanic_id": mechanic_id,
                    "number": f"{numbers[position]}-{term}",
                    "valid_from": first,
                    "valid_until": first + timedelta(days=1099),
                    "created_at": now,
                }
            )
    session.execute(insert(Employment.core()), employments)
    modules = [
        {"certificate_id": certificate_id, "module": Module.AMS}
        for certificate_id in _insert(session, Certificate, certificates)
    ]
    session.execute(insert(CertificateModule.core()), modules)
    of_each = [
        numbers[start : start + MECHANICS_PER_DEALER]
        for start in range(0, len(numbers), MECHANICS_PER_DEALER)
    ]
    return dealer_ids, of_each


def _installations(session: Session, dealer_ids: list[int]) -> list[list[str]]:
    """Make farms with one installation each, customers of one dealer; return the public ids."""
    now = now_utc()
    served_by = [
        dealer_id
        for position, dealer_id in enumerate(dealer_ids)
        for _ in range(installations_of(position))
    ]
    dated = [{"public_id": new_public_id(), "created_at": now} for _ in served_by]
    farm_ids = _insert(
        session, Farm, [{**row, "name": f"Hoeve {n}"} for n, row in enumerate(dated)]
    )
    sites = [
        {**row, "public_id": new_public_id(), "farm_id": farm_id, "place": "Oudega"}
        for row, farm_id in zip(dated, farm_ids, strict=True)
    ]
    installations = [
        {"public_id": new_public_id(), "site_id": site_id, "state": "checked", "created_at": now}
        for site_id in _insert(session, Site, sites)
    ]
    configurations = [
        {
            "installation_id": installation_id,
            "from_on": date(2010, 1, 1),
            "parlour_type": "robot" if installation_id % 8 == 0 else "herringbone",
            "species": "cows",
            "unit_count": 24,
        }
        for installation_id in _insert(session, Installation, installations)
    ]
    session.execute(insert(InstallationConfiguration.core()), configurations)
    customers = [
        {"dealer_id": dealer_id, "farm_id": farm_id, "from_on": date(2010, 1, 1)}
        for dealer_id, farm_id in zip(served_by, farm_ids, strict=True)
    ]
    session.execute(insert(Customer.core()), customers)
    ids = [str(row["public_id"]) for row in installations]
    of_each, start = [], 0
    for position in range(DEALERS):
        of_each.append(ids[start : start + installations_of(position)])
        start += installations_of(position)
    return of_each


def _move(session: Session, kind: MoveKind, series_id: int, moves: list[Any]) -> None:
    """Post (first, last, source, target, dealer id) of one kind on one document."""
    on, now = date(today().year, 1, 1), now_utc()
    document = LEGAL_MOVES[kind].document
    made = ledger.new_document(session, None, now, document, "bench", on)
    movements = [
        Movement(
            kind,
            series_id,
            first,
            last,
            Account.parse(source),
            Account.parse(target),
            dealer_id,
            on.isoformat(),
            microseconds(now),
            None,
            made.id,
        )
        for first, last, source, target, dealer_id in moves
    ]
    ledger.post(session, movements, document)


def _series_of_this_year(session: Session) -> tuple[int, int]:
    """Return this year's series, which may be there, and its last number so far."""
    year, series = today().year, SeriesFormat(series_code())
    found = session.execute(
        select(StickerSeries.id).where(StickerSeries.code == series.code)
    ).scalar_one_or_none()
    if found is not None:
        last = select(func.max(Sticker.serial)).where(Sticker.series_id == found)
        return found, session.execute(last).scalar_one() or 0
    row = StickerSeries(
        code=series.code,
        width=series.width,
        has_check_digits=True,
        shape=series.shape,
        valid_from=date(year, 1, 1),
        valid_until=date(year, 12, 31),
    )
    session.add(row)
    session.flush()
    return row.id, 0


def _stickers(database: Database, dealer_ids: list[int]) -> int:
    """Order numbers for all and issue an equal range to every dealer, who confirms it.

    Returns the number before the first of these.
    """
    with database.transaction() as session:
        series_id, before = _series_of_this_year(session)
        last = before + DEALERS * STICKERS_PER_DEALER
        whole = (before + 1, last)
        _move(session, MoveKind.ORDER, series_id, [(*whole, "origin", "printer", None)])
        _move(session, MoveKind.DELIVER, series_id, [(*whole, "printer", "stock", None)])
    ranges = [
        (
            before + 1 + position * STICKERS_PER_DEALER,
            before + (position + 1) * STICKERS_PER_DEALER,
            dealer_id,
        )
        for position, dealer_id in enumerate(dealer_ids)
    ]
    issued = [(one, end, "stock", f"transit:{id_}", id_) for one, end, id_ in ranges]
    confirmed = [(one, end, f"transit:{id_}", f"dealer:{id_}", id_) for one, end, id_ in ranges]
    with database.transaction() as session:
        _move(session, MoveKind.ISSUE, series_id, issued)
        _move(session, MoveKind.CONFIRM, series_id, confirmed)
    return before


def _client(session: Session, position: int, dealer_id: int) -> tuple[str, str]:
    """Make a dealer's user with a key and a device; return both."""
    user = User(
        email=f"dealer{position}@bench.example",
        name=f"Dealer {position}",
        role=Role.DEALER,
        state=UserState.ACTIVE,
        dealer_id=dealer_id,
        created_at=now_utc(),
    )
    session.add(user)
    session.flush()
    token = tokens.create_token(session, MACHINE, user.id, "bench", now_utc())
    device = devices.register(session, login.actor_of_user(user), "bench", now_utc())
    return token, device.id


def settle(url: str) -> None:
    """Let the database count its tables, as it would have done by itself in a day of work."""
    engine = Database(url).writer
    try:
        if engine.dialect.name == "sqlite":
            with engine.begin() as connection:
                connection.execute(text("ANALYZE"))
            return
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))
    finally:
        engine.dispose()


def seed_kombeheer(url: str) -> list[SeededDealer]:
    """Migrate a database of kombeheer and add to it; return what each dealer's client knows."""
    database = Database(url)
    try:
        schema.upgrade(database)
        with database.transaction() as session:
            dealer_ids, mechanics = _parties(session)
            installations = _installations(session, dealer_ids)
        before = _stickers(database, dealer_ids)
        with database.transaction() as session:
            clients = [_client(session, n, dealer_id) for n, dealer_id in enumerate(dealer_ids)]
    finally:
        database.dispose()
    return [
        SeededDealer(*client, before + 1 + n * STICKERS_PER_DEALER, mechanics[n], installations[n])
        for n, client in enumerate(clients)
    ]


def seed_floor(url: str) -> None:
    """Fill an empty database of the floor: dealer n holds numbers as dealer n of kombeheer does."""
    engine = floor.open_engine(url)
    stickers, mechanics = DEALERS * STICKERS_PER_DEALER, DEALERS * MECHANICS_PER_DEALER
    last_day = today() + timedelta(days=800)
    rows: dict[Any, list[dict[str, Any]]] = {
        floor.dealer: [
            {"id": n, "name": f"Dealer {n}", "is_blocked": 0} for n in range(1, DEALERS + 1)
        ],
        floor.account: [
            {
                "token_hash": sha256(floor_token(n).encode()).hexdigest(),
                "dealer_id": n % DEALERS + 1,
                "is_active": 1,
            }
            for n in range(FLOOR_ACCOUNTS)
        ],
        floor.mechanic: [
            {"id": n + 1, "dealer_id": n // MECHANICS_PER_DEALER + 1, "name": f"Monteur {n}"}
            for n in range(mechanics)
        ],
        floor.certificate: [
            {"mechanic_id": n + 1, "kind": kind, "valid_until": last_day - timedelta(365 * kind)}
            for n in range(mechanics)
            for kind in range(FLOOR_CERTIFICATES_PER_MECHANIC)
        ],
    }
    try:
        floor.metadata.create_all(engine)
        with engine.begin() as connection:
            for table, values in rows.items():
                connection.execute(insert(table), values)
            for start in range(0, stickers, 50_000):
                numbers = range(start, min(start + 50_000, stickers))
                held = [(n + 1, n // STICKERS_PER_DEALER + 1) for n in numbers]
                connection.execute(
                    insert(floor.sticker),
                    [{"number": n, "dealer_id": d, "state": floor.ISSUED} for n, d in held],
                )
    finally:
        engine.dispose()


def floor_token(position: int) -> str:
    """Return the key of an account of the floor."""
    return f"floor-{position}"
