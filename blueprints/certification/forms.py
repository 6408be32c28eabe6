"""The form of a certificate."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, widgets

from blueprints import words
from blueprints.fields import ChoiceField, DayField, TextField, choices_of
from blueprints.texts import lazy as _l
from kombeheer.rules.certification import Country, Module


class CertificateForm(FlaskForm):
    """What stands on a certificate."""

    number = TextField(
        _l("Certificaatnummer"), 20, _l("Vul het nummer in dat op het certificaat staat.")
    )
    country = ChoiceField(
        _l("Afgegeven in"),
        words.CERTIFYING_COUNTRIES.items(),
        _l("Kies het land dat het certificaat afgaf."),
        default=Country.NL,
        description=_l("Heeft hij er alleen een uit een ander land, dan wacht elk bezoek op KOM."),
    )
    valid_from = DayField(_l("Geldig vanaf"), _l("Vul de eerste geldige dag in."))
    valid_until = DayField(
        _l("Geldig tot en met"),
        _l("Vul de laatste geldige dag in."),
        description=_l("De laatste dag telt zelf mee."),
    )
    modules = SelectMultipleField(
        _l("Modules"),
        choices=choices_of(words.MODULES.items()),
        coerce=str,
        validate_choice=False,
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )

    def certifying_country(self) -> Country:
        """Return the country that is chosen."""
        return Country(self.country.data)

    def chosen_modules(self) -> list[Module]:
        """Return the modules that are ticked; what is none is left out."""
        return sorted({Module(one) for one in self.modules.data or [] if one in set(Module)})
