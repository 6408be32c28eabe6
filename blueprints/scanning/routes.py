"""The visit page: identify the installation, choose the ending, scan the sticker, and the next.

Works without script. A scan by page is a batch of one, asked before the sticker is stuck.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.database import db, write
from blueprints.fields import shown
from blueprints.guard import actor
from blueprints.scanning.forms import UncheckedInstallationForm, VisitSettingsForm
from blueprints.scanning.sending import page_event, raw_bytes, send, sent
from blueprints.sites.due import due_lines
from kombeheer.clock import now_utc, today
from kombeheer.rules.accounts import Role
from kombeheer.rules.calendar import AMSTERDAM
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.scanning import (
    EVENT_ID_LENGTH_MAX,
    VISIT_ENDINGS,
    Ending,
    EventKind,
    NewInstallation,
    Visit,
    stop_id_for,
)
from kombeheer.rules.sites import ParlourType, configuration_objection
from kombeheer.services.reports import counting
from kombeheer.services.scanning import devices, visits
from kombeheer.services.scanning.store import Answer
from kombeheer.services.sites import registering
from kombeheer.services.sites.due import Due
from kombeheer.wording import sentence
from models.parties import Mechanic

blueprint = Blueprint("scanning", __name__, url_prefix="/scanning")

LATE_OR_SOON = (Due.BEYOND, Due.TOLERATED, Due.SOON)
ENDING_KEYS = {"1": Ending.STICKER, "2": Ending.GEEN_KOM, "3": Ending.KB}


def visit_day() -> date:
    """Return the service date of the visits that follow: today, unless chosen otherwise today."""
    chosen = session.get("visit_day")
    if chosen and chosen[0] == today().isoformat():
        return date.fromisoformat(chosen[1])
    return today()


def visit_mechanic() -> Mechanic | None:
    """Return whose visits follow; None when he has still to be chosen."""
    choices = visits.mechanics_on(db.session(), actor(), visit_day())
    if len(choices) == 1:
        return choices[0]
    chosen = session.get("visit_mechanic")
    return next((one for one in choices if one.number == chosen), None)


def _show(step: str, **more: object) -> str:
    start = datetime.combine(today(), time(), AMSTERDAM).astimezone(UTC)
    until = start + timedelta(days=1, hours=1)
    at_kom, newest = visits.visits_of_day(db.session(), actor(), start, until)
    return render_template(
        f"scanning/{step}.html",
        day=visit_day(),
        mechanic=visit_mechanic(),
        at_kom=at_kom,
        visits=newest,
        waiting=visits.waiting_since(db.session(), actor(), start),
        left=visits.stickers_left(db.session(), actor(), visit_day()),
        scan_token=str(uuid.uuid4()),
        **more,
    )


@blueprint.get("/visit")
def visit_start() -> ResponseReturnValue:
    """Wait for last year's sticker; show how the last visit ended, or what was found."""
    if visit_mechanic() is None:
        return redirect(url_for("scanning.visit_settings"))
    query = _visible(request.args.get("q", ""))
    done = _done(request.args.get("done", ""))
    if not query:
        due = due_lines(which=LATE_OR_SOON) if actor().role is Role.DEALER else []
        lines = [*_incomplete_lines(), *due]
        return _show("visit_start", done=done, feedback=_feedback(done), lines=lines)
    found = visits.search_installations(db.session(), actor(), query[:120], visit_day())
    return _show("visit_start", done=None, query=query, choices=found)


def _incomplete_lines() -> list[dict[str, Any]]:
    """Return the line that opens the reports which still lack something; none without one."""
    count = counting.count_incomplete(db.session(), actor())
    label, url = (
        gettext("Verslagen aan te vullen"),
        url_for("reports.list_page", state="incomplete"),
    )
    return [{"label": label, "detail": "", "count": count, "url": url}] if count else []


def _done(event_id: str) -> Answer | None:
    if not event_id or len(event_id) > EVENT_ID_LENGTH_MAX:
        return None
    try:
        return devices.present_decision(db.session(), actor(), event_id)
    except Refusal:
        return None


def _feedback(done: Answer | None) -> str:
    if done is None:
        return ""
    return {"accepted": "done", "queued": "waits"}.get(done.outcome, "refused")


@blueprint.post("/visit")
def identify() -> ResponseReturnValue:
    """Take last year's sticker to its installation; anything else is searched for."""
    typed = request.form.get("raw", "").strip()
    raw = _visible(typed)
    if typed and not raw:
        unreadable = Refusal("scanning.unreadable", value=shown(typed))
        return _show("visit_start", done=None, refusal=unreadable, feedback="refused"), 422
    if not raw:
        return redirect(url_for("scanning.visit_start"))
    if not any(sign.isdigit() for sign in raw) or not _looks_like_number(raw):
        return redirect(url_for("scanning.visit_start", q=raw[:120]))
    try:
        public_id, digits = visits.installation_of_number(db.session(), raw_bytes(raw))
    except Refusal as refusal:
        choices = visits.search_installations(db.session(), actor(), raw[:120], visit_day())
        if choices:
            return redirect(url_for("scanning.visit_start", q=raw[:120]))
        page = _show("visit_start", done=None, refusal=refusal, feedback="refused")
        return page, 422
    return redirect(url_for("scanning.visit_ending", installation=public_id, via=digits))


def _visible(text: str) -> str:
    """Return a text with a space for every sign that cannot be seen, such as U+0000."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def _looks_like_number(raw: str) -> bool:
    letters = sum(sign.isalpha() for sign in raw)
    return letters == 0 or "/s/" in raw.casefold() or raw.startswith("]")


def _installation(public_id: str) -> visits.InstallationView:
    via = request.values.get("via", "")[:40]
    return visits.show_installation(db.session(), actor(), public_id, via, visit_day())


@blueprint.get("/visit/<installation>")
def visit_ending(installation: str) -> ResponseReturnValue:
    """Ask how the visit ends; a scanned sticker means approved."""
    if visit_mechanic() is None:
        return redirect(url_for("scanning.visit_settings"))
    return _show("visit_ending", installation=_installation(installation), via=_via())


def _via() -> str:
    return request.values.get("via", "")[:40]


@blueprint.post("/visit/<installation>")
def choose_ending(installation: str) -> ResponseReturnValue:
    """Take a key, a button or a new sticker."""
    raw = request.form.get("raw", "").strip()
    ending = ENDING_KEYS.get(raw) or _ending(request.form.get("ending", ""))
    if raw and raw not in ENDING_KEYS:
        return _record(installation, Ending.STICKER, raw)
    if ending is None:
        return redirect(url_for("scanning.visit_ending", installation=installation, via=_via()))
    if ending is Ending.STICKER:
        return redirect(url_for("scanning.visit_sticker", installation=installation, via=_via()))
    return _record(installation, ending, "")


def _ending(word: str) -> Ending | None:
    return Ending(word) if word in VISIT_ENDINGS else None


@blueprint.get("/visit/<installation>/sticker")
def visit_sticker(installation: str) -> ResponseReturnValue:
    """Wait for the new sticker."""
    if visit_mechanic() is None:
        return redirect(url_for("scanning.visit_settings"))
    found, metres = _installation(installation), regulation_on(today()).sticker_distance_max_metres
    return _show("visit_sticker", installation=found, via=_via(), metres=metres)


@blueprint.post("/visit/<installation>/sticker")
def record_sticker(installation: str) -> ResponseReturnValue:
    """Record the new sticker, or show the objection with the ways out."""
    return _record(installation, Ending.STICKER, request.form.get("raw", ""))


def _record(public_id: str, ending: Ending, raw: str) -> ResponseReturnValue:
    """Record a visit; a question or an objection comes back to the step where it can be mended."""
    mechanic = visit_mechanic()
    if mechanic is None:
        return redirect(url_for("scanning.visit_settings"))
    installation = _installation(public_id)
    confirmed = request.form.get("confirmed") == "1"
    question = visits.early_day(db.session(), installation, visit_day())
    if question is not None and not confirmed:
        return _back(installation, ending, raw, asked=question, feedback="waits")
    insists = request.form.get("insist") == "1"
    visit = Visit(
        stop_id_for(mechanic.number, installation.site, visit_day()),
        mechanic.number,
        visit_day(),
        ending,
        installation=installation.public_id,
    )
    answer = send(page_event(EventKind.VISIT, raw, visit), person_decides=insists)
    if answer.outcome in ("accepted", "queued") and answer.code != "scanning.already_recorded":
        return redirect(url_for("scanning.visit_start", done=answer.id))
    may_insist = all(one.code not in NO_FACT for one in answer.objections)
    more = {"confirmed": confirmed, "may_insist": may_insist, "feedback": "refused"}
    return _back(installation, ending, raw, refused=answer, **more)


def _back(
    installation: visits.InstallationView, ending: Ending, raw: str, **more: object
) -> ResponseReturnValue:
    """Show again the step that a scan came from, with the scan; `more` tells why.

    A question keeps the token of the scan: the answer sends the same visit, not a second one.
    """
    step = "visit_sticker" if ending is Ending.STICKER else "visit_ending"
    page = _show(
        step,
        installation=installation,
        via=_via(),
        sent_raw=raw[:200],
        sent_ending=ending,
        sent_token=request.form.get("scan_token", "")[:64],
        sent_insist=request.form.get("insist", "")[:1],
        **more,
    )
    return page, 422


NO_FACT = frozenset(
    {
        "scanning.already_recorded",
        "scanning.ending_with_number",
        "scanning.id_used",
        "scanning.number_missing",
        "scanning.unreadable",
        "stickers.check_digits_wrong",
        "stickers.digits_wrong",
    }
)


@blueprint.post("/visit/undo")
def undo() -> ResponseReturnValue:
    """Undo a visit that was recorded a moment ago; the sticker can be used again."""
    corrects = sent("event")
    if _done(corrects) is None:  # else anything at all would be stored for ever
        told = shown(request.form.get("event", "")) or gettext("zonder kenmerk")
        unknown = Refusal("scanning.target_unknown", id=told)
        flash(sentence(unknown, gettext), "bad")
        return redirect(url_for("scanning.visit_start"))
    event = page_event(EventKind.WITHDRAW, "", None, corrects)
    answer = send(event, person_decides=False)
    if answer.outcome == "accepted":
        told = gettext("Het bezoek is ongedaan gemaakt.")
        if answer.number:
            told += " " + gettext("Zijn sticker kunt u opnieuw gebruiken.")
        flash(told, "ok")
    else:
        flash(" ".join(sentence(one, gettext) for one in answer.objections), "bad")
    return redirect(url_for("scanning.visit_start"))


@blueprint.route("/settings", methods=["GET", "POST"])
def visit_settings() -> ResponseReturnValue:
    """Choose whose visits follow, and of which day when that is not today."""
    form = VisitSettingsForm(service_date=visit_day(), mechanic=session.get("visit_mechanic"))
    day = form.service_date.data or visit_day()
    choices = visits.mechanics_on(db.session(), actor(), day)
    form.mechanic.choices = [(one.number, f"{one.name} ({one.number})") for one in choices]
    if request.method == "POST" and form.validate():
        if form.service_date.data > today():
            form.service_date.errors = [gettext("Deze dag moet nog komen. Kies vandaag of eerder.")]
        else:
            session["visit_mechanic"] = form.mechanic.data
            session["visit_day"] = [today().isoformat(), form.service_date.data.isoformat()]
            return redirect(url_for("scanning.visit_start"))
    status = 422 if form.errors else 200
    age_max = timedelta(days=regulation_on(today()).service_date_age_max_days)
    page = render_template(
        "scanning/visit_settings.html",
        form=form,
        choices=choices,
        oldest=today() - age_max,
        newest=today(),
    )
    return page, status


@blueprint.route("/new-installation", methods=["GET", "POST"])
def new_installation() -> ResponseReturnValue:
    """Register a farm and installation on the spot; the visit goes on at once."""
    form = UncheckedInstallationForm(farm=request.args.get("farm", "")[:120])
    dealer_id = visits.dealer_of(db.session(), actor(), visit_day())
    if dealer_id is None:
        raise Refusal("parties.not_employed", mechanic=actor().name, day=visit_day().isoformat())
    if request.method == "POST" and form.validate():
        made = _new_installation(form)
        if made is not None:
            present, now, day = actor(), now_utc(), visit_day()
            public_id = write(
                lambda writing: registering.register_one_unchecked(
                    writing, present, made, dealer_id, day, now
                )
            )
            return redirect(url_for("scanning.visit_ending", installation=public_id))
    return _show("new_installation", form=form), 422 if form.errors else 200


def _new_installation(form: UncheckedInstallationForm) -> NewInstallation | None:
    boxes, pumps = form.box_count.data, form.vacuum_pump_count.data
    facilities = form.cleaning_facility_count.data
    parlour_type = ParlourType(form.parlour_type.data)
    objection = configuration_objection(parlour_type, boxes, pumps, facilities)
    if objection is not None:
        form.box_count.errors = [sentence(objection, gettext)]
        return None
    return NewInstallation(
        form.farm.data,
        form.place.data,
        parlour_type,
        form.species.data,
        form.unit_count.data,
        (form.postcode.data or "").strip(),
        boxes,
        pumps,
        facilities,
    )
