"""The form with which the office decides a case."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField


class DecisionForm(FlaskForm):
    """A decision always has a reason, which stays with the case."""

    reason = TextAreaField(
        _l("Reden van uw besluit"),
        description=_l("Dit blijft bij de zaak staan en komt in het dagboek."),
    )
