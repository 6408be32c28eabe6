"""What a reader may do, and what he keeps from one time to the next."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.parties import Dealer
from models.transaction import Database
from tests.factories import Foundation

TIMES = 12
PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM dealer%'")


def ask(engine: Engine) -> int:
    """Ask the same question time after time; return how many times it stands prepared at last."""
    for _ in range(TIMES):
        with Session(engine) as session:
            session.execute(select(func.count()).select_from(Dealer)).scalar_one()
    with Session(engine) as session:
        return int(session.execute(PREPARED).scalar_one())


def test_what_a_reader_asks_again_stays_prepared(database: Database) -> None:
    if not database.is_sqlite:
        assert ask(database.reader) == 1
        assert ask(database.writer) == 0, "ended by a rollback, as a reader was before"


def test_a_reader_goes_on_after_an_error(foundation: Foundation) -> None:
    foundation.dealer()
    database = foundation.database
    for _ in range(TIMES):
        with pytest.raises(DBAPIError), database.reading() as session:
            session.execute(text("SELECT nothing FROM nowhere"))
        with database.reading() as session:
            assert session.execute(select(func.count()).select_from(Dealer)).scalar_one() == 1


def test_a_reader_sees_what_was_written_since(foundation: Foundation) -> None:
    database = foundation.database
    with database.reading() as session:
        count = select(func.count()).select_from(Dealer)
        before = session.execute(count).scalar_one()
        foundation.dealer()
        assert session.execute(count).scalar_one() == before, "one unchanging state"
    with database.reading() as session:
        assert session.execute(count).scalar_one() == before + 1


def test_a_reader_cannot_write(foundation: Foundation) -> None:
    dealer = foundation.dealer()
    with foundation.database.reading() as session:
        session.get_one(Dealer, dealer.id).name = "anders"
        with pytest.raises(DBAPIError):
            session.flush()
    with foundation.database.reading() as session:
        assert session.get_one(Dealer, dealer.id).name == dealer.name
