"""The list of cases, one case, and its decision. Its other steps: blueprints/cases/moving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints import words
from blueprints.cases import moving, today
from blueprints.cases import words as case_words
from blueprints.cases.blueprint import blueprint
from blueprints.cases.forms import DecisionForm
from blueprints.cases.page import case_page as shown_page
from blueprints.cases.page import offer
from blueprints.database import db, write
from blueprints.fields import add_error
from blueprints.files import LIST_FILE, columns_file, paged
from blueprints.guard import actor, may
from blueprints.listing import Filters, Listing, wanted
from blueprints.scanning.sending import page_device, page_event
from kombeheer import clock
from kombeheer.rules.calendar import day_of
from kombeheer.rules.cases import CaseOwner
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import EventKind
from kombeheer.services.cases import deciding, lists, showing
from kombeheer.services.listing import Page, Wanted
from kombeheer.tables.sheets import Column, Kind
from kombeheer.wording import sentence

__all__ = ["blueprint", "moving", "today"]

DECISIONS = ("accept", "reject", "withdraw")
COLUMNS = (
    (Column("Zaak", Kind.COUNT, 8), lambda line: line.case.id),
    (Column("Soort", width=28), lambda line: str(words.CASE_KINDS[line.case.kind])),
    (Column("Nummer", width=15), lambda line: line.number.printed if line.number else None),
    (Column("Bedrijf", width=34), lambda line: line.farm.name if line.farm else None),
    (Column("Plaats", width=20), lambda line: line.place),
    (Column("Beurt", Kind.DAY, 12), lambda line: line.service_date),
    (Column("Dealer", width=30), lambda line: line.dealer.name if line.dealer else None),
    (Column("Aan zet", width=12), lambda line: str(words.CASE_OWNERS[line.case.owner])),
    (Column("Stand", width=16), lambda line: str(words.CASE_STATES[line.case.state])),
    (
        Column("Besluit", width=30),
        lambda line: str(case_words.decided(line.case)) if line.case.decision else None,
    ),
    (Column("Sinds", Kind.DAY, 12), lambda line: day_of(line.case.raised_at)),
    (Column("Uiterlijk", Kind.DAY, 12), lambda line: line.case.due_on),
)
TAKEN_BY = (Column("In behandeling bij", width=24), lambda line: line.taken_by)


def _owners() -> dict[CaseOwner, Any]:
    return words.CASE_OWNERS if may("cases:decide") else case_words.OWNERS_TO_DEALER


def _names() -> dict[str, str]:
    dealers = lists.dealers(db.session()) if may("cases:decide") else []
    return {one.public_id: one.name for one in dealers}


def _asked(filters: Filters, names: dict[str, str]) -> Callable[[Session, Wanted], Page]:
    """Return how the list is read that the address asks for."""
    kind = filters.choice("kind", gettext("Soort"), words.CASE_KINDS)
    owner = filters.choice("owner", gettext("Aan zet"), _owners())
    takers = case_words.TAKEN if may("cases:decide") else {}
    taken = filters.choice("taken", gettext("In behandeling"), takers)
    late = filters.choice("late", gettext("Uiterste dag"), {"1": gettext("Te laat")})
    dealer = filters.choice("dealer", gettext("Dealer"), names)
    decided = filters.choice("decided", gettext("Stand"), {"1": gettext("Beslist")})
    present, day = actor(), clock.today()
    return lambda session, page: lists.list_cases(
        session,
        present,
        day,
        page,
        kind=kind,
        owner=owner,
        taken=taken,
        dealer=dealer,
        late=bool(late),
        decided=bool(decided),
    )


@blueprint.get(f"/{LIST_FILE}")
def list_file(extension: str) -> Response:
    """Send the cases of the list as a file; who has one in hand is the office's own matter."""
    filters = Filters()
    read = _asked(filters, _names())
    columns = [*COLUMNS, TAKEN_BY] if may("cases:decide") else COLUMNS
    lines = paged(lambda *of: [lists.line_of(row) for row in read(*of).items])
    return columns_file(extension, "zaken", columns, lines, filters)


@blueprint.get("/")
def list_page() -> str:
    """List the cases that wait, or those that are decided; a dealer's are about him."""
    filters, names = Filters(), _names()
    page = _asked(filters, names)(db.session(), wanted())
    lines = [lists.line_of(row) for row in page.items]
    return render_template(
        "cases/list_page.html",
        listing=Listing(page, filters, lines, file="cases.list_file"),
        owners=_owners(),
        dealers=names,
        is_decided="decided" in filters.values,
        says=case_words,
        CaseOwner=CaseOwner,
        today=clock.today(),
    )


@blueprint.get("/<int:number>")
def case_page(number: int) -> ResponseReturnValue:
    """Show one case with all that is known and how to decide it."""
    return shown_page(number)


@blueprint.post("/<int:number>/decide")
def decide(number: int) -> ResponseReturnValue:
    """Decide a case, or withdraw a first claim; what is refused comes back at its field."""
    form = DecisionForm()
    view = showing.show_case(db.session(), actor(), clock.today(), number)
    offer(view, {"decision": form})
    decision = request.form.get("decision")
    if decision not in DECISIONS:
        add_error(form.reason, gettext("Kies met een van de knoppen wat u besluit."))
        return shown_page(number, form)
    work = _withdraw if decision == "withdraw" else _decide
    try:
        told, address = work(number, form)
    except Refusal as refusal:
        is_about_series = refusal.code == "scanning.series_not_chosen"
        add_error(form.series if is_about_series else form.reason, sentence(refusal, gettext))
        return shown_page(number, form)
    flash(told, "ok")
    return redirect(address)


def _decide(number: int, form: DecisionForm) -> tuple[str, str]:
    present, now, accept = actor(), clock.now_utc(), request.form.get("decision") == "accept"
    reason, series_id = form.reason.data or "", form.series_id()
    write(
        lambda session: deciding.decide(
            session, present, number, accept=accept, reason=reason, now=now, series_id=series_id
        )
    )
    told = gettext("Besloten: zaak %(number)s is klaar.", number=number)
    return told, url_for("cases.list_page")


def _withdraw(number: int, form: DecisionForm) -> tuple[str, str]:
    present, now, reason = actor(), clock.now_utc(), form.reason.data or ""
    first, device_id = deciding.first_claim_visit(db.session(), number), page_device()
    withdrawal = page_event(EventKind.WITHDRAW, "", None, first)
    write(
        lambda session: deciding.withdraw_first_claim(
            session, present, number, device_id, withdrawal, reason=reason, now=now
        )
    )
    told = gettext("De eerdere vermelding is ingetrokken. Beslis nu over deze scan.")
    return told, url_for("cases.case_page", number=number)
