"""Parties and sites.

The first migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SYMBOL = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "dealer",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("ceased_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dealer"),
        sa.UniqueConstraint("number", name="uq_dealer_number"),
        sa.UniqueConstraint("public_id", name="uq_dealer_public_id"),
    )
    op.create_index("ix_dealer_name", "dealer", ["name"], unique=False)

    op.create_table(
        "farm",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("ceased_on", sa.Date(), nullable=True),
        sa.Column("merged_into_id", BIG_ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["farm.id"], name="fk_farm_merged_into_id"),
        sa.PrimaryKeyConstraint("id", name="pk_farm"),
        sa.UniqueConstraint("public_id", name="uq_farm_public_id"),
    )
    op.create_index("ix_farm_merged_into_id", "farm", ["merged_into_id"], unique=False)
    op.create_index("ix_farm_name", "farm", ["name"], unique=False)

    op.create_table(
        "mechanic",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("merged_into_id", BIG_ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["mechanic.id"], name="fk_mechanic_merged_into_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mechanic"),
        sa.UniqueConstraint("number", name="uq_mechanic_number"),
        sa.UniqueConstraint("public_id", name="uq_mechanic_public_id"),
    )
    op.create_index("ix_mechanic_merged_into_id", "mechanic", ["merged_into_id"], unique=False)
    op.create_index("ix_mechanic_name", "mechanic", ["name"], unique=False)

    op.create_table(
        "search_term",
        sa.Column("subject_kind", sa.String(length=12), nullable=False),
        sa.Column("term", SYMBOL, nullable=False),
        sa.Column("subject_id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("subject_kind", "term", "subject_id", name="pk_search_term"),
    )
    op.create_index(
        "ix_search_term_subject", "search_term", ["subject_kind", "subject_id"], unique=False
    )

    op.create_table(
        "certificate",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mechanic_id", BIG_ID, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_until >= valid_from", name="ck_certificate_period_forward"),
        sa.ForeignKeyConstraint(
            ["mechanic_id"], ["mechanic.id"], name="fk_certificate_mechanic_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
        sa.UniqueConstraint("number", name="uq_certificate_number"),
    )
    op.create_index(
        "ix_certificate_mechanic", "certificate", ["mechanic_id", "valid_from"], unique=False
    )

    op.create_table(
        "customer",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("dealer_id", BIG_ID, nullable=False),
        sa.Column("farm_id", BIG_ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name="ck_customer_period_forward"
        ),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name="fk_customer_dealer_id"),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.id"], name="fk_customer_farm_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
    )
    op.create_index("ix_customer_farm", "customer", ["farm_id"], unique=False)
    op.create_index(
        "uq_customer_open",
        "customer",
        ["dealer_id", "farm_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )

    op.create_table(
        "employment",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mechanic_id", BIG_ID, nullable=False),
        sa.Column("dealer_id", BIG_ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name="ck_employment_period_forward"
        ),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name="fk_employment_dealer_id"),
        sa.ForeignKeyConstraint(["mechanic_id"], ["mechanic.id"], name="fk_employment_mechanic_id"),
        sa.PrimaryKeyConstraint("id", name="pk_employment"),
    )
    op.create_index("ix_employment_dealer", "employment", ["dealer_id", "from_on"], unique=False)
    op.create_index(
        "ix_employment_mechanic", "employment", ["mechanic_id", "from_on"], unique=False
    )
    op.create_index(
        "uq_employment_open",
        "employment",
        ["mechanic_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )

    op.create_table(
        "farm_identifier",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("farm_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ubn', 'kvk', 'kbo', 'pe', 'herd')", name="ck_farm_identifier_kind_known"
        ),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.id"], name="fk_farm_identifier_farm_id"),
        sa.PrimaryKeyConstraint("id", name="pk_farm_identifier"),
    )
    op.create_index("ix_farm_identifier_farm_id", "farm_identifier", ["farm_id"], unique=False)
    op.create_index(
        "uq_farm_identifier_kind_value", "farm_identifier", ["kind", "value"], unique=True
    )

    op.create_table(
        "site",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("farm_id", BIG_ID, nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.id"], name="fk_site_farm_id"),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.UniqueConstraint("public_id", name="uq_site_public_id"),
    )
    op.create_index("ix_site_farm_id", "site", ["farm_id"], unique=False)
    op.create_index("ix_site_place", "site", ["place"], unique=False)
    op.create_index("ix_site_postcode", "site", ["postcode"], unique=False)

    op.create_table(
        "certificate_module",
        sa.Column("certificate_id", BIG_ID, nullable=False),
        sa.Column("module", sa.String(length=12), nullable=False),
        sa.CheckConstraint("module IN ('ams')", name="ck_certificate_module_module_known"),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name="fk_certificate_module_certificate_id"
        ),
        sa.PrimaryKeyConstraint("certificate_id", "module", name="pk_certificate_module"),
    )
    op.create_table(
        "installation",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("site_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ceased_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('unchecked', 'checked')", name="ck_installation_state_known"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_installation_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
        sa.UniqueConstraint("public_id", name="uq_installation_public_id"),
    )
    op.create_index("ix_installation_site_id", "installation", ["site_id"], unique=False)
    op.create_index("ix_installation_state", "installation", ["state"], unique=False)

    op.create_table(
        "installation_configuration",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("installation_id", BIG_ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("parlour_type", sa.String(length=16), nullable=False),
        sa.Column("species", sa.String(length=8), nullable=False),
        sa.Column("unit_count", sa.Integer(), nullable=False),
        sa.Column("vacuum_pump_count", sa.Integer(), nullable=False),
        sa.Column("cleaning_facility_count", sa.Integer(), nullable=False),
        sa.Column("box_count", sa.Integer(), nullable=False),
        sa.Column("delivered_or_renovated_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "parlour_type IN ('rotary', 'tie_stall', 'tandem', 'robot', 'rotopol', 'diamond', 'herringbone', 'trigon', 'side_by_side', 'pasture_wagon')",
            name="ck_installation_configuration_parlour_type_known",
        ),
        sa.CheckConstraint(
            "species IN ('cows', 'goats', 'sheep')",
            name="ck_installation_configuration_species_known",
        ),
        sa.CheckConstraint(
            "box_count BETWEEN 0 AND 20", name="ck_installation_configuration_boxes_in_range"
        ),
        sa.CheckConstraint(
            "cleaning_facility_count BETWEEN 1 AND 20",
            name="ck_installation_configuration_facilities_in_range",
        ),
        sa.CheckConstraint(
            "unit_count BETWEEN 1 AND 200", name="ck_installation_configuration_units_in_range"
        ),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on",
            name="ck_installation_configuration_period_forward",
        ),
        sa.CheckConstraint(
            "vacuum_pump_count BETWEEN 1 AND 20",
            name="ck_installation_configuration_pumps_in_range",
        ),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installation.id"],
            name="fk_installation_configuration_installation_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_installation_configuration"),
    )
    op.create_index(
        "ix_installation_configuration_from",
        "installation_configuration",
        ["installation_id", "from_on"],
        unique=False,
    )
    op.create_index(
        "uq_installation_configuration_open",
        "installation_configuration",
        ["installation_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("installation_configuration")
    op.drop_table("installation")
    op.drop_table("certificate_module")
    op.drop_table("site")
    op.drop_table("farm_identifier")
    op.drop_table("employment")
    op.drop_table("customer")
    op.drop_table("certificate")
    op.drop_table("search_term")
    op.drop_table("mechanic")
    op.drop_table("farm")
    op.drop_table("dealer")
