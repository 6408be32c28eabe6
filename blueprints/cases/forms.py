"""The form with which the office decides a case."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from blueprints.fields import ChoiceField, choices_of
from blueprints.stickers.words import ACCOUNTS
from kombeheer.services.stickers.lists import NumberLine


class DecisionForm(FlaskForm):
    """A decision always has a reason, which stays with the case."""

    series = ChoiceField(
        _l("Welke serie is het?"), description=_l("Deze cijfers passen bij meer dan een serie.")
    )
    reason = TextAreaField(
        _l("Reden van uw besluit"),
        description=_l("Dit blijft bij de zaak staan en komt in het dagboek."),
    )

    def offer(self, found: Sequence[NumberLine]) -> None:
        """Let the office choose among the numbers that a scan may mean."""
        none = ("", gettext("Kies de serie"))
        self.series.choices = [none, *choices_of((one.series.id, _told(one)) for one in found)]

    def series_id(self) -> int | None:
        """Return the series that was chosen; None when none of those offered was."""
        offered = {value for value, *_ in self.series.iter_choices() if value}
        return int(self.series.data) if self.series.data in offered else None


def _told(one: NumberLine) -> str:
    """Return a number with where it is and who answers for it."""
    where, dealer = ACCOUNTS[one.account.kind].word, one.dealer.name if one.dealer else ""
    return ", ".join(text for text in (one.series.code, str(where).lower(), dealer) if text)
