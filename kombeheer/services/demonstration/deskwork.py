"""What goes on at the desks in the last days: repairs, corrections, a stack of paper, statements.

Each goes the way it goes in life, so that there is something to see on every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from kombeheer.rules.accounts import Actor
from kombeheer.rules.reports import BatchState, Details, ReportState, ServiceKind
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import Leniency
from kombeheer.rules.statements import latest_quarter
from kombeheer.rules.stickers import DocumentKind
from kombeheer.services.billing import closing
from kombeheer.services.billing.statements import show_statement
from kombeheer.services.cases.raising import raise_overdue
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import Wish, instant
from kombeheer.services.demonstration.logistics import People, dealer_actor
from kombeheer.services.demonstration.plan import Dealer
from kombeheer.services.demonstration.scene import Work
from kombeheer.services.reports import batches, paper, revising
from kombeheer.services.reports.places import place_of
from kombeheer.services.reports.revision import Revision, present_revision
from kombeheer.services.reports.sheets import Sheet
from kombeheer.services.sites.leniency import add_period
from kombeheer.services.stickers.documents import next_reference
from kombeheer.services.stickers.ledger import new_document, number_of
from models.parties import Mechanic
from models.reports import PaperBatch, Report
from models.scanning import Device
from models.sites import Installation
from models.stickers import StickerSeries

REPAIRS, CONTRADICTIONS, DEALERS_WITHOUT_STATEMENT = 3, 2, 1
REPAIRED_WITHIN = timedelta(days=30)
STACK, STACK_OF_OTHER, ENTERED_OF_OTHER = 6, 12, 3
HOUR = 19


class Deskwork:
    """The last evening: the office and the dealers at their desks."""

    def __init__(self, wish: Wish, people: People) -> None:
        self.wish, self.people = wish, people
        self.chance = Chance(wish.seed, "deskwork")
        self.moment = instant(wish.last, HOUR)
        self.quarter = latest_quarter(wish.last)

    def works(self) -> Sequence[Work]:
        """Return everything that goes on, in order, each for a transaction of its own."""
        return (
            self.leniency,
            self.repairs,
            self.corrections,
            self.stacks,
            self.statements,
            self.afterwards,
        )

    def leniency(self, session: Session) -> None:
        """Last spring nobody was let in for some weeks."""
        year = self.wish.last.year - 1
        period = Leniency(date(year, 4, 1), date(year, 5, 15), "Mond-en-klauwzeer in de buurt")
        add_period(session, self.people.office, period, f"Brief KKM {year}-031", self.moment)

    def repairs(self, session: Session) -> None:
        """Some services soon after `geen KOM` were repairs after a visit of KKM."""
        failed = aliased(Report)
        rows = session.execute(
            select(Report, failed.service_date)
            .join(failed, failed.installation_id == Report.installation_id)
            .where(
                failed.ending == Ending.GEEN_KOM,
                failed.state != ReportState.WITHDRAWN,
                Report.ending == Ending.STICKER,
                Report.state == ReportState.COMPLETE,
                Report.service_date > failed.service_date,
                Report.service_date > self.quarter.until_on,
            )
            .order_by(Report.service_date.desc(), Report.id)
        ).all()
        near = [(one, day) for one, day in rows if one.service_date - day <= REPAIRED_WITHIN]
        for report, failed_on in near[:REPAIRS]:
            present = present_revision(session, report)
            details = replace(
                present.details,
                kkm_visited_on=failed_on,
                repair_by=failed_on + timedelta(days=28),
                stamped_on=report.service_date,
                stamp_initials=self.chance.choice(("JB", "KH", "TdV")),
            )
            wanted = replace(present, kind=ServiceKind.REPAIR, details=details)
            self._revise(session, self.people.office, report, wanted, "Herstel na bezoek van KKM")

    def corrections(self, session: Session) -> None:
        """A dealer counts other units than are on file; another one mistyped a temperature."""
        for report in self._complete(session, self.people.dealers[0], CONTRADICTIONS + 1):
            present, actor = present_revision(session, report), self._actor(report)
            if report.unit_count > 4 and self.chance.happens(0.7):
                wanted = replace(present, unit_count=report.unit_count - 2)
                self._revise(session, actor, report, wanted, "Twee standen zijn eruit gehaald")
            else:
                mistyped = present.details.wash_start
                start = Decimal("71.5") if mistyped != Decimal("71.5") else Decimal("72.5")
                details = replace(present.details, wash_start=start)
                wanted = replace(present, details=details)
                self._revise(session, actor, report, wanted, "Begintemperatuur verkeerd ingevuld")

    def stacks(self, session: Session) -> None:
        """One stack of paper is entered and closed, of another the first lines."""
        office = self.people.office
        device = self.chance.uuid()
        session.add(
            Device(id=device, user_id=office.user_id, name="Balie", registered_at=self.wish.founded)
        )
        session.flush()
        stacks = [self._incomplete(session, dealer, STACK) for dealer in self.people.dealers[1:]]
        stacks.sort(key=len, reverse=True)
        for announced, found in zip((None, STACK_OF_OTHER), stacks, strict=False):
            waiting = found[:ENTERED_OF_OTHER] if announced else found
            if not waiting:
                continue
            batch = self._batch(session, waiting[0].dealer_id, announced or len(waiting))
            for report in waiting:
                sheet = self._sheet(session, report)
                entered = paper.enter_line(session, office, device, batch.id, sheet, self.moment)
                assert entered.is_stored, entered.looked
            session.flush()
            if announced is None:
                batches.close_batch(session, office, batch.reference, "", self.moment)

    def _batch(self, session: Session, dealer_id: int, announced: int) -> PaperBatch:
        """Return a batch as the office opens one, but with ids that follow from the seed."""
        day, office = self.wish.last, self.people.office
        document = new_document(
            session,
            office.user_id,
            self.moment,
            DocumentKind.PAPER_BATCH,
            next_reference(session, DocumentKind.PAPER_BATCH, day.year),
            day,
            document_id=self.chance.public_id(),
        )
        batch = PaperBatch(
            document_id=document.id,
            reference=document.reference,
            dealer_id=dealer_id,
            received_on=day,
            announced_count=announced,
            state=BatchState.OPEN,
            opened_at=self.moment,
            opened_by_id=office.user_id,
        )
        session.add(batch)
        session.flush()
        return batch

    def statements(self, session: Session) -> None:
        """All dealers but the last have their statement of the last quarter."""
        made = self.people.dealers[: len(self.people.dealers) - DEALERS_WITHOUT_STATEMENT]
        for dealer in made:
            seen = show_statement(session, self.people.office, dealer.public_id, self.quarter)
            if closing.objection(seen, self.moment) is None:
                closing.make_statement(
                    session,
                    self.people.office,
                    self.moment,
                    dealer.public_id,
                    self.quarter,
                    closing.figures_of(seen),
                )

    def afterwards(self, session: Session) -> None:
        """The office corrects a report that was told already; a dealer asks for another one."""
        told = self._complete(session, self.people.dealers[0], 2, until=self.quarter.until_on)
        for report, actor in zip(told, (self.people.office, None), strict=False):
            present = present_revision(session, report)
            units = min(report.unit_count + 2, 200)
            self._revise(
                session,
                actor or self._actor(report),
                report,
                replace(present, unit_count=units),
                "Twee standen vergeten te tellen",
            )
        raise_overdue(session, self.moment)

    def _revise(
        self, session: Session, actor: Actor, report: Report, wanted: Revision, reason: str
    ) -> None:
        session.flush()
        revising.revise(session, actor, report.id, report.version, wanted, reason, self.moment)

    def _actor(self, report: Report) -> Actor:
        return dealer_actor(next(one for one in self.people.dealers if one.id == report.dealer_id))

    def _complete(
        self, session: Session, dealer: Dealer, count: int, until: date | None = None
    ) -> Sequence[Report]:
        """Return a dealer's newest complete reports with a sticker, on other installations."""
        conditions: list[Any] = [Report.service_date > self.quarter.until_on]
        if until is not None:
            conditions = [Report.service_date <= until]
        return (
            session.execute(
                select(Report)
                .where(
                    Report.dealer_id == dealer.id,
                    Report.state == ReportState.COMPLETE,
                    Report.ending == Ending.STICKER,
                    Report.kind == ServiceKind.MAJOR,
                    *conditions,
                )
                .order_by(Report.service_date.desc(), Report.id)
                .limit(count)
            )
            .scalars()
            .all()
        )

    def _incomplete(self, session: Session, dealer: Dealer, count: int) -> Sequence[Report]:
        return (
            session.execute(
                select(Report)
                .where(
                    Report.dealer_id == dealer.id,
                    Report.state == ReportState.INCOMPLETE,
                    Report.ending == Ending.STICKER,
                )
                .order_by(Report.service_date.desc(), Report.id)
                .limit(count)
            )
            .scalars()
            .all()
        )

    def _sheet(self, session: Session, report: Report) -> Sheet:
        """Return what the paper of a report that was scanned already tells."""
        mechanic = session.get_one(Mechanic, report.mechanic_id).number
        public_id = session.get_one(Installation, report.installation_id).public_id
        assert report.series_id is not None
        number = number_of(session.get_one(StickerSeries, report.series_id), report.serial)
        assert number is not None
        return Sheet(
            self.chance.uuid(),
            report.service_date,
            mechanic,
            place_of(session, public_id, report.dealer_id),
            number.digits,
            details=Details(
                wash_start=Decimal(self.chance.randint(670, 790)) / 10,
                wash_end=Decimal(self.chance.randint(410, 480)) / 10,
                is_dry=True,
                is_visible=True,
                is_near=True,
            ),
        )
