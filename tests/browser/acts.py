"""What brings a page into a state it knows: filling in, scanning, forging, undoing.

The pages themselves stand in `views`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Page

from kombeheer.rules.accounts import Role
from tests.browser.scenery import MOMENT, Facts

Act = Callable[[Page, Facts], None]
KB = "main .endings button:has-text('kb')"


@dataclass(frozen=True, slots=True)
class View:
    """A page in one state; `name` names its pictures."""

    name: str
    address: str
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that one user sees, one after another; without a role nobody has logged in."""

    name: str
    role: Role | None
    views: tuple[View, ...]


def sent(button: str = "main form .btn.main", **entered: str) -> Act:
    """Fill in fields by their id and send the form, with Enter where it has no such button."""

    def act(page: Page, facts: Facts) -> None:
        for name, value in entered.items():
            page.fill(f"main #{name}", value.format(**facts))
        with page.expect_navigation():
            page.locator(button).first.click()

    return act


def scanned(number: str, button: str = "") -> Act:
    """Scan a number into the field that waits for it; then press a button, if one is named."""

    def act(page: Page, facts: Facts) -> None:
        sent("main .scan button", scan=number)(page, facts)
        if button:
            sent(f"main form button:has-text('{button}')")(page, facts)

    return act


def keyed(**entered: str) -> Act:
    """Fill in a line of paper and store it; its answer comes into the same page."""

    def act(page: Page, facts: Facts) -> None:
        for name, value in entered.items():
            page.fill(f"#line [name={name}]", value.format(**facts))
        page.locator("#line [data-store]").click()
        page.locator("#said[data-outcome=refused], #said[data-outcome=waits]").wait_for()

    return act


def forged(page: Page, facts: Facts) -> None:
    """Send a form with a token that is not ours."""
    page.locator("main [name=csrf_token]").evaluate("field => field.value = 'x'")
    sent(email="een adres met spaties")(page, facts)


def undone(page: Page, facts: Facts) -> None:
    """Record a visit and undo it."""
    sent(KB)(page, facts)
    sent("text=Maak dit bezoek ongedaan")(page, facts)


def asked(page: Page, facts: Facts) -> None:
    """Record a visit of the day before the last one there."""
    sent(service_date=(MOMENT.date() - timedelta(days=1)).isoformat())(page, facts)
    page.goto("/scanning/visit/{installation}/sticker".format(**facts))
    scanned("{sticker_not_received}")(page, facts)


def moved(page: Page, facts: Facts) -> None:
    """Try to move the last day of a case to one that has passed."""
    page.locator("summary:has-text('Verzet')").click()
    sent("main form .btn:has-text('Verzet')", due_on="2020-01-01")(page, facts)


def completed_wrong(page: Page, facts: Facts) -> None:
    """Fill in what cannot be, in a repair."""
    page.check("main [name=kind][value=repair]")
    wrong = {"wash_start": "65,05", "wash_end": "120", "delivered_on": "2031-01-01"}
    sent(".save button", **wrong)(page, facts)


def corrected_wrong(page: Page, facts: Facts) -> None:
    """Correct everything into what cannot be, and look for another installation."""
    wrong = {"number": "2600000199", "service_date": "2031-01-01", "look_for": "de", "reason": "x"}
    sent(".save button", **wrong)(page, facts)


def opened_menu(page: Page, _facts: Facts) -> None:
    """Open what does not fit in the bar of a phone."""
    page.locator(".rail details").evaluate("fold => fold.open = true")
