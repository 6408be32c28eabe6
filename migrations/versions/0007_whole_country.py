"""What pages of the whole country are read by: farms by name, services, numbers withdrawn, scans.

Revises: 0006a
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006a"
branch_labels = None
depends_on = None

WITHDRAWN = "state = 'withdrawn'"
MERGED = "merged_into_id IS NOT NULL"
STANDING = "merged_into_id IS NULL"
CEASED = "ceased_on IS NOT NULL"
CAUSED = "lateness_cause IS NOT NULL"
SERVICES = ["installation_id", "service_date", "kind", "state"]
OF_DAY = ["service_date", "ending", "state", "kind", "installation_id"]


def upgrade() -> None:
    _create_partial("ix_farm_sorted", "farm", [sa.text("lower(name)"), "id"], STANDING)
    _create_partial("ix_farm_ceased", "farm", ["ceased_on"], CEASED)
    op.create_index("ix_scan_decision_report_id", "scan_decision", ["report_id"])
    _create_partial("ix_report_withdrawn_number", "report", ["series_id", "serial"], WITHDRAWN)
    _create_partial(
        "ix_report_detail_cause", "report_detail", ["report_id", "lateness_cause"], CAUSED
    )
    op.create_index("ix_report_services", "report", SERVICES)
    op.create_index("ix_report_day", "report", OF_DAY)
    for table in ("farm", "mechanic"):
        _create_partial(f"ix_{table}_merged", table, ["merged_into_id"], MERGED)
    # Last: on PostgreSQL who reads waits from here on.
    op.drop_index("ix_report_installation", "report")
    op.drop_index("ix_report_service_date", "report")
    for table in ("farm", "mechanic"):
        op.drop_index(f"ix_{table}_merged_into_id", table)


def downgrade() -> None:
    for table in ("farm", "mechanic"):
        op.create_index(f"ix_{table}_merged_into_id", table, ["merged_into_id"])
        op.drop_index(f"ix_{table}_merged", table)
    op.create_index("ix_report_service_date", "report", ["service_date"])
    op.create_index("ix_report_installation", "report", ["installation_id", "service_date"])
    op.drop_index("ix_report_day", "report")
    op.drop_index("ix_report_services", "report")
    op.drop_index("ix_report_detail_cause", "report_detail")
    op.drop_index("ix_report_withdrawn_number", "report")
    op.drop_index("ix_scan_decision_report_id", "scan_decision")
    op.drop_index("ix_farm_ceased", "farm")
    op.drop_index("ix_farm_sorted", "farm")


def _create_partial(name, table, columns, condition) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
