"""The forms of dealers, mechanics and farms. What only the database knows, the services say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField

from blueprints import words
from blueprints.fields import ChoiceField, DayField, TextField, choices_of
from blueprints.texts import lazy as _l
from kombeheer.services.parties.dealers import DealerDetails
from kombeheer.services.sites.locations import SiteDetails
from models.parties import Dealer

Choices = Sequence[tuple[str, Any]]


def dealer_choices(found: Sequence[Dealer], none: Any) -> Choices:
    """Return dealers to choose from, after a line for none of them."""
    return [("", none), *((one.public_id, f"{one.name}, {one.place}") for one in found)]


def _country() -> ChoiceField:
    return ChoiceField(_l("Land"), words.COUNTRIES.items(), _l("Kies een land."), default="NL")


class DealerForm(FlaskForm):
    """What is written down about a dealer."""

    number = TextField(_l("Dealernummer"), 12, _l("Vul het nummer van de dealer in."))
    name = TextField(_l("Naam"), 120, _l("Vul de naam van de dealer in."))
    street = TextField(_l("Straat en huisnummer"), 120)
    postcode = TextField(_l("Postcode"), 10)
    place = TextField(_l("Plaats"), 80, _l("Vul de plaats in."))
    country = _country()
    email = TextField(_l("E-mailadres"), 254)
    phone = TextField(_l("Telefoon"), 40)
    ceased_on = DayField(
        _l("Gestopt op"), description=_l("Vanaf deze dag krijgt hij geen monteurs of bedrijven.")
    )

    def details(self) -> DealerDetails:
        """Return what was filled in."""
        return DealerDetails(
            self.number.data,
            self.name.data,
            self.street.data,
            self.postcode.data,
            self.place.data,
            self.country.data,
            self.email.data,
            self.phone.data,
            self.ceased_on.data,
        )


class MechanicForm(FlaskForm):
    """What is written down about a mechanic."""

    number = TextField(
        _l("Monteurnummer"),
        12,
        _l("Vul het nummer van de monteur in."),
        description=_l("Zoals het op zijn certificaat staat, bijvoorbeeld 0231."),
    )
    name = TextField(_l("Naam"), 120, _l("Vul de naam van de monteur in."))
    email = TextField(_l("E-mailadres"), 254)
    phone = TextField(_l("Telefoon"), 40)


class NewMechanicForm(MechanicForm):
    """A new mechanic, with his first dealer when that is known."""

    dealer = ChoiceField(_l("Dealer"))
    from_on = DayField(
        _l("In dienst sinds"), description=_l("Alleen nodig als u een dealer kiest.")
    )


class PeriodForm(FlaskForm):
    """The days of an employment."""

    from_on = DayField(_l("In dienst sinds"), _l("Vul de eerste dag in."))
    until_on = DayField(
        _l("Laatste dag"), description=_l("Laat leeg zolang hij er werkt. De dag telt zelf mee.")
    )


class EmploymentForm(PeriodForm):
    """A new employment."""

    dealer = ChoiceField(_l("Dealer"), needed=_l("Kies de dealer."))


class FarmForm(FlaskForm):
    """What is written down about a farm."""

    name = TextField(_l("Naam van het bedrijf"), 120, _l("Vul de naam van het bedrijf in."))
    email = TextField(_l("E-mailadres"), 254)
    phone = TextField(_l("Telefoon"), 40)
    ceased_on = DayField(
        _l("Gestopt met melken op"), description=_l("Vanaf deze dag komt hier geen beurt meer.")
    )


class SiteForm(FlaskForm):
    """Where a site is."""

    street = TextField(_l("Straat en huisnummer"), 120)
    postcode = TextField(_l("Postcode"), 10)
    place = TextField(_l("Plaats"), 80, _l("Vul de plaats in."))
    country = _country()

    def site(self) -> SiteDetails:
        """Return what was filled in."""
        return SiteDetails(self.place.data, self.street.data, self.postcode.data, self.country.data)


class NewFarmForm(FarmForm, SiteForm):
    """A new farm with its first site, a number and its dealer, so that one page is enough."""

    kind = ChoiceField(
        _l("Soort nummer"), words.IDENTIFIER_KINDS.items(), _l("Kies welk nummer het is.")
    )
    value = TextField(_l("Nummer"), 24)
    dealer = ChoiceField(_l("Dealer"))


class IdentifierForm(FlaskForm):
    """A number by which a farm is known elsewhere."""

    kind = ChoiceField(
        _l("Soort nummer"), words.IDENTIFIER_KINDS.items(), _l("Kies welk nummer het is.")
    )
    value = TextField(_l("Nummer"), 24, _l("Vul het nummer in."))


class CustomerForm(FlaskForm):
    """A dealer that comes to serve a farm."""

    dealer = ChoiceField(_l("Dealer"), needed=_l("Kies de dealer."))
    from_on = DayField(_l("Klant sinds"), _l("Vul de eerste dag in."))


class LastDayForm(FlaskForm):
    """Until when a dealer served a farm."""

    until_on = DayField(_l("Laatste dag"), _l("Vul de laatste dag in."))


class MoveForm(FlaskForm):
    """Which farms go to which dealer, from when. Read from the address: nothing changes yet."""

    class Meta:
        """No token: asking for a preview changes nothing."""

        csrf = False

    target = ChoiceField(_l("Naar dealer"), needed=_l("Kies de dealer die ze overneemt."))
    on = DayField(_l("Vanaf"), _l("Vul de dag in waarop hij ze overneemt."))
    which = RadioField(
        _l("Welke bedrijven"),
        choices=choices_of([("chosen", _l("De aangevinkte")), ("every", _l("Alle in deze lijst"))]),
        default="chosen",
    )
