"""Imports, the keys of an old administration, and the words for what is taken over from one.

Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SYMBOL = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")

MOVES = "'order', 'deliver', 'issue', 'confirm', 'hand_out', 'hand_in', 'hand_over', 'apply', 'spoil', 'lose', 'steal', 'find', 'send_back', 'take_back', 'restock', 'destroy'"
MOVES_NOW = "'take_over', 'order', 'deliver', 'issue', 'confirm', 'hand_out', 'hand_in', 'hand_over', 'use', 'apply', 'spoil', 'lose', 'steal', 'find', 'send_back', 'take_back', 'restock', 'destroy'"
DOCUMENTS = "'print_order', 'delivery_note', 'packing_list', 'receipt', 'handover', 'report', 'spoil_note', 'statement', 'police_report', 'return_note', 'return_receipt', 'destruction_record', 'decision', 'paper_batch'"
DOCUMENTS_NOW = f"{DOCUMENTS}, 'takeover'"
ENDINGS = "'sticker', 'geen_kom', 'kb'"
ENDINGS_NOW = f"{ENDINGS}, 'unmarked'"
OPEN = "NOT is_trial AND state IN ('waiting', 'reading', 'writing')"
REWORDED = (
    ("report", "ending", ENDINGS, ENDINGS_NOW),
    ("movement", "kind", MOVES, MOVES_NOW),
    ("document", "kind", DOCUMENTS, DOCUMENTS_NOW),
    ("document_number", "kind", DOCUMENTS, DOCUMENTS_NOW),
)


def reword(table: str, column: str, before: str, after: str) -> None:
    """Have a column hold other words, without a copy of the table, which may be large.

    On SQLite the text of the table is changed, as its manual has it for a constraint that no stored
    row depends on; the triggers and indexes of the table stay. On PostgreSQL the rows are looked
    through by 0006a, when the table is no longer locked.
    """
    name = f"ck_{table}_{column}_known"
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        connection.execute(
            sa.text(
                "UPDATE sqlite_master SET sql = replace(sql, :before, :after) "
                "WHERE type = 'table' AND name = :table"
            ),
            {"before": f"IN ({before})", "after": f"IN ({after})", "table": table},
        )
        connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
        connection.exec_driver_sql("PRAGMA writable_schema = RESET")
        return
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({after})) NOT VALID")


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_bytes", sa.Integer(), nullable=False),
        sa.Column("total_lines", sa.Integer(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("new_count", sa.Integer(), nullable=False),
        sa.Column("changed_count", sa.Integer(), nullable=False),
        sa.Column("same_count", sa.Integer(), nullable=False),
        sa.Column("error_count", sa.Integer(), nullable=False),
        sa.Column("remark_count", sa.Integer(), nullable=False),
        sa.Column("try_count", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", BIG_ID, nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'reading', 'writing', 'done', 'refused', 'failed')",
            name="ck_import_run_state_known",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name="fk_import_run_asked_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_run"),
        sa.UniqueConstraint("public_id", name="uq_import_run_public_id"),
    )
    op.create_index(
        "uq_import_run_open",
        "import_run",
        ["is_trial"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "import_piece",
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name="fk_import_piece_run_id"),
        sa.PrimaryKeyConstraint("run_id", "part", "number", name="pk_import_piece"),
    )
    op.create_table(
        "reference",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reference", SYMBOL, nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "kind IN ('farm', 'site', 'installation', 'report')", name="ck_reference_kind_known"
        ),
        sa.PrimaryKeyConstraint("kind", "reference", name="pk_reference"),
    )
    op.create_index("uq_reference_subject", "reference", ["kind", "subject"], unique=True)
    for table, column, before, after in REWORDED:
        reword(table, column, before, after)


def downgrade() -> None:
    for table, column, before, after in REWORDED:
        reword(table, column, after, before)
    for table in ("reference", "import_piece", "import_run"):
        op.drop_table(table)
