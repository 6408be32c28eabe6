"""Judge a batch in memory, in the order of its sequence: ask each area's rule, remember the answer.

Nothing is written here; `posting` does that, set-wise, from what was judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.certification import Module, certificate_objection
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.scanning import (
    BUILT_KINDS,
    STATE_AFTER,
    Ending,
    Event,
    EventState,
    NewInstallation,
    Outcome,
    Verdict,
    Visit,
    date_objection,
    ending_objection,
    judge,
    refused,
)
from kombeheer.rules.sites import ParlourType, Species, ams_module_required, installation_objection
from kombeheer.rules.stickers import Account, AccountKind, sticker_objection
from kombeheer.services.scanning.lookup import (
    Key,
    KnownInstallation,
    KnownMechanic,
    KnownSticker,
    Setup,
    applied_installation,
    hold_farms,
    load_installations,
    load_mechanics,
    load_stickers,
)
from scanners.reading import mistyped, read_keys


@dataclass(slots=True)
class Judged:
    """One event with its verdict and whatever it was found to be about."""

    event: Event
    verdict: Verdict
    number: str = ""
    sticker: KnownSticker | None = None
    source: Account | None = None
    mechanic: KnownMechanic | None = None
    installation: KnownInstallation | None = None
    new_installation: NewInstallation | None = None
    dealer_id: int | None = None
    report_id: str | None = None
    withdraws: Target | None = None
    withdrawn: bool = False

    @property
    def state(self) -> EventState:
        """Return the state of the event at the end of this batch."""
        return EventState.WITHDRAWN if self.withdrawn else STATE_AFTER[self.verdict.outcome]

    @property
    def installation_id(self) -> int | None:
        """Return the id of its installation; None also for one that was never made."""
        if self.installation is None or self.installation.id < 0:
            return None
        return self.installation.id

    @property
    def posts(self) -> bool:
        """Tell whether a report follows from it."""
        return self.verdict.outcome is Outcome.ACCEPTED and not self.verdict.objections


@dataclass(slots=True)
class Target:
    """An earlier event that a withdrawal names, as it stands while the batch is judged.

    Args:
        source: the account its sticker came from, None when it used no sticker.
        chain_number: of the movement that applied the sticker; None while that waits in this batch.
        report_version: the present version of its report.
        judged: its judgement, when it is of this very batch, and so of the same sender.
        locked_until: the last day of the closed period that its service lies in; never told to the
            office, which decides about it.
    """

    event_id: str
    state: EventState
    dealer_id: int | None
    kind: str
    sender_id: int | None = None
    mechanic_id: int | None = None
    report_id: str | None = None
    report_version: int = 0
    report: Mapping[str, Any] | None = None
    sticker: KnownSticker | None = None
    source: Account | None = None
    installation_id: int | None = None
    chain_number: int | None = None
    judged: Judged | None = None
    locked_until: date | None = None

    @property
    def service_date(self) -> date:
        """Return the day of the service that it recorded; only of one that has a report."""
        if self.judged is not None:
            assert self.judged.event.visit is not None
            return self.judged.event.visit.service_date
        assert self.report is not None
        day: date = self.report["service_date"]
        return day


@dataclass(slots=True)
class Known:
    """What the database holds about a batch, loaded once."""

    actor: Actor
    now: datetime
    readings: dict[bytes, tuple[str, list[Key]] | Refusal] = field(default_factory=dict)
    stickers: dict[Key, list[KnownSticker]] = field(default_factory=dict)
    mechanics: dict[str, KnownMechanic] = field(default_factory=dict)
    by_public_id: dict[str, KnownInstallation] = field(default_factory=dict)
    by_id: dict[int, KnownInstallation] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)
    made: list[KnownInstallation] = field(default_factory=list)

    def placeholder(self, visit: Visit) -> KnownInstallation:
        """Return an installation that is still to be made; its id is negative until it is."""
        assert visit.new_installation is not None
        new = visit.new_installation
        made = KnownInstallation(-1 - len(self.made), "", 0, 0, None)
        made.setups[visit.service_date] = Setup(
            ParlourType(new.parlour_type), Species(new.species), new.unit_count
        )
        self.made.append(made)
        return made

    def candidates(self, raw: bytes) -> list[KnownSticker]:
        """Return the stickers that a scan may mean; none when it cannot be read."""
        reading = self.readings[raw]
        if isinstance(reading, Refusal):
            return []
        return [found for key in reading[1] for found in self.stickers.get(key, ())]


def read(raw: bytes) -> tuple[str, list[Key]] | Refusal:
    """Return what a scan says, or why it says nothing."""
    try:
        return read_keys(raw)
    except Refusal as refusal:
        return refusal


def load(
    session: Session,
    known: Known,
    events: Sequence[Event],
    more_keys: Sequence[Key] = (),
    *,
    lock: bool = True,
) -> None:
    """Load all that the visits among `events` name, and the stickers of `more_keys`."""
    actor = known.actor
    visits = [event for event in events if event.visit is not None]
    for event in visits:
        assert event.visit is not None
        for raw in (event.raw, (event.visit.previous or "").encode("utf-8", "replace")):
            if raw not in known.readings:
                known.readings[raw] = read(raw)
    readings = [found for found in known.readings.values() if not isinstance(found, Refusal)]
    keys = [key for _, found in readings for key in found]
    known.stickers = load_stickers(session, [*keys, *more_keys], lock=lock)
    known.mechanics = load_mechanics(
        session, [event.visit.mechanic for event in visits if event.visit], lock=lock
    )
    dealers = {actor.dealer_id} if actor.dealer_id is not None else set()
    for mechanic in known.mechanics.values():
        dealers |= {dealer_id for dealer_id, _, _ in mechanic.employments}
    previous = {
        applied_installation(known.candidates(event.visit.previous.encode("utf-8", "replace")))
        for event in visits
        if event.visit and event.visit.previous
    }
    named = [
        event.visit.installation for event in visits if event.visit and event.visit.installation
    ]
    ids = [found for found in previous if found is not None]
    withdrawn = [one.report["site_id"] for one in known.targets.values() if one.report is not None]
    if lock and withdrawn:
        hold_farms(session, named, ids, withdrawn)
    installations = load_installations(session, named, ids, dealers, lock=lock)
    known.by_public_id = {one.public_id: one for one in installations}
    known.by_id = {one.id: one for one in installations}


def judge_visit(known: Known, event: Event, *, person_decides: bool = True) -> Judged:
    """Return the judgement of one visit; an accepted sticker is applied in `known` at once."""
    if event.defect is not None:
        return Judged(event, refused(event.defect))
    if event.kind not in BUILT_KINDS or event.visit is None:
        return Judged(event, refused(Refusal("scanning.kind_not_built", kind=event.kind)))
    visit = event.visit
    impossible = ending_objection(visit.ending, event.raw)
    if impossible is not None:
        return Judged(event, refused(impossible))
    judged = Judged(event, Verdict(Outcome.ACCEPTED))
    objections: list[Refusal | None] = []
    if visit.ending is Ending.STICKER:
        unreadable = _find_sticker(known, judged, objections)
        if unreadable is not None:
            judged.verdict = refused(unreadable)
            return judged
    _find_mechanic(known, judged, objections)
    _find_installation(known, judged, objections)
    if _already_recorded(judged):
        told = Refusal("scanning.already_recorded", number=_printed(judged))
        judged.verdict = Verdict(Outcome.ACCEPTED, (told,))
        return judged
    _ask_the_rules(known, judged, visit, objections)
    judged.verdict = judge(objections, person_decides=person_decides)
    if judged.posts and judged.sticker is not None:
        judged.source = judged.sticker.account
        if judged.installation is not None:
            judged.sticker.account = Account(AccountKind.APPLIED, judged.installation.id)
    return judged


def _printed(judged: Judged) -> str:
    return judged.sticker.number.printed if judged.sticker else judged.number


def _find_sticker(known: Known, judged: Judged, objections: list[Refusal | None]) -> Refusal | None:
    """Set the sticker that was scanned; return why none could be read at all."""
    reading = known.readings[judged.event.raw]
    if isinstance(reading, Refusal):
        return reading
    judged.number, keys = reading
    found = known.candidates(judged.event.raw)
    if len(found) == 1:
        judged.sticker = found[0]
        judged.number = found[0].number.digits
    elif found:
        objections.append(Refusal("stickers.ambiguous", value=judged.number))
    elif mistyped(judged.number, keys):
        return Refusal("stickers.check_digits_wrong", value=judged.number)
    else:
        objections.append(Refusal("stickers.unknown", value=judged.number))
    return None


def _find_mechanic(known: Known, judged: Judged, objections: list[Refusal | None]) -> None:
    """Set the mechanic and the dealer who answers: his employer on the service date."""
    visit, actor = judged.event.visit, known.actor
    assert visit is not None
    judged.dealer_id = actor.dealer_id if actor.role is Role.DEALER else None
    mechanic = known.mechanics.get(visit.mechanic)
    if mechanic is None:
        objections.append(Refusal("scanning.mechanic_unknown", mechanic=visit.mechanic))
        return
    judged.mechanic = mechanic
    if actor.role is Role.MECHANIC and mechanic.id != actor.mechanic_id:
        objections.append(Refusal("scanning.other_mechanic", mechanic=visit.mechanic))
        return
    employer = mechanic.dealer_on(visit.service_date)
    if employer is None or (actor.role is Role.DEALER and employer != actor.dealer_id):
        objections.append(
            Refusal(
                "parties.not_employed",
                mechanic=visit.mechanic,
                day=visit.service_date.isoformat(),
            )
        )
        return
    judged.dealer_id = employer


def _find_installation(known: Known, judged: Judged, objections: list[Refusal | None]) -> None:
    """Set the installation, by its id, by last year's number, or as one to be made."""
    visit = judged.event.visit
    assert visit is not None
    if visit.new_installation is not None:
        judged.new_installation = visit.new_installation
        judged.installation = known.placeholder(visit)
        return
    if visit.installation is not None:
        judged.installation = known.by_public_id.get(visit.installation)
        if judged.installation is None:
            objections.append(
                Refusal("scanning.installation_unknown", installation=visit.installation)
            )
        return
    assert visit.previous is not None
    found = applied_installation(known.candidates(visit.previous.encode("utf-8", "replace")))
    judged.installation = known.by_id.get(found) if found is not None else None
    if judged.installation is None:
        objections.append(Refusal("scanning.previous_unknown", number=visit.previous))


def _already_recorded(judged: Judged) -> bool:
    sticker, installation = judged.sticker, judged.installation
    return (
        sticker is not None
        and installation is not None
        and sticker.account == Account(AccountKind.APPLIED, installation.id)
        and sticker.dealer_id == judged.dealer_id
    )


def _ask_the_rules(
    known: Known, judged: Judged, visit: Visit, objections: list[Refusal | None]
) -> None:
    day = visit.service_date
    regulation = regulation_on(day)
    if judged.sticker is not None:
        objections.append(sticker_objection(judged.sticker.facts(), judged.dealer_id, day))
    parlour_type: ParlourType | None = None
    if judged.installation is not None:
        objections.append(installation_objection(judged.installation.ceased_on, day))
        parlour_type = judged.installation.setup_on(day).parlour_type
    if judged.mechanic is not None:
        ams = parlour_type is not None and ams_module_required(parlour_type, day, regulation)
        objections.append(
            certificate_objection(judged.mechanic.certificates(), Module.AMS if ams else None, day)
        )
    objections.append(date_objection(day, known.now, regulation))
