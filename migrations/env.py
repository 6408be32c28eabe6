"""Run migrations on the engine handed over; on SQLite with foreign keys off."""

from alembic import context
from sqlalchemy import text

engine = context.config.attributes["engine"]
target_metadata = context.config.attributes.get("metadata")

with engine.connect() as connection:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # A batch migration drops and remakes a table: with the keys on, its children would go too.
        connection.rollback()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        render_as_batch=is_sqlite,
        compare_type=True,
        include_object=context.config.attributes.get("include_object"),
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()
    if is_sqlite:
        connection.execute(text("SELECT 1"))
        connection.rollback()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
