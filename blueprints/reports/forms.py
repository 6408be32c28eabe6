"""The forms that complete and correct a report; what follows from it is not among their fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Optional

from blueprints import words
from blueprints.fields import (
    AtMost,
    ChoiceField,
    CountField,
    DayField,
    TextField,
    add_error,
    choices_of,
    shown,
    stripped,
)
from blueprints.reports.telling import temperature
from blueprints.texts import lazy as _l
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import (
    INITIALS_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    UNITS_MAX,
    UNITS_MIN,
    VERIFIED_MAX,
    Details,
    LatenessCause,
    ServiceKind,
)
from kombeheer.services.reasons import REASON_LENGTH_MAX
from kombeheer.services.reports.revision import DETAILS, Revision
from kombeheer.services.reports.showing import ReportPage
from kombeheer.wording import sentence

YES_NO = [("", _l("Nog niet beoordeeld")), ("1", _l("Ja")), ("0", _l("Nee"))]
PLACING = ("is_dry", "is_visible", "is_near")
REPAIR = ("kkm_visited_on", "repair_by", "stamped_on", "stamp_initials")
TRANSITION = ("pump_made_on", "rubrics_comply", "rubrics_comply_earlier")
_DEGREES = re.compile(r"[+-]?[0-9]{1,4}(?:[.,][0-9]{1,6})?")
OURS = frozenset({"csrf_token", "confirmed"})


class TemperatureField(StringField):
    """Degrees Celsius with at most one decimal, after a comma or a point; None when empty."""

    def __init__(self, label: Any, **more: Any) -> None:
        keys = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(label, validators=[Optional()], render_kw=keys, **more)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return temperature(self.data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the temperature, or say what is wrong with it."""
        if not valuelist:
            return
        typed, self.data = str(valuelist[0]).strip(), None
        if not typed:
            return
        if not _DEGREES.fullmatch(typed):
            raise ValueError(
                gettext(
                    "“%(value)s” is geen temperatuur. Schrijf graden met hoogstens een cijfer "
                    "achter de komma, zoals 70,5.",
                    value=shown(typed),
                )
            )
        value = Decimal(typed.replace(",", "."))
        tenths = value.quantize(Decimal("0.1"))
        if tenths != value:
            raise ValueError(
                gettext(
                    "“%(value)s” is te precies. Rond af op een cijfer achter de komma.",
                    value=shown(typed),
                )
            )
        self.data = tenths


class LongTextField(TextAreaField):
    """Lines of text, without signs that cannot be seen."""

    def __init__(self, label: Any, **more: Any) -> None:
        checks = [Optional(), AtMost(TEXT_LENGTH_MAX)]
        super().__init__(label, validators=checks, filters=[stripped], **more)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the text with one kind of line end."""
        super().process_formdata(valuelist)
        self.data = (self.data or "").replace("\r\n", "\n").replace("\r", "\n")

    def pre_validate(self, form: Any) -> None:
        """Refuse what no page can show."""
        if any(not sign.isprintable() and sign not in "\n\t" for sign in self.data or ""):
            raise ValidationError(
                gettext(
                    "In “%(value)s” staat een teken dat niet te zien is (·). Typ het opnieuw.",
                    value=shown(self.data),
                )
            )


class VerifiedField(CountField):
    """How many jars or meters the dealer verified; empty is none."""

    def __init__(self, label: Any, **more: Any) -> None:
        self.least, self.most = 0, VERIFIED_MAX
        keys = {"inputmode": "numeric", "min": 0, "max": VERIFIED_MAX}
        IntegerField.__init__(
            self, label, validators=[Optional()], default=0, render_kw=keys, **more
        )


class DetailForm(FlaskForm):
    """What completes a report. Fields that are not asked of this one are taken out."""

    version = HiddenField()
    kind = RadioField(
        _l("Wat was het?"),
        choices=choices_of(
            [(kind, words.SERVICE_KINDS[kind]) for kind in (ServiceKind.MAJOR, ServiceKind.REPAIR)]
        ),
        validate_choice=False,
    )
    kkm_visited_on = DayField(_l("Dag van het KKM-bezoek"))
    repair_by = DayField(_l("Hersteltermijn, uiterlijk"))
    stamped_on = DayField(_l("Dag bij het KOM-stempel"))
    stamp_initials = TextField(_l("Paraaf bij het stempel"), INITIALS_LENGTH_MAX)
    delivered_on = DayField(
        _l("Opgeleverd of gerenoveerd op"),
        description=_l("Staat op de typeplaat van de vacuümpomp, anders op de factuur."),
    )
    pump_made_on = DayField(_l("Vacuümpomp gemaakt op"), description=_l("Van de typeplaat."))
    rubrics_comply = ChoiceField(_l("Voldoen rubriek 1 en 2 aan ISO 1996?"), YES_NO)
    rubrics_comply_earlier = ChoiceField(
        _l("Voldoen rubriek 1 en 2 aan ISO 1984?"),
        YES_NO,
        description=_l("Alleen als ISO 1996 niet voldoet en de installatie van voor 1997 is."),
    )
    wash_start = TemperatureField(_l("Begin, °C"))
    wash_end = TemperatureField(_l("Einde, °C"))
    wash_judgement = LongTextField(
        _l("Niet gemeten? Uw beoordeling"),
        description=_l("Alleen als meten niet kon, bijvoorbeeld bij reinigen met de hand."),
    )
    is_dry = BooleanField(_l("De sticker zit droog"))
    is_visible = BooleanField(_l("De sticker is goed te zien"))
    is_near = BooleanField()  # its label tells how near
    lateness_cause = ChoiceField(
        _l("Waarom kwam de beurt later?"),
        [("", _l("Nog niet gezegd")), *words.LATENESS_CAUSES.items()],
    )
    remark = LongTextField(_l("Opmerking"))
    advice = LongTextField(_l("Advies"))
    advises_coming_norm = BooleanField(_l("Dit advies gaat over een norm die nog komt"))
    jars_verified = VerifiedField(_l("Meetglazen geijkt"))
    meters_verified = VerifiedField(_l("Melkmeters geijkt"))
    reason = TextField(_l("Reden"), REASON_LENGTH_MAX)

    def offer(self, page: ReportPage) -> None:
        """Take out what this report is not asked."""
        self.asked: list[str] = []
        self.is_near.label.text = gettext(
            "De sticker zit binnen %(metres)s meter van de vacuümpomp",
            metres=page.regulation.sticker_distance_max_metres,
        )
        gone: list[str] = []
        if page.regulation.transition_norm is None:
            gone += TRANSITION
        if not page.is_late and page.details.lateness_cause is None:
            gone.append("lateness_cause")
        for name in gone:
            del self[name]
        for field in self:  # nearly every one may stay empty, which the page says once
            field.flags.optional = False

    def strays(self) -> list[Refusal]:
        """Return a refusal for every value that was sent and is not asked here."""
        return [
            Refusal("reports.value_derived", field=shown(name), value=shown(value))
            for name, value in request.form.items(multi=True)
            if name not in self._fields and name not in OURS
        ]

    def is_clear(self, *names: str) -> bool:
        """Tell whether each of these fields holds a value that can be meant."""
        return all(self[name].data is not None and not self[name].errors for name in names)

    def expected(self) -> int:
        """Return the version that was looked at; 0 when that cannot be told."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0

    def revision(self, present: Revision) -> Revision:
        """Return what the report says once this is filled in."""
        told = {name: self._told(name) for name in DETAILS if name in self}
        kind = present.kind
        if "kind" in self and self.kind.data in set(ServiceKind):
            kind = ServiceKind(self.kind.data)
        if kind is not ServiceKind.REPAIR:  # what is folded away says nothing
            empty = Details()
            told |= {name: getattr(empty, name) for name in REPAIR}
        return replace(present, kind=kind, details=replace(present.details, **told))

    def _told(self, name: str) -> Any:
        data = self[name].data
        if name in ("rubrics_comply", "rubrics_comply_earlier"):
            return {"1": True, "0": False}.get(data)
        if name == "lateness_cause":
            return LatenessCause(data) if data in set(LatenessCause) else None
        if name in ("jars_verified", "meters_verified"):
            return data or 0
        if name in ("wash_judgement", "remark", "advice", "stamp_initials"):
            return data or ""
        return data

    def place(self, refusal: Refusal) -> None:
        """Put the sentence of a refusal at the field that it is about."""
        name = self._field_of(refusal)
        told = sentence(refusal, gettext)
        if name in self:
            if told not in self[name].errors:
                add_error(self[name], told)
        else:
            self.form_errors = [*self.form_errors, told]

    def ask(self, question: Refusal) -> None:
        """Put a question at its field, and among those that can be answered with yes."""
        self.place(question)
        self.asked.append(sentence(question, gettext))

    def _field_of(self, refusal: Refusal) -> str:
        code, facts = refusal.code, refusal.facts
        if code == "reports.delivered_later" and "pump_made_on" in self:
            pump: date | None = self.pump_made_on.data
            is_pump = pump is not None and pump.isoformat() == facts["other_on"]
            return "pump_made_on" if is_pump else "delivered_on"
        if code == "reports.temperature_impossible":
            is_start = str(self.wash_start.data) == facts["value"]
            return "wash_start" if is_start and not self.wash_start.errors else "wash_end"
        if code == "reports.units_verified_impossible":
            return (
                "jars_verified" if self.jars_verified.data == facts["value"] else "meters_verified"
            )
        return AT_FIELD.get(code, "")


AT_FIELD = {
    "parties.not_employed": "mechanic",
    "reports.before_the_last": "service_date",
    "reports.day_in_future": "stamped_on",
    "reports.deadline_earlier": "repair_by",
    "reports.delivered_later": "delivered_on",
    "reports.earlier_norm_closed": "rubrics_comply_earlier",
    "reports.kind_without_mark": "kind",
    "reports.kkm_visit_later": "kkm_visited_on",
    "reports.mark_missing": "number",
    "reports.number_without_norm": "rubrics_comply",
    "reports.reason_long": "reason",
    "reports.reason_missing": "reason",
    "reports.service_in_future": "service_date",
    "reports.stamp_earlier": "stamped_on",
    "reports.two_marks": "number",
    "reports.units_impossible": "unit_count",
    "scanning.date_doubtful": "service_date",
    "scanning.installation_unknown": "look_for",
    "scanning.mechanic_unknown": "mechanic",
    "scanning.number_missing": "number",
    "scanning.other_mechanic": "mechanic",
    "scanning.unreadable": "number",
    "sites.installation_ceased": "look_for",
}


def filled_in(page: ReportPage) -> dict[str, Any]:
    """Return what stands in a form when it is opened: what the report says now."""
    revision = page.revision
    data = {name: getattr(revision.details, name) for name in DETAILS}
    for name in ("rubrics_comply", "rubrics_comply_earlier"):
        data[name] = {None: "", True: "1", False: "0"}[data[name]]
    data["lateness_cause"] = data["lateness_cause"] or ""
    if data["delivered_on"] is None:
        data["delivered_on"] = page.known_delivery_on
    kind = ServiceKind.REPAIR if revision.kind is ServiceKind.REPAIR else ServiceKind.MAJOR
    return data | {"kind": kind.value, "version": page.view.report.version}


class CompleteForm(DetailForm):
    """What an incomplete report lacks."""

    def offer(self, page: ReportPage) -> None:
        """Take out what this report is not asked; a placing and a stamp go with a sticker."""
        super().offer(page)
        if not page.revision.service().has_number:
            for name in (*PLACING, "stamped_on", "stamp_initials"):
                del self[name]
        if page.lacking and page.locked_until is None:
            del self.reason


class CorrectForm(DetailForm):
    """Everything that a report says, with the reason why that changes."""

    ending = RadioField(
        _l("Op de plaats van het nummer staat"),
        choices=choices_of(
            [("sticker", _l("Een nummer")), ("geen_kom", _l("geen KOM")), ("kb", _l("kb"))]
        ),
        validate_choice=False,
    )
    number = TextField(
        _l("Nummer van de sticker"),
        60,
        description=_l("Scan de sticker of typ de cijfers. Leeg bij geen KOM en kb."),
    )
    service_date = DayField(_l("Datum van de beurt"), _l("Vul de datum van de beurt in."))
    mechanic = TextField(_l("Monteur"), 24, _l("Vul het nummer van de monteur in."), description="")
    installation = RadioField(_l("Installatie"), choices=[], validate_choice=False)
    look_for = TextField(
        _l("Andere installatie"),
        120,
        description=_l("Scan of typ het nummer dat er hangt, of zoek op bedrijf, plaats of UBN."),
    )
    parlour_type = ChoiceField(
        _l("Staltype"), words.PARLOUR_TYPES.items(), _l("Kies het staltype.")
    )
    species = ChoiceField(_l("Diersoort"), words.SPECIES.items(), _l("Kies de diersoort."))
    unit_count = CountField(
        _l("Standen"), UNITS_MIN, UNITS_MAX, _l("Vul in hoeveel standen er zijn.")
    )
    reason = TextField(
        _l("Waarom verandert dit verslag?"),
        REASON_LENGTH_MAX,
        _l("Een correctie heeft een reden nodig. Schrijf in een zin waarom het verslag verandert."),
    )

    def _field_of(self, refusal: Refusal) -> str:
        if refusal.code.startswith("stickers."):
            return "number"
        if refusal.code.startswith("certification."):
            return "mechanic"
        return super()._field_of(refusal)
