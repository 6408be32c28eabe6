"""A statement as a file: its rows, its papers, and how they are called."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime

from flask import Response
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints import words
from blueprints.billing import statement_words
from blueprints.billing.blueprint import blueprint
from blueprints.billing.statements import chosen_period, version_asked
from blueprints.files import Made, begun, of_sheet, send
from blueprints.formats import euro_change, moment, short_day
from blueprints.guard import actor
from blueprints.listing import Filters
from kombeheer.clock import now_utc
from kombeheer.printing import papers
from kombeheer.printing.papers import Paper, PaperLine
from kombeheer.rules.billing import ChargeItem
from kombeheer.rules.scanning import Ending
from kombeheer.services.billing import statement_changes, statements
from kombeheer.services.billing.statement_lines import Line, stream_lines
from kombeheer.services.billing.statements import StatementView
from kombeheer.tables import sheets
from kombeheer.tables.sheets import Column, Kind, Sheet

COLUMNS = (
    Column("Datum", Kind.DAY, 11),
    Column("Bedrijf", width=34),
    Column("Plaats", width=20),
    Column("Staltype", width=15),
    Column("Standen", Kind.COUNT, 9),
    Column("Diersoort", width=10),
    Column("Nummer", width=15),
    Column("Basis", Kind.CENTS, 11),
    Column("Toeslag", Kind.CENTS, 11),
    Column("Glazen", Kind.CENTS, 11),
    Column("Meters", Kind.CENTS, 11),
    Column("Totaal", Kind.CENTS, 12),
    Column("Waarom niets", width=20),
    Column("Veranderd", Kind.CENTS, 12),  # since the version before
)


class Told:
    """The words of a file, fetched once: it is made when the request that asked for it is over."""

    def __init__(self) -> None:
        self.parlour_types = {one: str(word) for one, word in words.PARLOUR_TYPES.items()}
        self.units = (gettext("stand"), gettext("standen"))
        self.species = {one: str(word) for one, word in words.SPECIES.items()}
        self.endings = {one: str(word) for one, word in words.ENDINGS.items()}
        self.why = {one: str(word) for one, word in statement_words.NO_CHARGES.items()}
        self.gone = gettext("staat er niet meer op")
        self.changed = gettext("veranderd")

    def mark(self, line: Line) -> str:
        """Return the number of a report, or the mark in its place."""
        return line.number.printed if line.number is not None else self.endings[line.ending]

    def why_nothing(self, line: Line) -> str | None:
        """Return why a report costs nothing."""
        if line.is_gone:
            return self.gone
        return self.why[line.why] if line.why is not None else None

    def row(self, line: Line) -> list[sheets.Cell]:
        """Return a line as a row of a spreadsheet."""
        return [
            line.service_date,
            line.farm,
            line.place,
            self.parlour_types[line.parlour_type],
            line.unit_count,
            self.species[line.species],
            self.mark(line),
            *(line.cents.get(item, 0) for item in ChargeItem),
            line.total_cents,
            self.why_nothing(line),
            line.changed_cents,
        ]

    def paper_line(self, line: Line) -> PaperLine:
        """Return a line as a line of a paper; the mark itself says why there is no charge."""
        units = f"{line.unit_count} {self.units[line.unit_count != 1]}"
        what = f"{self.parlour_types[line.parlour_type]}, {units}, {self.species[line.species]}"
        about = f"{line.place} · {what}"
        asks_why = line.is_gone or line.ending is Ending.STICKER
        notes = [self.why_nothing(line) if asks_why else None]
        if line.changed_cents:
            notes.append(f"{self.changed}: {euro_change(line.changed_cents)}")
        return PaperLine(
            (
                (short_day(line.service_date),),
                (line.farm, about),
                (self.mark(line), *filter(None, notes)),
            ),
            (*(line.cents.get(item, 0) for item in ChargeItem), line.total_cents),
        )


def _about(view: StatementView, now: datetime) -> list[tuple[str, str]]:
    state = f"tussenstand van {moment(now)}"
    if view.told is not None:
        state = f"versie {view.told.version}, gemaakt op {moment(view.told.made_at)}"
    return [
        ("Dealer", f"{view.dealer.name}, {view.dealer.place} ({view.dealer.number})"),
        ("Periode", statement_words.days(view.period)),
        ("Stand", state),
        *_change(view),
        ("Bedragen", "in euro's"),
    ]


def _change(view: StatementView) -> list[tuple[str, str]]:
    """Return what changed since the version before, or since the newest one; none: nothing."""
    if view.before is None or view.changed_cents is None:
        return []
    if view.told is None and not view.has_news:
        return []
    told = euro_change(view.changed_cents)
    if view.told is None:
        told = statement_words.change_of(view)
    return [(f"Sinds versie {view.before.version}", told)]


def _totals(view: StatementView) -> list[int]:
    return [*(view.totals.cents_of(item) for item in ChargeItem), view.totals.cents]


def _title(view: StatementView) -> str:
    return f"Afrekening {view.dealer.name}, {statement_words.name_of(view.period)}"


def _name(view: StatementView) -> str:
    """Return the name of the file, without its ending."""
    days = f"{view.period.from_on.isoformat()}-{view.period.until_on.isoformat()}"
    state = "tussenstand" if view.told is None else f"versie-{view.told.version}"
    return f"afrekening-{view.dealer.number}-{days}-{state}"


def sheet_of(session: Session, view: StatementView, now: datetime) -> Sheet:
    """Return a statement as a table; its rows are read while it is written."""
    told = Told()
    total: list[sheets.Cell] = ["Totaal", *[None] * 6, *_totals(view), None, view.changed_cents]
    rows = (told.row(line) for line in stream_lines(session, view))
    return Sheet("Afrekening", _title(view), _about(view, now), COLUMNS, rows, total)


def paper_of(session: Session, view: StatementView, now: datetime) -> Paper:
    """Return a statement as a paper; its lines are read while it is made."""
    told = Told()
    return Paper(
        _title(view),
        _name(view),
        _about(view, now),
        ("Datum", "Bedrijf en plaats", "Nummer"),
        ("Basis", "Toeslag", "Glazen", "Meters", "Totaal"),
        (told.paper_line(line) for line in stream_lines(session, view)),
        view.report_count + statement_changes.count_gone(session, view),
        _totals(view),
        now if view.told is None else view.told.made_at,
    )


def _pdf(paper: Paper, session: Session) -> Made:
    """Return a paper; one of many pages as a ZIP of numbered parts."""
    if paper.part_count > 1:
        pieces = papers.zip_pieces(papers.parts(paper), paper.made_at)
        return Made(f"{paper.name}.zip", "application/zip", begun(pieces))
    [(_, content)] = papers.parts(paper)
    session.close()
    return Made(f"{paper.name}.pdf", "application/pdf", (one for one in [content]))


@blueprint.get("/statements/<public:dealer>/file.<any(csv, xlsx, pdf):kind>")
def statement_file(dealer: str, kind: str) -> Response:
    """Send a statement as a file; many pages of paper come as a ZIP of numbered parts."""
    period, version, now = chosen_period(Filters()), version_asked(), now_utc()
    present = actor()

    def make(session: Session, running: ExitStack) -> Made:
        view = statements.show_statement(session, present, dealer, period, version)
        if kind == "pdf":
            return _pdf(paper_of(session, view, now), session)
        return of_sheet(sheet_of(session, view, now), _name(view), kind, session, running)

    return send(make)
