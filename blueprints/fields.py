"""Form fields with our own sentences: text, days, counts. What is wrong, with its value, what now.

What only the database knows comes back as a refusal, and is put at its field too (`stored`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import (
    DateField,
    Field,
    Form,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import Optional, StopValidation

from blueprints.database import write
from kombeheer.rules.calendar import FIRST_DAY, LAST_DAY
from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.wording import day_text, sentence

Result = TypeVar("Result")
_DAY_FORMATS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]


def shown(text: str) -> str:
    """Return what was typed, short and without control characters, for a sentence."""
    return shown_text(text.strip())


def stripped(text: str | None) -> str:
    """Return a text without spaces around it; nothing for none."""
    return (text or "").strip()


class Needed:
    """Refuse an empty field with a sentence of its own."""

    field_flags: Mapping[str, Any] = {"required": True}

    def __init__(self, wanted: Any) -> None:
        self.wanted = wanted

    def __call__(self, form: Form, field: Field) -> None:
        typed = field.raw_data[0] if field.raw_data else ""
        if not str(typed).strip():
            field.errors = []
            raise StopValidation(str(self.wanted))


class AtMost:
    """Refuse a text that does not fit, and tell how long it is."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: Form, field: Field) -> None:
        length = len(field.data or "")
        if length > self.most:
            raise ValidationError(
                gettext(
                    "Dit zijn %(length)s tekens en er passen er %(most)s. Maak het korter.",
                    length=length,
                    most=self.most,
                )
            )


class OneLine:
    """Refuse signs that cannot be seen, such as a tab, a line end or U+0000."""

    def __call__(self, form: Form, field: Field) -> None:
        if field.data and not field.data.isprintable():
            raise ValidationError(
                gettext(
                    "In “%(value)s” staat een teken dat niet te zien is (·). Typ het opnieuw.",
                    value=shown(field.data),
                )
            )


class TextField(StringField):
    """A line of text of at most so many signs; `needed` is what to say when it is empty."""

    def __init__(self, label: Any, most: int, needed: Any = None, **more: Any) -> None:
        first = Needed(needed) if needed is not None else Optional()
        super().__init__(
            label, validators=[first, OneLine(), AtMost(most)], filters=[stripped], **more
        )


class DayField(DateField):
    """A day that exists, of a year that can be meant; kept as typed when it is neither."""

    def __init__(self, label: Any, needed: Any = None, **more: Any) -> None:
        first = Needed(needed) if needed is not None else Optional()
        super().__init__(label, validators=[first], format=_DAY_FORMATS, **more)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the day, or say that it does not exist."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(
                gettext(
                    "“%(value)s” is geen bestaande dag. Schrijf hem als 05-03-2026.",
                    value=shown(str(valuelist[0])),
                )
            ) from None

    def pre_validate(self, form: Form) -> None:
        """Refuse a year that nobody means."""
        if self.data is not None and not FIRST_DAY <= self.data <= LAST_DAY:
            raise ValidationError(
                gettext(
                    "%(day)s kan hier niet. Kies een dag van %(first)s tot en met %(last)s.",
                    day=day_text(self.data),
                    first=FIRST_DAY.year,
                    last=LAST_DAY.year,
                )
            )


class CountField(IntegerField):
    """A whole number from a least to a most."""

    def __init__(self, label: Any, least: int, most: int, needed: Any, **more: Any) -> None:
        self.least, self.most = least, most
        keys = {"inputmode": "numeric", "min": least, "max": most}
        super().__init__(label, validators=[Needed(needed)], render_kw=keys, **more)

    def _refusal(self, value: str) -> str:
        return str(
            gettext(
                "“%(value)s” kan hier niet. Geef een heel getal van %(least)s tot en met %(most)s.",
                value=shown(value),
                least=self.least,
                most=self.most,
            )
        )

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number, or say what it should be."""
        try:
            super().process_formdata([str(value)[:40] for value in valuelist])
        except ValueError:
            self.data = None
            raise ValueError(self._refusal(str(valuelist[0]))) from None

    def pre_validate(self, form: Form) -> None:
        """Refuse a number that is too small or too large."""
        if self.data is not None and not self.least <= self.data <= self.most:
            raise ValidationError(self._refusal(str(self.data)))


def choices_of(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Return pairs of a value and its words as the choices of a field."""
    return [SelectChoice(str(value), words) for value, words in pairs]


class ChoiceField(SelectField):
    """One of a list; `needed` is what to say when nothing or something else is chosen."""

    def __init__(
        self, label: Any, choices: Iterable[Any] = (), needed: Any = None, **more: Any
    ) -> None:
        first = Needed(needed) if needed is not None else Optional()
        self.needed = needed
        super().__init__(label, validators=[first], choices=choices_of(choices), **more)

    def pre_validate(self, form: Form) -> None:
        """Refuse what is not in the list."""
        if self.data not in {value for value, *_ in self.iter_choices()}:
            raise StopValidation(str(self.needed or gettext("Kies iets uit de lijst.")))


def add_error(field: Field, words: str) -> None:
    """Put a sentence at a field."""
    field.errors = [*field.errors, words]


def place_refusal(form: FlaskForm, refusal: Refusal, fields: Mapping[str, str]) -> None:
    """Put a refusal's sentence at the field of its code, or on top of the form."""
    words, name = sentence(refusal, gettext), fields.get(refusal.code)
    if name is not None:
        add_error(form[name], words)
    else:
        form.form_errors = [*form.form_errors, words]


def form_page(template: str, form: FlaskForm, **more: object) -> ResponseReturnValue:
    """Return the page of a form, 422 when it came back with something wrong."""
    return render_template(template, form=form, **more), 422 if form.errors else 200


def stored(
    form: FlaskForm, work: Callable[[Session], Result], fields: Mapping[str, str]
) -> Result | None:
    """Return what `work` returned once it is committed, or None when it was refused.

    Args:
        fields: at which field the sentence of a refusal's code belongs; else it stands on top.
    """
    try:
        return write(work)
    except Refusal as refusal:
        place_refusal(form, refusal, fields)
        return None
