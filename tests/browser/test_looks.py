"""Every page, wide and narrow, light and dark: whole for axe, within its width, and pictured.

With KOMBEHEER_TEST_SCREENSHOTS naming a folder, pictures of all pages are put in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, NoReturn

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, Page
from sqlalchemy.exc import OperationalError

from blueprints.permissions import PERMISSIONS
from kombeheer.rules.accounts import Role
from models.transaction import Database
from tests.browser import scenery, soundness
from tests.browser.conftest import log_in, new_context, served
from tests.browser.imported import imported
from tests.browser.views import GROUPS, NOWHERE, Group
from tests.conftest import make_app
from tests.field import Clock

pytestmark = pytest.mark.browser
SETTING = "KOMBEHEER_TEST_SCREENSHOTS"
# Each width and each theme once; pictures show all four.
SHAPES: tuple[tuple[str, tuple[int, int], Literal["light", "dark"]], ...] = (
    ("desk-light", soundness.DESK, "light"),
    ("desk-dark", soundness.DESK, "dark"),
    ("phone-light", soundness.PHONE, "light"),
    ("phone-dark", soundness.PHONE, "dark"),
)
WIDTHS = ((1280, 800), (390, 844), (320, 640))
NO_PAGE = {
    *("imports.example_file", "imports.progress", "imports.report_file"),
    *("static", "stickers.barcode", "stickers.qrcode", "health.healthz"),
}


class Stage:
    """The demonstration, served; a browser for each role, logged in once."""

    def __init__(self, app: Flask, facts: scenery.Facts, enter: Callable[[Role | None], Page]):
        self.app, self.facts, self._enter = app, facts, enter
        self._pages: dict[Role | None, Page] = {}

    def page(self, role: Role | None) -> Page:
        if role not in self._pages:
            self._pages[role] = self._enter(role)
        return self._pages[role]


def _fault() -> NoReturn:
    """What a page does that nobody foresaw, or without its database."""
    if request.args.get("fault") == "unavailable":
        raise OperationalError("", None, Exception("away"))
    raise ZeroDivisionError


@pytest.fixture(scope="module")
def stage(
    browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    file = tmp_path_factory.mktemp("looks") / "kom.sqlite"
    file.write_bytes(sqlite_template.read_bytes())
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        clock = Clock(scenery.MOMENT)
        patch.setattr("kombeheer.clock.datetime", clock)
        database = Database(f"sqlite:///{file}")
        stack.callback(database.dispose)
        facts = scenery.build(database)
        facts |= imported(database, scenery.office(database), clock)
        app = make_app(database)
        patch.setitem(app.view_functions, "health.healthz", _fault)
        address = stack.enter_context(served(app))

        def enter(role: Role | None) -> Page:
            context = new_context(browser, address)
            stack.callback(context.close)
            if role is not None:
                log_in(app, database, context, facts["users"][role])
            return context.new_page()

        yield Stage(app, facts, enter)


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get(SETTING)
    for shape, (width, height), theme in SHAPES if folder else ():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=Path(str(folder), f"{name}-{shape}.png"), full_page=True)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_every_page_is_sound(stage: Stage, group: Group) -> None:
    page = stage.page(group.role)
    said = soundness.console(page)
    found = []
    for view in group.views:
        page.set_viewport_size({"width": soundness.DESK[0], "height": soundness.DESK[1]})
        page.emulate_media(color_scheme="light")
        page.goto(view.address.format(**stage.facts))
        if view.act is not None:
            view.act(page, stage.facts)
        wrong = soundness.axe_complaints(page)
        wrong += soundness.width_complaints(page, WIDTHS)
        page.set_viewport_size({"width": soundness.PHONE[0], "height": soundness.PHONE[1]})
        page.emulate_media(color_scheme="dark")
        wrong += soundness.axe_complaints(page)
        _picture(page, f"{group.name}-{view.name}")
        found += [f"{view.name}: {one}" for one in (*wrong, *said)]
        said.clear()
    assert found == []


def test_no_page_is_left_out(stage: Stage) -> None:
    seen = {"start.page"}
    addresses = stage.app.url_map.bind("localhost")
    for view in (view for group in GROUPS for view in group.views):
        path = re.sub(r"\{\w+\}", "1", view.address).partition("?")[0]
        if path != NOWHERE:
            seen.add(addresses.match(path)[0])
    pages = {
        rule.endpoint
        for rule in stage.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/")
        if not rule.endpoint.endswith("_file")  # to download
    }
    assert pages <= set(PERMISSIONS)
    assert pages - seen - NO_PAGE == set()
