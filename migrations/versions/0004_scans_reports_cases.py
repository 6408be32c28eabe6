"""Scans reports cases.

Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

APPEND_ONLY = ("scan_event", "scan_conflict")


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
        "device",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shut_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_device_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
    )
    op.create_index("ix_device_user_id", "device", ["user_id"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ending", sa.String(length=12), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("stop", sa.String(length=64), nullable=False),
        sa.Column("installation_id", BIG_ID, nullable=False),
        sa.Column("mechanic_id", BIG_ID, nullable=False),
        sa.Column("dealer_id", BIG_ID, nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(ending = 'sticker') = (series_id IS NOT NULL AND serial IS NOT NULL)",
            name="ck_report_number_iff_approved",
        ),
        sa.CheckConstraint(
            "ending IN ('sticker', 'geen_kom', 'kb')", name="ck_report_ending_known"
        ),
        sa.CheckConstraint(
            "state IN ('incomplete', 'complete', 'withdrawn')", name="ck_report_state_known"
        ),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name="fk_report_dealer_id"),
        sa.ForeignKeyConstraint(
            ["installation_id"], ["installation.id"], name="fk_report_installation_id"
        ),
        sa.ForeignKeyConstraint(["mechanic_id"], ["mechanic.id"], name="fk_report_mechanic_id"),
        sa.ForeignKeyConstraint(
            ["series_id", "serial"],
            ["sticker.series_id", "sticker.serial"],
            name="fk_report_series_id_serial",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
    )
    op.create_index("ix_report_dealer", "report", ["dealer_id", "service_date"], unique=False)
    op.create_index(
        "ix_report_installation", "report", ["installation_id", "service_date"], unique=False
    )
    op.create_index("ix_report_mechanic", "report", ["mechanic_id", "service_date"], unique=False)
    op.create_index("ix_report_recorded", "report", ["recorded_at"], unique=False)
    op.create_index("ix_report_service_date", "report", ["service_date"], unique=False)
    op.create_index(
        "uq_report_number",
        "report",
        ["series_id", "serial"],
        unique=True,
        sqlite_where=sa.text("series_id IS NOT NULL AND state <> 'withdrawn'"),
        postgresql_where=sa.text("series_id IS NOT NULL AND state <> 'withdrawn'"),
    )

    op.create_table(
        "scan_event",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("origin_device", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", sa.LargeBinary(length=512), nullable=False),
        sa.Column("raw_length", sa.Integer(), nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("corrects", sa.String(length=64), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.CheckConstraint("raw_length >= 0", name="ck_scan_event_length_positive"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_scan_event_device_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_scan_event_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_scan_event"),
    )

    op.create_table(
        "office_case",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=True),
        sa.Column("installation_id", BIG_ID, nullable=True),
        sa.Column("dealer_id", BIG_ID, nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(length=24), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "kind IN ('scan_waiting', 'sticker_claimed_twice', 'installation_unchecked')",
            name="ck_office_case_kind_known",
        ),
        sa.CheckConstraint(
            "state IN ('raised', 'opened', 'decided')", name="ck_office_case_state_known"
        ),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name="fk_office_case_dealer_id"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name="fk_office_case_decided_by_id"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["scan_event.id"], name="fk_office_case_event_id"),
        sa.ForeignKeyConstraint(
            ["installation_id"], ["installation.id"], name="fk_office_case_installation_id"
        ),
        sa.ForeignKeyConstraint(
            ["series_id", "serial"],
            ["sticker.series_id", "sticker.serial"],
            name="fk_office_case_series_id_serial",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_office_case"),
    )
    op.create_index("ix_office_case_dealer_id", "office_case", ["dealer_id"], unique=False)
    op.create_index("ix_office_case_event_id", "office_case", ["event_id"], unique=False)
    op.create_index(
        "ix_office_case_installation_id", "office_case", ["installation_id"], unique=False
    )
    op.create_index("ix_office_case_number", "office_case", ["series_id", "serial"], unique=False)
    op.create_index("ix_office_case_state", "office_case", ["state", "due_on"], unique=False)

    op.create_table(
        "scan_conflict",
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", sa.LargeBinary(length=512), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_scan_conflict_device_id"),
        sa.ForeignKeyConstraint(["event_id"], ["scan_event.id"], name="fk_scan_conflict_event_id"),
        sa.PrimaryKeyConstraint("event_id", "body_hash", name="pk_scan_conflict"),
    )
    op.create_table(
        "scan_decision",
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("objections", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("installation_id", BIG_ID, nullable=True),
        sa.Column("dealer_id", BIG_ID, nullable=True),
        sa.Column("report_id", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'refused', 'queued', 'conflict', 'failed')",
            name="ck_scan_decision_outcome_known",
        ),
        sa.CheckConstraint(
            "state IN ('posted', 'waiting', 'withdrawn', 'rejected')",
            name="ck_scan_decision_state_known",
        ),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name="fk_scan_decision_dealer_id"),
        sa.ForeignKeyConstraint(["event_id"], ["scan_event.id"], name="fk_scan_decision_event_id"),
        sa.ForeignKeyConstraint(
            ["installation_id"], ["installation.id"], name="fk_scan_decision_installation_id"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_scan_decision"),
    )
    refuse_changes()


def downgrade() -> None:
    op.drop_table("scan_decision")
    op.drop_table("scan_conflict")
    op.drop_table("office_case")
    op.drop_table("scan_event")
    op.drop_table("report")
    op.drop_table("device")
