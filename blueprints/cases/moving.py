"""Whose move a case is, who has it in hand, and until when."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from blueprints.cases.blueprint import blueprint
from blueprints.cases.forms import AnswerForm, ColleagueForm, DueForm, QuestionForm
from blueprints.cases.page import case_page
from blueprints.database import db, write
from blueprints.fields import stored
from blueprints.guard import actor
from kombeheer.clock import now_utc
from kombeheer.services.cases import lists, moving

DUE_CODES = ("cases.due_passed", "cases.due_far", "cases.due_same")


def _done(number: int, told: str) -> ResponseReturnValue:
    flash(told, "ok")
    return redirect(url_for("cases.case_page", number=number))


@blueprint.post("/<int:number>/open")
def open_case(number: int) -> ResponseReturnValue:
    """Take a case in hand, also from a colleague."""
    present, now = actor(), now_utc()
    write(lambda session: moving.open_case(session, present, number, now))
    return _done(number, gettext("U hebt de zaak in behandeling."))


@blueprint.post("/<int:number>/put-back")
def put_back(number: int) -> ResponseReturnValue:
    """Leave a case to whoever takes it next."""
    present, now = actor(), now_utc()
    write(lambda session: moving.put_back(session, present, number, now))
    return _done(number, gettext("De zaak ligt terug; een collega kan haar nemen."))


@blueprint.post("/<int:number>/take-back")
def take_back(number: int) -> ResponseReturnValue:
    """Make a case the office's move again."""
    present, now = actor(), now_utc()
    write(lambda session: moving.take_back(session, present, number, now))
    return _done(number, gettext("De zaak ligt weer bij KOM."))


@blueprint.post("/<int:number>/hand-over")
def hand_over(number: int) -> ResponseReturnValue:
    """Give a case to a colleague."""
    form, present, now = ColleagueForm(), actor(), now_utc()
    form.offer(lists.colleagues(db.session(), present))
    if form.validate():
        chosen = int(form.colleague.data)
        fields = {"cases.colleague_unknown": "colleague"}
        if _stored(
            form,
            lambda session: moving.hand_over(session, present, number, chosen, now),
            fields,
        ):
            return _done(number, gettext("Overgedragen aan uw collega."))
    return case_page(number, form)


@blueprint.post("/<int:number>/due")
def move_due(number: int) -> ResponseReturnValue:
    """Move the last day to decide."""
    form, present, now = DueForm(), actor(), now_utc()
    if form.validate():
        day, reason = form.due_on.data, form.due_reason.data or ""
        assert day is not None
        if _stored(
            form,
            lambda session: moving.move_due(session, present, number, day, reason, now),
            dict.fromkeys(DUE_CODES, "due_on") | _at("due_reason"),
        ):
            return _done(number, gettext("De uiterste dag is verzet."))
    return case_page(number, form)


@blueprint.post("/<int:number>/ask")
def ask_dealer(number: int) -> ResponseReturnValue:
    """Make a case the dealer's move, with a question."""
    form, present, now = QuestionForm(), actor(), now_utc()
    text = form.question.data or ""
    if _stored(
        form,
        lambda session: moving.ask_dealer(session, present, number, text, now),
        _at("question"),
    ):
        return _done(number, gettext("De zaak ligt nu bij de dealer; hij leest uw vraag."))
    return case_page(number, form)


@blueprint.post("/<int:number>/answer")
def answer(number: int) -> ResponseReturnValue:
    """Let the dealer answer; then it is the office's move."""
    form, present, now = AnswerForm(), actor(), now_utc()
    text = form.answer.data or ""
    if _stored(
        form, lambda session: moving.answer(session, present, number, text, now), _at("answer")
    ):
        return _done(number, gettext("Uw antwoord is bij KOM. KOM is nu aan zet."))
    return case_page(number, form)


def _at(field: str) -> dict[str, str]:
    """Return at which field what is wrong with a text belongs."""
    return dict.fromkeys(("cases.text_missing", "cases.reason_long"), field)


def _stored(
    form: FlaskForm, work: Callable[[Session], None], fields: Mapping[str, str]
) -> bool | None:
    """Do what a form asks; when it is refused, the sentence stands at its field."""

    def done(session: Session) -> bool:
        work(session)
        return True

    return stored(form, done, fields)
