"""Many rows at once arrive as few do, on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kombeheer.rules.stickers import DocumentKind
from models.reports import ReportDetail
from models.search import SearchTerm
from models.stickers import Document, DocumentNumber
from models.writing import FEW_ROWS, insert_missing, insert_rows, write_together
from tests.factories import NOW, Foundation
from tests.queries import asked

COUNTS = [1, FEW_ROWS, FEW_ROWS + 1, 200]


def papers(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"paper{number}",
            "kind": DocumentKind.RECEIPT,
            "reference": f"R-{number}",
            "dated_on": date(2026, 3, 5),
            "recorded_at": NOW,
            "actor_id": None,
            "content": 'tab \t, line \n, "quotes", \\N and Yıldız',
        }
        for number in range(count)
    ]


@pytest.mark.parametrize("count", COUNTS)
def test_rows_arrive_as_they_are_with_the_defaults_of_what_they_do_not_name(
    foundation: Foundation, count: int
) -> None:
    with foundation.database.transaction() as session:
        insert_rows(session, Document, papers(count))
    with foundation.database.reading() as session:
        found = session.scalars(select(Document).order_by(Document.id)).all()
    assert len(found) == count
    for one in found:
        assert (one.kind, one.dated_on, one.recorded_at) == ("receipt", date(2026, 3, 5), NOW)
        assert (one.version, one.note, one.actor_id, one.file_name) == (1, "", None, None)
        assert one.content == papers(1)[0]["content"]


@pytest.mark.parametrize("count", COUNTS)
def test_what_a_column_prepares_is_prepared(foundation: Foundation, count: int) -> None:
    dealer = foundation.dealer()
    mechanic, installation = foundation.mechanic(dealer), foundation.installation()
    reports = [foundation.report(installation, mechanic, dealer) for _ in range(count)]
    rows = [
        {
            "report_id": one.id,
            "norm": "iso_1996",
            "limits_from": date(2002, 1, 1),
            "template": "MAR-2002",
            "wash_start": Decimal("70.5"),
            "wash_end": None,
            "rubrics_comply": True,
        }
        for one in reports
    ]
    with foundation.database.transaction() as session:
        insert_rows(session, ReportDetail, rows)
    with foundation.database.reading() as session:
        for one in session.scalars(select(ReportDetail)):
            assert (one.wash_start, one.wash_end) == (Decimal("70.5"), None)
            assert (one.rubrics_comply, one.is_dry) == (True, False)


@pytest.mark.parametrize("count", COUNTS)
def test_a_row_that_breaks_a_constraint_is_an_error_of_the_library(
    foundation: Foundation, count: int
) -> None:
    twice = [*papers(count), papers(1)[0]]
    with pytest.raises(IntegrityError), foundation.database.transaction() as session:
        insert_rows(session, Document, twice)
    with foundation.database.reading() as session:
        assert session.scalars(select(Document)).all() == []


@pytest.mark.parametrize("count", COUNTS)
def test_it_counts_what_was_updated_and_nothing_else(foundation: Foundation, count: int) -> None:
    rest = {"version": 1, "note": "", "file_name": None, "file_sha256": None}
    rows = {
        Document: [one | rest for one in papers(count)],
        DocumentNumber: [{"kind": DocumentKind.RECEIPT, "year": 2026, "last": 1}],
    }
    changed = update(DocumentNumber.core()).values(last=DocumentNumber.last + 1)
    with foundation.database.transaction() as session:
        assert write_together(session.connection(), rows) == 0
        assert write_together(session.connection(), {}, changed, [{}]) == 1


@pytest.mark.parametrize("count", COUNTS)
def test_what_a_unique_index_has_already_is_left_out(foundation: Foundation, count: int) -> None:
    rows = [{"subject_kind": "farm", "term": f"w{n}", "subject_id": 1} for n in range(count)]
    with foundation.database.transaction() as session:
        insert_missing(session, SearchTerm, rows[: count // 2])
        insert_missing(session, SearchTerm, [*rows, rows[0]])
    with foundation.database.reading() as session:
        terms = session.scalars(select(SearchTerm.term).where(SearchTerm.subject_id == 1)).all()
    assert sorted(terms) == sorted(row["term"] for row in rows)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_many_are_one_statement(foundation: Foundation, backend: str) -> None:
    with asked(foundation.database.writer) as statements, foundation.database.transaction() as one:
        insert_rows(one, Document, papers(FEW_ROWS + 1))
    [statement] = statements
    assert statement.startswith("COPY document (")
