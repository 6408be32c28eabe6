"""Tariffs, charges, statements and periods of leniency; reports of before are charged.

Revises: 0004b
"""

from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004b"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# What a charge may become once it is there: cancelled, and named by a statement.
KEPT = (
    "id",
    "item",
    "scope",
    "period",
    "tariff_id",
    "report_id",
    "document_id",
    "dealer_id",
    "site_id",
    "installation_id",
    "service_date",
    "series_id",
    "serial",
    "quantity",
    "unit_cents",
    "amount_cents",
    "recorded_at",
    "actor_id",
    "counters",
)
CHANGED = (
    "NOT (NEW.state = OLD.state OR (OLD.state = 'standing' AND NEW.state = 'cancelled')) "
    "OR (OLD.statement_id IS NOT NULL AND NEW.statement_id IS NOT OLD.statement_id) OR "
    + " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT)
)

TARIFFS = [
    {
        "valid_from": date(2002, 1, 1),
        "base_cents": 1000,
        "cow_cents": 45,
        "goat_cents": 20,
        "sheep_cents": 20,
        "jar_cents": 20,
        "meter_cents": 65,
        "base_scope": "site",
        "base_period": "day",
        "surcharge_scope": "report",
        "surcharge_period": "day",
        "remark": "Jaarverslag 2001/2002, tabel 5",
    },
    {
        "valid_from": date(2022, 1, 1),
        "base_cents": 2605,
        "cow_cents": 26,
        "goat_cents": 13,
        "sheep_cents": 13,
        "jar_cents": 25,
        "meter_cents": 78,
        "base_scope": "site",
        "base_period": "year",
        "surcharge_scope": "installation",
        "surcharge_period": "year",
        "remark": "Tarieven 2022; van de basis is € 3,05 voor opleveringssteekproeven",
    },
]

UNPROVEN = {
    "document": ("ck_document_kind_known",),
    "document_number": ("ck_document_number_kind_known",),
    "report": (
        "ck_report_kb_iff_limited",
        "ck_report_kind_known",
        "ck_report_parlour_type_known",
        "ck_report_species_known",
        "ck_report_units_in_range",
        "fk_report_batch_id",
    ),
}
CHARGE_KEYS = {
    "counters": "charge",
    "report_id": "report",
    "statement_id": "statement",
    "tariff_id": "tariff",
}
DAY = "CAST(report.service_date AS VARCHAR(10))"
SCOPES = {
    "site": "'site:' || report.site_id",
    "installation": "'installation:' || report.installation_id",
    "report": "'report:' || report.id",
}
PERIODS = {"day": DAY, "year": f"substr({DAY}, 1, 4)"}
# Within one scope and period the earliest service is charged, of those the first recorded.
CHARGE = """
INSERT INTO charge (
    state, item, scope, period, tariff_id, report_id, document_id, dealer_id, site_id,
    installation_id, service_date, series_id, serial, quantity, unit_cents, amount_cents,
    recorded_at
)
SELECT
    'standing', '{item}', scope, period, {tariff}, id,
    CASE version WHEN 1 THEN id ELSE id || '-' || version END,
    dealer_id, site_id, installation_id, service_date, series_id, serial,
    quantity, unit_cents, quantity * unit_cents, CURRENT_TIMESTAMP
FROM (
    SELECT report.*, {scope} AS scope, {period} AS period,
        {quantity} AS quantity, {cents} AS unit_cents,
        row_number() OVER (
            PARTITION BY {scope}, {period} ORDER BY service_date, recorded_at, id
        ) AS place
    FROM report
    WHERE series_id IS NOT NULL AND state <> 'withdrawn' AND {days}
) AS due
WHERE place = 1 AND quantity * unit_cents > 0
"""


def prove_constraints() -> None:
    """Look at the rows of before: PostgreSQL was told the constraints without doing so."""
    for table, names in UNPROVEN.items():
        for name in names:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def charge_reports() -> None:
    """Charge what was reported before there were charges, by the tariff of its day."""
    for number, tariff in enumerate(TARIFFS):
        days = f"service_date >= '{tariff['valid_from']}'"
        if number + 1 < len(TARIFFS):
            days += f" AND service_date < '{TARIFFS[number + 1]['valid_from']}'"
        cents = (
            f"CASE species WHEN 'goats' THEN {tariff['goat_cents']} "
            f"WHEN 'sheep' THEN {tariff['sheep_cents']} ELSE {tariff['cow_cents']} END"
        )
        found = f"(SELECT id FROM tariff WHERE valid_from = '{tariff['valid_from']}')"
        for item, quantity, unit in (
            ("base", "1", tariff["base_cents"]),
            ("surcharge", "unit_count", cents),
        ):
            scope, period = SCOPES[tariff[f"{item}_scope"]], PERIODS[tariff[f"{item}_period"]]
            op.execute(
                CHARGE.format(
                    item=item,
                    tariff=found,
                    scope=scope,
                    period=period,
                    quantity=quantity,
                    cents=unit,
                    days=days,
                )
            )


def keep_charges() -> None:
    """Have the database itself refuse to change or remove what was charged, by which tariff, and
    what a dealer was told.
    """
    kept = ("tariff", "statement", "statement_report")
    if op.get_bind().dialect.name == "sqlite":
        for table in kept:
            for change in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        op.execute(
            "CREATE TRIGGER charge_no_update BEFORE UPDATE ON charge "
            f"WHEN {CHANGED} BEGIN SELECT RAISE(ABORT, 'charge is append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER charge_no_delete BEFORE DELETE ON charge "
            "BEGIN SELECT RAISE(ABORT, 'charge is append-only'); END"
        )
        return
    for table in kept:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    changed = CHANGED.replace("IS NOT OLD.", "IS DISTINCT FROM OLD.")
    op.execute(
        "CREATE TRIGGER charge_no_change BEFORE UPDATE ON charge "
        f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER charge_no_delete BEFORE DELETE ON charge "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER charge_no_truncate BEFORE TRUNCATE ON charge "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    at_once = op.get_bind().dialect.name == "postgresql"
    if at_once:
        prove_constraints()
    op.create_table(
        "leniency_period",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.CheckConstraint("until_on >= from_on", name="ck_leniency_period_period_forward"),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name="fk_leniency_period_actor_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_leniency_period"),
    )
    op.create_table(
        "tariff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("base_cents", sa.Integer(), nullable=False),
        sa.Column("cow_cents", sa.Integer(), nullable=False),
        sa.Column("goat_cents", sa.Integer(), nullable=False),
        sa.Column("sheep_cents", sa.Integer(), nullable=False),
        sa.Column("jar_cents", sa.Integer(), nullable=False),
        sa.Column("meter_cents", sa.Integer(), nullable=False),
        sa.Column("base_scope", sa.String(length=12), nullable=False),
        sa.Column("base_period", sa.String(length=8), nullable=False),
        sa.Column("surcharge_scope", sa.String(length=12), nullable=False),
        sa.Column("surcharge_period", sa.String(length=8), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.CheckConstraint("base_period IN ('day', 'year')", name="ck_tariff_base_period_known"),
        sa.CheckConstraint(
            "base_scope IN ('site', 'installation', 'report')", name="ck_tariff_base_scope_known"
        ),
        sa.CheckConstraint(
            "surcharge_period IN ('day', 'year')", name="ck_tariff_surcharge_period_known"
        ),
        sa.CheckConstraint(
            "surcharge_scope IN ('site', 'installation', 'report')",
            name="ck_tariff_surcharge_scope_known",
        ),
        sa.CheckConstraint(
            "base_cents >= 0 AND cow_cents >= 0 AND goat_cents >= 0 AND sheep_cents >= 0 AND jar_cents >= 0 AND meter_cents >= 0",
            name="ck_tariff_amounts_positive",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name="fk_tariff_created_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tariff"),
        sa.UniqueConstraint("valid_from", name="uq_tariff_valid_from"),
    )
    op.create_table(
        "statement",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("dealer_id", BIG_ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.Integer(), nullable=False),
        sa.Column("charge_count", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", BIG_ID, nullable=True),
        sa.CheckConstraint("until_on >= from_on", name="ck_statement_period_forward"),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name="fk_statement_dealer_id"),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name="fk_statement_made_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
        sa.UniqueConstraint(
            "dealer_id", "from_on", "version", name="uq_statement_dealer_id_from_on_version"
        ),
    )
    op.create_index(
        "ix_statement_dealer", "statement", ["dealer_id", "from_on", "until_on"], unique=False
    )
    op.create_table(
        "statement_report",
        sa.Column("statement_id", BIG_ID, nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="fk_statement_report_document_id"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_statement_report_report_id"),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name="fk_statement_report_statement_id"
        ),
        sa.PrimaryKeyConstraint("statement_id", "report_id", name="pk_statement_report"),
    )
    op.create_index(
        "ix_statement_report_day",
        "statement_report",
        ["statement_id", "service_date"],
        unique=False,
    )
    # SQLite takes keys with the table only; PostgreSQL proves them faster all at once.
    keys = (
        ()
        if at_once
        else [
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_charge_{column}")
            for column, table in CHARGE_KEYS.items()
        ]
    )
    op.create_table(
        "charge",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.String(length=48), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("tariff_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("dealer_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("installation_id", sa.BigInteger(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_cents", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("counters", BIG_ID, nullable=True),
        sa.Column("statement_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "(state = 'counter') = (amount_cents < 0)", name="ck_charge_counter_negative"
        ),
        sa.CheckConstraint(
            "(state = 'counter') = (counters IS NOT NULL)", name="ck_charge_counter_names"
        ),
        sa.CheckConstraint(
            "item IN ('base', 'surcharge', 'jar', 'meter')", name="ck_charge_item_known"
        ),
        sa.CheckConstraint(
            "state IN ('standing', 'cancelled', 'counter')", name="ck_charge_state_known"
        ),
        sa.CheckConstraint(
            "abs(amount_cents) = quantity * unit_cents", name="ck_charge_amount_multiplied"
        ),
        *keys,
        sa.PrimaryKeyConstraint("id", name="pk_charge"),
    )
    types = {"valid_from": sa.Date(), "created_at": sa.DateTime(timezone=True)}
    columns = [sa.column(name, types.get(name)) for name in (*TARIFFS[0], "created_at")]
    tariff = sa.table("tariff", *columns)
    for row in TARIFFS:
        since = datetime.combine(row["valid_from"], time(), UTC)
        op.execute(sa.insert(tariff).values(**row, created_at=since))
    charge_reports()
    for column, table in CHARGE_KEYS.items() if at_once else ():
        op.create_foreign_key(f"fk_charge_{column}", "charge", table, [column], ["id"])
    op.create_index(
        "uq_charge_counters",
        "charge",
        ["counters"],
        unique=True,
        sqlite_where=sa.text("counters IS NOT NULL"),
        postgresql_where=sa.text("counters IS NOT NULL"),
    )
    op.create_index("ix_charge_dealer", "charge", ["dealer_id", "service_date"], unique=False)
    op.create_index("ix_charge_report", "charge", ["report_id"], unique=False)
    op.create_index(
        "uq_charge_once",
        "charge",
        ["item", "scope", "period"],
        unique=True,
        sqlite_where=sa.text("state = 'standing'"),
        postgresql_where=sa.text("state = 'standing'"),
    )
    keep_charges()


def downgrade() -> None:
    op.drop_table("charge")
    op.drop_table("statement_report")
    op.drop_table("statement")
    op.drop_table("tariff")
    op.drop_table("leniency_period")
