"""The forms of accounts. What a password or an address must be, the services say."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.validators import EqualTo, InputRequired, Length

from blueprints import words
from kombeheer.rules.accounts import PASSWORD_LENGTH_MIN

NEW_PASSWORD = {"autocomplete": "new-password"}


def plain(text: str | None) -> str:
    """Return a line of text without control characters and without spaces around it."""
    return "".join(sign for sign in text or "" if sign.isprintable()).strip()


def _at_most(most: int) -> Length:
    return Length(max=most, message=_l("Gebruik hoogstens %(max)d tekens."))


class LogInForm(FlaskForm):
    """Who somebody is and his password."""

    email = EmailField(
        _l("E-mailadres"),
        filters=[plain],
        validators=[InputRequired(_l("Vul uw e-mailadres in."))],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Wachtwoord"),
        validators=[InputRequired(_l("Vul uw wachtwoord in."))],
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
        validators=[InputRequired(_l("Kies een wachtwoord."))],
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
        validators=[InputRequired(_l("Vul uw huidige wachtwoord in."))],
        render_kw={"autocomplete": "current-password"},
    )


class TokenForm(FlaskForm):
    """What a program's key is called, so that it is recognised later."""

    name = StringField(
        _l("Naam van de sleutel"),
        description=_l("Bijvoorbeeld het programma of het toestel dat hem gebruikt."),
        filters=[plain],
        validators=[_at_most(80)],
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
        filters=[plain],
        validators=[InputRequired(_l("Vul het e-mailadres in.")), _at_most(254)],
    )
    name = StringField(
        _l("Naam"),
        filters=[plain],
        validators=[InputRequired(_l("Vul de naam in.")), _at_most(120)],
    )
    role = SelectField(
        _l("Rol"),
        choices=[("", _l("Kies een rol")), *words.ROLES.items()],
        validators=[InputRequired(_l("Kies een rol."))],
    )
    dealer = StringField(
        _l("Dealernummer"),
        description=_l("Alleen bij de rol dealer."),
        filters=[plain],
        validators=[_at_most(12)],
    )
    mechanic = StringField(
        _l("Monteurnummer"),
        description=_l("Alleen bij de rol monteur."),
        filters=[plain],
        validators=[_at_most(12)],
    )
