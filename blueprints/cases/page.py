"""The page of one case, also as it comes back when something that was sent could not be done."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

from flask import render_template
from flask_wtf import FlaskForm

from blueprints.cases import words as case_words
from blueprints.cases.forms import AnswerForm, ColleagueForm, DecisionForm, DueForm, QuestionForm
from blueprints.database import db
from blueprints.guard import actor, may
from blueprints.reports import telling
from kombeheer.clock import today
from kombeheer.services.cases import lists, showing

FORMS: dict[str, type[FlaskForm]] = {
    "decision": DecisionForm,
    "colleague": ColleagueForm,
    "due": DueForm,
    "question": QuestionForm,
    "answer": AnswerForm,
}


def case_page(number: int, sent: FlaskForm | None = None) -> tuple[str, int]:
    """Return the page of a case, with the form that was sent as it was typed.

    The status is 422 when something is wrong with that form.
    """
    view = showing.show_case(db.session(), actor(), today(), number)
    forms = {
        name: sent if isinstance(sent, form) else form(formdata=None, due_on=view.case.due_on)
        for name, form in FORMS.items()
    }
    offer(view, forms)
    page = render_template(
        "cases/case_page.html",
        view=view,
        rows=_rows(view),
        typed=_typed(view.sheet),
        forms=SimpleNamespace(**forms),
        sent=sent,
        says=case_words,
        is_mine=view.case.taken_by_id == actor().user_id,
        scan_token=str(uuid.uuid4()),
        today=today(),
    )
    return page, 422 if sent is not None and sent.errors else 200


def offer(view: showing.CaseView, forms: dict[str, Any]) -> None:
    """Fill in what can be chosen."""
    if "decision" in forms:
        forms["decision"].offer(view.candidates)
    if "colleague" in forms and may("cases:decide"):
        forms["colleague"].offer(lists.colleagues(db.session(), actor()))


def _rows(view: showing.CaseView) -> list[dict[str, str]]:
    """Return what differs, in the words of the report."""
    return [
        {
            "label": telling.label(one.name),
            "told": telling.value_text(one.name, one.told),
            "known": telling.value_text(one.name, one.known),
        }
        for one in view.differences
    ]


def _typed(sheet: showing.SheetTold | None) -> list[tuple[str, str]]:
    """Return what was typed from paper, in the words of the report."""
    values = sheet.values if sheet is not None else ()
    return [(telling.label(name), telling.value_text(name, value)) for name, value in values]
