"""The database of a command: opened from the settings, checked, and shown without its password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from kombeheer.config import Settings
from models import schema
from models.transaction import Database

UPGRADE = "python -m kombeheer upgrade"


class Refused(click.ClickException):
    """What cannot be done, as a sentence; exit code 1."""

    def show(self, file: object = None) -> None:
        """Tell the sentence and nothing around it, on standard error."""
        click.echo(self.message, err=True)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Yield the database of the settings, and close it."""
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        database.dispose()


def shown(settings: Settings) -> str:
    """Return the database's address without its password."""
    return make_url(settings.database_url).render_as_string(hide_password=True)


def require_newest(database: Database) -> None:
    """Refuse a database whose tables are not those of this version."""
    present, newest = schema.present_revision(database), schema.newest_revision()
    if present is None:
        raise Refused(f"De database heeft nog geen tabellen. Typ eerst: {UPGRADE}")
    if present != newest:
        raise Refused(
            f"De database staat op {present}, dit programma verwacht {newest}. Typ eerst: {UPGRADE}"
        )


def trouble(error: DBAPIError) -> str:
    """Return the sentence for a database that does not answer, or lacks what was asked."""
    told = str(error.orig).strip().partition("\n")[0]
    if "no such table" in told or "does not exist" in told:
        return f"De database mist tabellen ({told}). Typ eerst: {UPGRADE}"
    return (
        f"De database is niet te gebruiken: {told}. Controleer KOMBEHEER_DATABASE_URL en of de "
        "database draait."
    )
