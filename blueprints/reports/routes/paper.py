"""The paper stack: its batches, the page on which lines are keyed, and the receipt.

A line is sent by a form. With script the same answer comes as the parts that changed, so that the
next line can be typed at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints import words
from blueprints.database import db, write
from blueprints.fields import form_page, place_refusal, stored
from blueprints.files import LIST_FILE, columns_file, paged
from blueprints.guard import actor
from blueprints.listing import Filters, Listing, wanted
from blueprints.reports.blueprint import blueprint
from blueprints.reports.paper_forms import (
    KEPT,
    BatchForm,
    CloseForm,
    LineForm,
    field_of,
    read_line,
    require_whole,
)
from blueprints.scanning.sending import page_device, sent
from kombeheer.clock import now_utc, today
from kombeheer.rules.accounts import Right
from kombeheer.rules.refusal import Refusal
from kombeheer.services.listing import Page, Wanted
from kombeheer.services.parties.dealers import active_dealers
from kombeheer.services.reports import batches, paper, receipts, sheets
from kombeheer.services.reports.batches import BatchLine
from kombeheer.services.reports.paper import Entered
from kombeheer.services.reports.places import Place
from kombeheer.services.reports.sheets import Looked, Sheet
from kombeheer.tables.sheets import Column, Kind
from kombeheer.wording import sentence
from models.parties import Dealer
from models.reports import PaperBatch

LINES_SHOWN = 10
COLUMNS = (
    (Column("Stapel", width=14), lambda line: line.batch.reference),
    (Column("Dealer", width=30), lambda line: line.dealer.name),
    (Column("Dealernummer", width=14), lambda line: line.dealer.number),
    (Column("Ontvangen", Kind.DAY, 12), lambda line: line.batch.received_on),
    (Column("Ingevoerd", Kind.COUNT, 10), lambda line: line.entered),
    (Column("Aangekondigd", Kind.COUNT, 13), lambda line: line.batch.announced_count),
    (
        Column("Dagen onderweg", width=15),
        lambda line: None if line.days is None else f"{line.days:.1f}".replace(".", ","),
    ),
    (Column("Stand", width=12), lambda line: str(words.BATCH_STATES[line.batch.state])),
    (Column("Reden van verschil", width=40), lambda line: line.batch.difference_reason),
)
Batch = tuple[PaperBatch, Dealer]


def _asked(filters: Filters) -> Callable[[Session, Wanted], tuple[Page, list[BatchLine]]]:
    """Return how the list is read that the address asks for."""
    query = filters.text("q", gettext("Stapel of dealer"))
    state = filters.choice("state", gettext("Stand"), words.BATCH_STATES)
    present = actor()
    return lambda session, page: batches.list_batches(
        session, present, page, query=query, state=state
    )


@blueprint.get(f"/batches/{LIST_FILE}")
def batches_file(extension: str) -> Response:
    """Send the batches of the list as a file."""
    filters = Filters()
    read = _asked(filters)
    return columns_file(extension, "stapels", COLUMNS, paged(lambda *of: read(*of)[1]), filters)


@blueprint.get("/batches/")
def batches_page() -> str:
    """List the batches, each with how far it is and how long its sheets were on their way."""
    filters, session, present = Filters(), db.session(), actor()
    page, lines = _asked(filters)(session, wanted())
    averages = batches.average_days(session, present, today()) if not filters.chosen else []
    listing = Listing(page, filters, lines, file="reports.batches_file")
    return render_template("reports/paper_list.html", listing=listing, averages=averages)


@blueprint.route("/batches/new", methods=["GET", "POST"])
def new_batch() -> ResponseReturnValue:
    """Open a batch for a stack that came in."""
    form, present, now = BatchForm(received_on=today()), actor(), now_utc()
    dealers = active_dealers(db.session(), today())
    form.dealer.choices = [("", ""), *((str(one.id), one.name) for one in dealers)]
    if form.validate_on_submit():
        chosen = (int(form.dealer.data), form.received_on.data, form.announced_count.data)
        made = stored(
            form,
            lambda writing: batches.open_batch(writing, present, *chosen, now).reference,
            {
                "reports.batch_day_in_future": "received_on",
                "reports.batch_count_impossible": "announced_count",
            },
        )
        if made is not None:
            return redirect(url_for("reports.batch_page", reference=made))
    return form_page("reports/paper_new.html", form)


def _batch(reference: str) -> Batch:
    return batches.find_batch(db.session(), actor(), reference)


@blueprint.get("/batches/<reference>")
def batch_page(reference: str) -> ResponseReturnValue:
    """Show a batch: the line to be typed, what there is by now, and the last lines."""
    batch, dealer = _batch(reference)
    done = request.args.get("done", "")
    kept = {name: request.args.get(name, "") for name in KEPT}
    form = _next_line(kept if any(kept.values()) else _kept_of_last(batch))
    return _page(batch, dealer, form, done=done, completes=request.args.get("scanned") == "1")


def _kept_of_last(batch: PaperBatch) -> dict[str, str]:
    """Return what the next line keeps of the last one that is stored."""
    last = next(iter(receipts.sheets_of(db.session(), batch, 1)), None)
    if last is None:
        return {}
    return {
        "service_date": f"{last.report.service_date:%d-%m-%Y}",
        "mechanic": last.mechanic_number,
    }


def _next_line(kept: dict[str, str]) -> LineForm:
    """Return an empty line, but for what is kept from line to line."""
    return LineForm(formdata=None, token=str(uuid.uuid4()), **kept)


def _page(
    batch: PaperBatch,
    dealer: Dealer,
    form: LineForm,
    looked: Looked | None = None,
    place: Place | None = None,
    choices: list[Place] | None = None,
    done: str = "",
    completes: bool = False,
    close: CloseForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Return the page of a batch, or for script only the parts of it that change."""
    session = db.session()
    found = receipts.sheets_of(session, batch, LINES_SHOWN)
    template = "paper_work.html" if request.headers.get("X-Part") else "paper_batch.html"
    page = render_template(
        f"reports/{template}",
        batch=batch,
        dealer=dealer,
        form=form,
        focus="choice" if choices else "reason" if close else _focus(form, looked),
        outcome=_outcome(form, looked, done),
        **_told(form, looked),
        looked=looked,
        place=place,
        choices=choices or [],
        total=receipts.total_of(session, batch),
        sheets=found,
        laid=receipts.laid_of(session, batch),
        done=next((one for one in found if one.report.id == done), None),
        laid_now=done == "case",
        completes=completes,
        close=close or CloseForm(formdata=None),
    )
    return page, status


def _place_at_fields(form: LineForm, looked: Looked) -> None:
    """Put what stands against a line at its fields, or above it."""
    for refusal in looked.against:
        name = field_of(refusal)
        place_refusal(form, refusal, {} if name is None else {refusal.code: name})


def _told(form: LineForm, looked: Looked | None) -> dict[str, list[tuple[str, str]]]:
    """Return what is said about a line, each with the label of its field.

    That is what stands against it, what a scan would be answered with, and what is asked.
    """

    def label(name: str | None) -> str:
        return "" if name is None else str(form[name].label.text)

    against = [("", words) for words in form.form_errors]
    against += [(label(field.name), words) for field in form.line() for words in field.errors]
    answered = {sentence(one, gettext) for one in looked.answered} if looked is not None else set()
    asked = []
    for refusal in looked.asked if looked is not None else ():
        told = sentence(refusal, gettext)
        if refusal.code.startswith("reports.needs_"):
            told = gettext("Op het papier ontbreekt: %(what)s.", what=told)
        asked.append((label(field_of(refusal)), told))
    return {
        "against": [one for one in against if one[1] not in answered],
        "answered": [one for one in against if one[1] in answered],
        "asked": asked,
    }


def _outcome(form: LineForm, looked: Looked | None, done: str) -> str:
    """Return what became of a line, for the ear and for script."""
    if form.errors:
        return "refused"
    if looked is not None and looked.asked:
        return "waits"
    return "stored" if done else ""


def _focus(form: LineForm, looked: Looked | None) -> str:
    """Return where typing goes on: at the first thing to mend, to confirm, or to fill in."""
    wrong = next((field.name for field in form.line() if field.errors), None)
    if wrong is not None:
        return wrong
    if looked is not None and looked.asked and not looked.against:
        return "store"
    if all(form[name].data for name in KEPT):
        return "installation"
    return KEPT[0]


@blueprint.post("/batches/<reference>")
def enter_line(reference: str) -> ResponseReturnValue:
    """Store a line; or say what stands against it, or ask what is to be confirmed."""
    batch, dealer = _batch(reference)
    form = LineForm()
    is_readable = form.validate()
    sheet, choices = read_line(form, db.session(), batch)
    require_whole(form, choices)
    if not is_readable or form.errors:
        looked = sheets.look(db.session(), actor(), batch, sheet, now_utc())
        return _refused(batch, dealer, form, looked, sheet, choices)
    try:
        entered = _store(batch, sheet, form)
    except Refusal as refusal:
        _batch(reference)
        name = field_of(refusal)
        place_refusal(form, refusal, {refusal.code: name} if name is not None else {})
        return _refused(batch, dealer, form, None, sheet, [])
    if not entered.is_stored:
        return _refused(batch, dealer, form, entered.looked, sheet, [])
    return _stored(reference, form, entered)


def _store(batch: PaperBatch, sheet: Sheet, form: LineForm) -> Entered:
    present, now, device_id = actor(), now_utc(), page_device()
    batch_id, confirmed, lays = batch.id, form.question.data or "", "lay" in request.form
    return write(
        lambda writing: paper.enter_line(
            writing, present, device_id, batch_id, sheet, now, confirmed=confirmed, lays=lays
        )
    )


def _stored(reference: str, form: LineForm, entered: Entered) -> ResponseReturnValue:
    kept = {name: form[name].data for name in KEPT}
    done = entered.report_id or "case"
    if request.headers.get("X-Part"):
        batch, dealer = _batch(reference)
        return _page(batch, dealer, _next_line(kept), done=done, completes=entered.completes)
    kept |= {"scanned": "1"} if entered.completes else {}
    return redirect(url_for("reports.batch_page", reference=reference, done=done, **kept), 303)


def _refused(
    batch: PaperBatch,
    dealer: Dealer,
    form: LineForm,
    looked: Looked | None,
    sheet: Sheet,
    choices: list[Place],
) -> ResponseReturnValue:
    """Return the line as it was typed, with what was said about it, at the fields too."""
    if looked is not None:
        _place_at_fields(form, looked)
    form.token.data = str(uuid.uuid4())
    form.question.data = looked.question if looked is not None else ""
    form.token.raw_data = form.question.raw_data = None
    return _page(batch, dealer, form, looked, sheet.place, choices, status=422)


@blueprint.post("/batches/<reference>/check")
def check_line(reference: str) -> ResponseReturnValue:
    """Tell what is found of a line so far and what stands against it; nothing is stored."""
    batch, dealer = _batch(reference)
    form = LineForm()
    form.validate()
    sheet, choices = read_line(form, db.session(), batch)
    looked = sheets.look(db.session(), actor(), batch, sheet, now_utc())
    _place_at_fields(form, looked)
    return render_template(
        "reports/paper_said.html",
        batch=batch,
        dealer=dealer,
        form=form,
        looked=looked,
        place=sheet.place,
        choices=choices,
        done=None,
        laid_now=False,
        **_told(form, looked),
    )


@blueprint.post("/batches/<reference>/undo")
def undo_line(reference: str) -> ResponseReturnValue:
    """Take back a line of this batch."""
    batch, _ = _batch(reference)
    present, now, device_id = actor(), now_utc(), page_device()
    batch_id, report_id, withdrawal = batch.id, sent("report"), str(uuid.uuid4())
    try:
        withdrawn = write(
            lambda writing: paper.take_back(
                writing, present, device_id, batch_id, report_id, withdrawal, now
            )
        )
    except Refusal as refusal:
        flash(sentence(refusal, gettext), "bad")
    else:
        told = gettext("Het verslag is ongedaan gemaakt; leg dit papier opnieuw voor.")
        kept = gettext("Het verslag staat niet meer in deze stapel; de scan zelf blijft staan.")
        flash(told if withdrawn else kept, "ok")
    return redirect(url_for("reports.batch_page", reference=reference))


@blueprint.post("/batches/<reference>/close")
def close_batch(reference: str) -> ResponseReturnValue:
    """Close a batch that fits its stack, or one that does not, with the reason."""
    batch, dealer = _batch(reference)
    form, present, now = CloseForm(), actor(), now_utc()
    if form.validate():
        reason = form.reason.data or ""
        at_field = {"reports.batch_differs": "reason", "reports.reason_long": "reason"}
        closed = stored(
            form,
            lambda writing: batches.close_batch(writing, present, reference, reason, now).id,
            at_field,
        )
        if closed is not None:
            return redirect(url_for("reports.receipt_page", reference=reference))
    batch, dealer = _batch(reference)
    return _page(batch, dealer, _next_line(_kept_of_last(batch)), close=form, status=422)


@blueprint.post("/batches/<reference>/reopen")
def reopen_batch(reference: str) -> ResponseReturnValue:
    """Have a closed batch take lines again."""
    present, now = actor(), now_utc()
    _batch(reference)
    try:
        write(lambda writing: batches.reopen_batch(writing, present, reference, now).id)
    except Refusal as refusal:
        flash(sentence(refusal, gettext), "bad")
    return redirect(url_for("reports.batch_page", reference=reference))


@blueprint.get("/batches/<reference>/receipt")
def receipt_page(reference: str) -> str:
    """Show what a batch came to, as the dealer gets it back and as it is printed."""
    batch, dealer = _batch(reference)
    receipt = receipts.receipt_of(db.session(), batch, dealer)
    may_register = actor().may(Right.REPORTS_REGISTER)
    return render_template("reports/paper_receipt.html", receipt=receipt, may_open=may_register)
