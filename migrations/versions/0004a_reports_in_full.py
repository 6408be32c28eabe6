"""Reports in full, paper, and cases with an owner: tables and columns.

What is large only gets its columns here, which takes no time at any size; 0004b fills them.
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004a"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

DOCUMENTS_BEFORE = (
    *("print_order", "delivery_note", "packing_list", "receipt", "handover", "report"),
    *("spoil_note", "statement", "police_report", "return_note", "return_receipt"),
    *("destruction_record", "decision"),
)
DOCUMENTS = (*DOCUMENTS_BEFORE, "paper_batch")
CASES_BEFORE = ("scan_waiting", "sticker_claimed_twice", "installation_unchecked")
CASES = (*CASES_BEFORE, "report_incomplete", "report_contradicts", "correction_waiting")
# What a row says until 0004b has looked up what it should say.
UNTOLD = {
    "kind": "major",
    "site_id": "0",
    "parlour_type": "herringbone",
    "species": "cows",
    "unit_count": "1",
    "received_on": "2000-01-01",
}


def one_of(column: str, words: tuple[str, ...]) -> str:
    """Return the condition that a column holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def know_documents(words: tuple[str, ...]) -> None:
    """Say which words a document's kind may be; on PostgreSQL its rows are looked at in 0004b.

    SQLite makes the table anew, and its triggers go with the old one.
    """
    for table in ("document", "document_number"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"ck_{table}_kind_known", type_="check")
            batch.create_check_constraint(
                f"ck_{table}_kind_known", one_of("kind", words), postgresql_not_valid=True
            )
    for change in ("update", "delete") if on_sqlite() else ():
        op.execute(
            f"CREATE TRIGGER document_no_{change} BEFORE {change.upper()} ON document "
            "BEGIN SELECT RAISE(ABORT, 'document is append-only'); END"
        )


def create_tables() -> None:
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
        "job_run",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job", "day", name="pk_job_run"),
    )


def give_certificates_a_country() -> None:
    """Every certificate that was accepted so far counts as a Dutch one."""
    op.add_column("certificate", sa.Column("country", sa.String(length=2), nullable=True))
    op.execute("UPDATE certificate SET country = 'nl'")
    with op.batch_alter_table("certificate") as batch:
        batch.alter_column("country", existing_type=sa.String(length=2), nullable=False)
        batch.create_check_constraint("ck_certificate_country_known", "country IN ('nl', 'be')")


def give_cases_an_owner() -> None:
    """Every case so far was a question for the office."""
    op.add_column("office_case", sa.Column("owner", sa.String(length=8), nullable=True))
    op.add_column("office_case", sa.Column("taken_by_id", BIG_ID, nullable=True))
    op.add_column("office_case", sa.Column("report_id", sa.String(length=32), nullable=True))
    op.add_column("office_case", sa.Column("content", sa.Text(), nullable=True))
    op.execute("UPDATE office_case SET owner = 'office', content = ''")
    with op.batch_alter_table("office_case") as batch:
        batch.alter_column("owner", existing_type=sa.String(length=8), nullable=False)
        batch.alter_column("content", existing_type=sa.Text(), nullable=False)
        batch.drop_constraint("ck_office_case_kind_known", type_="check")
        batch.create_check_constraint("ck_office_case_kind_known", one_of("kind", CASES))
        batch.create_check_constraint("ck_office_case_owner_known", "owner IN ('office', 'dealer')")
        batch.create_foreign_key(
            "fk_office_case_taken_by_id", "user_account", ["taken_by_id"], ["id"]
        )
    op.create_index(
        "uq_office_case_report",
        "office_case",
        ["report_id", "kind"],
        unique=True,
        sqlite_where=sa.text("report_id IS NOT NULL AND state <> 'decided'"),
        postgresql_where=sa.text("report_id IS NOT NULL AND state <> 'decided'"),
    )


def give_reports_columns() -> None:
    types = {
        "kind": sa.String(length=8),
        "site_id": sa.BigInteger(),
        "parlour_type": sa.String(length=16),
        "species": sa.String(length=8),
        "unit_count": sa.Integer(),
        "received_on": sa.Date(),
    }
    for name, type_ in types.items():
        column = sa.Column(name, type_, nullable=False, server_default=UNTOLD[name])
        op.add_column("report", column)
    op.add_column("report", sa.Column("batch_id", BIG_ID, nullable=True))


def upgrade() -> None:
    create_tables()
    give_certificates_a_country()
    give_cases_an_owner()
    know_documents(DOCUMENTS)
    give_reports_columns()


def downgrade() -> None:
    if on_sqlite():  # what is told in later words is copied as it is; PostgreSQL does not look
        op.execute("PRAGMA ignore_check_constraints=ON")
    with op.batch_alter_table("report") as batch:
        for name in (*UNTOLD, "batch_id"):
            batch.drop_column(name)
    know_documents(DOCUMENTS_BEFORE)
    op.drop_index("uq_office_case_report", "office_case")
    with op.batch_alter_table("office_case") as batch:
        batch.drop_constraint("fk_office_case_taken_by_id", type_="foreignkey")
        batch.drop_constraint("ck_office_case_owner_known", type_="check")
        batch.drop_constraint("ck_office_case_kind_known", type_="check")
        batch.create_check_constraint(
            "ck_office_case_kind_known", one_of("kind", CASES_BEFORE), postgresql_not_valid=True
        )
        for name in ("owner", "taken_by_id", "report_id", "content"):
            batch.drop_column(name)
    with op.batch_alter_table("certificate") as batch:
        batch.drop_constraint("ck_certificate_country_known", type_="check")
        batch.drop_column("country")
    op.drop_table("job_run")
    op.drop_table("paper_batch")
