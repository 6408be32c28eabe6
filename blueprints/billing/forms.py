"""The forms of billing: a new tariff with the price of every item, and making a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Form, IntegerField, StringField, ValidationError
from wtforms.widgets import HiddenInput

from blueprints.billing import words
from blueprints.fields import ChoiceField, DayField, Needed, TextField
from blueprints.texts import lazy as _l
from kombeheer.rules.billing import ChargePeriod, ChargeScope, Tariff, price_objection
from kombeheer.rules.money import cents_of, euros
from kombeheer.rules.refusal import Refusal
from kombeheer.services.billing.closing import Figures
from kombeheer.services.billing.tariffs import ONCE, PRICES, REMARK_LENGTH_MAX
from kombeheer.wording import sentence

AT_FIELD = {
    "billing.tariff_overlaps": "valid_from",
    "billing.tariff_charged": "valid_from",
    "billing.tariff_day_impossible": "valid_from",
    "billing.remark_long": "remark",
}


class PriceField(StringField):
    """An amount in euros, held as whole cents; kept as typed when it is none."""

    def __init__(self, label: Any, **more: Any) -> None:
        needed = Needed(_l("Vul een bedrag in, of 0,00 als dit niets kost."))
        keys = {"inputmode": "decimal", "autocomplete": "off", "size": 10}
        super().__init__(label, validators=[needed], render_kw=keys, **more)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the amount, or say how it is written."""
        self.data: Any = None
        if not valuelist:
            return  # then it is needed
        try:
            self.data = cents_of(str(valuelist[0])[:40])
        except Refusal as refusal:
            raise ValueError(sentence(refusal, gettext)) from None

    def pre_validate(self, form: Form) -> None:
        """Refuse a price that nobody means."""
        refused = None if self.data is None else price_objection(self.data)
        if refused is not None:
            raise ValidationError(sentence(refused, gettext))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else euros(self.data)


def _scope(label: Any) -> ChoiceField:
    return ChoiceField(label, words.SCOPES.items(), _l("Kies waarvoor dit eenmaal telt."))


def _period(label: Any) -> ChoiceField:
    return ChoiceField(label, words.PERIODS.items(), _l("Kies binnen welke tijd dit eenmaal telt."))


class TariffForm(FlaskForm):
    """Everything that a tariff says."""

    valid_from = DayField(
        _l("Eerste dag"),
        _l("Vul de dag in waarop dit tarief begint."),
        description=_l("Het vorige tarief loopt tot en met de dag ervoor."),
    )
    base_cents = PriceField(words.PRICES["base_cents"])
    base_scope = _scope(_l("Basiskosten eenmaal per"))
    base_period = _period(_l("Basiskosten binnen hetzelfde"))
    cow_cents = PriceField(words.PRICES["cow_cents"])
    goat_cents = PriceField(words.PRICES["goat_cents"])
    sheep_cents = PriceField(words.PRICES["sheep_cents"])
    surcharge_scope = _scope(_l("Toeslag eenmaal per"))
    surcharge_period = _period(_l("Toeslag binnen hetzelfde"))
    jar_cents = PriceField(words.PRICES["jar_cents"])
    meter_cents = PriceField(words.PRICES["meter_cents"])
    remark = TextField(
        _l("Opmerking"),
        REMARK_LENGTH_MAX,
        description=_l("Waar het tarief vandaan komt, en wat erin zit."),
    )

    def fill_in(self, present: Tariff) -> None:
        """Propose the prices of the present tariff."""
        for name in (*PRICES, *ONCE):
            self[name].data = getattr(present, name)

    def wanted(self) -> Tariff:
        """Return the tariff that was filled in; only when the form is valid."""
        return Tariff(
            id=0,
            valid_from=self.valid_from.data,
            **{name: self[name].data for name in PRICES},
            base_scope=ChargeScope(self.base_scope.data),
            base_period=ChargePeriod(self.base_period.data),
            surcharge_scope=ChargeScope(self.surcharge_scope.data),
            surcharge_period=ChargePeriod(self.surcharge_period.data),
        )


class MakeForm(FlaskForm):
    """What a statement showed when somebody decided to make it."""

    reports = IntegerField(widget=HiddenInput())
    entries = IntegerField(widget=HiddenInput())
    moved = IntegerField(widget=HiddenInput())
    cents = IntegerField(widget=HiddenInput())

    def seen(self) -> Figures:
        """Return what was shown; nothing that can be when it was tampered with."""
        shown = [one.data for one in self._fields_shown()]
        if not all(isinstance(one, int) for one in shown):
            return Figures(-1, -1, -1, 0)
        return Figures(*shown)

    def show(self, figures: Figures) -> None:
        """Carry what is shown now."""
        for field, value in zip(self._fields_shown(), astuple(figures), strict=True):
            field.data, field.raw_data = value, None

    def _fields_shown(self) -> tuple[IntegerField, ...]:
        """Return the field of each figure, in their order."""
        return (self.reports, self.entries, self.moved, self.cents)
