"""Write what was judged, set-wise: reports, stickers, customers, decisions, cases, journal.

The number of statements does not grow with the batch. The chain follows, last before the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, or_, select, tuple_, update
from sqlalchemy.orm import Session

from kombeheer.rules.calendar import day_of, microseconds
from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.reports import ReportState, ServiceKind
from kombeheer.rules.scanning import Ending, EventKind, EventState, Outcome
from kombeheer.rules.stickers import Account, AccountKind, DocumentKind, MoveKind, Movement
from kombeheer.services import journal
from kombeheer.services.billing import charging
from kombeheer.services.cases.raising import case_row
from kombeheer.services.parties import customers
from kombeheer.services.reports.versions import (
    SCANNED,
    WITHDRAWN,
    details_told,
    document_of,
    version_row,
)
from kombeheer.services.scanning.judging import Judged, Known, Target
from kombeheer.services.scanning.store import objections_text
from kombeheer.services.sites import registering
from kombeheer.services.stickers import ledger
from models.base import Base
from models.billing import ChargeRow
from models.cases import Case
from models.journal import JournalEntry
from models.reports import Report
from models.scanning import ScanDecision
from models.stickers import Document
from models.writing import write_together

Row = dict[str, Any]
Rows = dict[type[Base], list[Row]]
Place = tuple[int, int]  # series id, serial

_WITHDRAW_REPORT = (
    update(Report.core())
    .where(Report.id == bindparam("report"))
    .values(state=ReportState.WITHDRAWN, version=bindparam("new_version"))
)
_WITHDRAW_DECISION = (
    update(ScanDecision.core())
    .where(ScanDecision.event_id == bindparam("event"))
    .values(state=EventState.WITHDRAWN)
)
_CLOSE_CASES = (
    update(Case.core())
    .where(
        or_(Case.event_id == bindparam("event"), Case.report_id == bindparam("report")),
        Case.state != CaseState.DECIDED,
    )
    .values(
        state=CaseState.DECIDED,
        decision="withdrawn",
        decided_at=bindparam("at"),
        decided_by_id=bindparam("by"),
    )
)


def write(session: Session, known: Known, judged: Sequence[Judged]) -> None:
    """Store every judgement and all that follows from it."""
    _make_installations(session, known, judged)
    withdrawals = [one.withdraws for one in judged if one.withdraws is not None]
    posted = [one for one in judged if one.event.kind == EventKind.VISIT and one.posts]
    reports = _reports(session, known, posted, withdrawals)
    _name_existing_reports(session, judged)
    following = {
        ChargeRow: _charge_rows(session, known, posted, reports),
        ScanDecision: _decision_rows(known, judged),
        Case: _case_rows(known, judged),
        JournalEntry: _journal_rows(known, judged),
    }
    _move_stickers(session, known, judged, {**reports, **following})
    _write_customers(session, posted)
    if withdrawals:
        _close(session, known, withdrawals)
        _settle(session, known, withdrawals)


def post_late(session: Session, known: Known, judged: Judged) -> None:
    """Write the report, the sticker and the customer of a visit that waited for a person."""
    reports = _reports(session, known, [judged], [])
    charges = _charge_rows(session, known, [judged], reports)
    _move_stickers(session, known, [judged], {**reports, ChargeRow: charges})
    _write_customers(session, [judged])


def withdraw_late(session: Session, known: Known, judged: Judged) -> None:
    """Withdraw what a withdrawal names that waited for a person."""
    if judged.withdraws is None:
        return  # undone meanwhile
    withdrawals = [judged.withdraws]
    _move_stickers(session, known, [judged], _reports(session, known, [], withdrawals))
    _close(session, known, withdrawals)
    _settle(session, known, withdrawals)


def _make_installations(session: Session, known: Known, judged: Sequence[Judged]) -> None:
    """Register what was made on the spot and give its placeholder the id it got."""
    wanted = [
        one
        for one in judged
        if one.new_installation is not None
        and (one.posts or one.verdict.outcome is Outcome.QUEUED)
        and one.dealer_id is not None
    ]
    if not wanted:
        return
    made = registering.register_unchecked(
        session,
        known.actor,
        [
            (one.new_installation, one.dealer_id, one.event.visit.service_date)
            for one in wanted
            if one.new_installation and one.dealer_id is not None and one.event.visit
        ],
        known.now,
    )
    for one, (installation_id, site_id, farm_id) in zip(wanted, made, strict=True):
        assert one.installation is not None
        one.installation.id, one.installation.site_id = installation_id, site_id
        one.installation.farm_id = farm_id
        assert one.dealer_id is not None
        one.installation.dealers.add(one.dealer_id)


def _report_row(known: Known, one: Judged) -> Row:
    visit, mechanic, installation = one.event.visit, one.mechanic, one.installation
    assert visit is not None and mechanic is not None and installation is not None
    is_minor = visit.ending is Ending.KB  # which asks nothing more
    setup = installation.setup_on(visit.service_date)
    return {
        "id": one.report_id,
        "version": 1,
        "state": ReportState.COMPLETE if is_minor else ReportState.INCOMPLETE,
        "kind": ServiceKind.LIMITED if is_minor else ServiceKind.MAJOR,
        "ending": visit.ending,
        "service_date": visit.service_date,
        "stop": visit.stop,
        "site_id": installation.site_id,
        "installation_id": installation.id,
        "parlour_type": setup.parlour_type,
        "species": setup.species,
        "unit_count": setup.unit_count,
        "mechanic_id": mechanic.id,
        "dealer_id": one.dealer_id,
        "series_id": one.sticker.series_id if one.sticker else None,
        "serial": one.sticker.serial if one.sticker else None,
        "recorded_at": known.now,
        "received_on": day_of(known.now),
        "batch_id": None,
    }


def _reports(
    session: Session, known: Known, posted: Sequence[Judged], withdrawals: Sequence[Target]
) -> Rows:
    """Withdraw what was undone; return the rows of its last version, and of each visit's first."""
    reports = {one.report_id: _report_row(known, one) for one in posted}
    versions = [
        version_row(known.actor, known.now, {**report, "event": one.event.id}, SCANNED)
        for one, report in zip(posted, reports.values(), strict=True)
    ]
    updates = []
    told = details_told(
        session, [one.report_id for one in withdrawals if one.report is not None and one.report_id]
    )
    for target in withdrawals:
        if target.report_id is None:
            continue
        version = target.report_version + 1
        present = reports.get(target.report_id)
        change = {"state": ReportState.WITHDRAWN, "version": version}
        if present is not None:
            present |= change
            versions.append(version_row(known.actor, known.now, present, WITHDRAWN))
            continue
        assert target.report is not None
        updates.append({"report": target.report_id, "new_version": version})
        said = {**target.report, **change, **told.get(target.report_id, {})}
        versions.append(version_row(known.actor, known.now, said, WITHDRAWN))
    if updates:
        session.connection().execute(_WITHDRAW_REPORT, updates)
    return {Document: versions, Report: list(reports.values())}


def _name_existing_reports(session: Session, judged: Sequence[Judged]) -> None:
    """Answer a number that was recorded before with the report it stands on."""
    again: dict[Place, list[Judged]] = {}
    standing: dict[Place, str | None] = {}
    for one in judged:
        if one.sticker is None:
            continue
        place = (one.sticker.series_id, one.sticker.serial)
        if one.verdict.code == "scanning.already_recorded":
            again.setdefault(place, []).append(one)
        elif one.event.kind == EventKind.VISIT and one.posts and not one.withdrawn:
            standing[place] = one.report_id
    earlier = [place for place in again if place not in standing]
    if earlier:
        rows = session.execute(
            select(Report.series_id, Report.serial, Report.id).where(
                tuple_(Report.series_id, Report.serial).in_(earlier),
                Report.state != ReportState.WITHDRAWN,
            )
        )
        for series_id, serial, report_id in rows:
            assert series_id is not None and serial is not None
            standing[(series_id, serial)] = report_id
    for place, those in again.items():
        for one in those:
            one.report_id = standing.get(place)


def _move_stickers(session: Session, known: Known, judged: Sequence[Judged], rows: Rows) -> None:
    """Write rows, and with them apply and take back stickers in the order of the scans."""
    moves: list[Movement] = []
    undone: dict[int, str] = {}
    applied_by: dict[str, int] = {}
    for one in judged:
        target = one.withdraws
        if one.event.kind == EventKind.VISIT and one.posts and one.sticker is not None:
            applied_by[one.event.id] = len(moves)
            moves.append(_apply(known, one))
        elif target is not None and target.sticker is not None:
            if target.judged is not None:
                undone[len(moves)] = target.event_id
            moves.append(_take_back(known, target))
    if not moves:
        write_together(session.connection(), rows)
        return
    pending = ledger.post(session, moves, DocumentKind.REPORT, locked=True, rows=rows)
    for position, event_id in undone.items():
        pending[position].counters = pending[applied_by[event_id]]


def _apply(known: Known, one: Judged) -> Movement:
    assert one.sticker is not None and one.source is not None and one.installation is not None
    assert one.event.visit is not None and one.report_id is not None
    return Movement(
        MoveKind.APPLY,
        one.sticker.series_id,
        one.sticker.serial,
        one.sticker.serial,
        one.source,
        Account(AccountKind.APPLIED, one.installation.id),
        one.dealer_id,
        one.event.visit.service_date.isoformat(),
        microseconds(known.now),
        known.actor.user_id,
        one.report_id,
    )


def _take_back(known: Known, target: Target) -> Movement:
    assert target.sticker is not None and target.source is not None and target.report_id is not None
    installation_id = (
        target.judged.installation.id
        if target.judged is not None and target.judged.installation is not None
        else target.installation_id
    )
    return Movement(
        MoveKind.APPLY,
        target.sticker.series_id,
        target.sticker.serial,
        target.sticker.serial,
        Account(AccountKind.APPLIED, installation_id),
        target.source,
        target.dealer_id,
        target.service_date.isoformat(),  # as if it had never been stuck
        microseconds(known.now),
        known.actor.user_id,
        document_of(target.report_id, target.report_version + 1),
        counters=target.chain_number if target.judged is None else ledger.NOT_NUMBERED_YET,
    )


def _write_customers(session: Session, posted: Sequence[Judged]) -> None:
    """A registered service makes the farm a customer of the dealer."""
    services = []
    for one in posted:
        installation, visit = one.installation, one.event.visit
        assert installation is not None and visit is not None and one.dealer_id is not None
        if one.dealer_id not in installation.dealers:
            services.append((one.dealer_id, installation.farm_id, visit.service_date))
    customers.serve(session, services)


def _decision_rows(known: Known, judged: Sequence[Judged]) -> list[Row]:
    return [
        {
            "event_id": one.event.id,
            "outcome": one.verdict.outcome,
            "state": one.state,
            "code": one.verdict.code,
            "objections": objections_text(one.verdict.objections),
            "number": one.number,
            "series_id": one.sticker.series_id if one.sticker else None,
            "serial": one.sticker.serial if one.sticker else None,
            "installation_id": one.installation_id,
            "dealer_id": one.dealer_id,
            "report_id": one.report_id,
            "decided_at": known.now,
        }
        for one in judged
    ]


def _case_rows(known: Known, judged: Sequence[Judged]) -> list[Row]:
    """Everything that waits becomes a case for the office."""
    return [
        case_row(
            (
                CaseKind.STICKER_CLAIMED_TWICE
                if "stickers.already_applied" in {told.code for told in one.verdict.objections}
                else CaseKind.SCAN_WAITING
            ),
            known.now,
            event_id=one.event.id,
            installation_id=one.installation_id,
            dealer_id=one.dealer_id,
            series_id=one.sticker.series_id if one.sticker else None,
            serial=one.sticker.serial if one.sticker else None,
        )
        for one in judged
        if one.verdict.outcome is Outcome.QUEUED
    ]


def _close(session: Session, known: Known, withdrawals: Sequence[Target]) -> None:
    """What was withdrawn needs nobody's decision any more."""
    earlier = [target.event_id for target in withdrawals if target.judged is None]
    if earlier:
        session.connection().execute(
            _WITHDRAW_DECISION, [{"event": event_id} for event_id in earlier]
        )
    values = {"at": known.now, "by": known.actor.user_id}
    session.connection().execute(
        _CLOSE_CASES,
        [{"event": one.event_id, "report": one.report_id, **values} for one in withdrawals],
    )


def _charge_rows(
    session: Session, known: Known, posted: Sequence[Judged], reports: Rows
) -> list[Row]:
    found = [one.installation.newest_tariff for one in posted if one.installation is not None]
    newest = next((one for one in found if one is not None), None)
    return charging.charge_new(session, known.actor, known.now, reports[Report], newest)


def _settle(session: Session, known: Known, withdrawals: Sequence[Target]) -> None:
    """Have what a withdrawn report was charged fall to another one, if there is one."""
    earlier = [one.report for one in withdrawals if one.report is not None]
    changed = {(report["site_id"], report["service_date"]) for report in earlier}
    charging.settle_sites(session, known.actor, known.now, changed)


def _journal_rows(known: Known, judged: Sequence[Judged]) -> list[Row]:
    changes: list[journal.Change] = [
        (
            one.event.id,
            {},
            {
                "outcome": one.verdict.outcome,
                "code": one.verdict.code,
                "number": one.number,
                "report": one.report_id,
            },
        )
        for one in judged
    ]
    return journal.rows(known.actor, known.now, "scanning.received", "scan_event", changes)
