"""What a report says against what is on file: a case for the office, decided when it is no more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import is_repaired_late
from kombeheer.services import journal
from kombeheer.services.cases.raising import case_row, raise_once
from kombeheer.services.reports.revision import Revision, present_revision
from kombeheer.services.scanning.lookup import Setup, load_installations
from kombeheer.services.scanning.store import objections_text
from kombeheer.services.sites.configurations import is_present
from models.cases import Case
from models.reports import Report
from models.sites import InstallationConfiguration

_OPEN = (Case.kind == CaseKind.REPORT_CONTRADICTS, Case.state != CaseState.DECIDED)


def contradictions(
    wanted: Revision, setup: Setup, configuration: InstallationConfiguration | None
) -> list[Refusal]:
    """Return where a report and what is on file of its installation do not agree.

    Args:
        setup: what the installation was on the service date, as it is on file.
        configuration: the present one, for its date of delivery.
    """
    found = []
    for name in ("parlour_type", "species", "unit_count"):
        told, known = getattr(wanted, name), getattr(setup, name)
        if told != known:
            found.append(
                Refusal("reports.installation_differs", field=name, value=told, known=known)
            )
    told_day = wanted.details.delivered_on
    known_day = configuration.delivered_or_renovated_on if configuration is not None else None
    if told_day is not None and known_day is not None and told_day != known_day:
        found.append(
            Refusal(
                "reports.delivery_differs",
                told_on=told_day.isoformat(),
                known_on=known_day.isoformat(),
            )
        )
    if is_repaired_late(wanted.details, wanted.service_date):
        assert wanted.details.repair_by is not None
        found.append(
            Refusal(
                "reports.repaired_late",
                day=wanted.service_date.isoformat(),
                repair_until=wanted.details.repair_by.isoformat(),
            )
        )
    return found


def follow(
    session: Session,
    actor: Actor,
    report: Report,
    wanted: Revision,
    before: Revision,
    setup: Setup,
    now: datetime,
) -> None:
    """Raise a case for what contradicts since this revision, or decide the one that is over.

    A date of delivery that was not on file yet is learned from the report.
    """
    configuration = session.scalars(_present(report.installation_id).with_for_update()).first()
    told_day = wanted.details.delivered_on
    if configuration is not None and configuration.delivered_or_renovated_on is None and told_day:
        learned = journal.changed_fields(configuration, {"delivered_or_renovated_on": told_day})
        installation = wanted.installation
        journal.record_changes(
            session, actor, now, "sites.configured", "installation", installation, learned
        )
    found = contradictions(wanted, setup, configuration)
    if not found:
        _decide(session, actor, [report.id], now)
        return
    if found == contradictions(before, setup, configuration):
        return  # known already, and decided or waiting
    row = case_row(
        CaseKind.REPORT_CONTRADICTS,
        now,
        report_id=report.id,
        dealer_id=report.dealer_id,
        installation_id=report.installation_id,
        series_id=report.series_id,
        serial=report.serial,
        content=json.dumps({"objections": json.loads(objections_text(tuple(found)))}),
    )
    raise_once(session, [row])


def present_contradictions(session: Session, report: Report) -> list[Refusal]:
    """Return where a report and what is on file do not agree now."""
    wanted = present_revision(session, report)
    [installation] = load_installations(session, [wanted.installation], [], [], lock=False)
    configuration = session.scalars(_present(report.installation_id)).first()
    return contradictions(wanted, installation.setup_on(report.service_date), configuration)


def decide_resolved(session: Session, actor: Actor, installation_id: int, now: datetime) -> None:
    """Decide what contradicted of an installation and does not any more, now that it is changed."""
    waiting = session.scalars(
        select(Report)
        .join(Case, Case.report_id == Report.id)
        .where(Case.installation_id == installation_id, *_OPEN)
        .order_by(Case.id)
    ).all()
    resolved = [one.id for one in waiting if not present_contradictions(session, one)]
    if resolved:
        _decide(session, actor, resolved, now)


def _present(installation_id: int) -> Select[InstallationConfiguration]:
    """Return what selects the present configuration, for its date of delivery."""
    return select(InstallationConfiguration).where(is_present(installation_id))


def _decide(session: Session, actor: Actor, report_ids: Sequence[str], now: datetime) -> None:
    session.execute(
        update(Case)
        .where(Case.report_id.in_(report_ids), *_OPEN)
        .values(
            state=CaseState.DECIDED,
            decision="resolved",
            decided_at=now,
            decided_by_id=actor.user_id,
        )
    )
