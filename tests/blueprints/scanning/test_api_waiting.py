"""What waits for a person, and on the other side of each boundary what is posted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from kombeheer.rules.stickers import MoveKind
from models.cases import Case
from models.reports import Report
from models.scanning import ScanDecision
from tests.factories import TODAY, number
from tests.field import Field

Situation = Callable[[Field], dict[str, Any]]


def of_another_dealer(field: Field) -> dict[str, Any]:
    elsewhere = field.foundation.dealer("Dijkstra Stalbouw")
    field.foundation.stickers(field.series, elsewhere, 101, 110)
    return field.visit(101)


def not_received(field: Field) -> dict[str, Any]:
    field.foundation.stickers(field.series, field.dealer, 101, 110, confirmed=False)
    return field.visit(101)


def not_issued(field: Field) -> dict[str, Any]:
    field.foundation.stickers(field.series, None, 101, 110)
    return field.visit(101)


def moved(kind: MoveKind, target: str) -> Situation:
    """The sticker was spoiled, lost, stolen or sent back."""

    def situation(field: Field) -> dict[str, Any]:
        held, to = f"dealer:{field.dealer.id}", target.format(field.dealer.id)
        field.foundation.move(kind, field.series, 1, 1, held, to, field.dealer)
        return field.visit(1)

    return situation


def returned(field: Field) -> dict[str, Any]:
    event = moved(MoveKind.SEND_BACK, "return:{}")(field)
    back = f"return:{field.dealer.id}"
    field.foundation.move(MoveKind.TAKE_BACK, field.series, 1, 1, back, "returned", field.dealer)
    return event


def destroyed(field: Field) -> dict[str, Any]:
    event = returned(field)
    field.foundation.move(MoveKind.DESTROY, field.series, 1, 1, "returned", "destroyed")
    return event


def by_mechanic(
    *, day: str = "2026-03-05", kind: str = "herringbone", raw: str | None = None, **more: Any
) -> Situation:
    """A visit by another mechanic of the dealer, who is as `more` says."""

    def situation(field: Field) -> dict[str, Any]:
        mechanic = field.foundation.mechanic(field.dealer, "Pier Visser", **more)
        installation = field.foundation.installation(parlour_type=kind, dealer=field.dealer)
        told = {} if raw is None else {"raw": raw, "ending": "kb"}
        return field.visit(
            1, mechanic=mechanic.number, installation=installation.public_id, day=day, **told
        )

    return situation


def ceased(day: date) -> Situation:
    def situation(field: Field) -> dict[str, Any]:
        installation = field.foundation.installation(ceased_on=day, dealer=field.dealer)
        return field.visit(1, installation=installation.public_id)

    return situation


def series_of(code: str, day: str) -> Situation:
    """A sticker of another year, on a day."""

    def situation(field: Field) -> dict[str, Any]:
        series = field.foundation.series(code)
        field.foundation.stickers(series, field.dealer, 1, 5)
        return field.visit(raw=number(1, code).digits, day=day)

    return situation


def issued_on(issued: date, day: str = "2026-03-05") -> Situation:
    def situation(field: Field) -> dict[str, Any]:
        fond, series, dealer = field.foundation, field.series, field.dealer
        fond.stickers(series, None, 101, 101)
        transit, held = f"transit:{dealer.id}", f"dealer:{dealer.id}"
        fond.move(MoveKind.ISSUE, series, 101, 101, "stock", transit, dealer, on=issued)
        fond.move(MoveKind.CONFIRM, series, 101, 101, transit, held, dealer, on=issued)
        return field.visit(101, day=day)

    return situation


def ambiguous(field: Field) -> dict[str, Any]:
    """A legacy number of seven digits that exists in two series."""
    for code in ("oud-26", "ouder-26"):
        series = field.foundation.series(code, legacy_width=7)
        field.foundation.stickers(series, field.dealer, 1234, 1234)
    return field.visit(raw="0001234")


EMPLOYED_UNTIL_YESTERDAY = {"employed_until": TODAY - timedelta(days=1)}
CERTIFIED_UNTIL_YESTERDAY = {"certified": (date(2020, 1, 1), TODAY - timedelta(days=1))}
CERTIFIED_FROM_TOMORROW = {"certified": (TODAY + timedelta(days=1), date(2030, 1, 1))}
OTHER_ID = "00000000000000"
WAITING: list[tuple[str, Situation, str]] = [
    ("r43 unknown number", lambda field: field.visit(999), "stickers.unknown"),
    (
        "r43 unknown legacy number",
        lambda field: field.visit(raw="0001234"),
        "stickers.unknown",
    ),
    ("r43 ambiguous legacy number", ambiguous, "stickers.ambiguous"),
    ("r43 not yours", of_another_dealer, "stickers.not_yours"),
    ("r43 not received", not_received, "stickers.not_received"),
    ("r43 not issued", not_issued, "stickers.not_issued"),
    (
        "r43 issued after the service",
        issued_on(TODAY + timedelta(days=1)),
        "stickers.issued_after_service",
    ),
    ("r55 spoiled", moved(MoveKind.SPOIL, "spoiled"), "stickers.declared_spoiled"),
    ("r55 lost", moved(MoveKind.LOSE, "lost"), "stickers.declared_lost"),
    ("r55 stolen", moved(MoveKind.STEAL, "stolen"), "stickers.declared_stolen"),
    ("r55 sent back", moved(MoveKind.SEND_BACK, "return:{}"), "stickers.sent_back"),
    ("r55 returned", returned, "stickers.sent_back"),
    ("r55 destroyed", destroyed, "stickers.destroyed"),
    ("r56 series of last year", series_of("25", "2026-01-01"), "stickers.series_closed"),
    ("r56 series of next year", series_of("27", "2026-03-05"), "stickers.series_closed"),
    ("r43 left yesterday", by_mechanic(**EMPLOYED_UNTIL_YESTERDAY), "parties.not_employed"),
    (
        "r43 comes tomorrow",
        by_mechanic(employed_from=TODAY + timedelta(days=1)),
        "parties.not_employed",
    ),
    (
        "r1 the day after the last",
        by_mechanic(**CERTIFIED_UNTIL_YESTERDAY),
        "certification.not_certified",
    ),
    (
        "r1 the day before the first",
        by_mechanic(**CERTIFIED_FROM_TOMORROW),
        "certification.not_certified",
    ),
    ("r1 no certificate", by_mechanic(certified=None), "certification.not_certified"),
    (
        "r1 a minor service is no exception",
        by_mechanic(certified=None, raw=""),
        "certification.not_certified",
    ),
    ("r12 a robot without the module", by_mechanic(kind="robot"), "certification.module_missing"),
    ("q17 certified in Belgium", by_mechanic(country="be"), "certification.certified_abroad"),
    ("r34 ceased today", ceased(TODAY), "sites.installation_ceased"),
    (
        "decisions 0007 tomorrow",
        lambda field: field.visit(None, ending="kb", day="2026-03-06"),
        "scanning.date_doubtful",
    ),
    (
        "decisions 0007 367 days ago",
        lambda field: field.visit(None, ending="kb", day="2025-03-03"),
        "scanning.date_doubtful",
    ),
    (
        "decisions 0008 unknown mechanic",
        lambda field: field.visit(1, mechanic="9999"),
        "scanning.mechanic_unknown",
    ),
    (
        "decisions 0008 unknown installation",
        lambda field: field.visit(1, installation=OTHER_ID),
        "scanning.installation_unknown",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("situation", "code"), [pytest.param(make, code, id=name) for name, make, code in WAITING]
)
def test_an_objection_keeps_the_scan_and_waits_for_a_person(
    field: Field, situation: Situation, code: str
) -> None:
    event = situation(field)
    before = field.sizes()
    [answer] = field.send(event)
    assert (answer["outcome"], answer["state"], answer["code"]) == ("queued", "waiting", code)
    assert answer["report"] is None
    assert answer["message"].endswith("De scan is bewaard en voorgelegd aan KOM.")
    grown = field.grown(before)
    added = ("journal_entry", "office_case", "scan_decision", "scan_event")
    assert grown == dict.fromkeys(added, 1)
    case = field.row(Case)
    assert (case.kind, case.state, case.event_id) == ("scan_waiting", "raised", event["id"])
    assert case.due_on == TODAY + timedelta(days=14)
    assert field.row(ScanDecision, event_id=event["id"]).code == code


FINE: list[tuple[str, Situation]] = [
    ("r43 issued on the day of the service", issued_on(TODAY)),
    ("r56 the last day of a series", series_of("25", "2025-12-31")),
    ("r56 the first day of a series", issued_on(date(2025, 12, 15), "2026-01-01")),
    ("r43 his last day", by_mechanic(employed_until=TODAY)),
    ("r43 his first day", by_mechanic(employed_from=TODAY)),
    ("r1 the last valid day", by_mechanic(certified=(date(2020, 1, 1), TODAY))),
    ("r1 the first valid day", by_mechanic(certified=(TODAY, date(2030, 1, 1)))),
    ("r12 a robot with the module", by_mechanic(kind="robot", modules=("ams",))),
    ("r34 ceases tomorrow", ceased(TODAY + timedelta(days=1))),
    (
        "decisions 0007 today",
        lambda field: field.visit(None, ending="kb", day="2026-03-05"),
    ),
    (
        "decisions 0007 366 days ago",
        lambda field: field.visit(None, ending="kb", day="2025-03-04"),
    ),
]  # fmt: skip


@pytest.mark.parametrize("situation", [pytest.param(make, id=name) for name, make in FINE])
def test_on_the_other_side_of_the_boundary_it_is_posted(field: Field, situation: Situation) -> None:
    [answer] = field.send(situation(field))
    assert (answer["outcome"], answer["state"], answer["code"]) == ("accepted", "posted", None)
    assert field.rows(Case) == []
    assert field.row(Report).id == answer["report"]
