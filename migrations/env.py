"""Run migrations on the engine handed over, each in a transaction of its own.

Who reads goes on meanwhile: on SQLite from the state before, on PostgreSQL because a migration that
locks readers out waits for its lock only shortly, lets those through that queue behind it, and
tries again. On SQLite foreign keys are off meanwhile.
"""

import time

from alembic import context
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

LOCK_MILLISECONDS, LOCK_ATTEMPTS = 500, 60
LOCK_NOT_AVAILABLE = "55P03"

engine = context.config.attributes["engine"]


def migrate(connection):
    """Run what this database lacks; each migration is committed when it is done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET lock_timeout = {LOCK_MILLISECONDS}"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes.get("metadata"),
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_object=context.config.attributes.get("include_object"),
        transaction_per_migration=True,
        transactional_ddl=True,  # on SQLite too: the driver opens and ends no transaction by itself
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()


def migrate_patiently():
    """Try again from the migration that did not get its lock."""
    for attempt in range(1, LOCK_ATTEMPTS + 1):
        with engine.connect() as connection:
            try:
                migrate(connection)
                break
            except OperationalError as error:
                locked = getattr(error.orig, "sqlstate", "") == LOCK_NOT_AVAILABLE
                if attempt == LOCK_ATTEMPTS or not locked:
                    raise
            finally:
                connection.invalidate()  # none with a limit of ours goes back to the pool
        time.sleep(LOCK_MILLISECONDS / 1000)


def migrate_without_keys():
    """Migrate with foreign keys off: a table that is made anew is dropped first, and with the keys
    on its children would go too.
    """
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            migrate(connection)
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys=ON")
            driver.execute("PRAGMA ignore_check_constraints=OFF")  # as a way back may have set it


if engine.dialect.name == "sqlite":
    migrate_without_keys()
else:
    migrate_patiently()
