"""What must be true of a database after a drill, read from its rows and not from the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select, text

from kombeheer.rules.reports import ReportState
from kombeheer.rules.scanning import EventState, report_id_for
from kombeheer.rules.stickers import MoveKind
from kombeheer.services.stickers.checking import check
from models.reports import Report
from models.scanning import ScanConflict, ScanDecision, ScanEvent
from models.stickers import Movement, Sticker
from models.transaction import Database
from tests.drills.ground import Reply

SHOWN = 5


class DrillFailed(Exception):
    """What was seen is not what must be; its text tells it."""


def require(holds: bool, told: str) -> None:
    """Fail the drill with what was seen unless it holds."""
    if not holds:
        raise DrillFailed(told)


def complaints_about(replies: Iterable[Reply]) -> list[str]:
    """Return what a person or a device would have seen as an error."""
    found = []
    for reply in replies:
        if reply.status != 200:
            found.append(f"status {reply.status}")
        found += [
            f"{answer['outcome']} {answer['code']}: {answer['message']}"
            for answer in reply.answers
            if answer["outcome"] in ("failed", "conflict")
            or answer["code"] == "scanning.unexpected"
        ]
    return found


def require_no_complaints(replies: Iterable[Reply]) -> None:
    """Fail when anybody was answered with an error."""
    found = complaints_about(replies)
    require(not found, f"{len(found)} answers are errors, as {found[:SHOWN]}")


def double_reports(database: Database) -> list[tuple[int, int]]:
    """Return the numbers (series id, serial) that stand on more than one report not withdrawn."""
    with database.reading() as session:
        rows = session.execute(
            select(Report.series_id, Report.serial)
            .where(Report.series_id.is_not(None), Report.state != ReportState.WITHDRAWN)
            .group_by(Report.series_id, Report.serial)
            .having(func.count() > 1)
        )
        return [(row.series_id, row.serial) for row in rows]


def double_holders(database: Database) -> list[tuple[int, int]]:
    """Return the numbers that were applied more often than they were taken back, plus once."""
    with database.reading() as session:
        rows = session.execute(
            select(
                Movement.series_id,
                Movement.first_serial,
                func.count(Movement.counters).label("undone"),
                func.count().label("moves"),
            )
            .where(Movement.kind == MoveKind.APPLY)
            .group_by(Movement.series_id, Movement.first_serial)
        )
        return [(row.series_id, row.first_serial) for row in rows if row.moves - 2 * row.undone > 1]


def require_ledger_holds(database: Database) -> None:
    """Fail unless the chain is whole, replay gives the projection, each number has one report."""
    with database.reading() as session:
        findings = check(session)
    require(not findings, f"check found {findings[:SHOWN]}")
    require(not double_holders(database), f"two holders of {double_holders(database)[:SHOWN]}")
    require(not double_reports(database), f"two reports for {double_reports(database)[:SHOWN]}")


def require_stored(database: Database, event_ids: Iterable[str]) -> None:
    """Fail unless exactly these events are stored, each with one decision."""
    sent = set(event_ids)
    with database.reading() as session:
        stored = set(session.execute(select(ScanEvent.id)).scalars())
        decided = set(session.execute(select(ScanDecision.event_id)).scalars())
        conflicts = session.execute(select(func.count()).select_from(ScanConflict)).scalar_one()
    require(stored == sent, f"{len(sent - stored)} events lost, {len(stored - sent)} never sent")
    require(decided == sent, f"{len(sent - decided)} events without a decision")
    require(conflicts == 0, f"{conflicts} conflicts between equal bodies")


def require_decisions_agree(database: Database) -> None:
    """Fail unless what was decided, the report, and the sticker's account say the same."""
    with database.reading() as session:
        rows = session.execute(
            select(
                ScanDecision.event_id,
                ScanDecision.state,
                ScanDecision.report_id,
                Report.state.label("report"),
                Report.installation_id,
                Report.serial,
                Sticker.account,
            )
            .outerjoin(Report, Report.id == ScanDecision.report_id)
            .outerjoin(
                Sticker, (Sticker.series_id == Report.series_id) & (Sticker.serial == Report.serial)
            )
        )
        wrong = [
            tuple(row)
            for row in rows
            if row.report_id == report_id_for(row.event_id) and not _agrees(row)
        ]
        reports = session.execute(select(func.count()).select_from(Report)).scalar_one()
        own = session.execute(select(ScanDecision.event_id)).scalars()
        derived = {report_id_for(event_id) for event_id in own}
        strays = reports - len(derived & set(session.execute(select(Report.id)).scalars()))
    require(not wrong, f"{len(wrong)} decisions and reports disagree, as {wrong[:SHOWN]}")
    require(strays == 0, f"{strays} reports of no event")


def _agrees(row: Any) -> bool:
    """Tell whether an event that made a report and that report are in the same state."""
    if row.state == EventState.WITHDRAWN:
        return bool(row.report == ReportState.WITHDRAWN)
    if row.state != EventState.POSTED or row.report in (None, ReportState.WITHDRAWN):
        return False
    return row.serial is None or bool(row.account == f"applied:{row.installation_id}")


def require_as_told(database: Database, told: Mapping[str, Mapping[str, Any]]) -> None:
    """Fail unless every answer that was given is what is stored; keyed by the event's id."""
    with database.reading() as session:
        rows = {
            row.event_id: (row.outcome, row.report_id, row.number or None)
            for row in session.execute(select(*ScanDecision.core().columns))
        }
    wrong = {
        event_id: (answer["outcome"], answer["report"], answer["number"])
        for event_id, answer in told.items()
        if rows.get(event_id) != (answer["outcome"], answer["report"], answer["number"])
    }
    lost = sum(event_id not in rows for event_id in wrong)
    require(
        not wrong, f"{lost} acknowledged events lost, {len(wrong) - lost} stored as something else"
    )


def deadlocks(database: Database) -> int:
    """Return how many deadlocks the server broke in this database; SQLite has none."""
    if database.is_sqlite:
        return 0
    with database.reading() as session:
        statement = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(session.execute(text(statement)).scalar_one())
