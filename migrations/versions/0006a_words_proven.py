"""Look the rows through whose words 0006 changed, while others go on reading and writing.

Revises: 0006
"""

from alembic import op

revision = "0006a"
down_revision = "0006"
branch_labels = None
depends_on = None

REWORDED = (
    ("report", "ending"),
    ("movement", "kind"),
    ("document", "kind"),
    ("document_number", "kind"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column in REWORDED:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_{column}_known")


def downgrade() -> None:
    """Leave it: what was looked through holds."""
