"""The bare floor: what a scan costs an application that does nothing but the scan.

`/scan` is the least that is still guarded and repeatable: two statements. `/scan-full` adds what no
real application can leave out: who asks, dealer, mechanic, certificates and sticker are looked up,
and a journal row is written. `/scans` is an upload in one transaction, one scan after another.
`/list/<dealer>` is a list of 50 rows and nothing around it.
Not here: rules, chain, reports, and whatever else kombeheer does at a scan.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import Any

from flask import Flask, Response, jsonify, request
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    update,
)

from kombeheer.clock import today

DATABASE = "BENCH_FLOOR_DATABASE"
POOL_SIZE = 16
LIST_ROWS = 50
ISSUED, APPLIED = 1, 2

metadata = MetaData()
_RowId = BigInteger().with_variant(Integer, "sqlite")
dealer = Table(
    "dealer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("is_blocked", Integer, nullable=False),
)
account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("dealer_id", Integer, nullable=False),
    Column("is_active", Integer, nullable=False),
)
mechanic = Table(
    "mechanic",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dealer_id", Integer, nullable=False),
    Column("name", String(80), nullable=False),
)
certificate = Table(
    "certificate",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mechanic_id", Integer, nullable=False, index=True),
    Column("kind", Integer, nullable=False),
    Column("valid_until", Date, nullable=False),
)
sticker = Table(
    "sticker",
    metadata,
    Column("number", _RowId, primary_key=True, autoincrement=False),
    Column("dealer_id", Integer, nullable=False, index=True),
    Column("state", Integer, nullable=False),
)
scan = Table(
    "scan",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("nonce", String(64), nullable=False, unique=True),
    Column("number", _RowId, nullable=False),
    Column("dealer_id", Integer, nullable=False),
    Column("mechanic_id", Integer, nullable=False),
    Column("remark", String(200), nullable=False),
)
journal = Table(
    "journal",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("account_id", Integer, nullable=False),
    Column("action", String(40), nullable=False),
    Column("detail", String(400), nullable=False),
)

_ACCOUNT = select(account).where(account.c.token_hash == bindparam("token_hash"))
_DEALER = select(dealer).where(dealer.c.id == bindparam("dealer"))
_MECHANIC = select(mechanic).where(mechanic.c.id == bindparam("mechanic"))
_CERTIFICATES = (
    select(certificate)
    .where(certificate.c.mechanic_id == bindparam("mechanic"))
    .order_by(certificate.c.valid_until.desc())
)
_STICKER = select(sticker).where(sticker.c.number == bindparam("wanted"))
_LIST = (
    select(sticker.c.number, sticker.c.dealer_id, sticker.c.state)
    .where(sticker.c.dealer_id == bindparam("dealer"))
    .order_by(sticker.c.number)
    .limit(LIST_ROWS)
)
_PAGE = """<!doctype html><title>stickers</title><table>
<tr><th>number<th>dealer<th>state</tr>
{% for row in rows %}<tr><td><a href="/sticker/{{ row.number }}">{{ row.number }}</a>
<td>{{ row.dealer_id }}<td>{{ {1: 'issued', 2: 'used'}[row.state] }}</tr>{% endfor %}</table>"""
_APPLY = (
    update(sticker)
    .where(
        sticker.c.number == bindparam("wanted"),
        sticker.c.dealer_id == bindparam("dealer"),
        sticker.c.state == ISSUED,
    )
    .values(state=APPLIED)
)
_KEEP = insert(scan).inline()
_KEPT = select(scan.c.number).where(scan.c.nonce == bindparam("nonce"))
_NOTE = insert(journal).inline()
STATUS = {"ok": 201, "repeated": 200, "refused": 409, "unauthorized": 401}


def open_engine(url: str) -> Engine:
    """Return the engine of the floor: a pool of 16; on SQLite every transaction may write."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=POOL_SIZE, max_overflow=0)
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=0,
        connect_args={"timeout": 30, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def apply_sticker(connection: Connection, sent: dict[str, Any]) -> str:
    """Use up the sticker and keep the scan: the two statements of the floor."""
    wanted = int(sent["number"])
    guarded = connection.execute(_APPLY, {"wanted": wanted, "dealer": sent["dealer"]})
    if guarded.rowcount == 1:
        kept = {
            "nonce": sent["nonce"],
            "number": wanted,
            "dealer_id": sent["dealer"],
            "mechanic_id": sent["mechanic"],
            "remark": sent["remark"],
        }
        connection.execute(_KEEP, kept)
        return "ok"
    before = connection.execute(_KEPT, {"nonce": sent["nonce"]}).scalar()
    return "repeated" if before == wanted else "refused"


def create_floor(url: str) -> Flask:
    """Return the floor's application on a database that `floor_seed` has filled."""
    app = Flask("floor")
    engine = open_engine(url)
    page = app.jinja_env.from_string(_PAGE)

    @app.get("/list/<int:dealer>")
    def list_page(dealer: int) -> str:
        with engine.connect() as connection:
            return page.render(rows=connection.execute(_LIST, {"dealer": dealer}).all())

    @app.post("/scan")
    def scan_bare() -> tuple[Response, int]:
        with engine.begin() as connection:
            outcome = apply_sticker(connection, request.get_json())
        return jsonify(status=outcome), STATUS[outcome]

    @app.post("/scan-full")
    def scan_full() -> tuple[Response, int]:
        with engine.begin() as connection:
            answer = judge_and_apply(connection, request.get_json())
        return jsonify(answer), STATUS[answer["status"]]

    @app.post("/scans")
    def scan_many() -> Response:
        with engine.begin() as connection:
            outcomes = [apply_sticker(connection, one) for one in request.get_json()["scans"]]
        return jsonify(results=outcomes)

    return app


def judge_and_apply(connection: Connection, sent: dict[str, Any]) -> dict[str, Any]:
    """Look up all that a scan names, apply it, write the journal, and tell it all."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    hashed = sha256(token.encode()).hexdigest()
    asking = connection.execute(_ACCOUNT, {"token_hash": hashed}).first()
    if asking is None or not asking.is_active:
        return {"status": "unauthorized"}
    named = {"dealer": sent["dealer"], "mechanic": sent["mechanic"]}
    owner = connection.execute(_DEALER, {"dealer": named["dealer"]}).first()
    by = connection.execute(_MECHANIC, {"mechanic": named["mechanic"]}).first()
    papers = connection.execute(_CERTIFICATES, {"mechanic": named["mechanic"]}).all()
    found = connection.execute(_STICKER, {"wanted": int(sent["number"])}).first()
    if owner is None or owner.is_blocked or by is None or found is None:
        return {"status": "refused"}
    if not papers or papers[0].valid_until < today():
        return {"status": "refused"}
    outcome = apply_sticker(connection, sent)
    if outcome == "ok":
        detail = f"{sent['number']} {sent['dealer']} {sent['mechanic']} {sent['nonce']}"
        row = {"account_id": asking.id, "action": "scan", "detail": detail}
        connection.execute(_NOTE, row)
    return {
        "status": outcome,
        "sticker": {"number": found.number, "dealer": found.dealer_id, "state": APPLIED},
        "dealer": {"id": owner.id, "name": owner.name},
        "mechanic": {
            "id": by.id,
            "name": by.name,
            "certificates": [
                {"kind": paper.kind, "valid_until": paper.valid_until.isoformat()}
                for paper in papers
            ],
        },
        "nonce": sent["nonce"],
        "message": "Recorded. The sticker is used up and the report is on file.",
    }


def from_environment() -> Flask:
    """Return the application on the database that the environment names; for a WSGI server."""
    return create_floor(os.environ[DATABASE])
