"""What can be taken over, a file to try, and how far each run is."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from werkzeug.exceptions import RequestEntityTooLarge

from blueprints.database import database, db, write
from blueprints.fields import form_page
from blueprints.guard import actor
from blueprints.imports import words
from blueprints.imports.blueprint import blueprint
from blueprints.imports.forms import TryForm
from blueprints.listing import Filters, Listing, wanted
from kombeheer import import_runs
from kombeheer.clock import now_utc
from kombeheer.importing import Source
from kombeheer.rules.imports import FILE_BYTES_MAX, OPEN_STATES, Part, RunState
from kombeheer.rules.refusal import Refusal
from kombeheer.services.imports import runs
from kombeheer.wording import sentence
from models.imports import ImportRun


def _page(form: TryForm) -> ResponseReturnValue:
    page = runs.list_runs(db.session(), wanted())
    listing = Listing(page, Filters(), endpoint="imports.list_page", file="imports.list_file")
    return form_page("imports/list_page.html", form, listing=listing, told=words)


@blueprint.get("/")
def list_page() -> ResponseReturnValue:
    """Tell what can be taken over, ask for a file, and list the runs."""
    return _page(TryForm(formdata=None, kind=request.args.get("kind")))


@blueprint.post("/")
def try_file() -> ResponseReturnValue:
    """Keep a file and try it beside this request, which goes to the page of the run."""
    form = TryForm()
    with form.sent() as source:
        if source is None:
            return _page(form)
        public_id = _asked(source)
    import_runs.start(database())
    return redirect(url_for("imports.run_page", run=public_id))


def _asked(source: Source) -> str:
    present, now = actor(), now_utc()
    about = {"kind": source.kind, "file_name": source.name, "file_sha256": source.sha256}
    return write(lambda writing: runs.make_run(writing, present, now, file=source.file, **about))


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say so on the page itself; what was sent was not read, the kind is that of the address."""
    form = TryForm(formdata=None, kind=request.args.get("kind"))
    form.refuse(Refusal("imports.file_large", most=FILE_BYTES_MAX // 1024**2))
    body, _ = _page(form)
    return body, 413


def _taken_up(public_id: str) -> ImportRun:
    """Return a run; one that nobody does any more, begins anew."""
    run, now = runs.run_of(db.session(), public_id), now_utc()
    if runs.is_free(run, now) and not database().is_writing:
        import_runs.start(database())
    return run


@blueprint.get("/<public:run>")
def run_page(run: str) -> str:
    """Show how far a run is and what it found; when it is over, what to do next."""
    found = _taken_up(run)
    rows = runs.rows(db.session(), found.id, Part.SHOWN)
    return render_template(
        "imports/run_page.html",
        run=found,
        rows=list(rows),
        shown_max=import_runs.SHOWN_MAX,
        is_over=found.state not in OPEN_STATES,
        may_enter=runs.may_enter(found) and runs.has_file(db.session(), found),
        told=words,
        states=RunState,
    )


@blueprint.get("/<public:run>/progress")
def progress(run: str) -> Response:
    """Tell a script how far a run is."""
    found = _taken_up(run)
    return jsonify(
        is_over=found.state not in OPEN_STATES,
        line=found.line_count,
        total=found.total_lines if found.state == RunState.READING else 0,
        words={
            "state": str(words.state_of(found)[2]),
            "read": words.read(found),
            **{name: format_decimal(count) for name, _, count, _ in words.figures(found)},
        },
    )


@blueprint.post("/<public:run>/enter")
def enter(run: str) -> ResponseReturnValue:
    """Import a file that was tried, beside this request."""
    present, now = actor(), now_utc()
    try:
        write(lambda writing: runs.enter(writing, present, now, run))
    except Refusal as refusal:
        flash(sentence(refusal, gettext), "bad")
    else:
        import_runs.start(database())
    return redirect(url_for("imports.run_page", run=run))
