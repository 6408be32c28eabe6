"""The forms of the visit: whose visit it is, and an installation that is not known yet."""

from __future__ import annotations

from flask_wtf import FlaskForm

from blueprints import words
from blueprints.fields import ChoiceField, DayField, TextField
from blueprints.sites.forms import KindForm
from blueprints.texts import lazy as _l


class VisitSettingsForm(FlaskForm):
    """Whose visits follow, and of which day."""

    mechanic = ChoiceField(_l("Monteur"), needed=_l("Kies de monteur."))
    service_date = DayField(_l("Datum van de beurt"), _l("Vul de datum van de beurt in."))


class UncheckedInstallationForm(KindForm):
    """A farm with an installation, made on the spot; the office looks at it afterwards."""

    farm = TextField(_l("Naam van het bedrijf"), 120, _l("Vul de naam van het bedrijf in."))
    place = TextField(_l("Plaats"), 80, _l("Vul de plaats in."))
    postcode = TextField(_l("Postcode"), 10)
    parlour_type = ChoiceField(
        _l("Staltype"), words.PARLOUR_TYPES.items(), _l("Kies het staltype.")
    )
