"""Reports in full: what each report of before says of kind, place and installation.

On PostgreSQL this keeps out writers, never readers, until the very last statement.
Revises: 0004a
"""

import sqlalchemy as sa
from alembic import op

revision = "0004b"
down_revision = "0004a"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Nobody was asked for the kind: a limited service was the one without a number or `geen KOM`, and
# it has nothing left to complete. The first version is the document of the day it came in. As at a
# scan, an installation is what it was that day, and before its first period what it was first.
FILL = """
UPDATE report SET
    kind = CASE report.ending WHEN 'kb' THEN 'limited' ELSE 'major' END,
    state = CASE
        WHEN report.ending = 'kb' AND report.state = 'incomplete' THEN 'complete'
        ELSE report.state
    END,
    site_id = installation.site_id,
    received_on = document.dated_on,
    parlour_type = setup.parlour_type,
    species = setup.species,
    unit_count = setup.unit_count
FROM installation, document, installation_configuration AS setup
WHERE installation.id = report.installation_id
    AND document.id = report.id
    AND setup.installation_id = report.installation_id
    AND setup.from_on = (
        SELECT COALESCE(
            max(CASE WHEN period.from_on <= report.service_date THEN period.from_on END),
            min(period.from_on)
        )
        FROM installation_configuration AS period
        WHERE period.installation_id = report.installation_id
    )
"""
CHECKS = {
    "ck_report_kb_iff_limited": "(kind = 'limited') = (ending = 'kb')",
    "ck_report_kind_known": "kind IN ('major', 'limited', 'repair')",
    "ck_report_parlour_type_known": "parlour_type IN ('rotary', 'tie_stall', 'tandem', 'robot', 'rotopol', 'diamond', 'herringbone', 'trigon', 'side_by_side', 'pasture_wagon')",
    "ck_report_species_known": "species IN ('cows', 'goats', 'sheep')",
    "ck_report_units_in_range": "unit_count BETWEEN 1 AND 200",
}
FILLED = {
    "kind": sa.String(length=8),
    "site_id": sa.BigInteger(),
    "parlour_type": sa.String(length=16),
    "species": sa.String(length=8),
    "unit_count": sa.Integer(),
    "received_on": sa.Date(),
}


def create_details() -> None:
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


def create_indexes() -> None:
    op.create_index(
        "ix_report_batch",
        "report",
        ["batch_id"],
        unique=False,
        sqlite_where=sa.text("batch_id IS NOT NULL"),
        postgresql_where=sa.text("batch_id IS NOT NULL"),
    )
    op.create_index(
        "ix_report_incomplete",
        "report",
        ["received_on"],
        unique=False,
        sqlite_where=sa.text("state = 'incomplete'"),
        postgresql_where=sa.text("state = 'incomplete'"),
    )


def constrain() -> None:
    """Have the table repeat the rules, and nothing be filled in any more by itself."""
    with op.batch_alter_table("report") as batch:
        for name, condition in CHECKS.items():
            batch.create_check_constraint(name, condition, postgresql_not_valid=True)
        batch.create_foreign_key(
            "fk_report_batch_id", "paper_batch", ["batch_id"], ["id"], postgresql_not_valid=True
        )
        for name, type_ in FILLED.items():
            batch.alter_column(name, existing_type=type_, server_default=None)


def fill() -> None:
    """Tell each report what it says; none may be left with what it said meanwhile."""
    connection = op.get_bind()
    count = connection.execute(sa.text("SELECT count(*) FROM report")).scalar_one()
    filled = connection.execute(sa.text(FILL)).rowcount
    if filled != count:
        raise RuntimeError(
            f"Of {count} reports {count - filled} lack a first version, or an installation that "
            "tells what it was: nothing was changed by this migration."
        )


def upgrade() -> None:
    fill()
    create_details()
    create_indexes()
    constrain()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # what is told in later words is copied as it is
        op.execute("PRAGMA ignore_check_constraints=ON")
    op.drop_index("ix_report_incomplete", "report")
    op.drop_index("ix_report_batch", "report")
    with op.batch_alter_table("report") as batch:
        batch.drop_constraint("fk_report_batch_id", type_="foreignkey")
        for name in CHECKS:
            batch.drop_constraint(name, type_="check")
    op.drop_table("report_detail")
