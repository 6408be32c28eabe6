"""The forms of the visit: whose visit it is, and an installation that is not known yet."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from blueprints.fields import choices_of
from blueprints.words import PARLOUR_TYPES, SPECIES

PRINTABLE = Regexp(
    r"^[^\x00-\x1f\x7f\ud800-\udfff]*$", message=_l("Gebruik gewone letters en cijfers.")
)


def _length(most: int) -> Length:
    return Length(max=most, message=_l("Gebruik hoogstens %(max)d tekens."))


def _between(least: int, most: int) -> NumberRange:
    return NumberRange(least, most, message=_l("Geef een getal van %(min)s tot en met %(max)s."))


def _required(sentence: str) -> InputRequired:
    return InputRequired(message=sentence)


class VisitSettingsForm(FlaskForm):
    """Whose visits follow, and of which day."""

    mechanic = SelectField(_l("Monteur"), validators=[_required(_l("Kies de monteur."))])
    service_date = DateField(
        _l("Datum van de beurt"), validators=[_required(_l("Geef de datum als 05-03-2026."))]
    )


class NewInstallationForm(FlaskForm):
    """An installation made on the spot; the office looks at it afterwards."""

    farm = StringField(
        _l("Naam van het bedrijf"),
        filters=[lambda text: text.strip() if text else text],
        validators=[_required(_l("Geef de naam van het bedrijf.")), _length(120), PRINTABLE],
    )
    place = StringField(
        _l("Plaats"),
        filters=[lambda text: text.strip() if text else text],
        validators=[_required(_l("Geef de plaats.")), _length(80), PRINTABLE],
    )
    postcode = StringField(_l("Postcode"), validators=[_length(10), PRINTABLE])
    parlour_type = SelectField(_l("Staltype"), choices=choices_of(PARLOUR_TYPES.items()))
    species = SelectField(_l("Diersoort"), choices=choices_of(SPECIES.items()))
    unit_count = IntegerField(
        _l("Standen"),
        description=_l("Het aantal melkstellen; bij een robot het aantal boxen."),
        validators=[_required(_l("Geef het aantal standen.")), _between(1, 200)],
    )
    box_count = IntegerField(
        _l("Boxen"),
        default=0,
        validators=[_required(_l("Geef het aantal boxen.")), _between(0, 20)],
    )
    vacuum_pump_count = IntegerField(
        _l("Vacuümpompen"),
        default=1,
        validators=[_required(_l("Geef het aantal vacuümpompen.")), _between(1, 20)],
    )
    cleaning_facility_count = IntegerField(
        _l("Reinigingsinstallaties"),
        default=1,
        validators=[_required(_l("Geef het aantal reinigingsinstallaties.")), _between(1, 20)],
    )
