"""Numbers in lists: how many are where in each series, one page of them, and all for programs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import HOLDER_KINDS, Account, AccountKind
from kombeheer.services.listing import (
    COUNTED_MAX,
    Order,
    Page,
    Wanted,
    count_of,
    narrowing,
    read_page,
)
from kombeheer.services.stickers import holders, scope
from kombeheer.services.stickers.holders import Holder, Holders
from kombeheer.services.stickers.ledger import series_format
from kombeheer.services.stickers.places import islands
from models.parties import Dealer, Mechanic
from models.sites import Installation
from models.stickers import Sticker, StickerSeries


@dataclass(frozen=True, slots=True)
class SeriesCount:
    """A series with how many of its numbers are where."""

    series: StickerSeries
    counts: Mapping[AccountKind, int]

    @property
    def total(self) -> int:
        """Return how many numbers it has."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One number of a list: where it is, with whom, and which dealer answers for it."""

    series: StickerSeries
    number: StickerNumber
    account: Account
    holder: Holder | None
    dealer: Holder | None
    issued_on: date | None
    account_text: str


def in_account(kind: AccountKind) -> ColumnElement[bool]:
    """Return the condition on `sticker` that a number is in an account of this kind."""
    if kind not in HOLDER_KINDS:
        return Sticker.account == str(kind)
    return and_(Sticker.account >= f"{kind}:", Sticker.account < f"{kind};")


def meant_by(keys: Sequence[tuple[str, int]]) -> ColumnElement[bool]:
    """Return the condition on `sticker` and its series that a scan of these keys may mean it."""
    meant = tuple_(StickerSeries.shape, Sticker.serial).in_(keys)
    # By itself that is no search: of each series the serial is looked up.
    return and_(Sticker.serial.in_([serial for _, serial in keys]), meant)


def counts_by_series(
    session: Session,
    actor: Actor,
    today: date,
    series: Sequence[StickerSeries],
) -> list[SeriesCount]:
    """Return how many numbers of these series are where, as far as the actor may see them."""
    ids = [one.id for one in series]
    counted: dict[int, dict[AccountKind, int]] = {one: {} for one in ids}
    if scope.sees_all(actor):
        rows = _counts_of_all(session, ids)
    else:
        kind = case(*((in_account(kind), str(kind)) for kind in AccountKind), else_="?")
        own = scope.own_dealers(session, actor, today)
        rows = session.execute(
            select(Sticker.series_id, kind, func.count())
            .where(Sticker.dealer_id.in_(own), Sticker.series_id.in_(ids))
            .group_by(Sticker.series_id, kind)
        )
    for series_id, word, count in rows:
        counted[series_id][AccountKind(word)] = count
    return [SeriesCount(one, counted[one.id]) for one in series]


def _counts_of_all(session: Session, ids: Sequence[int]) -> Iterable[tuple[int, str, int]]:
    """Return (series id, kind, count) of what there is, in two queries.

    Nearly all are stuck, each with an account of its own: those are what all others leave.
    """
    held = union_all(
        *(
            select(Sticker.series_id, literal(str(kind)), func.count())
            .where(in_account(kind))
            .group_by(Sticker.series_id)
            for kind in sorted(HOLDER_KINDS - {AccountKind.APPLIED})
        )
    )
    found: list[tuple[int, str, int]] = [
        (series_id, word, count)
        for series_id, word, count in session.execute(held)
        if series_id in ids
    ]
    fixed = [kind for kind in AccountKind if kind not in HOLDER_KINDS]
    of_series = select(func.count()).where(Sticker.series_id == StickerSeries.id)
    asked = (of_series, *(of_series.where(in_account(kind)) for kind in fixed))
    rows = session.execute(
        select(StickerSeries.id, *(one.scalar_subquery() for one in asked)).where(
            StickerSeries.id.in_(ids)
        )
    )
    for series_id, total, *counts in rows:
        found += ((series_id, kind, count) for kind, count in zip(fixed, counts, strict=True))
        elsewhere = sum(count for of_series_id, _, count in found if of_series_id == series_id)
        found.append((series_id, AccountKind.APPLIED, total - elsewhere))
    return [one for one in found if one[2]]


def _joined(*asked: ColumnElement[bool]) -> Select[Any, Any]:
    return (
        select(Sticker, StickerSeries)
        .join(StickerSeries, StickerSeries.id == Sticker.series_id)
        .where(*asked)
    )


ORDERS: dict[str, Sequence[Order]] = {
    "number": [Sticker.series_id, Sticker.serial],
    "account": [Sticker.account, Sticker.series_id],
    "issued": [Sticker.issued_on, Sticker.series_id],
}


def list_numbers(
    session: Session,
    actor: Actor,
    today: date,
    wanted: Wanted,
    *,
    series_code: str = "",
    kind: AccountKind | None = None,
    dealer_number: str = "",
    serials: tuple[int, int] | None = None,
) -> Page:
    """Return a page of (Sticker, StickerSeries), sorted by number, account or issued."""
    asked = [scope.stickers(actor, today)]
    if series_code:
        series = select(StickerSeries.id).where(StickerSeries.code == series_code)
        asked.append(Sticker.series_id == series.scalar_subquery())
    if kind is not None:
        asked.append(in_account(kind))
    if dealer_number:
        dealer = select(Dealer.id).where(Dealer.number == dealer_number).scalar_subquery()
        asked.append(Sticker.dealer_id == dealer)
    if serials is not None:
        asked.append(Sticker.serial.between(*serials))
    counting = count_of(Sticker, *asked, most=COUNTED_MAX)
    orders = dict(ORDERS)
    if not narrowing(*asked):
        del orders["issued"]  # of all numbers there ever were, no index has it
    statement = _joined(*asked)
    return read_page(session, statement, Sticker.serial, orders, wanted, counting, COUNTED_MAX)


def lines_of(session: Session, rows: Sequence[Any]) -> list[NumberLine]:
    """Return rows of (Sticker, StickerSeries) with their holders, in three queries at most."""
    accounts = [Account.parse(sticker.account) for sticker, _ in rows]
    found: Holders = holders.load(session, accounts, [sticker.dealer_id for sticker, _ in rows])
    return [
        NumberLine(
            series,
            series_format(series).number(sticker.serial),
            account,
            found.of(account),
            found.dealers.get(sticker.dealer_id),
            sticker.issued_on,
            found.text(account),
        )
        for (sticker, series), account in zip(rows, accounts, strict=True)
    ]


def ranges_in(session: Session, kind: AccountKind) -> Sequence[Any]:
    """Return (series id, first, last) of all that lies in an account of the foundation."""
    return islands(session, Sticker.account == str(kind))


def held_ranges(
    session: Session, dealer_ids: Collection[int], kinds: Sequence[AccountKind]
) -> dict[int, list[tuple[Account, Holder | None, list[tuple[int, int]]]]]:
    """Return by series, and by account, the ranges that these dealers answer for."""
    places = or_(*(in_account(kind) for kind in kinds))
    rows = islands(session, Sticker.dealer_id.in_(dealer_ids) & places, Sticker.account)
    found: dict[int, dict[Account, list[tuple[int, int]]]] = {}
    for series_id, first, last, text in rows:
        ranges = found.setdefault(series_id, {}).setdefault(Account.parse(text), [])
        ranges.append((first, last))
    accounts = {account for held in found.values() for account in held}
    people = holders.load(session, accounts)
    return {
        series_id: [
            (account, people.of(account), ranges)
            for account, ranges in sorted(held.items(), key=lambda pair: str(pair[0]))
        ]
        for series_id, held in found.items()
    }


def applied_ranges(
    session: Session, dealer_ids: Collection[int], series_ids: Collection[int]
) -> dict[int, list[tuple[int, int]]]:
    """Return by series the ranges that these dealers have stuck, wherever they are now."""
    condition = and_(
        Sticker.dealer_id.in_(dealer_ids),
        Sticker.series_id.in_(series_ids),
        in_account(AccountKind.APPLIED),
    )
    found: dict[int, list[tuple[int, int]]] = {}
    for series_id, first, last in islands(session, condition):
        found.setdefault(series_id, []).append((first, last))
    return found


def account_condition(session: Session, text: str) -> ColumnElement[bool]:
    """Return the condition that `stock`, `dealer`, `dealer:0118` or `applied:<public id>` names.

    Raises:
        Refusal: `stickers.account_unknown` when it names no kind of account.
    """
    word, _, reference = text.partition(":")
    if word not in set(AccountKind) or (reference and AccountKind(word) not in HOLDER_KINDS):
        raise Refusal("stickers.account_unknown", value=text[:40])
    kind = AccountKind(word)
    if not reference:
        return in_account(kind)
    if kind in holders.WITH_DEALER:
        statement = select(Dealer.id).where(Dealer.number == reference)
    elif kind is AccountKind.MECHANIC:
        statement = select(Mechanic.id).where(Mechanic.number == reference)
    else:
        statement = select(Installation.id).where(Installation.public_id == reference)
    holder_id = session.execute(statement).scalar()
    return Sticker.account == f"{kind}:{holder_id if holder_id is not None else '-'}"


def numbers_after(
    session: Session,
    actor: Actor,
    today: date,
    after: tuple[int, ...] | None,
    limit: int,
    *,
    series_code: str = "",
    condition: ColumnElement[bool] | None = None,
) -> Sequence[Any]:
    """Return the (Sticker, StickerSeries) after a key (series id, serial), in that order."""
    statement = _joined(scope.stickers(actor, today))
    if after is not None:
        series_id, serial = after
        statement = statement.where(
            or_(
                Sticker.series_id > series_id,
                and_(Sticker.series_id == series_id, Sticker.serial > serial),
            )
        )
    if series_code:
        statement = statement.where(StickerSeries.code == series_code)
    if condition is not None:
        statement = statement.where(condition)
    return session.execute(statement.order_by(Sticker.series_id, Sticker.serial).limit(limit)).all()


def matching(
    session: Session, actor: Actor, today: date, keys: Sequence[tuple[str, int]]
) -> Sequence[Any]:
    """Return the (Sticker, StickerSeries) that a scan may mean and that the actor may see."""
    if not keys:
        return []
    return session.execute(_joined(scope.stickers(actor, today), meant_by(keys))).all()
