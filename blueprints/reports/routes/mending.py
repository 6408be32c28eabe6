"""Complete a report, and correct it: a new version, or a wish that waits for the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints import words
from blueprints.database import db
from blueprints.fields import add_error, choices_of, form_page, stored
from blueprints.guard import actor
from blueprints.reports.blueprint import blueprint
from blueprints.reports.forms import AT_FIELD, CompleteForm, CorrectForm, DetailForm, filled_in
from blueprints.reports.telling import label, value_text
from kombeheer.clock import now_utc, today
from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.rules.regulation import regulations
from kombeheer.rules.reports import ReportState, require_one_mark
from kombeheer.rules.scanning import VISIT_ENDINGS, Ending
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services.reports import comparing, revising, scope, showing, whereabouts
from kombeheer.services.reports.revising import Revised
from kombeheer.services.reports.revision import Revision
from kombeheer.services.reports.showing import ReportPage
from kombeheer.services.reports.whereabouts import Whereabouts
from kombeheer.services.scanning import visits

# Without these nothing can be said of the others.
CLEAR = (
    *("service_date", "mechanic", "number", "installation"),
    *("parlour_type", "species", "unit_count"),
)


def _open(report_id: str) -> ReportPage:
    """Return a report that can be changed."""
    page = showing.show_page(db.session(), actor(), report_id)
    scope.require_writable(db.session(), actor(), page.view.report, today())
    return page


@blueprint.route("/<public:report_id>/complete", methods=["GET", "POST"])
def complete(report_id: str) -> ResponseReturnValue:
    """Fill in what a report lacks; what is filled in by half is kept, and stays incomplete."""
    page = _open(report_id)
    if not page.has_details or (request.method == "GET" and not page.lacking):
        return redirect(url_for("reports.correct", report_id=report_id))
    form, was = CompleteForm(data=filled_in(page)), page.view.report.state
    form.offer(page)
    if _came_in(form):
        reason = str(form.reason.data or "") if "reason" in form else ""
        done = _store(form, page, form.revision(page.revision), reason)
        if done is not None:
            return _told(page, done, was)
    return _page("reports/complete_form.html", form, page)


@blueprint.route("/<public:report_id>/correct", methods=["GET", "POST"])
def correct(report_id: str) -> ResponseReturnValue:
    """Have a report say something else, with the reason why."""
    page = _open(report_id)
    data = filled_in(page) | _about(page)
    form, was = CorrectForm(data=data), page.view.report.state
    form.offer(page)
    choices = _choices(form, page)
    if _came_in(form):
        wanted = _wanted(form, page)
        if wanted is not None:
            done = _store(form, page, wanted, str(form.reason.data))
            if done is not None:
                return _told(page, done, was)
    dealer = replace(actor(), role=Role.DEALER, dealer_id=page.view.report.dealer_id)
    asks = dealer if actor().role is Role.OFFICE else actor()
    mechanics = visits.mechanics_on(db.session(), asks, page.revision.service_date)
    return _page("reports/correct_form.html", form, page, choices=choices, mechanics=mechanics)


def _about(page: ReportPage) -> dict[str, object]:
    """Return what a correction form shows at first beside the details."""
    revision, number = page.revision, page.view.number
    return {
        "ending": revision.ending.value,
        "number": number.printed if number is not None else "",
        "service_date": revision.service_date,
        "mechanic": revision.mechanic,
        "installation": revision.installation,
        "parlour_type": revision.parlour_type.value,
        "species": revision.species.value,
        "unit_count": revision.unit_count,
        "reason": "",
    }


def _came_in(form: DetailForm) -> bool:
    """Tell whether a form came in; what cannot be read in it, or stands beside it, is told."""
    if request.method != "POST":
        return False
    form.validate()
    for stray in form.strays():
        form.place(stray)
    return True


def _page(template: str, form: DetailForm, page: ReportPage, **more: object) -> ResponseReturnValue:
    """Show a form; one that was overtaken tells what has changed since, and goes on from there."""
    present, overtaken = page.view.report.version, []
    if request.method == "POST" and form.expected() != present:
        overtaken = _changed_since(form.expected(), page)
    form.version.data = str(present)
    return form_page(
        template,
        form,
        page=page,
        view=page.view,
        overtaken=overtaken,
        asked=form.asked,
        office_decides=page.office_decides(actor(), today()),
        today=today(),
        **more,
    )


def _changed_since(version: int, page: ReportPage) -> list[tuple[str, str, str]]:
    """Return (field, what it was, what it is) of all that changed after a version."""
    found = comparing.compare(db.session(), actor(), page.view.report.id)
    place = len(found.versions) - version
    if not 0 < place < len(found.versions):
        return []
    return [
        (label(line.name), value_text(line.name, old), value_text(line.name, new))
        for line in found.lines
        for old, new in [(line.values[place], line.values[0])]
        if old != new
    ]


def _store(form: DetailForm, page: ReportPage, wanted: Revision, reason: str) -> Revised | None:
    """Store a wish; all that stands against it is put at its fields, and nothing is stored then."""
    present, report_id, now = actor(), page.view.report.id, now_utc()
    expected, confirmed = form.expected(), request.form.get("confirmed") == "1"
    try:
        judged = revising.judge(db.session(), present, report_id, wanted, today())
    except Refusal as refusal:
        form.place(refusal)
        return None
    questions = () if confirmed else judged.questions
    for objection in judged.objections:
        form.place(objection)
    for question in questions:
        form.ask(question)
    if form.errors:
        return None

    def work(writing: Session) -> Revised:
        return revising.revise(
            writing, present, report_id, expected, wanted, reason, now, asks=not confirmed
        )

    return stored(form, work, {code: name for code, name in AT_FIELD.items() if name in form})


def _told(page: ReportPage, done: Revised, was: str) -> ResponseReturnValue:
    """Say what became of a report that was complete or not before, on its page."""
    if done.case_id is not None:
        told = gettext(
            "Voorgelegd aan KOM als zaak %(number)s. Het verslag verandert als KOM het aanneemt.",
            number=done.case_id,
        )
        flash(told, "warn")
    elif was == ReportState.COMPLETE or request.endpoint == "reports.correct":
        flash(gettext("De correctie staat: dit is nu versie %(n)s.", n=done.version), "ok")
    elif done.state is ReportState.COMPLETE:
        flash(gettext("Het verslag is volledig."), "ok")
    else:
        flash(gettext("Bewaard. Het verslag is nog niet volledig."), "warn")
    return redirect(url_for("reports.report_page", report_id=page.view.report.id))


def _choices(form: CorrectForm, page: ReportPage) -> Sequence[Whereabouts]:
    """Offer the installations that may be meant: the present one, and what was looked for."""
    session = db.session()
    chosen = str(form.installation.data or "")[:32]
    if not (chosen.isascii() and chosen.isalnum()):
        chosen = page.revision.installation
    found: list[Whereabouts] = []
    typed = str(form.look_for.data or "")
    if request.method == "POST" and typed:
        found = whereabouts.meant(session, actor(), typed, today())
    known = whereabouts.named(session, list(dict.fromkeys([page.revision.installation, chosen])))
    seen = {one.public_id for one in known}
    every = [*known, *(one for one in found if one.public_id not in seen)]
    form.installation.choices = choices_of((one.public_id, _words_of(one)) for one in every)
    if len(found) == 1:
        form.installation.data = found[0].public_id
        form.look_for.data, form.look_for.raw_data = "", []
    return every


def _words_of(one: Whereabouts) -> str:
    named = f" · {one.name}" if one.name else ""
    kind = str(words.PARLOUR_TYPES[one.parlour_type]).lower()
    return gettext(
        "%(farm)s, %(place)s%(name)s (%(kind)s, %(units)s standen)",
        farm=one.farm,
        place=one.place,
        name=named,
        kind=kind,
        units=one.unit_count,
    )


def _wanted(form: CorrectForm, page: ReportPage) -> Revision | None:
    """Return what is wanted, to be judged; None when too little of it is clear.

    What is not clear is told at its field.

    A number that still stands beside `geen KOM` or `kb` as it was, was not typed.
    """
    marks = {one for one in form.ending.raw_data or [] if one in VISIT_ENDINGS}
    present = page.view.number
    typed = str(form.number.data or "")
    untouched = present is not None and typed == present.printed
    number = "" if untouched and marks and Ending.STICKER not in marks else typed
    told = {Ending(mark) for mark in marks} - {Ending.STICKER}
    names = {str(words.ENDINGS[mark]) for mark in told}
    day = form.service_date.data or today()
    marked_from = regulations()[0].valid_from
    try:
        require_one_mark(number, names, day, marked_from)
    except Refusal as refusal:
        form.place(refusal)
    known = {str(value) for value, *_ in form.installation.iter_choices()}
    if form.installation.data not in known:
        add_error(form.installation, gettext("Kies een installatie uit de lijst, of zoek haar."))
    if form.look_for.data:
        add_error(form.look_for, _which(form, str(form.look_for.data)))
    if not form.is_clear(*CLEAR):
        return None
    revision = form.revision(page.revision)
    unmarked = Ending.UNMARKED if not number and day < marked_from else Ending.STICKER
    return replace(
        revision,
        ending=told.pop() if told else unmarked,
        number=number,
        service_date=form.service_date.data,
        mechanic=form.mechanic.data,
        installation=str(form.installation.data),
        parlour_type=ParlourType(form.parlour_type.data),
        species=Species(form.species.data),
        unit_count=form.unit_count.data,
    )


def _which(form: CorrectForm, typed: str) -> str:
    if len(list(form.installation.iter_choices())) > 1:
        return gettext(
            "“%(value)s” kan meer dan een installatie zijn. Kies hierboven welke u bedoelt en maak "
            "dit veld leeg.",
            value=shown_text(typed),
        )
    return gettext(
        "“%(value)s” is niet gevonden bij de bedrijven die u mag zien. Zoek op een ander woord, of "
        "maak dit veld leeg.",
        value=shown_text(typed),
    )
