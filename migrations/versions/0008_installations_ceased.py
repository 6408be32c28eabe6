"""What installations in use are counted by: all, less those that stopped.

Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CEASED = sa.text("ceased_on IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_installation_ceased",
        "installation",
        ["ceased_on"],
        sqlite_where=CEASED,
        postgresql_where=CEASED,
    )


def downgrade() -> None:
    op.drop_index("ix_installation_ceased", "installation")
