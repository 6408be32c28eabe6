"""Every page asks as much of the database for many rows as for few, whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from kombeheer.app import create_app
from kombeheer.config import Settings
from kombeheer.services.accounts.login import actor_of_user
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.users import DEALER, MECHANIC, OFFICE
from models.accounts import User
from models.transaction import Database
from tests.bench.crawling import crawl, kind_of
from tests.clients import Browser
from tests.demonstration import MOMENT, built
from tests.queries import asked

FEW, MANY = 0.003, 0.012  # lists of five to ten rows, beside lists of thirty to fifty
EACH = 3  # pages of a kind
PARTS = 6  # queries for what one page shows and another lacks, such as a sticker that was replaced
Kind = tuple[str, str | None]


def queries_of_pages(database: Database) -> Mapping[Kind, int]:
    """How many statements a page of each kind asks, at the most, for each who reads it."""
    url = database.reader.url.render_as_string(hide_password=False)
    app = create_app(Settings(url, "a secret of at least thirty-two signs"))
    own: Database = app.extensions["database"]
    routes, found = app.url_map.bind("localhost"), dict[Kind, int]()
    for person in (OFFICE, DEALER, MECHANIC):
        with database.reading() as session:
            user = session.execute(select(User).where(User.email == person)).scalar_one()
        browser = Browser(app, actor_of_user(user))

        def read(address: str, person: str = person, browser: Browser = browser) -> bytes | None:
            with asked(own.reader) as statements:
                answer = browser.get(address)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                return None
            kind = (person, kind_of(routes, address))
            found[kind] = max(found.get(kind, 0), len(statements))
            return answer.data

        crawl(app, read, EACH)
    own.dispose()
    return found


def test_a_page_asks_as_many_queries_for_many_rows_as_for_few(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    found = []
    for scale in (FEW, MANY):
        folder = tmp_path / str(scale)
        folder.mkdir()
        with built("sqlite", request, folder, Wish(scale, 1, MOMENT.date())) as database:
            found.append(queries_of_pages(database))
    few, many = found
    kinds = set(few) & set(many)
    assert len(kinds) > 150
    assert {kind: (few[kind], many[kind]) for kind in kinds if many[kind] > few[kind] + PARTS} == {}
