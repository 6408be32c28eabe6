"""The first page: everybody is sent to his own."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from blueprints.guard import actor
from blueprints.navigation import is_open
from kombeheer.rules.accounts import Role

blueprint = Blueprint("start", __name__)

FIRST_PAGES: dict[Role, tuple[str, ...]] = {
    Role.OFFICE: ("cases.today_page",),
    Role.INSPECTOR: ("search.find",),
    Role.DEALER: ("scanning.visit_start",),
    Role.MECHANIC: ("scanning.visit_start",),
    Role.READER: ("search.find",),
}
LAST_RESORT = "accounts.mine"


def first_page(role: Role) -> str:
    """Return the endpoint of a role's first page: the first that is there and open to it."""
    return next((page for page in FIRST_PAGES[role] if is_open(page, role)), LAST_RESORT)


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """Send somebody who has logged in to his first page."""
    return redirect(url_for(first_page(actor().role)))
