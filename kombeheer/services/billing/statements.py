"""Statements as they stand: of a dealer and a period, running or as a version told it.

A statement is made of entries of charges. The running one has all of them; a version has those it
told and those that versions before it told. What changed since is what none told yet, and the
reports that came or went.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.billing import ChargeItem, ChargeState
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.statements import Period
from kombeheer.services import listing, search
from kombeheer.services.billing.telling import has_news, moved_count, of_period, reported
from models.accounts import User
from models.billing import ChargeRow, Statement, StatementReport
from models.parties import Dealer
from models.reports import Report

ORDERS: Mapping[str, list[listing.Order]] = {
    "name": [func.lower(Dealer.name)],
    "number": [Dealer.number],
}
_SIGN = case((ChargeRow.state == ChargeState.COUNTER, -1), else_=1)


class Told(StrEnum):
    """How far a period of a dealer is, for the filter of the list."""

    OPEN = "open"  # no statement was made of it
    MADE = "made"
    CHANGED = "changed"  # made, and changed since


@dataclass(frozen=True, slots=True)
class ItemTotal:
    """What one item comes to: charges, units and cents, net of what was cancelled."""

    item: ChargeItem
    count: int
    quantity: int
    cents: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What a number of entries comes to, by item; `entry_count` counts each of them."""

    items: tuple[ItemTotal, ...]
    entry_count: int

    @property
    def cents(self) -> int:
        """Return the sum of all items."""
        return sum(one.cents for one in self.items)

    def cents_of(self, item: ChargeItem) -> int:
        """Return what one item comes to."""
        return sum(one.cents for one in self.items if one.item is item)


@dataclass(frozen=True, slots=True)
class Version:
    """A statement that was made: when, by whom, and what it told of the whole period."""

    id: int
    period: Period
    version: int
    total_cents: int
    entry_count: int
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement to look at.

    Args:
        told: the version that is looked at; None for the running statement.
        versions: every version made of this period, the newest first.
        other: a period with other days for which a statement was made already; it stands in the way
            of making this one.
        totals: of the entries of this statement.
        since: of the entries that no statement told yet.
        report_count: how many lines it has.
        moved_count: how many reports came or went since the newest version; all without one.
    """

    dealer: Dealer
    period: Period
    told: Version | None
    versions: tuple[Version, ...]
    other: Period | None
    totals: Totals
    since: Totals
    report_count: int
    moved_count: int

    @property
    def has_news(self) -> bool:
        """Tell whether there is anything that no version told."""
        return bool(self.since.entry_count or self.moved_count)

    @property
    def before(self) -> Version | None:
        """Return the version that it is compared with; None of the first one."""
        at_most = None if self.told is None else self.told.version
        older = (one for one in self.versions if at_most is None or one.version < at_most)
        return next(older, None)

    @property
    def changed_cents(self) -> int | None:
        """Return what changed since the version before; None of the first one."""
        if self.before is None:
            return None
        return self.totals.cents - self.before.total_cents

    @property
    def told_ids(self) -> tuple[int, ...] | None:
        """Return the statements whose entries belong to it; None when all entries do."""
        if self.told is None:
            return None
        return tuple(one.id for one in self.versions if one.version <= self.told.version)


@dataclass(frozen=True, slots=True)
class DealerLine:
    """A dealer in the list of a period: his total, and the last statement made of it."""

    dealer: Dealer
    total_cents: int
    has_news: bool
    version: int | None
    made_at: datetime | None

    @property
    def state(self) -> Told:
        """Return how far the period is for him."""
        if self.version is None:
            return Told.OPEN
        return Told.CHANGED if self.has_news else Told.MADE


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on a dealer that an actor may see his statements."""
    if actor.role is Role.OFFICE:
        return Dealer.id.is_not(None)
    own = actor.dealer_id if actor.role is Role.DEALER else None
    return Dealer.id == own


def dealer_in_scope(session: Session, actor: Actor, public_id: str) -> Dealer:
    """Return a dealer whose statements the actor may see.

    Raises:
        Refusal: `parties.dealer_unknown`, also for another's.
    """
    found = session.execute(
        select(Dealer).where(Dealer.public_id == public_id, in_scope(actor))
    ).scalar()
    if found is None:
        raise Refusal("parties.dealer_unknown")
    return found


def show_statement(
    session: Session, actor: Actor, public_id: str, period: Period, version: int | None = None
) -> StatementView:
    """Return the running statement of a dealer and period, or a version as it was told.

    Raises:
        Refusal: `parties.dealer_unknown`, or `billing.version_unknown`.
    """
    dealer = dealer_in_scope(session, actor, public_id)
    made = made_within(session, dealer.id, period)
    versions = tuple(one for one in made if one.period == period)
    other = next((one.period for one in made if one.period != period), None)
    told = next((one for one in versions if one.version == version), None)
    if version is not None and told is None:
        raise Refusal("billing.version_unknown", version=version)
    told_ids = {one.id for one in versions if told is None or one.version <= told.version}
    by_statement = _totals_by_statement(session, dealer.id, period)
    newest = versions[0].id if versions else None
    mine = by_statement if told is None else {id_: by_statement.get(id_, []) for id_ in told_ids}
    return StatementView(
        dealer,
        period,
        told,
        versions,
        other,
        _summed([one for totals in mine.values() for one in totals]),
        _summed(by_statement.get(None, [])),
        _report_count(session, dealer.id, period, told),
        session.execute(select(moved_count(dealer.id, period, newest))).scalar_one(),
    )


def _report_count(session: Session, dealer_id: int, period: Period, told: Version | None) -> int:
    counted = select(func.count()).select_from(Report).where(reported(dealer_id, period))
    if told is not None:
        counted = (
            select(func.count())
            .select_from(StatementReport)
            .where(StatementReport.statement_id == told.id)
        )
    return session.execute(counted).scalar_one()


def made_within(session: Session, dealer_id: int, period: Period) -> list[Version]:
    """Return the statements made for a dealer that share a day with a period, the newest first."""
    rows = session.execute(
        _made()
        .where(
            Statement.dealer_id == dealer_id,
            Statement.from_on <= period.until_on,
            Statement.until_on >= period.from_on,
        )
        .order_by(Statement.from_on.desc(), Statement.version.desc())
    )
    return [_version(row, name) for row, name in rows]


def _made() -> Any:
    return select(Statement, User.name).outerjoin(User, User.id == Statement.made_by_id)


def _version(row: Statement, name: str | None) -> Version:
    return Version(
        row.id,
        Period(row.from_on, row.until_on),
        row.version,
        row.total_cents,
        row.charge_count,
        row.made_at,
        name or "",
    )


Summed = tuple[ChargeItem, int, int, int, int]  # item, entries, charges, units, cents


def _totals_by_statement(
    session: Session, dealer_id: int, period: Period
) -> dict[int | None, list[Summed]]:
    """Return the sums of a period by item, apart for each statement that told them first."""
    rows = session.execute(
        select(
            ChargeRow.statement_id,
            ChargeRow.item,
            func.count(),
            func.sum(_SIGN),
            func.sum(_SIGN * ChargeRow.quantity),
            func.sum(ChargeRow.amount_cents),
        )
        .where(of_period(dealer_id, period))
        .group_by(ChargeRow.statement_id, ChargeRow.item)
    )
    found: dict[int | None, list[Summed]] = {}
    for statement_id, item, entries, charges, units, cents in rows:
        one = (ChargeItem(item), entries, int(charges), int(units), int(cents))
        found.setdefault(statement_id, []).append(one)
    return found


def _summed(rows: Sequence[Summed]) -> Totals:
    totals = []
    for item in ChargeItem:
        those = [row for row in rows if row[0] is item]
        if those:
            _, _, charges, units, cents = zip(*those, strict=True)
            totals.append(ItemTotal(item, sum(charges), sum(units), sum(cents)))
    return Totals(tuple(totals), sum(row[1] for row in rows))


def list_dealers(
    session: Session,
    actor: Actor,
    wanted: listing.Wanted,
    period: Period,
    *,
    query: str = "",
    state: Told | None = None,
) -> tuple[listing.Page, list[DealerLine]]:
    """Return one page of the dealers in scope who have something in a period, with their totals.

    A dealer without reports, entries or a statement of it is left out, unless he looks himself.
    """
    days = (period.from_on, period.until_on)
    charged = exists().where(
        ChargeRow.dealer_id == Dealer.id, ChargeRow.service_date.between(*days)
    )
    made = exists().where(
        Statement.dealer_id == Dealer.id,
        Statement.from_on == period.from_on,
        Statement.until_on == period.until_on,
    )
    statement = select(Dealer).where(in_scope(actor), *_searched(query))
    if actor.role is Role.OFFICE:
        visited = exists().where(Report.dealer_id == Dealer.id, Report.service_date.between(*days))
        statement = statement.where(charged | visited | made)
    if state is Told.OPEN:
        statement = statement.where(~made)
    elif state is not None:
        news = has_news(Dealer.id, period)
        statement = statement.where(made, news if state is Told.CHANGED else ~news)
    page = listing.read_page(session, statement, Dealer.id, ORDERS, wanted)
    return page, _dealer_lines(session, [row[0] for row in page.items], period)


def _dealer_lines(session: Session, dealers: Sequence[Dealer], period: Period) -> list[DealerLine]:
    ids = [one.id for one in dealers]
    told_more = select(Dealer.id).where(Dealer.id.in_(ids), has_news(Dealer.id, period))
    with_news = set(session.execute(told_more).scalars())
    sums = {
        dealer_id: int(cents)
        for dealer_id, cents in session.execute(
            select(ChargeRow.dealer_id, func.sum(ChargeRow.amount_cents))
            .where(
                ChargeRow.dealer_id.in_(ids),
                ChargeRow.service_date.between(period.from_on, period.until_on),
            )
            .group_by(ChargeRow.dealer_id)
        )
    }
    newest = {
        row.dealer_id: row
        for row in session.execute(
            select(Statement.dealer_id, Statement.version, Statement.made_at)
            .where(
                Statement.dealer_id.in_(ids),
                Statement.from_on == period.from_on,
                Statement.until_on == period.until_on,
            )
            .order_by(Statement.version)
        )
    }
    lines = []
    for dealer in dealers:
        made = newest.get(dealer.id)
        version, at = (made.version, made.made_at) if made is not None else (None, None)
        cents, has_more = sums.get(dealer.id, 0), dealer.id in with_news
        lines.append(DealerLine(dealer, cents, has_more, version, at))
    return lines


def _searched(query: str) -> list[ColumnElement[bool]]:
    found = search.matches(Dealer.id, search.SubjectKind.DEALER, query)
    return [] if found is None else [found]


def latest_made(
    session: Session, actor: Actor, query: str = "", limit: int = 12
) -> list[tuple[Dealer, Version]]:
    """Return the statements made last, of the dealers in scope that a text is found with."""
    statement = (
        _made()
        .add_columns(Dealer)
        .join(Dealer, Dealer.id == Statement.dealer_id)
        .where(in_scope(actor), *_searched(query))
    )
    rows = session.execute(statement.order_by(Statement.id.desc()).limit(limit))
    return [(dealer, _version(row, name)) for row, name, dealer in rows]
