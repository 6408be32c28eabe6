"""The numbers by which a farm is known elsewhere: added, taken away, and never shared by two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session
from stdnum.be import vat
from stdnum.exceptions import ValidationError

from kombeheer.rules.accounts import Actor
from kombeheer.rules.parties import IdentifierKind, shown_identifier, written_identifier
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.parties import indexing
from kombeheer.services.parties.storing import refusing_doubles
from models.parties import Farm, FarmIdentifier


def checked_identifier(kind: IdentifierKind, text: str) -> str:
    """Return a number as it is stored; a Belgian company number with its check digits tried.

    Raises:
        Refusal: as `written_identifier`, or `parties.kbo_mistyped`.
    """
    value = written_identifier(kind, text)
    if kind is IdentifierKind.KBO:
        try:
            return str(vat.validate(value))
        except ValidationError:
            raise Refusal("parties.kbo_mistyped", value=shown_identifier(kind, value)) from None
    return value


_OF_FARMS = (
    select(FarmIdentifier.farm_id, FarmIdentifier.id, FarmIdentifier.kind, FarmIdentifier.value)
    .where(FarmIdentifier.farm_id.in_(bindparam("farms", expanding=True)))
    .order_by(FarmIdentifier.kind, FarmIdentifier.value)
)


def identifiers_of(session: Session, farm_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Return the numbers of farms, each with its id, kind and value, in that order."""
    found: dict[int, list[Any]] = {}
    for row in session.execute(_OF_FARMS, {"farms": farm_ids}):
        found.setdefault(row.farm_id, []).append(row)
    return found


def _taken(session: Session, kind: IdentifierKind, value: str) -> Refusal | None:
    name = session.execute(
        select(Farm.name)
        .join(FarmIdentifier, FarmIdentifier.farm_id == Farm.id)
        .where(FarmIdentifier.kind == kind, FarmIdentifier.value == value)
    ).scalar()
    if name is None:
        return None
    return Refusal("parties.identifier_taken", value=shown_identifier(kind, value), farm=name)


def add_identifier(
    session: Session, actor: Actor, farm_id: int, kind: IdentifierKind, text: str, now: datetime
) -> None:
    """Give a farm a number.

    Raises:
        Refusal: as `checked_identifier`, or `parties.identifier_taken`, which names the farm that
            has it: for the office only.
    """
    value = checked_identifier(kind, text)
    farm = session.get_one(Farm, farm_id, with_for_update=True)
    with refusing_doubles(session, lambda: _taken(session, kind, value)):
        session.add(FarmIdentifier(farm_id=farm_id, kind=kind, value=value))
    indexing.index_farms(session, [farm_id])
    journal.record(
        session,
        actor,
        now,
        "parties.identifier_added",
        "farm",
        farm.public_id,
        after={"kind": kind, "value": value},
    )


def remove_identifier(
    session: Session, actor: Actor, farm_id: int, kind: IdentifierKind, value: str, now: datetime
) -> None:
    """Take a number from a farm; one that it does not have is gone already."""
    farm = session.get_one(Farm, farm_id, with_for_update=True)
    found = session.execute(
        select(FarmIdentifier.id).where(
            FarmIdentifier.farm_id == farm_id,
            FarmIdentifier.kind == kind,
            FarmIdentifier.value == value,
        )
    ).scalar()
    if found is None:
        return
    session.execute(delete(FarmIdentifier).where(FarmIdentifier.id == found))
    indexing.index_farms(session, [farm_id])
    journal.record(
        session,
        actor,
        now,
        "parties.identifier_removed",
        "farm",
        farm.public_id,
        before={"kind": kind, "value": value},
    )
