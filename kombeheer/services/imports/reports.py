"""Take over reports of past services: one line each.

A report is known by the key of the old administration, by its own id, by the number of its sticker,
or by installation, day and mark. What contradicts the register is told and never smoothed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from kombeheer.rules.certification import Module, certificate_objection
from kombeheer.rules.imports import Outcome, Subject
from kombeheer.rules.numbers import CHECKED_LENGTH
from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.rules.regulation import regulation_on, regulations
from kombeheer.rules.reports import Details, Service, ServiceKind, objections, require_one_mark
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ams_module_required
from kombeheer.rules.stickers import Account, AccountKind, sticker_objection
from kombeheer.services.imports import references
from kombeheer.services.imports.dealers import given
from kombeheer.services.imports.judging import Change, Importer, Judged, is_other
from kombeheer.services.imports.known_reports import Stored, lines_of, stored_reports
from kombeheer.services.imports.lines import Record
from kombeheer.services.imports.report_columns import COLUMNS, mark_in
from kombeheer.services.reports import revising
from kombeheer.services.reports.past import PastReport, store_past
from kombeheer.services.reports.revision import DETAILS, Revision
from kombeheer.services.reports.sheets import MARKS
from kombeheer.services.scanning.lookup import (
    Key,
    KnownInstallation,
    KnownMechanic,
    KnownSticker,
    Setup,
    load_installations,
    load_mechanics,
    load_stickers,
)
from models.base import new_public_id
from scanners.reading import mistyped, read_keys

_NOTHING_TOLD = Details()


@dataclass(slots=True)
class Plan:
    """What is to be written of a report: a new one, or what a known one says from now on."""

    line: int
    past: PastReport | None = None
    report_id: str = ""
    version: int = 0
    wanted: Revision | None = None
    reference: str | None = None
    is_revised: bool = False


@dataclass(slots=True)
class Named:
    """What a line names, as the register has it."""

    day: date
    installation: KnownInstallation
    mechanic: KnownMechanic
    dealer_id: int
    sticker: KnownSticker | None
    ending: Ending
    kind: ServiceKind


class ReportImporter(Importer):
    """Past reports; each names its installation and its mechanic."""

    kind = "reports"
    names: ClassVar = {
        "installation": references.INSTALLATION,
        "mechanic": references.MECHANIC,
        "dealer": references.DEALER,
    }
    columns = COLUMNS

    def key(self, record: Record) -> Any:
        """Return its key, else what it is about."""
        told = tuple(record.get(name) for name in ("installation", "service_date", "number"))
        return record.get("reference") or told

    def judge(self, groups: Sequence[Judged]) -> None:
        """Find what each line names, and the report itself when it is known."""
        self._load([one.records[0] for one in groups])
        named: list[tuple[Judged, Named]] = []
        for one in groups:
            record = one.records[0]
            day = record.get("service_date")
            one.subject = f"{record.get('installation')} {day:%d-%m-%Y}"
            for more in one.records[1:]:
                one.refuse("imports.line_twice", more, first=one.line)
            found = self._named(one)
            if found is not None:
                named.append((one, found))
        stored = stored_reports(
            self.session,
            [one.records[0].get("reference") for one, _ in named],
            [
                (found.sticker.series_id, found.sticker.serial)
                for _, found in named
                if found.sticker
            ],
            [(found.installation.id, one.records[0].get("service_date")) for one, found in named],
        )
        for one, found in named:
            self._judge(one, found, stored.of(one.records[0].get("reference"), found))

    def _load(self, records: Sequence[Record]) -> None:
        session = self.session
        self._installations = references.resolve(
            session, Subject.INSTALLATION, [one.get("installation") for one in records]
        )
        ids = set(self._installations.values())
        self._known = {one.id: one for one in load_installations(session, [], ids, [], lock=False)}
        self._mechanics = load_mechanics(
            session, [one.get("mechanic") for one in records], lock=False
        )
        self._dealers = references.dealers(session, [one.get("dealer") for one in records])
        self._read: dict[str, tuple[str, list[Key]]] = {}
        for record in records:
            number, _ = mark_in(record.get("number"))
            if number:
                with suppress(Refusal):  # told where the line is judged
                    self._read[number] = _read(number)
        keys = (key for _, keys in self._read.values() for key in keys)
        self._stickers = load_stickers(session, keys, lock=False)

    def _named(self, one: Judged) -> Named | None:
        """Return what a line names, or tell what of it is not known."""
        record = one.records[0]
        day: date = record.get("service_date")
        if day > self.today:
            refusal = Refusal("reports.service_in_future", day=day.isoformat())
            one.object(refusal, record, self.of["service_date"], day)
        told = record.get("installation")
        installation = self._known.get(self._installations.get(told, 0))
        if installation is None:
            self.refuse_unknown(one, record, "installation", told)
        number = record.get("mechanic")
        mechanic = self._mechanics.get(number)
        if mechanic is None:
            self.refuse_unknown(one, record, "mechanic", number)
        dealer_id = self._dealer(one, mechanic, day)
        mark = self._mark(one, day)
        if installation is None or mechanic is None or dealer_id is None or mark is None:
            return None
        ending, sticker = mark
        is_kb = ending is Ending.KB
        kind = record.get("kind") or (ServiceKind.LIMITED if is_kb else ServiceKind.MAJOR)
        return Named(day, installation, mechanic, dealer_id, sticker, ending, kind)

    def _dealer(self, one: Judged, mechanic: KnownMechanic | None, day: date) -> int | None:
        """Return who employed the mechanic that day, as line and register say."""
        number, column = one.records[0].get("dealer"), self.of["dealer"]
        if number and number not in self._dealers:
            self.refuse_unknown(one, one.records[0], "dealer", number)
            return None
        told = self._dealers[number].id if number else None
        employer = mechanic.dealer_on(day) if mechanic is not None else None
        if mechanic is None:
            return None
        facts = {"mechanic": mechanic.number, "day": day.isoformat()}
        if told is None and employer is None:
            one.refuse("imports.dealer_missing", None, column, number, **facts)
        elif told is not None and employer is not None and told != employer:
            one.refuse("imports.dealer_differs", None, column, number, **facts)
        elif employer is None:
            refusal = Refusal("imports.dealer_not_employer", **facts)
            one.object(refusal, None, column, number, is_remark=True)
        return told or employer

    def _mark(self, one: Judged, day: date) -> tuple[Ending, KnownSticker | None] | None:
        """Return how the visit ended, with the sticker; an older report may have no mark."""
        record, column = one.records[0], self.of["number"]
        number, marks = mark_in(record.get("number"))
        try:
            require_one_mark(number, marks, day, regulations()[0].valid_from)
        except Refusal as refusal:
            one.object(refusal, record, column)
            return None
        if marks:
            return MARKS[marks[0]], None
        if not number:
            return Ending.UNMARKED, None
        try:
            return Ending.STICKER, self._sticker(number, day)
        except Refusal as refusal:
            one.object(refusal, record, column, number)
            return None

    def _sticker(self, number: str, day: date) -> KnownSticker:
        """Return the sticker of a number; of two series, the one that was valid that day."""
        digits, keys = self._read.get(number) or _read(number)
        found = [one for key in keys for one in self._stickers.get(key, ())]
        valid = [one for one in found if one.valid_from <= day <= one.valid_until]
        if len(found) > 1 and len(valid) != 1:
            raise Refusal("stickers.ambiguous", value=digits)
        if not found:
            code = "imports.number_unknown"
            if mistyped(digits, keys):
                code = "stickers.check_digits_wrong"
            elif len(digits) == CHECKED_LENGTH - 2 and number[2:3] == "-":
                code = "imports.number_unchecked"
            raise Refusal(code, value=shown_text(number))
        return (valid or found)[0]

    def _judge(self, one: Judged, named: Named, stored: Stored | None) -> None:
        record, day = one.records[0], named.day
        visit = (named.installation.id, day, named.ending)
        if named.sticker is None or stored is not None:  # a number stands once anyway
            known = stored.report_id if stored is not None else None
            self.require_once(one, known, visit, record.get("reference"))
        if stored is not None:
            self._compare(one, named, stored)
            return
        setup = named.installation.setup_on(day)
        details = Details(**given(record, DETAILS))
        self._possible(one, named, details)
        self._certified(one, named, setup)
        sticker = named.sticker
        if sticker is not None:
            self._free(one, sticker, named.dealer_id, None)
        received_on = record.get("received_on") or day
        if received_on < day:
            facts = {"day": day.isoformat(), "received_on": received_on.isoformat()}
            one.refuse(
                "reports.service_after_receipt", None, self.of["received_on"], received_on, **facts
            )
        past = PastReport(
            new_public_id(),
            named.kind,
            named.ending,
            day,
            named.installation.site_id,
            named.installation.id,
            record.get("parlour_type") or setup.parlour_type,
            record.get("species") or setup.species,
            record.get("unit_count") or setup.unit_count,
            named.mechanic.id,
            named.dealer_id,
            sticker.series_id if sticker else None,
            sticker.serial if sticker else None,
            sticker.account if sticker else None,
            received_on,
            details if details != _NOTHING_TOLD else None,
        )
        one.plan = Plan(one.line, past, past.id, reference=record.get("reference"))

    def _possible(self, one: Judged, named: Named, details: Details) -> None:
        """Tell what cannot be true of it, whatever is registered."""
        day = named.day
        is_stuck, is_kb = named.ending is Ending.STICKER, named.ending is Ending.KB
        service = Service(named.kind, is_stuck, is_kb, day)
        for refusal in objections(service, details, self.today, regulation_on(day)):
            one.object(refusal)
        ceased_on = named.installation.ceased_on
        if ceased_on is not None and ceased_on <= day:
            facts = {"day": day.isoformat(), "ceased_on": ceased_on.isoformat()}
            one.refuse(
                "imports.serviced_after_ceasing", None, self.of["service_date"], day, **facts
            )

    def _certified(self, one: Judged, named: Named, setup: Setup) -> None:
        """Remark that the certificates on file do not cover the day; the service was done."""
        day = named.day
        needed = ams_module_required(setup.parlour_type, day, regulation_on(day))
        module = Module.AMS if needed else None
        refusal = certificate_objection(named.mechanic.certificates(), module, day)
        if refusal is not None:
            number = named.mechanic.number
            one.object(refusal, None, self.of["mechanic"], number, is_remark=True)

    def _free(
        self, one: Judged, sticker: KnownSticker, dealer_id: int, present: Stored | None
    ) -> None:
        """Tell what stands against its number: stuck elsewhere, of another dealer, not valid.

        Args:
            present: the report as it is; None for a new one, which alone takes a used number.
        """
        record, column, printed = one.records[0], self.of["number"], sticker.number.printed
        first = self.earlier(("number", sticker.series_id, sticker.serial), one.line)
        if first is not None:
            one.refuse("imports.number_twice", None, column, printed, value=printed, first=first)
            return
        if present is not None and present.number == (sticker.series_id, sticker.serial):
            return
        facts = sticker.facts()
        if (
            present is None
            and facts.account.kind is AccountKind.USED
            and facts.dealer_id is not None
        ):
            facts = replace(facts, account=Account(AccountKind.DEALER, facts.dealer_id))
        refusal = sticker_objection(facts, dealer_id, record.get("service_date"))
        if refusal is not None:
            one.object(refusal, record, column, printed)

    def _compare(self, one: Judged, named: Named, stored: Stored) -> None:
        """Note what a line changes of a report that is known; its sticker is not another's."""
        record = one.records[0]
        before = stored.revision
        if before.installation != named.installation.public_id and not stored.by_key:
            day, column = before.service_date.isoformat(), self.of["number"]
            told = shown_text(record.get("number") or "")
            one.refuse("imports.number_of_other_report", None, column, told, value=told, day=day)
            return
        if named.sticker is not None:
            self._free(one, named.sticker, named.dealer_id, stored)
        self.remark_stays(one, "received_on", stored.received_on)
        if named.mechanic.id == stored.mechanic_id:
            self.remark_stays(one, "dealer", stored.dealer)
        told_about: dict[str, Any] = {
            "kind": named.kind
            if record.get("kind") or named.ending is not before.ending
            else before.kind,
            "ending": named.ending,
            "service_date": record.get("service_date"),
            "installation": named.installation.public_id,
            "number": named.sticker.number.digits if named.sticker else "",
            "mechanic": before.mechanic
            if named.mechanic.id == stored.mechanic_id
            else named.mechanic.number,
        }
        for name in ("unit_count", "parlour_type", "species"):
            told_about[name] = record.get(name) or getattr(before, name)
        details = replace(before.details, **given(record, DETAILS))
        wanted = replace(before, **told_about, details=details)
        old, new = before.values(), wanted.values()
        for name in old:
            if is_other(old[name], new[name]):
                column_ = self.of.get("number" if name == "ending" else name)
                head = column_.head if column_ else name
                tell = column_.told if column_ and name != "ending" else str
                change = Change(one.line, head, tell(old[name]), tell(new[name]))
                if name != "ending" or old["number"] == new["number"]:
                    one.changes.append(change)
        one.plan = Plan(one.line, None, stored.report_id, stored.version, wanted)
        one.plan.is_revised = bool(one.changes)
        reference = record.get("reference")
        if reference and reference not in (stored.report_id, stored.reference):
            if stored.reference:
                facts = {"present": stored.reference}
                one.refuse(
                    "imports.reference_other", None, self.of["reference"], reference, **facts
                )
            one.plan.reference = reference
            one.changes.append(Change(one.line, "kenmerk", stored.reference, reference))
        one.outcome = Outcome.CHANGED if one.changes else Outcome.SAME

    def write(self, new: Sequence[Any], changed: Sequence[Any]) -> None:
        """Store new reports set-wise, and revise known ones as the office would."""
        store_past(self.session, self.actor, self.now, [plan.past for plan in new])
        for plan in changed:
            if plan.is_revised:
                reason = f"Overgenomen uit {self.file_name}"
                try:
                    revising.revise(
                        self.session,
                        self.actor,
                        plan.report_id,
                        plan.version,
                        plan.wanted,
                        reason,
                        self.now,
                    )
                except Refusal as refusal:
                    raise Refusal(refusal.code, **{**refusal.facts, "line": plan.line}) from None
        plans: list[Plan] = [*new, *changed]
        keys = {plan.reference: plan.report_id for plan in plans if plan.reference}
        references.keep(self.session, Subject.REPORT, keys)

    @classmethod
    def lines_of(cls, session: Session, ids: Sequence[Any]) -> list[dict[str, Any]]:
        """Return a line for each report."""
        return lines_of(session, ids)


def _read(number: str) -> tuple[str, list[Key]]:
    """Return the digits of a number, and every sticker that they may stand for.

    Raises:
        Refusal: `imports.number_unknown` when no sticker looks like this.
    """
    try:
        return read_keys(number.encode("utf-8", "replace"))
    except Refusal:
        raise Refusal("imports.number_unknown", value=shown_text(number)) from None
