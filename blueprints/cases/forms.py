"""The forms of a case: the decision, and what is done with it before."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from blueprints.fields import ChoiceField, DayField, choices_of
from blueprints.stickers.words import ACCOUNTS
from blueprints.texts import lazy as _l
from kombeheer.services.stickers.lists import NumberLine
from models.accounts import User


class DecisionForm(FlaskForm):
    """A decision always has a reason, which stays with the case."""

    series = ChoiceField(
        _l("Welke serie is het?"), description=_l("Deze cijfers passen bij meer dan een serie.")
    )
    reason = TextAreaField(
        _l("Reden van uw besluit"),
        description=_l("Dit blijft bij de zaak staan; de dealer leest het ook."),
    )

    def offer(self, found: Sequence[NumberLine]) -> None:
        """Let the office choose among the numbers that a scan may mean."""
        none = ("", gettext("Kies de serie"))
        self.series.choices = [none, *choices_of((one.series.id, _told(one)) for one in found)]

    def series_id(self) -> int | None:
        """Return the series that was chosen; None when none of those offered was."""
        offered = {value for value, *_ in self.series.iter_choices() if value}
        return int(self.series.data) if self.series.data in offered else None


class ColleagueForm(FlaskForm):
    """Who of the office has a case in hand from now on."""

    colleague = ChoiceField(_l("Collega"), needed=_l("Kies een collega uit de lijst."))

    def offer(self, found: Sequence[User]) -> None:
        """Let the office choose among its people."""
        none = ("", gettext("Kies een collega"))
        self.colleague.choices = [none, *choices_of((one.id, one.name) for one in found)]


class DueForm(FlaskForm):
    """Another last day, with a reason that stays within the office."""

    due_on = DayField(_l("Uiterlijk"), needed=_l("Vul de nieuwe uiterste dag in."))
    due_reason = TextAreaField(
        _l("Waarom later of eerder"), description=_l("Alleen het secretariaat leest dit.")
    )


class QuestionForm(FlaskForm):
    """What the office asks the dealer."""

    question = TextAreaField(
        _l("Wat vraagt u de dealer?"), description=_l("De dealer leest dit bij zijn zaken.")
    )


class AnswerForm(FlaskForm):
    """What the dealer says."""

    answer = TextAreaField(
        _l("Uw antwoord aan KOM"),
        description=_l("Schrijf wat KOM moet weten. Daarna is KOM aan zet."),
    )


def _told(one: NumberLine) -> str:
    """Return a number with where it is and who answers for it."""
    where, dealer = ACCOUNTS[one.account.kind].word, one.dealer.name if one.dealer else ""
    return ", ".join(text for text in (one.series.code, str(where).lower(), dealer) if text)
