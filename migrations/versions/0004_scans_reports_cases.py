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
        "paper_batch",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("dealer_id", BIG_ID, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("announced_count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", BIG_ID, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", BIG_ID, nullable=True),
        sa.Column("difference_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name="ck_paper_batch_state_known"),
        sa.CheckConstraint("announced_count >= 1", name="ck_paper_batch_announced_positive"),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user_account.id"], name="fk_paper_batch_closed_by_id"
        ),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name="fk_paper_batch_dealer_id"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="fk_paper_batch_document_id"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user_account.id"], name="fk_paper_batch_opened_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_paper_batch"),
        sa.UniqueConstraint("document_id", name="uq_paper_batch_document_id"),
        sa.UniqueConstraint("reference", name="uq_paper_batch_reference"),
    )
    op.create_index(
        "ix_paper_batch_dealer", "paper_batch", ["dealer_id", "received_on"], unique=False
    )
    op.create_table(
        "report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("ending", sa.String(length=12), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("stop", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("installation_id", BIG_ID, nullable=False),
        sa.Column("parlour_type", sa.String(length=16), nullable=False),
        sa.Column("species", sa.String(length=8), nullable=False),
        sa.Column("unit_count", sa.Integer(), nullable=False),
        sa.Column("mechanic_id", BIG_ID, nullable=False),
        sa.Column("dealer_id", BIG_ID, nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("batch_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "(ending = 'sticker') = (series_id IS NOT NULL AND serial IS NOT NULL)",
            name="ck_report_number_iff_approved",
        ),
        sa.CheckConstraint("(kind = 'limited') = (ending = 'kb')", name="ck_report_kb_iff_limited"),
        sa.CheckConstraint(
            "ending IN ('sticker', 'geen_kom', 'kb')", name="ck_report_ending_known"
        ),
        sa.CheckConstraint("kind IN ('major', 'limited', 'repair')", name="ck_report_kind_known"),
        sa.CheckConstraint(
            "parlour_type IN ('rotary', 'tie_stall', 'tandem', 'robot', 'rotopol', 'diamond', 'herringbone', 'trigon', 'side_by_side', 'pasture_wagon')",
            name="ck_report_parlour_type_known",
        ),
        sa.CheckConstraint("species IN ('cows', 'goats', 'sheep')", name="ck_report_species_known"),
        sa.CheckConstraint(
            "state IN ('incomplete', 'complete', 'withdrawn')", name="ck_report_state_known"
        ),
        sa.CheckConstraint("unit_count BETWEEN 1 AND 200", name="ck_report_units_in_range"),
        sa.ForeignKeyConstraint(["batch_id"], ["paper_batch.id"], name="fk_report_batch_id"),
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
    op.create_index(
        "ix_report_batch",
        "report",
        ["batch_id"],
        unique=False,
        sqlite_where=sa.text("batch_id IS NOT NULL"),
        postgresql_where=sa.text("batch_id IS NOT NULL"),
    )
    op.create_index("ix_report_dealer", "report", ["dealer_id", "service_date"], unique=False)
    op.create_index(
        "ix_report_incomplete",
        "report",
        ["received_on"],
        unique=False,
        sqlite_where=sa.text("state = 'incomplete'"),
        postgresql_where=sa.text("state = 'incomplete'"),
    )
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
        "report_detail",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("norm", sa.String(length=12), nullable=False),
        sa.Column("limits_from", sa.Date(), nullable=False),
        sa.Column("template", sa.String(length=20), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("pump_made_on", sa.Date(), nullable=True),
        sa.Column("rubrics_comply", sa.Boolean(), nullable=True),
        sa.Column("rubrics_comply_earlier", sa.Boolean(), nullable=True),
        sa.Column("wash_start", sa.Integer(), nullable=True),
        sa.Column("wash_end", sa.Integer(), nullable=True),
        sa.Column("wash_judgement", sa.Text(), nullable=False),
        sa.Column("is_dry", sa.Boolean(), nullable=False),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.Column("is_near", sa.Boolean(), nullable=False),
        sa.Column("kkm_visited_on", sa.Date(), nullable=True),
        sa.Column("repair_by", sa.Date(), nullable=True),
        sa.Column("stamped_on", sa.Date(), nullable=True),
        sa.Column("stamp_initials", sa.String(length=8), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("advises_coming_norm", sa.Boolean(), nullable=False),
        sa.Column("lateness_cause", sa.String(length=12), nullable=True),
        sa.Column("jars_verified", sa.Integer(), nullable=False),
        sa.Column("meters_verified", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "lateness_cause IN ('farmer', 'backlog', 'epidemic', 'ceasing', 'other')",
            name="ck_report_detail_lateness_cause_known",
        ),
        sa.CheckConstraint(
            "norm IN ('iso_1984', 'iso_1996', 'iso_in_force')", name="ck_report_detail_norm_known"
        ),
        sa.CheckConstraint(
            "jars_verified >= 0 AND meters_verified >= 0", name="ck_report_detail_verified_positive"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_report_detail_report_id"),
        sa.PrimaryKeyConstraint("report_id", name="pk_report_detail"),
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
        sa.Column("owner", sa.String(length=8), nullable=False),
        sa.Column("taken_by_id", BIG_ID, nullable=True),
        sa.Column("event_id", sa.String(length=64), nullable=True),
        sa.Column("report_id", sa.String(length=32), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
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
            "kind IN ('scan_waiting', 'sticker_claimed_twice', 'installation_unchecked', 'report_incomplete', 'report_contradicts', 'correction_waiting')",
            name="ck_office_case_kind_known",
        ),
        sa.CheckConstraint("owner IN ('office', 'dealer')", name="ck_office_case_owner_known"),
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
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["user_account.id"], name="fk_office_case_taken_by_id"
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
    op.create_index(
        "uq_office_case_report",
        "office_case",
        ["report_id", "kind"],
        unique=True,
        sqlite_where=sa.text("report_id IS NOT NULL AND state <> 'decided'"),
        postgresql_where=sa.text("report_id IS NOT NULL AND state <> 'decided'"),
    )

    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job", "day", name="pk_job_run"),
    )
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
    op.drop_table("job_run")
    op.drop_table("office_case")
    op.drop_table("scan_event")
    op.drop_table("report_detail")
    op.drop_table("report")
    op.drop_table("paper_batch")
    op.drop_table("device")
