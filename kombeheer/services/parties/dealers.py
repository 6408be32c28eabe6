"""Dealers: list, look up, register and change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal, search
from kombeheer.services.accounts.users import checked_email
from kombeheer.services.listing import Order, Page, Wanted, read_page
from kombeheer.services.parties import indexing, scope
from kombeheer.services.parties.addresses import checked_postcode
from kombeheer.services.parties.storing import refusing_doubles
from models.base import new_public_id
from models.parties import Customer, Dealer, Employment, Mechanic

_FARMS = (
    select(func.count())
    .select_from(Customer)
    .where(Customer.dealer_id == Dealer.id, Customer.until_on.is_(None))
    .correlate(Dealer)
    .scalar_subquery()
)


def _mechanics(today: date) -> Any:
    return (
        select(func.count())
        .select_from(Employment)
        .where(Employment.dealer_id == Dealer.id, scope.employed_on(today))
        .correlate(Dealer)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class DealerDetails:
    """What is written down about a dealer, as it was typed."""

    number: str
    name: str
    street: str = ""
    postcode: str = ""
    place: str = ""
    country: str = "NL"
    email: str = ""
    phone: str = ""
    ceased_on: date | None = None


@dataclass(frozen=True, slots=True)
class DealerLine:
    """A dealer in a list, with how many mechanics he employs and how many farms he serves."""

    dealer: Dealer
    mechanics: int
    farms: int


def list_dealers(
    session: Session,
    actor: Actor,
    today: date,
    wanted: Wanted,
    *,
    query: str = "",
    ceased: bool | None = None,
) -> Page:
    """Return a page of `DealerLine`; sorted by name, number, place, mechanics or farms."""
    mechanics = _mechanics(today)
    statement = select(Dealer, mechanics, _FARMS).where(scope.dealers(actor, today))
    found = search.matches(Dealer.id, search.SubjectKind.DEALER, query)
    if found is not None:
        statement = statement.where(found)
    if ceased is not None:
        stopped = Dealer.ceased_on.is_not(None) & (Dealer.ceased_on <= today)
        statement = statement.where(stopped if ceased else ~stopped)
    name = func.lower(Dealer.name)
    orders: dict[str, Sequence[Order]] = {
        "name": [name],
        "number": [Dealer.number],
        "place": [func.lower(Dealer.place), name],
        "mechanics": [mechanics, name],
        "farms": [_FARMS, name],
    }
    page = read_page(session, statement, Dealer.id, orders, wanted)
    return replace(page, items=[DealerLine(*row) for row in page.items])


def find_dealer(session: Session, actor: Actor, today: date, public_id: str) -> Dealer | None:
    """Return the dealer an actor may see; None alike for a foreign and for an unknown one."""
    return session.execute(
        select(Dealer).where(Dealer.public_id == public_id, scope.dealers(actor, today))
    ).scalar()


def counts(session: Session, dealer_id: int, today: date) -> tuple[int, int]:
    """Return how many mechanics a dealer employs and how many farms he serves."""
    mechanics, farms = session.execute(
        select(_mechanics(today), _FARMS).select_from(Dealer).where(Dealer.id == dealer_id)
    ).one()
    return mechanics, farms


_ACTIVE = (
    select(Dealer.id, Dealer.public_id, Dealer.number, Dealer.name, Dealer.place)
    .where(Dealer.ceased_on.is_(None) | (Dealer.ceased_on > bindparam("today")))
    .order_by(func.lower(Dealer.name))
)


def active_dealers(session: Session, today: date) -> Sequence[Any]:
    """Return id, public_id, number, name and place of every dealer that has not stopped, by name.

    For the office to choose from: every list can be filtered by one.
    """
    return session.execute(_ACTIVE, {"today": today}).all()


def dealer_by_public_id(session: Session, public_id: str) -> Dealer:
    """Return the dealer the office chose.

    Raises:
        Refusal: `parties.dealer_unknown`.
    """
    found = session.execute(select(Dealer).where(Dealer.public_id == public_id)).scalar()
    if found is None:
        raise Refusal("parties.dealer_unknown")
    return found


def require_going(dealer: Dealer, day: date) -> None:
    """Refuse a dealer that had stopped on a day: `parties.dealer_ceased`."""
    if dealer.ceased_on is not None and dealer.ceased_on <= day:
        raise Refusal(
            "parties.dealer_ceased", dealer=dealer.name, ceased_on=dealer.ceased_on.isoformat()
        )


def checked_number(number: str) -> str:
    """Return a dealer's number; lists of dealers in a file part them by commas.

    Raises:
        Refusal: `parties.dealer_number_comma`.
    """
    if "," in number:
        raise Refusal("parties.dealer_number_comma", number=number)
    return number


def _checked(details: DealerDetails) -> dict[str, Any]:
    return asdict(details) | {
        "number": checked_number(details.number),
        "email": checked_email(details.email) if details.email else "",
        "postcode": checked_postcode(details.country, details.postcode),
    }


def _number_taken(session: Session, number: str) -> Refusal | None:
    name = session.execute(select(Dealer.name).where(Dealer.number == number)).scalar()
    if name is None:
        return None
    return Refusal("parties.dealer_number_taken", number=number, dealer=name)


def register_dealer(
    session: Session, actor: Actor, details: DealerDetails, now: datetime
) -> Dealer:
    """Register a dealer.

    Raises:
        Refusal: `parties.dealer_number_taken`, `parties.postcode_invalid`,
            `accounts.email_invalid`.
    """
    fields = _checked(details)
    dealer = Dealer(public_id=new_public_id(), created_at=now, **fields)
    with refusing_doubles(session, lambda: _number_taken(session, details.number)):
        session.add(dealer)
    indexing.index_dealer(session, dealer)
    journal.record(
        session,
        actor,
        now,
        "parties.registered",
        "dealer",
        dealer.public_id,
        after=journal.filled(fields),
    )
    return dealer


def change_dealer(
    session: Session, actor: Actor, dealer_id: int, details: DealerDetails, now: datetime
) -> None:
    """Change what is written down about a dealer; refuses as `register_dealer` does."""
    dealer = session.get_one(Dealer, dealer_id, with_for_update=True)
    fields, public_id = _checked(details), dealer.public_id
    with refusing_doubles(session, lambda: _number_taken(session, details.number)):
        changes = journal.changed_fields(dealer, fields)
    indexing.index_dealer(session, dealer)
    journal.record_changes(session, actor, now, "parties.changed", "dealer", public_id, changes)


def farms_served_by(public_id: str) -> Select[int]:
    """Return a select of the ids of the farms that a dealer serves now."""
    return (
        select(Customer.farm_id)
        .join(Dealer, Dealer.id == Customer.dealer_id)
        .where(Dealer.public_id == public_id, Customer.until_on.is_(None))
    )


def mechanics_of(session: Session, dealer_id: int, today: date) -> Sequence[Any]:
    """Return (mechanic, first day) of whom a dealer employs today, by name."""
    return session.execute(
        select(Mechanic, Employment.from_on)
        .join(Employment, Employment.mechanic_id == Mechanic.id)
        .where(Employment.dealer_id == dealer_id, scope.employed_on(today))
        .order_by(Mechanic.name, Mechanic.number)
    ).all()


_SERVING = (
    select(Customer.farm_id, Dealer.name)
    .join(Dealer, Dealer.id == Customer.dealer_id)
    .where(Customer.farm_id.in_(bindparam("farms", expanding=True)), Customer.until_on.is_(None))
    .order_by(Dealer.name)
)


def dealers_of_farms(session: Session, farm_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of the dealers that serve each farm now, for who may see them all."""
    found: dict[int, list[str]] = {}
    for farm_id, dealer in session.execute(_SERVING, {"farms": farm_ids}):
        found.setdefault(farm_id, []).append(dealer)
    return found
