"""Log in and out, accept an invitation, and Mijn toegang: one's own sessions, keys, password."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from blueprints.accounts.browsers import browser_name
from blueprints.accounts.entrance import ask_password, enter
from blueprints.accounts.forms import (
    ChangePasswordForm,
    KeysForm,
    LogInForm,
    NewPasswordForm,
    TokenForm,
)
from blueprints.addresses import local_path
from blueprints.database import db, write
from blueprints.fields import add_error, form_page
from blueprints.guard import signed_in
from kombeheer.clock import now_utc
from kombeheer.rules.accounts import INVITATION_AGE_MAX, LOGIN_TRIES_WINDOW
from kombeheer.rules.refusal import Refusal
from kombeheer.services.accounts import login, tokens, users
from kombeheer.wording import sentence

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")

TRIES_TOLD = 3  # from so few on, it is told how many are left


def _onward(wanted: str | None) -> ResponseReturnValue:
    return redirect(local_path(wanted) or url_for("start.page"))


@blueprint.route("/log-in", methods=["GET", "POST"])
def log_in() -> ResponseReturnValue:
    """Ask who somebody is; his password opens a new session, and leads where he wanted to go."""
    form = LogInForm(request.form, next=request.args.get("next"))
    if request.method != "POST":
        if signed_in() is not None:
            return _onward(form.next.data)
        return render_template("accounts/log_in.html", form=form)
    if not form.validate():
        return render_template("accounts/log_in.html", form=form), 422
    email = form.email.data or ""
    try:
        known, left = ask_password(email, form.password.data or "")
    except Refusal as refusal:
        page = render_template("accounts/log_in.html", form=form, wrong=sentence(refusal, gettext))
        wait = int(LOGIN_TRIES_WINDOW.total_seconds())
        return page, 429, {"Retry-After": str(wait)}
    if known is None:
        failed = sentence(Refusal("accounts.login_failed"), gettext)
        wrong = f"{failed} {_tries_left(left)}"
        return render_template("accounts/log_in.html", form=form, wrong=wrong), 422
    enter(known, email)
    return _onward(form.next.data)


def _tries_left(left: int) -> str:
    minutes = int(LOGIN_TRIES_WINDOW.total_seconds() // 60)
    if left > TRIES_TOLD:
        return ""
    if left == 0:
        return gettext("Dit was de laatste poging; wacht nu %(minutes)s minuten.", minutes=minutes)
    return ngettext(
        "Na nog %(num)s poging wacht u %(minutes)s minuten.",
        "Na nog %(num)s pogingen wacht u %(minutes)s minuten.",
        left,
        minutes=minutes,
    )


@blueprint.post("/log-out")
def log_out() -> ResponseReturnValue:
    """End this session; who had no session any more is told the same."""
    present, now = signed_in(), now_utc()
    if present is not None:
        write(
            lambda writing: login.end_session(
                writing, present.actor, present.session_id, now, of_user=_id_of(present)
            )
        )
    session.clear()
    flash(gettext("U bent uitgelogd."), "ok")
    return redirect(url_for("accounts.log_in"))


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
def accept_invitation(token: str) -> ResponseReturnValue:
    """Set a first or a new password by a link, once, and go in."""
    now = now_utc()
    try:
        invited = users.invited_user(db.session(), token, now)
    except Refusal:
        return _gone()
    user_id, email, form = invited.id, invited.email, NewPasswordForm()
    if form.validate_on_submit():
        try:
            write(
                lambda writing: users.accept_invitation(
                    writing, token, form.password.data or "", now
                )
            )
        except Refusal as refusal:
            if refusal.code == "accounts.invitation_invalid":
                return _gone()
            add_error(form.password, sentence(refusal, gettext))
        else:
            enter(user_id, email)
            flash(gettext("Uw wachtwoord staat. U bent nu ingelogd."), "ok")
            return redirect(url_for("start.page"))
    return form_page("accounts/accept_invitation.html", form, email=email)


def _gone() -> ResponseReturnValue:
    page = render_template(
        "errors/error.html",
        title=gettext("Deze link werkt niet meer"),
        sentence=gettext(
            "Een link werkt één keer, en %(days)s dagen lang. Vraag het secretariaat om een "
            "nieuwe, of log in als u al een wachtwoord koos.",
            days=INVITATION_AGE_MAX.days,
        ),
        kept=[],
        ways=[(gettext("Naar inloggen"), url_for("accounts.log_in"))],
        number=None,
    )
    return page, 410


def _present() -> login.SignedIn:
    return cast(login.SignedIn, signed_in())


def _id_of(present: login.SignedIn) -> int:
    assert present.actor.user_id is not None, "a session is somebody's"
    return present.actor.user_id


@blueprint.get("/mine")
def mine() -> str:
    """Show by what one can come in: sessions and keys of programs; and the settings of pages."""
    return _mine(TokenForm())


def _mine(form: TokenForm, made: str | None = None) -> str:
    present = _present()
    return render_template(
        "accounts/mine.html",
        sessions=login.sessions_of(db.session(), _id_of(present), now_utc()),
        present_id=present.session_id,
        tokens=tokens.tokens_of(db.session(), _id_of(present)),
        browser_name=browser_name,
        form=form,
        keys_form=KeysForm(None, keys_on=present.keys_on),
        made=made,
    )


@blueprint.post("/mine/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of one's own sessions, at once."""
    present, now = _present(), now_utc()
    write(
        lambda writing: login.end_session(
            writing, present.actor, session_id, now, of_user=_id_of(present)
        )
    )
    flash(gettext("De sessie is beëindigd."), "ok")
    return redirect(url_for("accounts.mine"))


@blueprint.post("/mine/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    """End one's own sessions everywhere but here."""
    present, now = _present(), now_utc()
    write(
        lambda writing: login.end_sessions(
            writing, present.actor, _id_of(present), now, but=present.session_id
        )
    )
    flash(gettext("U bent nu alleen nog in deze browser ingelogd."), "ok")
    return redirect(url_for("accounts.mine"))


@blueprint.post("/mine/tokens")
def make_token() -> ResponseReturnValue:
    """Make a key for a program; this answer is the only place where it is ever shown."""
    present, now, form = _present(), now_utc(), TokenForm()
    if not form.validate():
        return _mine(form), 422
    name = form.name.data or ""
    try:
        made = write(
            lambda writing: tokens.create_token(writing, present.actor, _id_of(present), name, now)
        )
    except Refusal as refusal:
        add_error(form.name, sentence(refusal, gettext))
        return _mine(form), 422
    return _mine(TokenForm(None), made), 201


@blueprint.post("/mine/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Stop one of one's own keys."""
    present, now = _present(), now_utc()
    write(
        lambda writing: tokens.revoke_token(
            writing, present.actor, token_id, now, of_user=_id_of(present)
        )
    )
    flash(gettext("De toegangssleutel werkt niet meer."), "ok")
    return redirect(url_for("accounts.mine"))


@blueprint.post("/mine/keys")
def set_keys() -> ResponseReturnValue:
    """Switch single keys on or off for one's own pages."""
    present, now, form = _present(), now_utc(), KeysForm()
    keys_on = bool(form.keys_on.data)
    write(lambda writing: users.set_keys(writing, present.actor, keys_on, now))
    told = gettext("Losse toetsen staan aan.") if keys_on else gettext("Losse toetsen staan uit.")
    flash(told, "ok")
    return redirect(url_for("accounts.mine"))


@blueprint.route("/mine/password", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    """Choose a new password, with the old one; the sessions elsewhere end."""
    present, form = _present(), ChangePasswordForm()
    if form.validate_on_submit() and _change_password(present, form):
        flash(gettext("Uw wachtwoord is gewijzigd. Elders bent u uitgelogd."), "ok")
        return redirect(url_for("accounts.mine"))
    return form_page("accounts/change_password.html", form, email=present.email)


def _change_password(present: login.SignedIn, form: ChangePasswordForm) -> bool:
    """Change it and return True, or put what is wrong at its field."""
    now, password = now_utc(), form.password.data or ""

    def work(writing: Session) -> None:
        users.change_password(writing, present.actor, present.session_id, password, now)

    try:
        known, left = ask_password(present.email, form.present.data or "")
    except Refusal as refusal:
        add_error(form.present, sentence(refusal, gettext))
        return False
    if known != present.actor.user_id:
        wrong = gettext("Dit is niet uw huidige wachtwoord. Typ het opnieuw.")
        add_error(form.present, f"{wrong} {_tries_left(left)}".strip())
        return False
    try:
        write(work)
    except Refusal as refusal:
        add_error(form.password, sentence(refusal, gettext))
        return False
    return True
