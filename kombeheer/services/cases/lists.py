"""Cases as they are listed and counted. One with all that is known of it stands in `showing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from kombeheer.rules.accounts import Actor, Role, UserState
from kombeheer.rules.cases import CaseKind, CaseOwner, CaseState
from kombeheer.rules.numbers import StickerNumber
from kombeheer.services import listing
from kombeheer.services.cases.scope import in_scope
from kombeheer.services.stickers.ledger import number_of
from models.accounts import User
from models.cases import Case
from models.parties import Dealer, Farm
from models.reports import Report
from models.sites import Installation, Site
from models.stickers import StickerSeries

Counts = dict[CaseKind, tuple[int, int]]  # how many wait, how many of them are past their day


class Taken(StrEnum):
    """Who has a case in hand, as a list asks it."""

    MINE = "mine"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case with the names of what it is about; a case without a farm is about none that is known.

    Args:
        taken_by: who has it in hand, and `decided_by` who decided; empty for nobody.
        service_date: of the report it is about.
    """

    case: Case
    number: StickerNumber | None
    installation: Installation | None
    farm: Farm | None
    place: str | None
    dealer: Dealer | None
    service_date: date | None
    taken_by: str
    decided_by: str


_taker, _decider = aliased(User), aliased(User)
# Cases with what they are about, for `line_of`.
JOINED: Any = (
    select(
        *(Case, StickerSeries, Installation, Farm, Site.place, Dealer, Report.service_date),
        *(_taker.name, _decider.name),
    )
    .outerjoin(StickerSeries, StickerSeries.id == Case.series_id)
    .outerjoin(Installation, Installation.id == Case.installation_id)
    .outerjoin(Site, Site.id == Installation.site_id)
    .outerjoin(Farm, Farm.id == Site.farm_id)
    .outerjoin(Dealer, Dealer.id == Case.dealer_id)
    .outerjoin(Report, Report.id == Case.report_id)
    .outerjoin(_taker, _taker.id == Case.taken_by_id)
    .outerjoin(_decider, _decider.id == Case.decided_by_id)
)


def line_of(row: Any) -> CaseLine:
    """Return a row of `JOINED` as it is shown."""
    case, series, installation, farm, place, dealer, service_date, taken_by, decided_by = row
    return CaseLine(
        case,
        number_of(series, case.serial),
        installation,
        farm,
        place,
        dealer,
        service_date,
        taken_by or "",
        decided_by or "",
    )


ORDERS: Mapping[str, list[listing.Order]] = {
    "due": [Case.due_on],
    "raised": [Case.raised_at],
    "dealer": [Dealer.name],
    "owner": [Case.owner, Case.due_on],  # the dealer's move before the office's
}


def list_cases(
    session: Session,
    actor: Actor,
    today: date,
    wanted: listing.Wanted,
    *,
    kind: str = "",
    owner: str = "",
    taken: str = "",
    dealer: str = "",
    late: bool = False,
    decided: bool = False,
) -> listing.Page:
    """Return one page of the cases in scope that wait or are decided, the first due on top.

    A dealer sees first what waits for him.

    Args:
        dealer: the public id of one.
        late: only those past their day.
    """
    done = Case.state == CaseState.DECIDED
    asked = [in_scope(actor), done if decided else ~done]
    if kind:
        asked.append(Case.kind == kind)
    if owner:
        asked.append(Case.owner == owner)
    if dealer:
        asked.append(Case.dealer_id.in_(select(Dealer.id).where(Dealer.public_id == dealer)))
    if late:
        asked.append(Case.due_on < today)
    if taken:
        taker = actor.user_id if taken == Taken.MINE else None
        asked.append(Case.taken_by_id.is_not_distinct_from(taker))
    if wanted.sort is None and actor.role is Role.DEALER:
        wanted = replace(wanted, sort="owner", descending=False)
    statement, counting = JOINED.where(*asked), listing.count_of(Case, *asked)
    return listing.read_page(session, statement, Case.id, ORDERS, wanted, counting)


def counts(session: Session, today: date, owner: CaseOwner | None = None) -> Counts:
    """Return per kind how many cases wait and how many of them are past their day.

    Args:
        owner: whose move it is; None counts them whosever it is.
    """
    statement = (
        select(Case.kind, func.count(), func.count(Case.id).filter(Case.due_on < today))
        .where(Case.state != CaseState.DECIDED)
        .group_by(Case.kind)
    )
    if owner is not None:
        statement = statement.where(Case.owner == owner)
    found = {CaseKind(kind): (number, late) for kind, number, late in session.execute(statement)}
    return {kind: found.get(kind, (0, 0)) for kind in CaseKind}


def dealers(session: Session) -> Sequence[Any]:
    """Return public_id and name of the dealers about whom there is a case, by name."""
    about = select(Case.dealer_id).where(Case.dealer_id.is_not(None)).distinct()
    named = select(Dealer.public_id, Dealer.name)
    return session.execute(named.where(Dealer.id.in_(about)).order_by(Dealer.name)).all()


def colleagues(session: Session, actor: Actor) -> Sequence[User]:
    """Return the others of the office who can take a case in hand, by name."""
    statement = select(User).where(
        User.role == Role.OFFICE, User.state == UserState.ACTIVE, User.id != actor.user_id
    )
    return session.scalars(statement.order_by(User.name)).all()
