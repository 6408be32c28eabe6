"""What must hold after every step, read from the rows and compared with what was answered."""

from __future__ import annotations

import traceback
from collections import Counter
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.scanning import EventState
from kombeheer.rules.stickers import AccountKind
from kombeheer.services.billing import checking as charges
from kombeheer.services.scanning.store import answer_from
from kombeheer.services.stickers import checking
from kombeheer.services.stickers.balance import Post, balances
from kombeheer.services.stickers.lists import in_account
from models.billing import ChargeRow, Statement
from models.scanning import ScanConflict, ScanDecision, ScanEvent
from models.stickers import ChainHead, Movement, Sticker
from models.transaction import Database
from tests.drills.evidence import DrillFailed, require
from tests.field import assert_sound
from tests.simulation.network import Network, same_answer

FINDINGS_SHOWN = 5


def require_counts(database: Database, network: Network) -> str:
    """Every event that was taken is there, with one decision; every movement is in the chain.

    Returns the head of the chain.
    """
    with database.reading() as session:
        tables = (ScanEvent, ScanDecision, Movement)
        counts = [select(func.count()).select_from(one).scalar_subquery() for one in tables]
        events, decisions, moves, number, head = session.execute(
            select(*counts, ChainHead.chain_number, ChainHead.hash)
        ).one()
    taken = len(network.stored) + len(network.at_desks)
    require(events == taken, f"{events} events are stored and {taken} were taken")
    require(decisions == events, f"{decisions} decisions about {events} events")
    require(moves == number, f"{moves} movements, and the chain ends at {number}")
    return str(head)


def require_all(database: Database, network: Network, since: date) -> str:
    """Everything that must hold of the rows; `since` begins a period of the sticker accounts.

    Returns the head of the chain.
    """
    head = require_counts(database, network)
    _require_as_answered(database, network)
    try:
        assert_sound(database)
    except AssertionError as error:
        raise DrillFailed(_unsound(database, error)) from error
    with database.reading() as session:
        _require_balances(session, since)
        _require_statements(session)
    return head


def _unsound(database: Database, error: AssertionError) -> str:
    """Return what the proofs find, else which line of the assertions does not hold."""
    with database.reading() as session:
        findings = [*checking.check(session), *charges.check(session)]
    if findings:
        return f"{len(findings)} findings, as {findings[:FINDINGS_SHOWN]}"
    return f"does not hold: {traceback.extract_tb(error.__traceback__)[-1].line}"


def _require_as_answered(database: Database, network: Network) -> None:
    """Each event is stored once, with the body that came first and the answer that was given."""
    with database.reading() as session:
        bodies = dict(session.execute(select(ScanEvent.id, ScanEvent.body_hash)).all())
        decided = select(*ScanDecision.core().columns, ScanDecision.event_id.label("id"))
        rows = {row.event_id: row for row in session.execute(decided)}
        kept = select(ScanConflict.event_id, ScanConflict.body_hash)
        conflicts = {(row.event_id, row.body_hash) for row in session.execute(kept)}
    require(set(bodies) == set(network.stored) | network.at_desks, "other events are stored")
    for event_id, (body_hash, answer) in network.stored.items():
        require(bodies[event_id] == body_hash, f"{event_id} is stored with another body")
        now = answer_from(rows[event_id], repeated=True)
        require(same_answer(answer, now), f"{event_id}: answered {answer}, stored {now}")
        require(
            answer.state == now.state or now.state in _LATER.get(answer.state, ()),
            f"{event_id} was {answer.state} and is {now.state}",
        )
    require(conflicts == network.conflicts, "other conflicts are kept than were answered")


_LATER = {
    EventState.WAITING: {EventState.POSTED, EventState.REJECTED, EventState.WITHDRAWN},
    EventState.POSTED: {EventState.WITHDRAWN},
}


def _require_balances(session: Session, since: date) -> None:
    """Opening + received - spent = closing, from the very first day and from any other one.

    What is in hand at the end is also what stands in the accounts of dealers and mechanics.
    """
    hand = or_(in_account(AccountKind.DEALER), in_account(AccountKind.MECHANIC))
    counted = select(Sticker.dealer_id, Sticker.series_id, func.count()).where(hand)
    in_hand = Counter[tuple[int, int]]()
    for dealer_id, series_id, count in session.execute(
        counted.group_by(Sticker.dealer_id, Sticker.series_id)
    ):
        in_hand[(dealer_id, series_id)] = count
    for first in (None, since):
        for one in balances(session, since=first):
            closing = one.count(Post.CLOSING)
            told = f"dealer {one.dealer_id}, series {one.series_id}, since {first}"
            require(
                one.expected_closing == closing,
                f"{told}: {one.expected_closing} and not {closing} in hand",
            )
            held = in_hand[(one.dealer_id, one.series_id)]
            require(held == closing, f"{told}: {held} stand in hand, not {closing}")


def _require_statements(session: Session) -> None:
    """What a version of a statement told is what it and those before it carry, for ever."""
    carried = {
        row.statement_id: (row.cents, row.entries)
        for row in session.execute(
            select(
                ChargeRow.statement_id,
                func.sum(ChargeRow.amount_cents).label("cents"),
                func.count().label("entries"),
            ).group_by(ChargeRow.statement_id)
        )
    }
    periods: dict[tuple[int, date], tuple[int, int]] = {}
    for made in session.scalars(select(Statement).order_by(Statement.version)):
        period = (made.dealer_id, made.from_on)
        pairs = zip(periods.get(period, (0, 0)), carried.get(made.id, (0, 0)), strict=True)
        cents, entries = (before + added for before, added in pairs)
        periods[period] = (cents, entries)
        require(
            (made.total_cents, made.charge_count) == (cents, entries),
            f"statement {made.id} told {made.total_cents} cents in {made.charge_count} entries, "
            f"and carries {cents} in {entries}",
        )
