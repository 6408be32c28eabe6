"""The forms of the sticker desk: a series, an order, a delivery, an issue, a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, TextAreaField
from wtforms.validators import Optional

from blueprints.fields import AtMost, ChoiceField, DayField, TextField, add_error, shown, stripped
from blueprints.texts import lazy as _l
from kombeheer.rules.numbers import SeriesFormat, read_serial
from kombeheer.rules.refusal import Refusal
from kombeheer.services.stickers.documents import NOTE_LENGTH_MAX, REFERENCE_LENGTH_MAX
from kombeheer.services.stickers.ledger import series_format
from kombeheer.wording import sentence
from models.parties import Dealer, Mechanic
from models.stickers import StickerSeries

NUMBER_LENGTH_MAX = 40
COUNT_LENGTH_MAX = 12
AT_FIELD = {
    "stickers.serial_outside": "last",
    "stickers.range_reversed": "last",
    "stickers.range_large": "last",
    "stickers.range_exists": "first",
    "stickers.not_at_printer": "first",
    "stickers.not_in_stock": "first",
    "stickers.not_movable": "first",
    "stickers.not_on_the_way": "first",
    "stickers.range_or_count": "count",
    "stickers.stock_short": "count",
    "stickers.dealer_ceased": "dealer",
    "parties.not_employed": "holder",
    "stickers.day_impossible": "day",
    "stickers.before_previous": "day",
    "stickers.reference_taken": "reference",
    "stickers.reference_unusable": "reference",
    "stickers.note_unusable": "note",
    "stickers.reason_missing": "reason",
    "stickers.series_code_unusable": "code",
    "stickers.series_exists": "code",
    "stickers.series_width_unusable": "width",
    "stickers.series_period_missing": "valid_from",
    "stickers.series_period_reversed": "valid_until",
}


def at_fields(form: FlaskForm) -> dict[str, str]:
    """Return where the sentence of a refusal belongs on this form."""
    return {code: name for code, name in AT_FIELD.items() if name in form}


def _note(label: Any) -> TextAreaField:
    return TextAreaField(
        label,
        validators=[Optional(), AtMost(NOTE_LENGTH_MAX)],
        filters=[stripped],
        render_kw={"rows": 2},
    )


def read_number(field: Field, series: SeriesFormat) -> int | None:
    """Return the serial in a field, or put at it why there is none."""
    try:
        return read_serial(field.data or "", series)
    except Refusal as refusal:
        add_error(field, sentence(refusal, gettext))
        return None


class PaperForm(FlaskForm):
    """What every booking may be given: its day, the name of its paper, a remark."""

    day = DayField(_l("Datum"), description=_l("Leeg is vandaag."))
    reference = TextField(
        _l("Kenmerk"),
        REFERENCE_LENGTH_MAX,
        description=_l("Leeg laten geeft het volgende nummer van dit jaar."),
    )
    note = _note(_l("Opmerking"))

    def paper(self) -> dict[str, Any]:
        """Return day, reference and note as the services take them."""
        return {
            "day": self.day.data,
            "reference": self.reference.data or "",
            "note": self.note.data or "",
        }


class PartForm(FlaskForm):
    """A range of a series, by its first and last number."""

    series = ChoiceField(_l("Serie"), needed=_l("Kies een serie."))
    first = TextField(_l("Eerste nummer"), NUMBER_LENGTH_MAX, _l("Vul het eerste nummer in."))
    last = TextField(_l("Laatste nummer"), NUMBER_LENGTH_MAX, _l("Vul het laatste nummer in."))

    def offer(self, found: Sequence[StickerSeries]) -> None:
        """Let somebody choose among these series."""
        self.series.choices = series_choices(found)

    def wanted(self, found: Sequence[StickerSeries]) -> tuple[int, int, int] | None:
        """Return (series id, first, last), or None with what is wrong at its field."""
        row = chosen_series(self.series, found)
        if row is None:
            return None
        first = read_number(self.first, series_format(row))
        last = read_number(self.last, series_format(row))
        return None if first is None or last is None else (row.id, first, last)


class RangeForm(PartForm, PaperForm):
    """A range of a series on a paper."""


class HandOutForm(RangeForm):
    """A range of a dealer's that one of his mechanics is to hold, or he himself again."""

    holder = ChoiceField(_l("Naar"), needed=_l("Kies wie deze nummers krijgt."))

    def offer_holders(self, dealer: Dealer, mechanics: Sequence[Mechanic]) -> None:
        """Let somebody choose among a dealer's mechanics, or the dealer himself."""
        self.holder.choices = [
            ("", gettext("Kies wie ze krijgt")),
            *((one.public_id, f"{one.name} ({one.number})") for one in mechanics),
            (dealer.public_id, gettext("Terug bij %(dealer)s", dealer=dealer.name)),
        ]


class IssueForm(PaperForm):
    """Stickers to a dealer: so many, or from one number to another."""

    dealer = ChoiceField(_l("Dealer"), needed=_l("Kies een dealer."))
    series = ChoiceField(_l("Serie"), needed=_l("Kies een serie."))
    count = TextField(
        _l("Aantal"),
        COUNT_LENGTH_MAX,
        description=_l("De laagste nummers uit de voorraad. Of geef hieronder een reeks."),
        render_kw={"inputmode": "numeric"},
    )
    first = TextField(_l("Eerste nummer"), NUMBER_LENGTH_MAX)
    last = TextField(_l("Laatste nummer"), NUMBER_LENGTH_MAX)

    def offer(self, found: Sequence[StickerSeries], dealers: Sequence[Dealer]) -> None:
        """Let somebody choose among these series and dealers."""
        self.series.choices = series_choices(found)
        none = ("", gettext("Kies een dealer"))
        self.dealer.choices = [
            none,
            *((one.number, f"{one.name}, {one.place} ({one.number})") for one in dealers),
        ]

    def wanted(self, found: Sequence[StickerSeries]) -> tuple[int, dict[str, int]] | None:
        """Return the series id with a count or a range; None with what is wrong at its field."""
        row = chosen_series(self.series, found)
        if row is None:
            return None
        series, wanted = series_format(row), {}
        if self.count.data:
            wanted["count"] = _read_count(self.count)
        for name in ("first", "last"):
            if self[name].data:
                wanted[name] = read_number(self[name], series)
        numbers = {name: value for name, value in wanted.items() if value is not None}
        return (row.id, numbers) if len(numbers) == len(wanted) else None


def _read_count(field: Field) -> int | None:
    text = (field.data or "").replace(".", "").replace(" ", "")
    if text.isascii() and text.isdecimal() and int(text) > 0:
        return int(text)
    value = shown(field.data or "")
    add_error(field, gettext("“%(value)s” is geen aantal. Geef een heel getal.", value=value))
    return None


def series_choices(found: Sequence[StickerSeries]) -> list[tuple[str, str]]:
    """Return series to choose from, the one that ends last first."""
    return [(one.code, one.code) for one in found]


def chosen_series(field: Field, found: Sequence[StickerSeries]) -> StickerSeries | None:
    """Return the series that was chosen."""
    return next((one for one in found if one.code == field.data), None)


class TakeBackForm(FlaskForm):
    """Why an issue is taken back."""

    reason = TextField(
        _l("Reden"),
        NOTE_LENGTH_MAX,
        _l("Schrijf waarom de uitgifte wordt teruggedraaid; dat staat later bij de stickers."),
    )


class SeriesForm(FlaskForm):
    """A new series of numbers."""

    code = TextField(
        _l("Code"),
        12,
        _l("Vul de code van de serie in."),
        description=_l("Twee cijfers van het jaar, zoals 27; een oude voorraad een eigen naam."),
    )
    width = TextField(
        _l("Cijfers per nummer"),
        2,
        description=_l("Alleen bij een oude voorraad zonder controlecijfers: 3 t/m 12."),
        render_kw={"inputmode": "numeric"},
    )
    valid_from = DayField(
        _l("Geldig vanaf"), description=_l("Leeg is 1 januari van het jaar van de serie.")
    )
    valid_until = DayField(
        _l("Geldig t/m"), description=_l("Leeg is 31 december van het jaar van de serie.")
    )

    def digits(self) -> int | None:
        """Return the width of an old stock, None for a series of a year."""
        text = self.width.data or ""
        if not text:
            return None
        if text.isascii() and text.isdecimal():
            return int(text)
        value = shown(text)
        add_error(
            self.width, gettext("“%(value)s” is geen aantal. Geef een heel getal.", value=value)
        )
        return None
