"""The office's users: the list, one user, invite, lock, let in, reset."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints import words
from blueprints.accounts.browsers import browser_name
from blueprints.accounts.entrance import invitation_link
from blueprints.accounts.forms import InviteForm
from blueprints.database import db, write
from blueprints.fields import form_page, place_refusal
from blueprints.files import LIST_FILE, columns_file, paged
from blueprints.guard import actor
from blueprints.journal.telling import told_all
from blueprints.listing import Filters, Listing, wanted
from kombeheer.clock import now_utc
from kombeheer.rules.accounts import INVITATION_AGE_MAX, Role, UserState
from kombeheer.rules.calendar import day_of
from kombeheer.rules.refusal import Refusal
from kombeheer.services.accounts import directory, login, tokens, users
from kombeheer.services.listing import Page, Wanted
from kombeheer.tables.sheets import Column, Kind

blueprint = Blueprint("users", __name__, url_prefix="/accounts/users")

AT_FIELD = {
    "accounts.email_invalid": "email",
    "accounts.email_taken": "email",
    "accounts.belongs_wrong": "role",
    "accounts.unknown_dealer": "dealer",
    "accounts.unknown_mechanic": "mechanic",
}


# Of (user, dealer's name, mechanic's number, last seen).
COLUMNS = (
    (Column("Naam", width=26), lambda row: row[0].name),
    (Column("E-mailadres", width=34), lambda row: row[0].email),
    (Column("Rol", width=14), lambda row: str(words.ROLES[row[0].role])),
    (Column("Dealer", width=30), lambda row: row[1]),
    (Column("Monteur", width=10), lambda row: row[2]),
    (Column("Stand", width=14), lambda row: str(words.USER_STATES[row[0].state])),
    (Column("Laatst gezien", Kind.DAY, 14), lambda row: day_of(row[3]) if row[3] else None),
)


def _asked(filters: Filters) -> Callable[[Session, Wanted], Page]:
    """Return how the list is read that the address asks for."""
    query = filters.text("q", gettext("Naam of e-mail"))
    role = filters.choice("role", gettext("Rol"), words.ROLES)
    state = filters.choice("state", gettext("Stand"), words.USER_STATES)
    told = {"role": words.ROLES, "state": words.USER_STATES}
    return lambda session, page: directory.list_users(
        session, query, role, state, page.by_word(**told)
    )


@blueprint.get("/")
def list_page() -> str:
    """List the users, with a filter on role and state, found by name or address."""
    filters = Filters()
    page = _asked(filters)(db.session(), wanted())
    listing = Listing(page, filters, file="users.list_file")
    return render_template("accounts/list_page.html", listing=listing)


@blueprint.get(f"/{LIST_FILE}")
def list_file(extension: str) -> Response:
    """Send the users of the list as a file."""
    filters = Filters()
    read = _asked(filters)
    rows = paged(lambda *of: read(*of).items)
    return columns_file(extension, "gebruikers", COLUMNS, rows, filters)


@blueprint.route("/invite", methods=["GET", "POST"])
def invite_page() -> ResponseReturnValue:
    """Make a user; his link is shown on the answer, once."""
    form = InviteForm()
    if not form.validate_on_submit():
        return form_page("accounts/invite_page.html", form)
    present, now = actor(), now_utc()

    def work(writing: Session) -> tuple[int, str]:
        user, token = users.invite(
            writing,
            present,
            now,
            email=form.email.data or "",
            name=form.name.data or "",
            role=Role(form.role.data),
            dealer_id=(
                directory.dealer_id_of(writing, form.dealer.data) if form.dealer.data else None
            ),
            mechanic_id=(
                directory.mechanic_id_of(writing, form.mechanic.data)
                if form.mechanic.data
                else None
            ),
        )
        return user.id, token

    try:
        user_id, token = write(work)
    except Refusal as refusal:
        place_refusal(form, refusal, AT_FIELD)
        return render_template("accounts/invite_page.html", form=form), 422
    return _user_page(user_id, link=invitation_link(token)), 201


def _view(user_id: int) -> directory.UserView:
    view = directory.show_user(db.session(), user_id, now_utc())
    if view is None:
        abort(404)
    return view


@blueprint.get("/<int:user_id>")
def user_page(user_id: int) -> str:
    """Show one user: what he is, by what he comes in, what he did and was done to him."""
    return _user_page(user_id)


def _user_page(user_id: int, link: str | None = None) -> str:
    view = _view(user_id)
    return render_template(
        "accounts/user_page.html",
        view=view,
        user=view.user,
        is_own=view.user.id == actor().user_id,
        entries=told_all(db.session(), view.entries),
        browser_name=browser_name,
        link=link,
        link_days=INVITATION_AGE_MAX.days,
    )


@blueprint.post("/<int:user_id>/lock")
def lock(user_id: int) -> ResponseReturnValue:
    """Let somebody in no longer: his sessions end, his keys stop."""
    return _set_state(user_id, UserState.LOCKED, gettext("%(name)s kan er niet meer in."))


@blueprint.post("/<int:user_id>/let-in")
def let_in(user_id: int) -> ResponseReturnValue:
    """Let a locked user in again."""
    return _set_state(user_id, UserState.ACTIVE, gettext("%(name)s mag er weer in."))


def _set_state(user_id: int, state: UserState, done: str) -> ResponseReturnValue:
    name, present, now = _view(user_id).user.name, actor(), now_utc()
    write(lambda writing: users.set_state(writing, present, user_id, state, now))
    flash(done % {"name": name}, "ok")
    return redirect(url_for("users.user_page", user_id=user_id))


@blueprint.post("/<int:user_id>/reset")
def reset(user_id: int) -> ResponseReturnValue:
    """Make a new link; all that let him in before stops. The link is shown here, once."""
    _view(user_id)
    present, now = actor(), now_utc()
    token = write(lambda writing: users.reset(writing, present, user_id, now))
    return _user_page(user_id, link=invitation_link(token)), 201


@blueprint.post("/<int:user_id>/end-sessions")
def end_sessions(user_id: int) -> ResponseReturnValue:
    """End every session of a user; he may log in again."""
    name, present, now = _view(user_id).user.name, actor(), now_utc()
    write(lambda writing: login.end_sessions(writing, present, user_id, now))
    flash(gettext("%(name)s is overal uitgelogd.", name=name), "ok")
    return redirect(url_for("users.user_page", user_id=user_id))


@blueprint.post("/<int:user_id>/tokens/<int:token_id>/revoke")
def revoke_token(user_id: int, token_id: int) -> ResponseReturnValue:
    """Stop a key of a user."""
    _view(user_id)
    present, now = actor(), now_utc()
    write(lambda writing: tokens.revoke_token(writing, present, token_id, now, of_user=user_id))
    flash(gettext("De toegangssleutel werkt niet meer."), "ok")
    return redirect(url_for("users.user_page", user_id=user_id))
