"""What a database holds, as the terminal asks before it builds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kombeheer.services.demonstration.building import stages
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.telling import Content, built_from, content
from models.transaction import Database
from tests.factories import Foundation

WISH = Wish(0.001, 1, date(2026, 3, 5))


def held(database: Database) -> Content:
    with database.reading() as session:
        return content(session)


def test_a_database_without_tables_and_an_empty_one_hold_nothing(
    database: Database, tmp_path: Path
) -> None:
    bare = Database(f"sqlite:///{tmp_path / 'bare.sqlite'}")
    assert held(bare) is Content.NOTHING
    bare.dispose()
    assert held(database) is Content.NOTHING


def test_one_dealer_is_other_data(foundation: Foundation) -> None:
    foundation.dealer()
    assert held(foundation.database) is Content.OTHER


def test_a_demonstration_is_half_until_it_is_built(database: Database) -> None:
    building = stages(WISH)
    database.write(next(building).work)
    assert held(database) is Content.HALF
    for stage in building:
        database.write(stage.work)
    assert held(database) is Content.DEMONSTRATION
    with database.reading() as session:
        assert built_from(session) == WISH
