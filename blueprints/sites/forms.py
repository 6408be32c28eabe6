"""The forms of installations. A site's own form stands with its farm (parties/forms)."""

from __future__ import annotations

from datetime import date

from flask_wtf import FlaskForm

from blueprints import words
from blueprints.fields import ChoiceField, CountField, DayField, TextField
from blueprints.texts import lazy as _l
from kombeheer.rules.sites import Leniency, ParlourType, Species
from kombeheer.services.sites.installations import Configuration


class KindForm(FlaskForm):
    """Of which kind and size an installation is, and for which animals."""

    parlour_type = ChoiceField(
        _l("Staltype"),
        [("", _l("Kies een staltype")), *words.PARLOUR_TYPES.items()],
        _l("Kies het staltype."),
    )
    species = ChoiceField(_l("Diersoort"), words.SPECIES.items(), _l("Kies de diersoort."))
    unit_count = CountField(
        _l("Standen"),
        1,
        200,
        _l("Vul in hoeveel standen er zijn."),
        description=_l("Het aantal melkstellen; bij een robot het aantal boxen."),
    )
    vacuum_pump_count = CountField(
        _l("Vacuümpompen"), 1, 20, _l("Vul in hoeveel vacuümpompen er zijn."), default=1
    )
    cleaning_facility_count = CountField(
        _l("Reinigingsinstallaties"),
        1,
        20,
        _l("Vul in hoeveel reinigingsinstallaties er zijn."),
        default=1,
    )
    box_count = CountField(
        _l("Boxen"),
        0,
        20,
        _l("Vul in hoeveel boxen er zijn, 0 als het geen robot is."),
        default=0,
        description=_l("Alleen bij een robot. Boxen met een eigen pomp zijn elk een installatie."),
    )


class ConfigurationForm(KindForm):
    """What an installation is, from a day on."""

    delivered_or_renovated_on = DayField(_l("Opgeleverd of gerenoveerd op"))
    from_on = DayField(_l("Zo sinds"), _l("Vul in sinds wanneer het zo is."))

    def configuration(self) -> Configuration:
        """Return what was filled in."""
        return Configuration(
            ParlourType(self.parlour_type.data),
            Species(self.species.data),
            self.unit_count.data,
            self.vacuum_pump_count.data,
            self.cleaning_facility_count.data,
            self.box_count.data,
            self.delivered_or_renovated_on.data,
        )

    def since(self) -> date:
        """Return the first day."""
        day: date = self.from_on.data
        return day


class NewInstallationForm(ConfigurationForm):
    """A new installation."""

    name = TextField(
        _l("Naam"), 60, description=_l("Alleen als er meer zijn, bijvoorbeeld Robot 2.")
    )


class InstallationForm(FlaskForm):
    """What an installation is called and on which site of its farm it stands."""

    name = TextField(
        _l("Naam"), 60, description=_l("Alleen als er meer zijn, bijvoorbeeld Robot 2.")
    )
    site = ChoiceField(_l("Locatie"), needed=_l("Kies een locatie van dit bedrijf."))


class CeaseForm(FlaskForm):
    """From when an installation is out of use; empty while it is in use."""

    ceased_on = DayField(
        _l("Gestopt op"),
        description=_l("De eerste dag zonder. Laat leeg zolang er gemolken wordt."),
    )


class LeniencyForm(FlaskForm):
    """A period of leniency, as it was agreed with KKM."""

    from_on = DayField(_l("Eerste dag"), _l("Vul de eerste dag van de coulance in."))
    until_on = DayField(_l("Laatste dag"), _l("Vul de laatste dag van de coulance in."))
    reason = TextField(
        _l("Reden"),
        200,
        _l("Vul in waarom er coulance is."),
        description=_l("Kort; zij staat bij elke installatie die er door gedoogd wordt."),
    )
    document = TextField(
        _l("Bewijsstuk"),
        120,
        _l("Vul in waar de afspraak met KKM staat."),
        description=_l("Bijvoorbeeld het kenmerk en de dag van de brief van KKM."),
    )

    def leniency(self) -> Leniency:
        """Return what was filled in."""
        return Leniency(self.from_on.data, self.until_on.data, self.reason.data)


class ShorterLeniencyForm(FlaskForm):
    """An earlier last day of a leniency, and why."""

    until_on = DayField(_l("Nieuwe laatste dag"), _l("Vul de nieuwe laatste dag in."))
    reason = TextField(_l("Reden"), 200, _l("Vul in waarom de coulance eerder eindigt."))
