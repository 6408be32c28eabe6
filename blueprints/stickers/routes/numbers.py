"""Where the stickers are: the overview, the list, one number with its codes, one document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.database import db
from blueprints.fields import shown
from blueprints.files import LIST_FILE, columns_file, paged, subjects_file
from blueprints.guard import actor, may
from blueprints.listing import Filters, Listing, file_links, wanted
from blueprints.stickers import words
from blueprints.stickers.blueprint import blueprint, document_id
from kombeheer.clock import today
from kombeheer.printing.barcodes import barcode_svg
from kombeheer.printing.qrcodes import qrcode_svg
from kombeheer.rules.accounts import Role
from kombeheer.rules.numbers import range_text, read_serial
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import AccountKind
from kombeheer.services.listing import Page, Wanted
from kombeheer.services.parties.dealers import active_dealers
from kombeheer.services.scanning.lookup import load_stickers
from kombeheer.services.stickers import life, lists, places, scope, series, standing
from kombeheer.services.stickers.ledger import series_format
from kombeheer.tables.sheets import Column, Kind
from models.parties import Dealer
from models.stickers import Sticker, StickerSeries
from scanners.reading import read_keys

SERIES_SHOWN = 4
IN_HAND = (AccountKind.DEALER, AccountKind.MECHANIC)
COLUMNS = (
    (Column("Nummer", width=16), lambda line: line.number.printed),
    (Column("Serie", width=8), lambda line: line.series.code),
    (Column("Waar", width=26), lambda line: str(words.ACCOUNTS[line.account.kind].word)),
    (Column("Bij", width=34), lambda line: line.holder.name if line.holder else None),
    (Column("Plaats", width=20), lambda line: line.holder.place if line.holder else None),
    (Column("Uitgegeven", Kind.DAY, 12), lambda line: line.issued_on),
)
OF_DEALER = (
    Column("Dealer", width=30),
    lambda line: line.dealer.name if line.dealer else None,
)


@blueprint.get("/")
def overview() -> ResponseReturnValue:
    """Show how many numbers are where; a reader is sent to the page that answers everybody."""
    present, session = actor(), db.session()
    if present.role is Role.READER:
        return redirect(url_for("stickers_public.entry"))
    every = sorted(
        series.all_series(session), key=lambda one: not one.valid_from <= today() <= one.valid_until
    )
    chosen = every if request.args.get("all") else every[:SERIES_SHOWN]
    counts = lists.counts_by_series(session, present, today(), chosen)
    if not scope.sees_all(present):
        counts = [one for one in counts if one.total]
    known = {
        "counts": counts,
        "kinds": [kind for kind in AccountKind if any(one.counts.get(kind) for one in counts)],
        "hidden": len(every) - len(chosen),
        "looks": words.ACCOUNTS,
        "today": today(),
        "files": file_links("stickers.overview_file"),
    }
    if scope.sees_all(present):
        return render_template("stickers/overview_page.html", **known)
    own = scope.own_dealers(session, present, today())
    parcels = [parcel for dealer in sorted(own) for parcel in places.parcels(session, dealer)]
    names = {one.id: one for one in every}
    return render_template(
        "stickers/own_page.html",
        parcels=parcels,
        parcel_ranges={
            one.document_id: [
                _range_text(names[piece.series_id], piece.first, piece.last) for piece in one.pieces
            ]
            for one in parcels
        },
        in_hand=_in_hand(own, every),
        applied=_applied(own, every),
        **known,
    )


@blueprint.get(f"/{LIST_FILE}")
def overview_file(extension: str) -> Response:
    """Send the ranges that dealers were issued, with what became of them, of every series."""
    return subjects_file(
        extension, "stickers", lambda session: ([one.id] for one in series.all_series(session))
    )


def _range_text(row: StickerSeries, first: int, last: int) -> str:
    return range_text(series_format(row), first, last)


def _held(one: StickerSeries, ranges: Sequence[tuple[int, int]], **more: Any) -> dict[str, Any]:
    return {
        "series": one,
        "count": sum(last - first + 1 for first, last in ranges),
        "ranges": [_range_text(one, first, last) for first, last in ranges],
        **more,
    }


def _in_hand(own: frozenset[int], every: Sequence[StickerSeries]) -> list[dict[str, Any]]:
    """Return the ranges a dealer has, by series and by who holds them, the newest series first."""
    rows = lists.held_ranges(db.session(), own, IN_HAND)
    return [
        _held(one, ranges, who=holder.name if holder is not None else "", kind=account.kind)
        for one in every
        for account, holder, ranges in rows.get(one.id, ())
    ]


def _applied(own: frozenset[int], every: Sequence[StickerSeries]) -> list[dict[str, Any]]:
    """Return the ranges a dealer has stuck, of the newest series."""
    rows = lists.applied_ranges(db.session(), own, [one.id for one in every[:SERIES_SHOWN]])
    return [_held(one, rows[one.id]) for one in every if one.id in rows]


def _dealers() -> Sequence[Dealer]:
    """Return the dealers by whom the list can be filtered; none for who sees one."""
    return active_dealers(db.session(), today()) if scope.sees_all(actor()) else []


def _asked(
    filters: Filters, every: Sequence[StickerSeries], dealers: Sequence[Dealer]
) -> Callable[[Session, Wanted], Page]:
    """Return how the list is read that the address asks for."""
    code = filters.choice("series", gettext("Serie"), {one.code: one.code for one in every})
    kind = filters.choice("account", gettext("Waar"), words.PLACES)
    dealer = filters.choice("dealer", gettext("Dealer"), {one.number: one.name for one in dealers})
    typed = filters.text("q", gettext("Nummer"))
    serials = _serials(typed, [one for one in every if code in ("", one.code)])
    present, day = actor(), today()
    return lambda session, page: lists.list_numbers(
        session,
        present,
        day,
        page,
        series_code=code,
        kind=AccountKind(kind) if kind else None,
        dealer_number=dealer,
        serials=serials,
    )


@blueprint.get(f"/numbers/{LIST_FILE}")
def list_file(extension: str) -> Response:
    """Send the numbers of the list as a file, one by one."""
    filters = Filters()
    read = _asked(filters, series.all_series(db.session()), _dealers())

    def lines(session: Session, page: Wanted) -> Sequence[Any]:
        return lists.lines_of(session, read(session, page).items)

    columns = [*COLUMNS, OF_DEALER] if scope.sees_all(actor()) else COLUMNS
    return columns_file(extension, "nummers", columns, paged(lines), filters)


@blueprint.get("/numbers")
def list_page() -> str:
    """List numbers one by one."""
    filters, session = Filters(), db.session()
    every, dealers = series.all_series(session), _dealers()
    page = _asked(filters, every, dealers)(session, wanted())
    listing = Listing(page, filters, lists.lines_of(session, page.items), file="stickers.list_file")
    return render_template(
        "stickers/list_page.html",
        listing=listing,
        series=every,
        dealers=dealers,
        looks=words.ACCOUNTS,
        places=words.PLACES,
        sees_all=scope.sees_all(actor()),
    )


def _serials(typed: str, every: Sequence[StickerSeries]) -> tuple[int, int] | None:
    """Return the serial that was typed, as a range of one; an impossible one when it is none."""
    if not typed:
        return None
    for one in every:
        try:
            serial = read_serial(typed, series_format(one))
        except Refusal:
            continue
        return serial, serial
    return 0, 0


def _found(digits: str) -> tuple[Sticker, StickerSeries] | None:
    """Return the sticker an address names; `series` says which, when old series share digits."""
    try:
        _, keys = read_keys(digits.encode("utf-8", "replace"))
    except Refusal:
        return None
    found = lists.matching(db.session(), actor(), today(), keys)
    code = request.args.get("series")
    chosen = [pair for pair in found if pair[1].code == code] or found
    return (chosen[0][0], chosen[0][1]) if chosen else None


@blueprint.get("/<digits>")
def number(digits: str) -> ResponseReturnValue:
    """Show one number: where it is, what happened to it, its codes."""
    present, session = actor(), db.session()
    if present.role is Role.READER:
        return redirect(url_for("stickers_public.sticker", number=digits))
    pair = _found(digits)
    if pair is None:
        return render_template("stickers/absent_page.html", shown=shown(digits)), 404
    sticker, row = pair
    this = series_format(row).number(sticker.serial)
    [line] = lists.lines_of(session, [pair])
    known = load_stickers(session, [(row.shape, sticker.serial)], lock=False)
    of_this = [one for one in known[(row.shape, sticker.serial)] if one.series_id == row.id]
    reports = life.reports_of(session, present, sticker)
    lines = life.life_of(session, present, today(), sticker)
    return render_template(
        "stickers/number_page.html",
        number=this,
        series=row,
        line=line,
        answer=standing.standing_of(session, of_this[0], today()),
        life=lines,
        unbroken=all(one.is_unbroken for one in lines),
        reports=reports,
        report_ids={one.id for one in reports},
        cases=life.open_cases_of(session, sticker) if may("cases:decide") else [],
        neighbours=life.neighbours(session, present, today(), sticker),
        looks=words.ACCOUNTS,
        standings=words.STANDINGS,
        told=words,
    )


def _drawing(svg: str) -> Response:
    return Response(svg, mimetype="image/svg+xml")


@blueprint.get("/<digits>/code128.svg")
def barcode(digits: str) -> Response:
    """Draw the bar code of a number."""
    pair = _found(digits) or abort(404)
    return _drawing(barcode_svg(series_format(pair[1]).number(pair[0].serial)))


@blueprint.get("/<digits>/qr.svg")
def qrcode(digits: str) -> Response:
    """Draw the QR code of a number's public page."""
    pair = _found(digits) or abort(404)
    this = series_format(pair[1]).number(pair[0].serial)
    return _drawing(qrcode_svg(this, current_app.extensions["settings"].public_url))


@blueprint.get("/documents/<document>")
def document_page(document: str) -> ResponseReturnValue:
    """Show a document and what it moved."""
    present = actor()
    paper, lines = life.document_lines(db.session(), present, today(), document_id(document))
    if paper is None:
        return render_template("stickers/absent_page.html", shown=None), 404
    return render_template(
        "stickers/document_page.html",
        paper=paper,
        lines=lines,
        total=sum(one.size for one in lines),
        next=_next_steps(paper.id, lines) if may("stickers:issue") else {},
        told=words,
        looks=words.ACCOUNTS,
        range_text=_range_text,
    )


def _next_steps(paper_id: str, lines: Sequence[life.LifeLine]) -> dict[str, Any]:
    """Return what can follow: receive what was ordered, take back what is still on its way."""
    steps: dict[str, Any] = {}
    for line in lines:
        if line.target.kind is AccountKind.PRINTER:
            values = {"series": line.series.code, "first": line.first, "last": line.last}
            steps["receive"] = url_for("stickers.receive", **values)
        if line.target.kind is AccountKind.TRANSIT and line.target.holder_id is not None:
            if places.parcels(db.session(), line.target.holder_id, paper_id):
                steps["take_back"] = url_for("stickers.take_back", document=paper_id)
            break
    return steps
