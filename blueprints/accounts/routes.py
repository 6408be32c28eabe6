"""Log in and out, accept an invitation, and Mijn toegang: one's own sessions, keys, password."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, session
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from blueprints.accounts.browsers import browser_name
from blueprints.accounts.entrance import ask_password, enter, local_path
from blueprints.accounts.forms import (
    ChangePasswordForm,
    KeysForm,
    LogInForm,
    NewPasswordForm,
    TokenForm,
)
from blueprints.database import db, write
from blueprints.guard import actor, signed_in
from kombeheer.clock import now_utc
from kombeheer.rules.accounts import LOGIN_TRIES_WINDOW
from kombeheer.rules.refusal import Refusal
from kombeheer.services.accounts import login, tokens, users
from kombeheer.services.accounts.login import SignedIn
from kombeheer.wording import sentence

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")

TRIES_TOLD = 3  # from so few on, it is told how many are left
