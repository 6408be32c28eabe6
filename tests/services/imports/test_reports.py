"""Past reports taken over: what follows from them, and what contradicts the register."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from kombeheer.services.billing import checking as charges
from kombeheer.services.stickers import checking as ledger
from models.billing import ChargeRow
from models.reports import Report
from models.scanning import ScanEvent
from models.stickers import Sticker
from tests.services.imports.taking import LINES, Register

HEAD = "kenmerk;datum;installatie;monteur;dealer;soort;KOM-nummer;standen;ontvangen_op;opmerking"
LINE = "M-1;12-03-2025;R-1-1-A;1042;;;25-000001-10;;;"
SECOND = "M-2;13-03-2025;R-1-1-A;1042;;;25-000002-07;;;"


@pytest.fixture
def ready(register: Register) -> Register:
    return register.prepare("reports")


def take(register: Register, *lines: str) -> list[tuple[int, str, str]]:
    return register.take("reports", "\n".join((HEAD, *lines))).found


def stored(register: Register) -> list[Report]:
    with register.database.reading() as session:
        assert ledger.prove(session).findings == []
        assert charges.prove(session).findings == []
        return list(session.execute(select(Report).order_by(Report.service_date)).scalars())


def test_what_follows_from_a_report(ready: Register) -> None:
    assert take(ready, LINE) == []
    [report] = stored(ready)
    assert (report.ending, report.kind, report.unit_count) == ("sticker", "major", 24)
    assert (report.service_date, report.received_on) == (date(2025, 3, 12), date(2025, 3, 12))
    with ready.database.reading() as session:
        sticker = session.execute(select(Sticker.account).where(Sticker.serial == 1)).scalar_one()
        assert sticker == f"applied:{report.installation_id}"
        items = session.execute(select(ChargeRow.item, ChargeRow.amount_cents)).all()
        assert sorted(map(tuple, items)) == [("base", 2605), ("surcharge", 624)]
        assert session.execute(select(ScanEvent)).first() is None


def test_a_number_that_was_not_told_to_be_used_comes_from_its_dealer(ready: Register) -> None:
    assert take(ready, "M;12-03-2025;R-1-1-A;1042;;;25-000006-92;;;") == []
    assert stored(ready)[0].serial == 6


@pytest.mark.parametrize(
    ("mark", "ending", "kind"),
    [
        ("geen KOM", "geen_kom", "major"),
        ("GEEN  kom", "geen_kom", "major"),
        ("kb", "kb", "limited"),
    ],
)
def test_a_mark_in_the_place_of_the_number(
    ready: Register, mark: str, ending: str, kind: str
) -> None:
    assert take(ready, LINE.replace("25-000001-10", mark)) == []
    [report] = stored(ready)
    assert (report.ending, report.kind, report.serial) == (ending, kind, None)


@pytest.mark.parametrize(
    ("day", "code"), [("31-12-2001", None), ("01-01-2002", "reports.mark_missing")]
)
def test_r36_a_report_of_before_2002_needs_no_mark(
    ready: Register, day: str, code: str | None
) -> None:
    ready.take("mechanics", "nummer;naam;dealer;in_dienst_vanaf\n7;Kees;118;01-01-1990")
    found = take(ready, f"M;{day};R-1-1-A;7;;;;;;")
    blocking = [one for one in found if not one[2].startswith("certification.")]
    assert blocking == ([(2, "KOM-nummer", code)] if code else [])
    assert len(stored(ready)) == (code is None)


@pytest.mark.parametrize(
    ("before", "after", "column", "code"),
    [
        ("R-1-1-A", "R-9", "installatie", "imports.installation_unknown"),
        ("1042", "9999", "monteur", "scanning.mechanic_unknown"),
        ("1042;;", "1042;120;", "dealer", "imports.dealer_unknown"),
        ("12-03-2025", "30-02-2025", "datum", "imports.day_unreadable"),
        ("12-03-2025", "06-03-2026", "datum", "reports.service_in_future"),
        ("12-03-2025", "12-03-2018", "dealer", "imports.dealer_missing"),
        ("12-03-2025", "12-03-2024", "KOM-nummer", "stickers.series_closed"),
        ("25-000001-10", "25-000001-11", "KOM-nummer", "stickers.check_digits_wrong"),
        ("25-000001-10", "25-000021-47", "KOM-nummer", "imports.number_unknown"),
        ("25-000001-10", "jawel", "KOM-nummer", "imports.number_unknown"),
        ("25-000001-10", "25-000001", "KOM-nummer", "imports.number_unchecked"),
        ("25-000001-10", "25000001", "KOM-nummer", "imports.number_unknown"),
        ("25-000001-10", "1", "KOM-nummer", "imports.number_unknown"),
        (
            "25-000001-10;;;",
            "25-000001-10;;11-03-2025;",
            "ontvangen_op",
            "reports.service_after_receipt",
        ),
        ("25-000001-10;", "25-000001-10;201;", "standen", "imports.count_outside"),
        (";;;25-000001-10", ";;beperkte beurt;25-000001-10", "", "reports.kind_without_mark"),
    ],
)
def test_a_bad_cell_is_named(
    ready: Register, before: str, after: str, column: str, code: str
) -> None:
    line = LINE.replace(before, after, 1)
    assert line != LINE
    assert (2, column, code) in take(ready, line)
    assert stored(ready) == []


def test_a_number_on_two_reports_is_told_with_both_lines(ready: Register) -> None:
    other = SECOND.replace("25-000002-07", "25-000001-10")
    taken = ready.take("reports", f"{HEAD}\n{LINE}\n{other}")
    assert taken.found == [(3, "KOM-nummer", "imports.number_twice")]
    assert "25-000001-10 staat ook op regel 2" in str(taken.rows[-1][4])


def test_a_number_on_the_report_of_another_installation(ready: Register) -> None:
    head, _, line = LINES["installations"].partition("\n")
    ready.take("installations", f"{head}\n{line.replace('-A;', '-B;').replace(';;', ';Links;')}")
    take(ready, LINE)
    other = LINE.replace("M-1", "M-3").replace("-A", "-B")
    assert take(ready, other) == [(2, "KOM-nummer", "imports.number_of_other_report")]


def test_a_mechanic_of_another_dealer_is_a_contradiction(ready: Register) -> None:
    ready.take("dealers", "nummer;naam\n119;De Jong")
    assert take(ready, LINE.replace("1042;;", "1042;119;")) == [
        (2, "dealer", "imports.dealer_differs"),
        (2, "KOM-nummer", "stickers.not_yours"),
    ]


def test_without_employment_the_dealer_of_the_line_holds_and_is_remarked(ready: Register) -> None:
    ready.take("mechanics", "nummer;naam\n7;Kees")
    found = take(ready, LINE.replace("1042;;", "7;118;"))
    assert found == [
        (2, "dealer", "imports.dealer_not_employer"),
        (2, "monteur", "certification.not_certified"),
    ]
    assert len(stored(ready)) == 1


def test_a_ceased_installation_was_not_serviced(ready: Register) -> None:
    head, _, line = LINES["installations"].partition("\n")
    for day, fine in (("12-03-2025", False), ("13-03-2025", True)):
        ready.take("installations", f"{head};gestopt_op\n{line};{day}")
        codes = [code for _, _, code in take(ready, LINE)]
        assert codes == ([] if fine else ["imports.serviced_after_ceasing"])


def test_a_newer_file_corrects_a_report_as_a_new_version(ready: Register) -> None:
    take(ready, LINE)
    newer = LINE.replace("25-000001-10;;;", "25-000001-10;26;;Lekluchtmeting herhaald")
    taken = ready.take("reports", f"{HEAD}\n{newer}", tries=True)
    assert taken.changes == [
        (2, "standen", "was: 24; wordt: 26"),
        (2, "opmerking", "was: leeg; wordt: Lekluchtmeting herhaald"),
    ]
    assert stored(ready)[0].version == 1
    assert ready.take("reports", f"{HEAD}\n{newer}").counts == (0, 1, 0)
    [report] = stored(ready)
    assert (report.version, report.unit_count) == (2, 26)
    assert ready.take("reports", f"{HEAD}\n{newer}").counts == (0, 0, 1)


def test_without_key_a_report_is_known_by_number_or_visit(ready: Register) -> None:
    kb = ";14-03-2025;R-1-1-A;1042;;;kb;;;"
    unnamed = LINE.replace("M-1", "")
    assert take(ready, unnamed, kb) == []
    assert ready.take("reports", f"{HEAD}\n{unnamed}\n{kb}").counts == (0, 0, 2)
    keyed = ready.take("reports", f"{HEAD}\n{LINE}")
    assert keyed.changes == [(2, "kenmerk", "was: leeg; wordt: M-1")]
    assert len(stored(ready)) == 2


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (LINE, LINE.replace("M-1", ""), "imports.number_twice"),
        (LINE, LINE.replace("M-1", "M-9"), "imports.number_twice"),
        (LINE.replace("25-000001-10", "kb"), ";12-03-2025;R-1-1-A;1042;;;kb;;;", None),
    ],
)
def test_a_report_under_two_names_is_told(
    ready: Register, first: str, second: str, code: str | None, is_known: bool
) -> None:
    if is_known:
        assert take(ready, first) == []
    found = take(ready, first, second)
    assert {(line, told) for line, _, told in found} >= {(3, code or "imports.line_twice")}
    assert len(stored(ready)) == is_known


def test_a_known_report_takes_no_number_of_another_one(ready: Register) -> None:
    assert take(ready, LINE, SECOND) == []
    other = LINE.replace("25-000001-10", "25-000002-07")
    tried = ready.take("reports", f"{HEAD}\n{other}", tries=True)
    assert tried.found == [(2, "KOM-nummer", "stickers.already_applied")]
    found = ready.take("reports", f"{HEAD}\n{other}\n{SECOND}", tries=True).found
    assert (3, "KOM-nummer", "imports.number_twice") in found


def test_what_no_file_changes_is_remarked_with_what_stays(ready: Register) -> None:
    take(ready, LINE)
    later = ready.take("reports", HEAD + "\n" + LINE.replace("-10;;;", "-10;;20-03-2025;"))
    assert later.found == [(2, "ontvangen_op", "imports.stays")]
    assert later.counts == (0, 0, 1)
    assert "Dit blijft 12-03-2025" in str(later.rows[-1][4])


def test_a_known_report_takes_no_number_that_was_told_to_be_used(ready: Register) -> None:
    assert take(ready, LINE) == []
    other = LINE.replace("25-000001-10", "25-000002-07")
    for tries in (True, False):
        taken = ready.take("reports", f"{HEAD}\n{other}", tries=tries)
        assert [(line, column) for line, column, _ in taken.found] == [(2, "KOM-nummer")]


def test_what_a_faulty_line_names_is_looked_up_all_the_same(ready: Register) -> None:
    faulty = LINE.replace("12-03-2025", "30-02-2025").replace("R-1-1-A", "R-9")
    assert take(ready, faulty.replace("1042;;", "1043;120;")) == [
        (2, "datum", "imports.day_unreadable"),
        (2, "installatie", "imports.installation_unknown"),
        (2, "monteur", "scanning.mechanic_unknown"),
        (2, "dealer", "imports.dealer_unknown"),
    ]
