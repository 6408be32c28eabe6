"""Every page of the product in the states it knows: who sees it, where, and what brings it there.

A name in braces is one of `scenery.Facts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from kombeheer.rules.accounts import Role
from tests.browser.scenery import Facts

Act = Callable[[Page, Facts], None]
DEALER, MECHANIC = "/parties/dealers/{dealer}", "/parties/mechanics/{mechanic}"
FARM, INSTALLATION = "/parties/farms/{farm}", "/sites/installations/{installation}"
CERTIFICATES = "/certification/mechanics/{mechanic}/certificates"
VISIT = "/scanning/visit/{installation}"
MOVING = "target={target}&on=2026-06-01&which=chosen&farms={farm}"
KB = "main .endings button:has-text('kb')"
NOWHERE = "/nergens"
NOBODY_HAS_IT = "een tekst die niemand heeft"


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


def forged(page: Page, facts: Facts) -> None:
    """Send a form with a token that is not ours."""
    page.locator("main [name=csrf_token]").evaluate("field => field.value = 'x'")
    sent(email="een adres met spaties")(page, facts)


def undone(page: Page, facts: Facts) -> None:
    """Record a visit and undo it."""
    sent(KB)(page, facts)
    sent("text=Maak dit bezoek ongedaan")(page, facts)


def opened_menu(page: Page, _facts: Facts) -> None:
    """Open what does not fit in the bar of a phone."""
    page.locator(".rail details").evaluate("fold => fold.open = true")


GROUPS = (
    Group(
        "alone",
        None,
        (
            View("log-in", "/accounts/log-in"),
            View("log-in-wrong", "/accounts/log-in", sent(email="a@b.nl", password="fout")),
            View("invitation", "/accounts/invitation/{invitation}"),
            View("invitation-wrong", "/accounts/invitation/{invitation}", sent(password="kort")),
            View("invitation-spent", "/accounts/invitation/niets"),
            View("form-too-old", "/accounts/log-in", forged),
            View("not-found", NOWHERE),
            View("unexpected", "/healthz?fault=unexpected"),
            View("unavailable", "/healthz?fault=unavailable"),
            View("public", "/s/"),
            View("public-valid", "/s/{applied}"),
            View("public-expired", "/s/{last_years_sticker}"),
            View("public-replaced", "/s/{replaced}"),
            View("public-ambiguous", "/s/{ambiguous}"),
            View("public-not-in-use", "/s/{in_stock}"),
            View("public-stolen", "/s/{stolen}"),
            View("public-disputed", "/s/{sticker_disputed}"),
            View("public-unknown", "/s/2699999910"),
            View("public-wrong", "/s/2600000199"),
            View("public-unreadable", "/s/?n=koe"),
        ),
    ),
    Group(
        "office-accounts",
        Role.OFFICE,
        (
            View("mine", "/accounts/mine"),
            View("mine-key", "/accounts/mine", sent("text=Maak een sleutel", name="Proef")),
            View("password", "/accounts/mine/password"),
            View("password-wrong", "/accounts/mine/password", sent()),
            View("users", "/accounts/users/"),
            View("users-none", "/accounts/users/?q=niemand&role=office"),
            View("user", "/accounts/users/{user}"),
            View("user-invited", "/accounts/users/{invited}"),
            View("invite", "/accounts/users/invite"),
            View("invite-wrong", "/accounts/users/invite", sent(email="geen adres")),
            View("journal", "/journal/"),
            View("journal-none", "/journal/?by=niemand"),
        ),
    ),
    Group(
        "office-stickers",
        Role.OFFICE,
        (
            View("stickers", "/stickers/"),
            View("stickers-all", "/stickers/?all=1"),
            View("numbers", "/stickers/numbers?account=applied"),
            View("numbers-none", "/stickers/numbers?q=9999999999"),
            View("number", "/stickers/{applied}"),
            View("number-disputed", "/stickers/{sticker_disputed}"),
            View("number-stock", "/stickers/{in_stock}"),
            View("number-absent", "/stickers/2699999910"),
            View("document", "/stickers/documents/{order_paper}"),
            View("document-parcel", "/stickers/documents/{parcel}"),
            View("take-back", "/stickers/documents/{parcel}/take-back"),
            View("take-back-wrong", "/stickers/documents/{parcel}/take-back", sent()),
            View("series", "/stickers/series/new"),
            View("series-wrong", "/stickers/series/new", sent(width="nul")),
            View("order", "/stickers/order"),
            View("order-wrong", "/stickers/order", sent(first="x", last="")),
            View("receive", "/stickers/receive"),
            View("receive-wrong", "/stickers/receive", sent(first="1", last="9")),
            View("issue", "/stickers/issue"),
            View("issue-wrong", "/stickers/issue", sent(count="veel", day="2031-01-01")),
            View("hand-out-start", "/stickers/hand-out"),
            View("hand-out", "/stickers/hand-out/{dealer}"),
            View("hand-out-wrong", "/stickers/hand-out/{dealer}", sent(first="x", last="")),
        ),
    ),
    Group(
        "office-desk",
        Role.OFFICE,
        (
            View("today", "/"),
            View("menu", "/cases/today", opened_menu),
            View("cases", "/cases/"),
            View("cases-decided", "/cases/?decided=1"),
            View("cases-none", "/cases/?kind=installation_unchecked&decided=1"),
            View("case-waiting", "/cases/{case_waiting}"),
            View("case-twice", "/cases/{case_twice}"),
            View("case-unchecked", "/cases/{case_unchecked}"),
            View("case-decided", "/cases/{case_decided}"),
            View("case-wrong", "/cases/{case_waiting}", sent()),
            View("reports", "/reports/"),
            View("reports-none", f"/reports/?q={NOBODY_HAS_IT}"),
            View("report", "/reports/{report}"),
            View("report-geen-kom", "/reports/{geen_kom}"),
            View("report-withdrawn", "/reports/{withdrawn}"),
            View("search", "/search"),
            View("search-found", "/search?q=de"),
            View("search-none", f"/search?q={NOBODY_HAS_IT}"),
            View("absent", "/parties/farms/zzz"),
        ),
    ),
    Group(
        "office-parties",
        Role.OFFICE,
        (
            View("dealers", "/parties/dealers/"),
            View("dealers-none", f"/parties/dealers/?q={NOBODY_HAS_IT}"),
            View("dealer", DEALER),
            View("dealer-new", "/parties/dealers/new"),
            View("dealer-wrong", "/parties/dealers/new", sent()),
            View("dealer-edit", f"{DEALER}/edit"),
            View("move", f"{DEALER}/move"),
            View("move-preview", f"{DEALER}/move/preview?{MOVING}"),
            View("mechanics", "/parties/mechanics/"),
            View("mechanics-none", f"/parties/mechanics/?q={NOBODY_HAS_IT}"),
            View("mechanic", MECHANIC),
            View("mechanic-new", "/parties/mechanics/new"),
            View("mechanic-wrong", "/parties/mechanics/new", sent()),
            View("mechanic-edit", f"{MECHANIC}/edit"),
            View("merge-mechanic", "/parties/mechanics/{double_mechanic}/merge"),
            View("merge-mechanic-preview", "/parties/mechanics/{double_mechanic}/merge/{mechanic}"),
            View("merge-mechanic-refused", f"{MECHANIC}/merge/{{double_mechanic}}"),
            View("employment-new", f"{MECHANIC}/employments/new"),
            View("employment", f"{MECHANIC}/employments/{{employment}}"),
            View("certificate-new", f"{CERTIFICATES}/new"),
            View("certificate-wrong", f"{CERTIFICATES}/new", sent()),
            View("certificate", f"{CERTIFICATES}/{{certificate}}"),
        ),
    ),
    Group(
        "office-farms",
        Role.OFFICE,
        (
            View("farms", "/parties/farms/"),
            View("farms-page-2", "/parties/farms/?page=2&sort=place&state=active"),
            View("farms-none", f"/parties/farms/?q={NOBODY_HAS_IT}"),
            View("farm", FARM),
            View("farm-new", "/parties/farms/new"),
            View("farm-wrong", "/parties/farms/new", sent()),
            View("farm-edit", f"{FARM}/edit"),
            View("identifiers", f"{FARM}/identifiers"),
            View("identifiers-wrong", f"{FARM}/identifiers", sent()),
            View("customers", f"{FARM}/dealers"),
            View("customer-end", f"{FARM}/dealers/{{customer}}/end"),
            View("merge", f"{FARM}/merge"),
            View("merge-preview", f"{FARM}/merge/{{double}}"),
            View("installations", "/sites/"),
            View("installations-late", "/sites/?due=late&type=herringbone"),
            View("installation", INSTALLATION),
            View("installation-unchecked", "/sites/installations/{unchecked}"),
            View("installation-ceased", "/sites/installations/{ceased}"),
            View("installation-edit", f"{INSTALLATION}/edit"),
            View("configure", f"{INSTALLATION}/configure"),
            View("configure-wrong", f"{INSTALLATION}/configure", sent(unit_count="999")),
            View("cease", f"{INSTALLATION}/cease"),
            View("site-edit", "/sites/{site}/edit"),
            View("site-installation", "/sites/{site}/new-installation"),
            View("farm-site", "/sites/farms/{farm}/new-site"),
        ),
    ),
    Group(
        "mechanic",
        Role.MECHANIC,
        (
            View("first", "/"),
            View("visit-refused", "/scanning/visit", scanned("2699999910")),
            View("visit-found", "/scanning/visit?q=de"),
            View("visit-not-found", f"/scanning/visit?q={NOBODY_HAS_IT}"),
            View("visit-ending", VISIT),
            View("visit-sticker", f"{VISIT}/sticker"),
            View("visit-objection", f"{VISIT}/sticker", scanned("{sticker_of_another_dealer}")),
            View("visit-objection-2", VISIT, scanned("2600000199")),
            View("visit-waits", f"{VISIT}/sticker", scanned("{sticker_not_received}", "Toch deze")),
            View("visit-done", VISIT, scanned("{next_free_sticker}")),
            View("visit-kb", VISIT, sent(KB)),
            View("visit-undone", VISIT, undone),
            View("installation-new", "/scanning/new-installation?farm=De+Nieuwe+Hoeve"),
            View("installation-wrong", "/scanning/new-installation", sent(unit_count="500")),
            View("stickers", "/stickers/"),
            View("mechanic", MECHANIC),
            View("farms", "/parties/farms/"),
            View("farm", FARM),
            View("reports", "/reports/"),
            View("installation", INSTALLATION),
            View("not-allowed", "/accounts/users/"),
        ),
    ),
    Group(
        "dealer",
        Role.DEALER,
        (
            View("settings", "/"),
            View("settings-wrong", "/scanning/settings", sent(service_date="2031-01-01")),
            View("visit", "/scanning/settings", sent()),
            View("stickers", "/stickers/"),
            View("parcel", "/stickers/parcels/{parcel}"),
            View("parcel-wrong", "/stickers/parcels/{parcel}", sent("text=Bevestig deze reeks")),
            View("numbers", "/stickers/numbers"),
            View("number", "/stickers/{next_free_sticker}"),
            View("mechanics", "/parties/mechanics/"),
            View("installations", "/sites/"),
        ),
    ),
    Group(
        "inspector",
        Role.INSPECTOR,
        (View("first", "/"), View("stickers", "/stickers/"), View("number", "/stickers/{applied}")),
    ),
    Group("reader", Role.READER, (View("first", "/"), View("mine", "/accounts/mine"))),
)
