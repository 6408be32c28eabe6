"""Sticker ledger.

Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SYMBOL = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")

APPEND_ONLY = ("document", "movement")


def refuse_changes() -> None:
    """Have the database itself refuse to change or remove what was recorded."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for change in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def upgrade() -> None:
    op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain_number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_chain_head_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_chain_head"),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=True),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "kind IN ('print_order', 'delivery_note', 'packing_list', 'receipt', 'handover', 'report', 'spoil_note', 'statement', 'police_report', 'return_note', 'return_receipt', 'destruction_record', 'decision')",
            name="ck_document_kind_known",
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name="fk_document_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
    )
    op.create_index("ix_document_reference", "document", ["reference"], unique=False)

    op.create_table(
        "document_number",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('print_order', 'delivery_note', 'packing_list', 'receipt', 'handover', 'report', 'spoil_note', 'statement', 'police_report', 'return_note', 'return_receipt', 'destruction_record', 'decision')",
            name="ck_document_number_kind_known",
        ),
        sa.PrimaryKeyConstraint("kind", "year", name="pk_document_number"),
    )
    op.create_table(
        "sticker_series",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("has_check_digits", sa.Boolean(), nullable=False),
        sa.Column("shape", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.CheckConstraint("valid_until >= valid_from", name="ck_sticker_series_period_forward"),
        sa.CheckConstraint("width BETWEEN 3 AND 12", name="ck_sticker_series_width_in_range"),
        sa.PrimaryKeyConstraint("id", name="pk_sticker_series"),
        sa.UniqueConstraint("code", name="uq_sticker_series_code"),
    )
    op.create_index("ix_sticker_series_shape", "sticker_series", ["shape"], unique=False)

    op.create_table(
        "sticker",
        sa.Column("series_id", BIG_ID, nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("account", SYMBOL, nullable=False),
        sa.Column("dealer_id", BIG_ID, nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.CheckConstraint("serial > 0", name="ck_sticker_serial_positive"),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name="fk_sticker_dealer_id"),
        sa.ForeignKeyConstraint(["series_id"], ["sticker_series.id"], name="fk_sticker_series_id"),
        sa.PrimaryKeyConstraint("series_id", "serial", name="pk_sticker"),
    )
    op.create_index(
        "ix_sticker_account", "sticker", ["account", "series_id", "serial"], unique=False
    )
    op.create_index(
        "ix_sticker_dealer", "sticker", ["dealer_id", "series_id", "serial"], unique=False
    )

    op.create_table(
        "movement",
        sa.Column("chain_number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("series_id", BIG_ID, nullable=False),
        sa.Column("first_serial", sa.BigInteger(), nullable=False),
        sa.Column("last_serial", sa.BigInteger(), nullable=False),
        sa.Column("source_account", sa.String(length=32), nullable=False),
        sa.Column("target_account", sa.String(length=32), nullable=False),
        sa.Column("dealer_id", BIG_ID, nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("counters", BIG_ID, nullable=True),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('order', 'deliver', 'issue', 'confirm', 'hand_out', 'hand_in', 'hand_over', 'apply', 'spoil', 'lose', 'steal', 'find', 'send_back', 'take_back', 'restock', 'destroy')",
            name="ck_movement_kind_known",
        ),
        sa.CheckConstraint(
            "first_serial > 0 AND last_serial >= first_serial", name="ck_movement_range_forward"
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name="fk_movement_actor_id"),
        sa.ForeignKeyConstraint(
            ["counters"], ["movement.chain_number"], name="fk_movement_counters"
        ),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name="fk_movement_dealer_id"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_movement_document_id"),
        sa.ForeignKeyConstraint(["series_id"], ["sticker_series.id"], name="fk_movement_series_id"),
        sa.PrimaryKeyConstraint("chain_number", name="pk_movement"),
    )
    op.create_index(
        "ix_movement_dealer", "movement", ["dealer_id", "series_id", "effective_on"], unique=False
    )
    op.create_index("ix_movement_document_id", "movement", ["document_id"], unique=False)
    op.create_index(
        "ix_movement_range", "movement", ["series_id", "first_serial", "last_serial"], unique=False
    )
    op.create_index(
        "ix_movement_wide",
        "movement",
        ["series_id", "first_serial", "last_serial"],
        unique=False,
        sqlite_where=sa.text("last_serial > first_serial"),
        postgresql_where=sa.text("last_serial > first_serial"),
    )
    op.execute(f"INSERT INTO chain_head (id, chain_number, hash) VALUES (1, 0, '{'0' * 64}')")
    refuse_changes()


def downgrade() -> None:
    op.drop_table("movement")
    op.drop_table("sticker")
    op.drop_table("sticker_series")
    op.drop_table("document_number")
    op.drop_table("document")
    op.drop_table("chain_head")
