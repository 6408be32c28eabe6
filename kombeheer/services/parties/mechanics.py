"""Mechanics: list, look up, register and change. Who employs them is in `employments`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    exists,
    func,
    select,
)
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.certification import Module, expiring_until
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on
from kombeheer.services import journal, search
from kombeheer.services.accounts.users import checked_email
from kombeheer.services.listing import Order, Page, Wanted, read_page
from kombeheer.services.parties import indexing, scope
from kombeheer.services.parties.storing import refusing_doubles
from models.base import new_public_id
from models.certification import Certificate, CertificateModule
from models.parties import Dealer, Employment, Mechanic

_certified_until = (
    select(func.max(Certificate.valid_until))
    .where(Certificate.mechanic_id == Mechanic.id)
    .correlate(Mechanic)
    .scalar_subquery()
)


class Certified(StrEnum):
    """How a mechanic stands with his certificate, for the filter of the list."""

    VALID = "valid"
    EXPIRING = "expiring"  # valid, and ends soon
    EXPIRED = "expired"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MechanicLine:
    """A mechanic in a list: who employs him today, and until when he is certified."""

    mechanic: Mechanic
    dealer: Dealer | None
    certified_until: date | None
    modules: tuple[Module, ...] = ()
    today: date = date.max

    @property
    def certified(self) -> Certified:
        """Tell how he stands with his certificate."""
        if self.certified_until is None:
            return Certified.NONE
        if self.certified_until < self.today:
            return Certified.EXPIRED
        soon = expiring_until(self.today, regulation_on(self.today))
        return Certified.EXPIRING if self.certified_until <= soon else Certified.VALID


def _statement(actor: Actor, today: date) -> Select[Any, Any, Any]:
    employed = and_(Employment.mechanic_id == Mechanic.id, scope.employed_on(today))
    return (
        select(Mechanic, Dealer, _certified_until)
        .outerjoin(Employment, employed)
        .outerjoin(Dealer, Dealer.id == Employment.dealer_id)
        .where(scope.mechanics(actor, today), Mechanic.merged_into_id.is_(None))
    )


def _valid_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    return (Certificate.valid_from <= day) & (Certificate.valid_until >= day)


def _certified_as(certified: Certified, today: date) -> ColumnElement[bool]:
    if certified is Certified.NONE:
        return _certified_until.is_(None)
    if certified is Certified.EXPIRED:
        return _certified_until < today
    if certified is Certified.EXPIRING:
        return _certified_until.between(today, expiring_until(today, regulation_on(today)))
    return _certified_until >= today


def _lines(session: Session, rows: Sequence[Any], today: date) -> list[MechanicLine]:
    modules = modules_on(session, [row[0].id for row in rows], today)
    return [
        MechanicLine(mechanic, dealer, until, modules.get(mechanic.id, ()), today)
        for mechanic, dealer, until in rows
    ]


_HELD = (
    select(Certificate.mechanic_id, CertificateModule.module)
    .join(CertificateModule, CertificateModule.certificate_id == Certificate.id)
    .where(
        Certificate.mechanic_id.in_(bindparam("mechanics", expanding=True)),
        _valid_on(bindparam("day", type_=Date)),
    )
)


def modules_on(
    session: Session, mechanic_ids: Iterable[int], day: date
) -> dict[int, tuple[Module, ...]]:
    """Return the modules that mechanics hold on a day, those without any left out."""
    found: dict[int, set[Module]] = {}
    asked = {"mechanics": list(mechanic_ids), "day": day}
    for mechanic_id, module in session.execute(_HELD, asked):
        found.setdefault(mechanic_id, set()).add(Module(module))
    return {mechanic_id: tuple(sorted(held)) for mechanic_id, held in found.items()}


def list_mechanics(
    session: Session,
    actor: Actor,
    today: date,
    wanted: Wanted,
    *,
    query: str = "",
    dealer: str = "",
    certified: Certified | None = None,
    module: Module | None = None,
) -> Page:
    """Return a page of `MechanicLine`; sorted by name, number, dealer or certified_until.

    Args:
        dealer: public id of who employs them today.
    """
    statement = _statement(actor, today)
    found = search.matches(Mechanic.id, search.SubjectKind.MECHANIC, query)
    if found is not None:
        statement = statement.where(found)
    if dealer:
        statement = statement.where(Dealer.public_id == dealer)
    if certified is not None:
        statement = statement.where(_certified_as(certified, today))
    if module is not None:
        statement = statement.where(
            exists().where(
                Certificate.mechanic_id == Mechanic.id,
                _valid_on(today),
                CertificateModule.certificate_id == Certificate.id,
                CertificateModule.module == module,
            )
        )
    name = func.lower(Mechanic.name)
    orders: dict[str, Sequence[Order]] = {
        "name": [name],
        "number": [Mechanic.number],
        "dealer": [Dealer.name.is_(None), func.lower(Dealer.name), name],
        "certified_until": [_certified_until.is_(None), _certified_until, name],
    }
    page = read_page(session, statement, Mechanic.id, orders, wanted)
    return replace(page, items=_lines(session, page.items, today))


def mechanics_after(
    session: Session, actor: Actor, today: date, after: int, limit: int
) -> list[MechanicLine]:
    """Return mechanics with a larger id, in that order, for a program that reads them all."""
    statement = _statement(actor, today).where(Mechanic.id > after)
    rows = session.execute(statement.order_by(Mechanic.id).limit(limit)).all()
    return _lines(session, rows, today)


def find_mechanic(session: Session, actor: Actor, today: date, public_id: str) -> Mechanic | None:
    """Return the mechanic an actor may see, for a merged double the one that stays.

    None alike for a foreign and for an unknown one.
    """
    named = select(func.coalesce(Mechanic.merged_into_id, Mechanic.id)).where(
        Mechanic.public_id == public_id
    )
    return session.execute(
        select(Mechanic).where(
            Mechanic.id == named.scalar_subquery(), scope.mechanics(actor, today)
        )
    ).scalar()


def lines_of(
    session: Session, actor: Actor, today: date, mechanic_ids: Sequence[int]
) -> list[MechanicLine]:
    """Return mechanics as a list tells them, by name."""
    statement = _statement(actor, today).where(Mechanic.id.in_(mechanic_ids))
    rows = session.execute(statement.order_by(Mechanic.name, Mechanic.number)).all()
    return _lines(session, rows, today)


def doubles_of(session: Session, mechanic_id: int) -> Sequence[Mechanic]:
    """Return the mechanics that were merged into this one, by number."""
    statement = select(Mechanic).where(Mechanic.merged_into_id == mechanic_id)
    return session.execute(statement.order_by(Mechanic.number)).scalars().all()


def _number_taken(session: Session, number: str) -> Refusal | None:
    name = session.execute(select(Mechanic.name).where(Mechanic.number == number)).scalar()
    if name is None:
        return None
    return Refusal("parties.mechanic_number_taken", number=number, mechanic=name)


def _fields(number: str, name: str, email: str, phone: str) -> dict[str, Any]:
    address = checked_email(email) if email else ""
    return {"number": number, "name": name, "email": address, "phone": phone}


def register_mechanic(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    number: str,
    name: str,
    email: str = "",
    phone: str = "",
) -> Mechanic:
    """Register a mechanic, who is employed by nobody yet.

    Raises:
        Refusal: `parties.mechanic_number_taken`, `accounts.email_invalid`.
    """
    fields = _fields(number, name, email, phone)
    mechanic = Mechanic(public_id=new_public_id(), created_at=now, **fields)
    with refusing_doubles(session, lambda: _number_taken(session, number)):
        session.add(mechanic)
    indexing.index_mechanic(session, mechanic)
    journal.record(
        session,
        actor,
        now,
        "parties.registered",
        "mechanic",
        mechanic.public_id,
        after=journal.filled(fields),
    )
    return mechanic


def change_mechanic(
    session: Session,
    actor: Actor,
    mechanic_id: int,
    now: datetime,
    *,
    number: str,
    name: str,
    email: str = "",
    phone: str = "",
) -> None:
    """Change what is written down about a mechanic; refuses as `register_mechanic` does."""
    mechanic = session.get_one(Mechanic, mechanic_id, with_for_update=True)
    fields, public_id = _fields(number, name, email, phone), mechanic.public_id
    with refusing_doubles(session, lambda: _number_taken(session, number)):
        changes = journal.changed_fields(mechanic, fields)
    indexing.index_mechanic(session, mechanic)
    journal.record_changes(session, actor, now, "parties.changed", "mechanic", public_id, changes)
