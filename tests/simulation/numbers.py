"""What people do with numbers: order, deliver, issue, confirm, and every other legal move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, or_, select

from kombeheer.rules.accounts import Actor
from kombeheer.rules.stickers import LEGAL_MOVES, AccountKind, MoveKind
from kombeheer.services.stickers import logistics, moving, series
from kombeheer.services.stickers.lists import in_account
from kombeheer.services.stickers.places import islands, parcels
from models.stickers import Sticker, StickerSeries
from tests.simulation.ground import Dealer, Ground
from tests.simulation.network import Acts, Network
from tests.simulation.world import World

WRONG_SHARE = 0.12
ORDERED, ISSUED, MOVED_MAX = (60, 200), (5, 20), 5
OWN_SHARE = 0.5  # of what a dealer may do himself, by the dealer and not by the office
NEXT_SERIES = timedelta(days=60)  # before the year begins
DAYS_BACK = (0,) * 12 + (1, 2, 7, 30, -1)
ANYWHERE = tuple(kind for kind in AccountKind if kind is not AccountKind.ORIGIN)


def pieces(world: World, kinds: Sequence[AccountKind]) -> Sequence[Any]:
    """Return the ranges in accounts of these kinds: series_id, first, last, account, dealer_id."""
    with world.database.reading() as session:
        condition = or_(*map(in_account, kinds))
        return islands(session, condition, Sticker.account, Sticker.dealer_id)


def part_of(world: World, piece: Any, most: int = MOVED_MAX) -> tuple[int, int, int]:
    """Return (series id, first, last) of a part of a range, now and then reaching beyond it."""
    first = world.chance.randint(piece.first, piece.last)
    last = min(piece.last, first + world.chance.randint(0, most - 1))
    if world.chance.happens(WRONG_SHARE):
        last += world.chance.randint(1, 3)
    return piece.series_id, first, last


def day_of_paper(world: World) -> date | None:
    """Return the day on a paper: none is today."""
    days = world.chance.choice(DAYS_BACK)
    return None if days == 0 else world.today - timedelta(days=days)


def present_series(world: World) -> int:
    """Return the series of this year's numbers, the newest one."""
    year = f"{world.today.year % 100:02d}"
    rows = world.rows(
        select(StickerSeries.id).where(StickerSeries.code <= year).order_by(StickerSeries.code)
    )
    return int(rows[-1].id)


def make_series(world: World, ground: Ground, _network: Network) -> None:
    """Have a series for this year, or for the coming one from November on; else make it twice."""
    code = f"{(world.today + NEXT_SERIES).year % 100:02d}"
    world.write(lambda session: series.make_series(session, ground.office.actor, world.now, code))


def order(world: World, ground: Ground, _network: Network) -> None:
    """Order the next numbers of the newest series, or by mistake some that exist."""
    code = f"{(world.today + NEXT_SERIES).year % 100:02d}"
    wanted = select(StickerSeries.id).where(StickerSeries.code <= code)
    series_id = world.rows(wanted.order_by(StickerSeries.code))[-1].id
    last = world.rows(select(func.max(Sticker.serial)).where(Sticker.series_id == series_id))[0][0]
    first = (last or 0) + 1
    if world.chance.happens(WRONG_SHARE):
        first = max(1, first - world.chance.randint(1, 9))
    end = first + world.chance.randint(*ORDERED)
    world.write(
        lambda session: logistics.order(
            session, ground.office.actor, world.now, series_id, first, end
        )
    )


def deliver(world: World, ground: Ground, _network: Network) -> None:
    """Take what is at the printer into stock, all of a range or a part."""
    wrong = world.chance.happens(WRONG_SHARE)
    piece = world.pick(pieces(world, ANYWHERE if wrong else [AccountKind.PRINTER]))
    part = (piece.series_id, piece.first, piece.last)
    if world.chance.happens(0.4):
        part = part_of(world, piece, most=piece.last - piece.first + 1)
    day = day_of_paper(world)
    world.write(
        lambda session: logistics.receive(session, ground.office.actor, world.now, *part, day=day)
    )


def issue(world: World, ground: Ground, _network: Network) -> None:
    """Send a dealer the lowest numbers in stock, or a range of them."""
    dealer, day = world.chance.choice(ground.dealers), day_of_paper(world)
    count = world.chance.randint(*ISSUED)
    series_id, wanted = present_series(world), dict[str, int]()
    if world.chance.happens(0.8):
        wanted = {"count": count}
    else:
        piece = world.pick(pieces(world, [AccountKind.STOCK]))
        series_id, wanted["first"], wanted["last"] = part_of(world, piece)
    world.write(
        lambda session: logistics.issue(
            session, ground.office.actor, world.now, dealer.id, series_id, day=day, **wanted
        )
    )


def _on_the_way(world: World, ground: Ground) -> tuple[Dealer, Any]:
    """Return a dealer and a parcel that is on its way to him."""
    with world.database.reading() as session:
        found = [
            (dealer, parcel) for dealer in ground.dealers for parcel in parcels(session, dealer.id)
        ]
    return world.pick(found)


def confirm(world: World, ground: Ground, _network: Network) -> None:
    """Have a dealer confirm a parcel, a part of it, or all that is on its way."""
    dealer, parcel = _on_the_way(world, ground)
    way = world.chance.choice(("parcel", "part", "all", "wrong"))
    wanted = part_of(world, parcel.pieces[0]) if way == "part" else None
    document_id = parcel.document_id if way in ("parcel", "wrong") else None
    if way == "wrong":
        dealer = world.chance.choice(ground.dealers)  # another one, mostly
    day = day_of_paper(world)
    world.write(
        lambda session: logistics.confirm(
            session,
            dealer.actor,
            world.now,
            dealer.id,
            document_id=document_id,
            wanted=wanted,
            day=day,
        )
    )


def take_back_issue(world: World, ground: Ground, _network: Network) -> None:
    """Undo an issue that has not arrived."""
    dealer, parcel = _on_the_way(world, ground)
    wanted = part_of(world, parcel.pieces[0]) if world.chance.happens(0.4) else None
    reason = world.chance.choice(("verkeerde dealer", "verkeerde dealer", ""))
    world.write(
        lambda session: logistics.take_back_issue(
            session,
            ground.office.actor,
            world.now,
            dealer.id,
            parcel.document_id,
            reason,
            wanted=wanted,
        )
    )


def hand(world: World, ground: Ground, _network: Network) -> None:
    """Have a mechanic of a dealer hold a range, or the dealer himself again."""
    piece = world.pick(pieces(world, [AccountKind.DEALER, AccountKind.MECHANIC]))
    dealer = _dealer_of(ground, piece.dealer_id)
    if world.chance.happens(WRONG_SHARE):
        dealer = world.chance.choice(ground.dealers)
    mechanic = world.chance.choice([*dealer.mechanics, None])
    part, day = part_of(world, piece), day_of_paper(world)
    world.write(
        lambda session: moving.hand_range(
            session,
            dealer.actor,
            world.now,
            dealer.id,
            *part,
            mechanic_id=None if mechanic is None else mechanic.id,
            day=day,
        )
    )


def _dealer_of(ground: Ground, dealer_id: int) -> Dealer:
    return next(one for one in ground.dealers if one.id == dealer_id)


def _actor(world: World, ground: Ground, kind: MoveKind, dealer_id: int | None) -> Actor:
    """Return who moves: the dealer himself where he may and often enough, else the office."""
    if dealer_id is None or not world.chance.happens(OWN_SHARE):
        return ground.office.actor
    if kind not in moving.BY_THE_DEALER and not world.chance.happens(WRONG_SHARE):
        return ground.office.actor
    return _dealer_of(ground, dealer_id).actor


def move(world: World, ground: Ground, _network: Network, *, kind: MoveKind) -> None:
    """Move a part of a range, from where this move starts, or by mistake from anywhere."""
    sources = [one for one in AccountKind if one in LEGAL_MOVES[kind].sources]
    wrong = world.chance.happens(WRONG_SHARE)
    piece = world.pick(pieces(world, ANYWHERE if wrong else sources))
    actor, holder_id = _actor(world, ground, kind, piece.dealer_id), None
    if kind is MoveKind.HAND_OVER:
        holder_id = world.chance.choice(ground.dealers).id
    elif kind is MoveKind.HAND_OUT:
        dealer = _dealer_of(ground, piece.dealer_id) if piece.dealer_id else ground.dealers[0]
        holder_id = world.chance.choice(dealer.mechanics).id
    elif kind is MoveKind.FIND:
        holder_id = world.chance.choice((None, piece.dealer_id))
    part, day = part_of(world, piece), day_of_paper(world)
    world.write(
        lambda session: moving.move_range(
            session, actor, world.now, kind, *part, holder_id, day=day
        )
    )


ACTS: Acts = {
    "stickers.make_series": (make_series, 3),
    "stickers.order": (order, 8),
    "stickers.deliver": (deliver, 9),
    "stickers.issue": (issue, 16),
    "stickers.confirm": (confirm, 16),
    "stickers.take_back_issue": (take_back_issue, 2),
    "stickers.hand": (hand, 6),
    **{
        f"stickers.{kind}": (partial(move, kind=kind), 2)
        for kind in MoveKind
        if kind in moving.BY_THE_OFFICE
    },
}
