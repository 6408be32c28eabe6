"""The forms of accounts. What a password or an address must be, the services say."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField
from wtforms.validators import EqualTo

from blueprints import words
from blueprints.fields import AtMost, ChoiceField, Needed, OneLine, TextField, stripped
from blueprints.texts import lazy as _l
from kombeheer.rules.accounts import PASSWORD_LENGTH_MIN

NEW_PASSWORD = {"autocomplete": "new-password"}


class LogInForm(FlaskForm):
    """Who somebody is and his password."""

    email = EmailField(
        _l("E-mailadres"),
        filters=[stripped],
        validators=[Needed(_l("Vul uw e-mailadres in.")), OneLine(), AtMost(254)],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Wachtwoord"),
        validators=[Needed(_l("Vul uw wachtwoord in."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class NewPasswordForm(FlaskForm):
    """A new password, typed twice because it is not seen."""

    password = PasswordField(
        _l("Nieuw wachtwoord"),
        description=_l(
            "Minstens %(least)s tekens, bijvoorbeeld een zin van vier gewone woorden.",
            least=PASSWORD_LENGTH_MIN,
        ),
        validators=[Needed(_l("Kies een wachtwoord."))],
        render_kw=NEW_PASSWORD,
    )
    again = PasswordField(
        _l("Nog een keer"),
        validators=[
            EqualTo("password", _l("De twee wachtwoorden zijn niet gelijk. Typ ze opnieuw."))
        ],
        render_kw=NEW_PASSWORD,
    )


class ChangePasswordForm(NewPasswordForm):
    """A new password instead of one that is known."""

    present = PasswordField(
        _l("Huidig wachtwoord"),
        validators=[Needed(_l("Vul uw huidige wachtwoord in."))],
        render_kw={"autocomplete": "current-password"},
    )


class TokenForm(FlaskForm):
    """What a program's key is called, so that it is recognised later."""

    name = TextField(
        _l("Naam van de sleutel"),
        80,
        _l("Geef de sleutel een naam, dan herkent u hem later."),
        description=_l("Bijvoorbeeld het programma of het toestel dat hem gebruikt."),
    )


class KeysForm(FlaskForm):
    """Whether single keys do something on pages."""

    keys_on = BooleanField(
        _l("Gebruik losse toetsen"),
        description=_l("De toets / gaat naar Scan of zoek. Zet dit uit bij spraakbesturing."),
    )


class InviteForm(FlaskForm):
    """A new user: who, as what, and for a dealer or mechanic: which."""

    email = EmailField(
        _l("E-mailadres"),
        filters=[stripped],
        validators=[Needed(_l("Vul het e-mailadres in.")), OneLine(), AtMost(254)],
    )
    name = TextField(_l("Naam"), 120, _l("Vul de naam in."))
    role = ChoiceField(
        _l("Rol"),
        [("", _l("Kies een rol")), *words.ROLES.items()],
        _l("Kies een rol uit de lijst."),
    )
    dealer = TextField(_l("Dealernummer"), 12, description=_l("Alleen bij de rol dealer."))
    mechanic = TextField(_l("Monteurnummer"), 12, description=_l("Alleen bij de rol monteur."))
