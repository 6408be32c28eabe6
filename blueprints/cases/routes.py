"""The list of cases, one case, and its decision. Its other steps: blueprints/cases/moving."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints import words
from blueprints.cases import moving, today
from blueprints.cases import words as case_words
from blueprints.cases.blueprint import blueprint
from blueprints.cases.forms import DecisionForm
from blueprints.cases.page import case_page as shown_page
from blueprints.cases.page import offer
from blueprints.database import db, write
from blueprints.fields import add_error
from blueprints.guard import actor, may
from blueprints.listing import Filters, Listing, wanted
from blueprints.scanning.sending import page_device, page_event
from kombeheer import clock
from kombeheer.rules.cases import CaseOwner
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import EventKind
from kombeheer.services.cases import deciding, lists, showing
from kombeheer.wording import sentence

__all__ = ["blueprint", "moving", "today"]

DECISIONS = ("accept", "reject", "withdraw")


@blueprint.get("/")
def list_page() -> str:
    """List the cases that wait, or those that are decided; a dealer's are about him."""
    filters, is_office = Filters(), may("cases:decide")
    owners = words.CASE_OWNERS if is_office else case_words.OWNERS_TO_DEALER
    dealers = lists.dealers(db.session()) if is_office else []
    names = {one.public_id: one.name for one in dealers}
    kind = filters.choice("kind", gettext("Soort"), words.CASE_KINDS)
    owner = filters.choice("owner", gettext("Aan zet"), owners)
    taken = filters.choice(
        "taken", gettext("In behandeling"), case_words.TAKEN if is_office else {}
    )
    late = filters.choice("late", gettext("Uiterste dag"), {"1": gettext("Te laat")})
    dealer = filters.choice("dealer", gettext("Dealer"), names)
    decided = filters.choice("decided", gettext("Stand"), {"1": gettext("Beslist")})
    page = lists.list_cases(
        db.session(),
        actor(),
        clock.today(),
        wanted(),
        kind=kind,
        owner=owner,
        taken=taken,
        dealer=dealer,
        late=bool(late),
        decided=bool(decided),
    )
    return render_template(
        "cases/list_page.html",
        listing=Listing(page, filters, [lists.line_of(row) for row in page.items]),
        owners=owners,
        dealers=names,
        is_decided=bool(decided),
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
