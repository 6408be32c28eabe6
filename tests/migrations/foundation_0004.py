"""A foundation of revision 0004: its schema, as a fixture, and as many years of it as asked.

Rows go in as that revision wrote them, past the application, which no longer knows those tables.
Small, it has a row in every table; large, it fills a bench.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from models.transaction import Database
from tests.migrations.loading import Loader, Size, schema_text
from tests.migrations.years_0004 import Years

REVISION = "0004"
RENOVATED_ON = date(2021, 7, 1)
BEGUN_AT = datetime(2000, 1, 3, 9, tzinfo=UTC)
SMALL = Size(range(2020, 2024), dealers=2, farms=6, numbers=40, services=15)
COUNTRY = Size(range(2002, 2027), dealers=100, farms=25_300, numbers=30_000, services=27_000)


def make(database: Database, size: Size = SMALL) -> None:
    """Make an empty database the foundation of then."""
    raw = database.writer.raw_connection()
    try:
        loader = Loader(database, raw.driver_connection)
        loader.run(schema_text(database, REVISION))
        if database.is_sqlite:
            loader.run("BEGIN IMMEDIATE")
        _parties(loader, size)
        _places(loader, size)
        _accounts(loader)
        Years(loader, size).load()
        _events(loader)
        raw.driver_connection.commit()
    finally:
        raw.close()


def _parties(loader: Loader, size: Size) -> None:
    """Each dealer has two mechanics, each with his certificate."""
    dealers, mechanics = range(1, size.dealers + 1), range(1, size.dealers * 2 + 1)
    address = ("street", "postcode", "place", "country", "email", "phone", "created_at")
    where = ("Dorpsstraat 1", "8614 AA", "Oudega", "nl", "", "", BEGUN_AT)
    loader.load(
        "dealer",
        ("id", "public_id", "number", "name", *address),
        ((n, f"dealer{n}", f"{n:04d}", f"Dealer {n}", *where) for n in dealers),
    )
    loader.load(
        "mechanic",
        ("id", "public_id", "number", "name", "email", "phone", "created_at"),
        ((n, f"mechanic{n}", f"{n:05d}", f"Monteur {n}", "", "", BEGUN_AT) for n in mechanics),
    )
    loader.load(
        "employment",
        ("id", "mechanic_id", "dealer_id", "from_on"),
        ((n, n, (n + 1) // 2, date(2000, 1, 1)) for n in mechanics),
    )
    loader.load(
        "certificate",
        ("id", "mechanic_id", "number", "valid_from", "valid_until", "created_at"),
        ((n, n, f"{n:05d}-0", date(2000, 1, 1), date(2030, 12, 31), BEGUN_AT) for n in mechanics),
    )
    loader.load("certificate_module", ("certificate_id", "module"), ((n, "ams") for n in mechanics))


def _places(loader: Loader, size: Size) -> None:
    """Each farm has one site with one installation; every second one became a robot later."""
    farms = range(1, size.farms + 1)
    loader.load(
        "farm",
        ("id", "public_id", "name", "email", "phone", "created_at"),
        ((n, f"farm{n}", f"Hoeve {n}", "", "", BEGUN_AT) for n in farms),
    )
    loader.load(
        "farm_identifier",
        ("id", "farm_id", "kind", "value"),
        ((n, n, "ubn", f"{n:07d}") for n in farms),
    )
    loader.load(
        "customer",
        ("id", "dealer_id", "farm_id", "from_on"),
        ((n, n % size.dealers + 1, n, date(2000, 1, 3)) for n in farms),
    )
    loader.load(
        "search_term",
        ("subject_kind", "term", "subject_id"),
        (("farm", f"hoeve {n}", n) for n in farms),
    )
    loader.load(
        "site",
        ("id", "public_id", "farm_id", "street", "postcode", "place", "country", "created_at"),
        ((n, f"site{n}", n, f"Weg {n}", "8614 AA", "Oudega", "nl", BEGUN_AT) for n in farms),
    )
    loader.load(
        "installation",
        ("id", "public_id", "site_id", "name", "state", "created_at"),
        ((n, f"installation{n}", n, "", "checked", BEGUN_AT) for n in farms),
    )
    setups = []
    for n in farms:
        robot = n % 2 == 0
        until = RENOVATED_ON - timedelta(days=1) if robot else None
        begun = date(2020, 6, 1) if n % 3 == 0 else date(2005, 1, 1)
        setups.append((n, begun, until, "herringbone", "goats" if n % 5 == 0 else "cows", 12))
        if robot:
            setups.append((n, RENOVATED_ON, None, "robot", "cows", 2))
    loader.load(
        "installation_configuration",
        (
            *("id", "installation_id", "from_on", "until_on", "parlour_type", "species"),
            *("unit_count", "vacuum_pump_count", "cleaning_facility_count", "box_count"),
        ),
        ((number, *setup, 1, 1, 0) for number, setup in enumerate(setups, 1)),
    )


def _accounts(loader: Loader) -> None:
    """The first dealer's user, with all that belongs to one, and what the journal says of him."""
    moment, later = BEGUN_AT, BEGUN_AT + timedelta(days=14)
    user = ("dealer@kom.example", "Dealer", "dealer", "active", 1, "nl", True, moment)
    loader.load(
        "user_account",
        ("id", "email", "name", "role", "state", "dealer_id", "language", "keys_on", "created_at"),
        [(1, *user)],
    )
    hashed = ("id", "user_id", "token_hash", "created_at")
    loader.load("api_token", (*hashed, "name"), [(1, 1, "a" * 64, moment, "Laptop")])
    loader.load("invitation", (*hashed, "expires_at"), [(1, 1, "b" * 64, moment, later)])
    loader.load(
        "login_session",
        (*hashed, "agent", "address", "seen_at"),
        [(1, 1, "c" * 64, moment, "Firefox", "192.0.2.1", moment)],
    )
    loader.load("login_attempt", ("id", "key", "at"), [(1, "d" * 64, moment)])
    loader.load(
        "journal_entry",
        ("id", "at", "actor_id", "action", "subject_kind", "subject_id", "before", "after"),
        [(1, moment, 1, "accounts.invited", "user", "1", "{}", "{}")],
    )
    loader.load(
        "device", ("id", "user_id", "name", "registered_at"), [("d1", 1, "Telefoon", moment)]
    )


def _events(loader: Loader) -> None:
    """A scan that became a report, one that waits, its case, and one that came in twice."""
    at = BEGUN_AT
    body = json.dumps({"kind": "visit"})
    event = (
        "d1",
        "d1",
        at,
        b"26",
        2,
        sha256(b"26").hexdigest(),
        "wedge",
        "visit",
        body,
        "e" * 64,
        1,
    )
    loader.load(
        "scan_event",
        (
            *("id", "sequence", "device_id", "origin_device", "received_at", "raw", "raw_length"),
            *("raw_sha256", "source", "kind", "body", "body_hash", "user_id"),
        ),
        [("event1", 1, *event), ("event2", 2, *event)],
    )
    loader.load(
        "scan_conflict",
        ("event_id", "body_hash", "device_id", "received_at", "raw", "body"),
        [("event1", "f" * 64, "d1", at, b"27", body)],
    )
    loader.load(
        "scan_decision",
        (
            *("event_id", "outcome", "state", "objections", "number", "installation_id"),
            *("dealer_id", "decided_at"),
        ),
        [
            ("event1", "accepted", "posted", "[]", "", 1, 1, at),
            ("event2", "queued", "waiting", "[]", "", 1, 1, at),
        ],
    )
    loader.load(
        "office_case",
        (
            *("id", "kind", "state", "event_id", "installation_id", "dealer_id", "raised_at"),
            *("due_on", "reason"),
        ),
        [(1, "scan_waiting", "raised", "event2", 1, 1, at, at.date() + timedelta(days=7), "")],
    )
