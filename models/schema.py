"""Bring a database's schema to the newest migration, and tell where it stands."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.transaction import Database

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def configuration(database: Database) -> Config:
    """Return alembic's configuration for this database; no file is needed."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.writer
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that this database lacks."""
    command.upgrade(configuration(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Undo migrations down to a revision; `base` undoes all."""
    command.downgrade(configuration(database), revision)


def present_revision(database: Database) -> str | None:
    """Return the revision a database stands at; None when it is empty."""
    with database.writer.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the revision of the newest migration."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()
