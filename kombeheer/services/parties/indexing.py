"""Keep the search index right: what dealers, mechanics and farms are found by.

Every write of a name, number, place or postcode ends here.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.parties import IdentifierKind, shown_identifier
from kombeheer.services import search
from models.certification import Certificate
from models.parties import Dealer, Farm, FarmIdentifier, Mechanic
from models.sites import Site

UBN_LENGTH = 7


def index_dealer(session: Session, dealer: Dealer) -> None:
    """Index a dealer by name, number, place and postcode."""
    texts = (dealer.name, dealer.number, dealer.place, dealer.postcode)
    search.index(session, search.SubjectKind.DEALER, {dealer.id: texts}, new=False)


def index_mechanic(session: Session, mechanic: Mechanic) -> None:
    """Index a mechanic by name, number and the numbers of his certificates.

    He is found by the names and numbers of doubles merged into him too; they themselves are not.
    """
    texts: list[str] = []
    if mechanic.merged_into_id is None:
        same = or_(Mechanic.id == mechanic.id, Mechanic.merged_into_id == mechanic.id)
        for name, number in session.execute(select(Mechanic.name, Mechanic.number).where(same)):
            texts += (name, number)
        texts += session.execute(
            select(Certificate.number).where(Certificate.mechanic_id == mechanic.id)
        ).scalars()
    search.index(session, search.SubjectKind.MECHANIC, {mechanic.id: texts}, new=False)


def identifier_texts(kind: IdentifierKind, value: str) -> tuple[str, ...]:
    """Return the ways in which people write one number of a farm."""
    padded = value.zfill(UBN_LENGTH) if kind is IdentifierKind.UBN else value.removeprefix("BE")
    return (value, shown_identifier(kind, value), padded)


def index_farms(session: Session, farm_ids: Collection[int]) -> None:
    """Index farms by name, the names of doubles merged into them, numbers, places and postcodes.

    A farm that was merged into another one is not found itself.
    """
    texts: dict[int, list[str]] = {farm_id: [] for farm_id in farm_ids}
    for farm_id, name, merged_into_id in session.execute(
        select(Farm.id, Farm.name, Farm.merged_into_id).where(
            Farm.id.in_(texts) | Farm.merged_into_id.in_(texts)
        )
    ):
        holder = farm_id if merged_into_id is None else merged_into_id
        if holder in texts:
            texts[holder].append(name)
    for farm_id, kind, value in session.execute(
        select(FarmIdentifier.farm_id, FarmIdentifier.kind, FarmIdentifier.value).where(
            FarmIdentifier.farm_id.in_(texts)
        )
    ):
        texts[farm_id].extend(identifier_texts(IdentifierKind(kind), value))
    for farm_id, place, postcode in session.execute(
        select(Site.farm_id, Site.place, Site.postcode).where(Site.farm_id.in_(texts))
    ):
        texts[farm_id].extend((place, postcode))
    search.index(session, search.SubjectKind.FARM, texts, new=False)
