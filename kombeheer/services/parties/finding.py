"""What one search field finds: dealers, mechanics, farms, and a sticker number that exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Right
from kombeheer.rules.refusal import Refusal
from kombeheer.services import search
from kombeheer.services.listing import Wanted
from kombeheer.services.parties.dealers import DealerLine, list_dealers
from kombeheer.services.parties.farms import FarmLine, list_farms
from kombeheer.services.parties.mechanics import MechanicLine, list_mechanics
from kombeheer.services.stickers.ledger import series_format
from kombeheer.services.stickers.lists import meant_by
from models.stickers import Sticker, StickerSeries
from scanners.reading import read_keys

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Found:
    """The first of each kind, with how many there are of it."""

    dealers: Sequence[DealerLine]
    dealer_count: int
    mechanics: Sequence[MechanicLine]
    mechanic_count: int
    farms: Sequence[FarmLine]
    farm_count: int

    @property
    def count(self) -> int:
        """Return how many were found of all kinds together."""
        return self.dealer_count + self.mechanic_count + self.farm_count


def find(session: Session, actor: Actor, today: date, query: str) -> Found:
    """Return what an actor may see of the parties that have every word of the query."""
    if not search.terms_of([query]):
        return Found([], 0, [], 0, [], 0)
    dealers = list_dealers(session, actor, today, Wanted(), query=query)
    mechanics = list_mechanics(session, actor, today, Wanted(), query=query)
    farms = list_farms(session, actor, today, Wanted(), query=query)
    return Found(
        dealers.items[:SHOWN],
        dealers.total,
        mechanics.items[:SHOWN],
        mechanics.total,
        farms.items[:SHOWN],
        farms.total,
    )


def sticker_digits(session: Session, actor: Actor, raw: str) -> str | None:
    """Return the digits of the sticker that was scanned or typed, or None when there is none.

    Digits that a farm or a mechanic may have too are a sticker number only if that number exists.
    """
    if not actor.may(Right.STICKERS_READ):
        return None
    try:
        _, keys = read_keys(raw.encode("utf-8", "replace"))
    except Refusal:
        return None
    row = session.execute(
        select(StickerSeries, Sticker.serial)
        .join(Sticker, Sticker.series_id == StickerSeries.id)
        .where(meant_by(keys))
        .limit(1)
    ).first()
    if row is None:
        return None
    series, serial = row
    return series_format(series).number(serial).digits
