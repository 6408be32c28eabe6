"""The forms of the paper stack: a batch, one line of it, closing it; and reading what was typed.

Days are typed short: `5-3`, `0503` and `050326` are read as well as `05-03-2026`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import Field, HiddenField

from blueprints.fields import (
    ChoiceField,
    CountField,
    DayField,
    TextField,
    add_error,
    shown,
)
from blueprints.texts import lazy as _l
from kombeheer.rules.calendar import FIRST_DAY, add_months
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import INITIALS_LENGTH_MAX, TEXT_LENGTH_MAX, Details
from kombeheer.services.reasons import REASON_LENGTH_MAX
from kombeheer.services.reports.batches import COUNT_MAX, COUNT_MIN
from kombeheer.services.reports.places import TYPED_LENGTH_MAX, Place, find_places, place_of
from kombeheer.services.reports.sheets import Sheet
from kombeheer.wording import sentence
from models.reports import PaperBatch

LINE_NAMESPACE = uuid.UUID("0b9f1a52-6f0f-5d0e-8d3c-51f1b3b7a6c4")
NUMBER_LENGTH_MAX = 120
_MARK = re.compile(r"(?<![^\W\d])(geen\s*kom|kb|g|k)(?![^\W\d])", re.IGNORECASE)
# Before the number or mark, scanned or typed; the h of an address is none.
_REPAIR = re.compile(
    r"h[\s,;/+]*(?=$|[\d\]]|https?:|(?:geen\s*kom|g|kb|k)(?![^\W\d]))", re.IGNORECASE
)
# A scanned address has letters of its own, which are no marks.
_ADDRESS = re.compile(r"https?:\S*?/s/[\d-]*|(?<!\S)[^\s:]*/s/[\d-]*", re.IGNORECASE)
_PARTS = re.compile(r"[-/.\s]+")
_RUN = re.compile(r"(\d{2})(\d{2})(\d{2}|\d{4})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_TEMPERATURE = re.compile(r"-?\d{1,3}(?:[.,]\d)?", re.ASCII)
_YES, _NO = frozenset({"j", "ja", "x"}), frozenset({"", "n", "nee"})
KEPT = ("service_date", "mechanic")  # from line to line
REPAIR = ("kkm_visited_on", "repair_by", "stamped_on", "stamp_initials")  # folded away
DEADLINE_MONTHS = 11  # after the visit of KKM within which a deadline without a year is looked for
# At which field the sentence of a refusal's code belongs; else it stands above the line.
AT_FIELD: Mapping[str, str] = {
    "certification.certified_abroad": "mechanic",
    "certification.module_missing": "mechanic",
    "certification.not_certified": "mechanic",
    "parties.not_employed": "mechanic",
    "reports.mechanic_of_other_dealer": "mechanic",
    "scanning.mechanic_unknown": "mechanic",
    "reports.before_the_last": "service_date",
    "reports.day_in_future": "stamped_on",
    "reports.deadline_earlier": "repair_by",
    "reports.kind_without_mark": "number",
    "reports.kkm_visit_later": "kkm_visited_on",
    "reports.needs_kkm_visit": "kkm_visited_on",
    "reports.needs_stamp": "stamped_on",
    "reports.paper_day_differs": "service_date",
    "reports.service_after_receipt": "service_date",
    "reports.stamp_earlier": "stamped_on",
    "reports.serviced_that_day": "service_date",
    "scanning.date_doubtful": "service_date",
    "reports.installation_not_found": "installation",
    "scanning.installation_unknown": "installation",
    "scanning.previous_unknown": "installation",
    "sites.installation_ceased": "installation",
    "reports.mark_missing": "number",
    "reports.paper_entered_already": "number",
    "reports.two_marks": "number",
    "scanning.unreadable": "number",
    "reports.units_differ": "unit_count",
    "reports.units_impossible": "unit_count",
    "reports.delivered_later": "delivered_on",
    "reports.delivery_differs": "delivered_on",
    "reports.needs_delivery_date": "delivered_on",
    "reports.needs_wash": "wash_start",
    "reports.temperature_impossible": "wash_start",
    "reports.needs_placing": "placing",
    "reports.needs_remark": "remark",
    "reports.needs_wash_advice": "remark",
}


def field_of(refusal: Refusal) -> str | None:
    """Return the field that a refusal is about; None for the line as a whole."""
    if refusal.code.startswith("stickers."):
        return "number"
    return AT_FIELD.get(refusal.code)


def _keys(**more: Any) -> dict[str, Any]:
    return {"autocomplete": "off", "spellcheck": "false", **more}


class BatchForm(FlaskForm):
    """A stack that came in: whose, when, and how many sheets it counts."""

    dealer = ChoiceField(_l("Dealer"), needed=_l("Kies van wie de stapel is."))
    received_on = DayField(
        _l("Ontvangen op"), needed=_l("Vul de dag in waarop de stapel binnenkwam.")
    )
    announced_count = CountField(
        _l("Aantal verslagen"),
        COUNT_MIN,
        COUNT_MAX,
        _l("Tel de stapel en vul het aantal in."),
        description=_l("Geteld voor het invoeren; daarmee vergelijkt u straks het totaal."),
    )


class CloseForm(FlaskForm):
    """What is asked to close a batch that does not fit its stack."""

    reason = TextField(_l("Reden van het verschil"), REASON_LENGTH_MAX)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.reason.flags.optional = False  # it is shown only where it is asked


def _day_field(label: Any, shape: str = "dd-mm") -> TextField:
    """Return a field for a day as it stands on paper; `shape` tells how it may be typed."""
    return TextField(label, 40, render_kw=_keys(inputmode="numeric", placeholder=shape))


class LineForm(FlaskForm):
    """One paper report, its fields in the order of the sheet; all as it was typed."""

    token = HiddenField()
    question = HiddenField()
    service_date = _day_field(_l("Datum beurt"))
    mechanic = TextField(_l("Monteur"), 24, render_kw=_keys(inputmode="numeric"))
    installation = TextField(
        _l("Installatie"),
        TYPED_LENGTH_MAX,
        description=_l("Oude sticker, UBN of naam"),
        render_kw=_keys(),
    )
    number = TextField(
        _l("Nummer"),
        NUMBER_LENGTH_MAX,
        description=_l("g: geen KOM, k: kb, h ervoor: herstel"),
        render_kw=_keys(autocapitalize="off"),
    )
    unit_count = TextField(_l("Standen"), 12, render_kw=_keys(inputmode="numeric"))
    delivered_on = _day_field(_l("Opgeleverd"), "dd-mm-jj")
    wash_start = TextField(
        _l("Reiniging begin"),
        TEXT_LENGTH_MAX,
        description=_l("°C, of in woorden"),
        render_kw=_keys(inputmode="decimal"),
    )
    wash_end = TextField(_l("Eind"), 12, description=_l("°C"), render_kw=_keys(inputmode="decimal"))
    placing = TextField(
        _l("Plaats goed"),
        5,
        description=_l("j: droog, in zicht, 2 m"),
        render_kw=_keys(autocapitalize="off"),
    )
    remark = TextField(_l("Opmerking"), TEXT_LENGTH_MAX, render_kw=_keys(spellcheck="true"))
    advice = TextField(_l("Advies"), TEXT_LENGTH_MAX, render_kw=_keys(spellcheck="true"))
    kkm_visited_on = _day_field(_l("Bezoek van KKM"))
    repair_by = _day_field(_l("Hersteltermijn, uiterlijk"))
    stamped_on = _day_field(_l("Dag bij het KOM-stempel"))
    stamp_initials = TextField(
        _l("Paraaf"), INITIALS_LENGTH_MAX, render_kw=_keys(autocapitalize="characters")
    )

    def line(self) -> list[Field]:
        """Return the fields of the sheet, in its order; those of a repair last."""
        return [field for field in self if field.name not in ("token", "question", "csrf_token")]

    def repair(self) -> list[Field]:
        """Return the fields that only a repair after a visit of KKM has."""
        return [self[name] for name in REPAIR]

    @property
    def is_repair(self) -> bool:
        """Tell whether the line is of a repair: it says so, or tells what only a repair has."""
        return read_repair(self.number.data or "")[0] or any(one.data for one in self.repair())

    def event_id(self, sheet: Sheet, *, lays: bool) -> str:
        """Return the id of the line: the same page sent twice is one line, another is another."""
        place = sheet.place.public_id if sheet.place is not None else ""
        seed = [
            (self.token.data or "")[:64],
            sheet.service_date,
            sheet.mechanic,
            place,
            sheet.number,
        ]
        return str(uuid.uuid5(LINE_NAMESPACE, "|".join(map(str, [*seed, *sheet.marks, lays]))))


def read_repair(typed: str) -> tuple[bool, str]:
    """Return whether an h stands before the number or mark, and what stands behind it."""
    found = _REPAIR.match(typed)
    return found is not None, typed[found.end() :] if found is not None else typed


def read_marks(typed: str) -> tuple[str, tuple[str, ...]]:
    """Return what stands in the place of the number: (number, marks), both empty for nothing."""
    bare = _ADDRESS.sub(" ", typed)
    found = [match[0].casefold() for match in _MARK.finditer(bare)]
    marks = tuple(dict.fromkeys("kb" if mark[0] == "k" else "geen KOM" for mark in found))
    if not marks:
        return typed, ()
    rest = _MARK.sub("", bare).strip(" ,;/+")
    return " ".join(filter(None, [*_ADDRESS.findall(typed), rest])), marks


def read_day(typed: str, latest: date) -> date | None:
    """Return the day that was typed short; None when there is no such day.

    Args:
        latest: a day without a year is the last one that is not after it, and a year of two digits
            is of the century before when it would be.
    """
    parts = _PARTS.split(typed.strip())
    if len(parts) == 1 and (run := _RUN.fullmatch(parts[0])):
        parts = [part for part in run.groups() if part]
    if not 2 <= len(parts) <= 3 or not all(map(_NUMBER.fullmatch, parts)):
        return None
    if len(parts) == 3 and len(parts[0]) == 4:
        parts.reverse()
    day, month, *year = map(int, parts)
    if not year:
        found = (_existing(one, month, day) for one in (latest.year, latest.year - 1))
        return next((one for one in found if one is not None and one <= latest), None)
    if len(parts[2]) == 2:
        century = 2000 if 2000 + year[0] <= latest.year else 1900
        return _existing(century + year[0], month, day)
    return _existing(year[0], month, day) if len(parts[2]) == 4 else None


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(field: Field, latest: date) -> date | None:
    if not field.data:
        return None
    found = read_day(field.data, latest)
    if found is None or found < FIRST_DAY:
        add_error(
            field,
            gettext(
                "“%(value)s” is geen bestaande dag. Schrijf hem als 05-03-2026 of 0503.",
                value=shown(field.data),
            ),
        )
        return None
    return found


def _deadline(field: Field, visited_on: date | None, received_on: date) -> date | None:
    """Return the last day of a repair, which may lie after the stack came in."""
    return _day(field, add_months(visited_on or received_on, DEADLINE_MONTHS))


def _count(field: Field) -> int | None:
    if not field.data:
        return None
    if field.data.isascii() and field.data.isdecimal() and len(field.data) < 6:
        return int(field.data)
    words = gettext(
        "“%(value)s” is geen aantal. Vul het aantal standen in.", value=shown(field.data)
    )
    add_error(field, words)
    return None


def _celsius(field: Field) -> Decimal | None:
    typed = (field.data or "").removesuffix("°C").removesuffix("C").strip()
    if not typed:
        return None
    if _TEMPERATURE.fullmatch(typed):
        return Decimal(typed.replace(",", "."))
    words = gettext(
        "“%(value)s” is geen temperatuur. Schrijf graden Celsius, zoals 72 of 72,5.",
        value=shown(field.data),
    )
    add_error(field, words)
    return None


def _placing(field: Field) -> bool:
    typed = (field.data or "").casefold()
    if typed not in _YES | _NO:
        words = gettext(
            "“%(value)s” kan hier niet. Typ j als de sticker droog, zichtbaar en dicht bij de "
            "pomp zit, anders n.",
            value=shown(field.data),
        )
        add_error(field, words)
    return typed in _YES


def _details(form: LineForm, latest: date) -> Details:
    typed, placing = form.wash_start.data or "", _placing(form.placing)
    visited_on = _day(form.kkm_visited_on, latest)
    is_judged = any(sign.isalpha() for sign in typed) and not any(map(str.isdigit, typed))
    return Details(
        delivered_on=_day(form.delivered_on, latest),
        wash_start=None if is_judged else _celsius(form.wash_start),
        wash_end=_celsius(form.wash_end),
        wash_judgement=typed if is_judged else "",
        is_dry=placing,
        is_visible=placing,
        is_near=placing,
        kkm_visited_on=visited_on,
        repair_by=_deadline(form.repair_by, visited_on, latest),
        stamped_on=_day(form.stamped_on, latest),
        stamp_initials=form.stamp_initials.data or "",
        remark=form.remark.data or "",
        advice=form.advice.data or "",
    )


def _place(form: LineForm, session: Session, dealer_id: int) -> tuple[Place | None, list[Place]]:
    """Return the installation that is meant, or else those among which to choose."""
    typed = form.installation.data
    if not typed:
        return None, []
    chosen = [one for one in request.form.getlist("chosen") if one]
    if chosen and request.form.get("chosen_for", "") == typed:
        return place_of(session, chosen[0], dealer_id), []
    try:
        found = find_places(session, typed, dealer_id)
    except Refusal as refusal:
        add_error(form.installation, sentence(refusal, gettext))
        return None, []
    return (found[0], []) if len(found) == 1 else (None, found)


def read_line(form: LineForm, session: Session, batch: PaperBatch) -> tuple[Sheet, list[Place]]:
    """Return a line as far as it can be read, and the installations among which to choose.

    What cannot be read is said at its field.
    """
    place, choices = _place(form, session, batch.dealer_id)
    number, marks = read_marks(read_repair(form.number.data or "")[1])
    sheet = Sheet(
        "",
        _day(form.service_date, batch.received_on),
        "" if form.mechanic.errors else form.mechanic.data or "",  # else no database takes it
        place,
        number,
        marks,
        _count(form.unit_count),
        _details(form, batch.received_on),
        form.is_repair,
    )
    return replace(sheet, event_id=form.event_id(sheet, lays="lay" in request.form)), choices


def require_whole(form: LineForm, choices: list[Place]) -> None:
    """Say at each field that a line cannot do without, that it is empty."""
    needed = {
        "service_date": gettext("Vul de datum van de beurt in."),
        "mechanic": gettext("Vul het nummer van de monteur in."),
        "installation": gettext("Scan de sticker van vorig jaar, of zoek op UBN, naam of plaats."),
        "number": sentence(Refusal("reports.mark_missing"), gettext),
    }
    for name, words in needed.items():
        if not form[name].data:
            add_error(form[name], words)
    if choices:
        add_error(form.installation, gettext("Meer dan een installatie past hierbij. Kies er een."))
