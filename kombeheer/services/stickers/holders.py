"""Whose an account is: the dealer, the mechanic or the installation behind its id, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kombeheer.rules.stickers import Account, AccountKind
from models.parties import Dealer, Farm, Mechanic
from models.sites import Installation, Site

WITH_DEALER = (AccountKind.TRANSIT, AccountKind.DEALER, AccountKind.RETURN)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who or what holds numbers: its public id, its number (a dealer's, a mechanic's), its name."""

    public_id: str
    number: str
    name: str
    place: str = ""


@dataclass(slots=True)
class Holders:
    """The holders behind a set of accounts, and dealers by their id."""

    dealers: dict[int, Holder] = field(default_factory=dict)
    mechanics: dict[int, Holder] = field(default_factory=dict)
    installations: dict[int, Holder] = field(default_factory=dict)

    def of(self, account: Account) -> Holder | None:
        """Return who holds what is in an account; None for the foundation and for nowhere."""
        if account.holder_id is None:
            return None
        if account.kind in WITH_DEALER:
            return self.dealers.get(account.holder_id)
        if account.kind is AccountKind.MECHANIC:
            return self.mechanics.get(account.holder_id)
        return self.installations.get(account.holder_id)

    def text(self, account: Account) -> str:
        """Return an account as others read it: `dealer:0118`, `applied:<public id>`, `stock`."""
        holder = self.of(account)
        if holder is None:
            return str(account.kind)
        return f"{account.kind}:{holder.number or holder.public_id}"


_DEALERS = select(Dealer.id, Dealer.public_id, Dealer.number, Dealer.name, Dealer.place).where(
    Dealer.id.in_(bindparam("ids", expanding=True))
)
_MECHANICS = select(Mechanic.id, Mechanic.public_id, Mechanic.number, Mechanic.name).where(
    Mechanic.id.in_(bindparam("ids", expanding=True))
)
_INSTALLATIONS = (
    select(Installation.id, Installation.public_id, Farm.name, Site.place)
    .join(Site, Site.id == Installation.site_id)
    .join(Farm, Farm.id == Site.farm_id)
    .where(Installation.id.in_(bindparam("ids", expanding=True)))
)


def load(
    session: Session, accounts: Iterable[Account], dealer_ids: Iterable[int | None] = ()
) -> Holders:
    """Return the holders of accounts, with these dealers, in three queries at most."""
    wanted: dict[str, set[int]] = {"dealer": set(), "mechanic": set(), "installation": set()}
    wanted["dealer"].update(one for one in dealer_ids if one is not None)
    for account in accounts:
        if account.holder_id is not None:
            wanted[_kind_of_holder(account.kind)].add(account.holder_id)
    found = Holders()
    if wanted["dealer"]:
        rows = session.execute(_DEALERS, {"ids": list(wanted["dealer"])})
        found.dealers = {key: Holder(*rest) for key, *rest in rows}
    if wanted["mechanic"]:
        people = session.execute(_MECHANICS, {"ids": list(wanted["mechanic"])})
        found.mechanics = {key: Holder(*rest) for key, *rest in people}
    if wanted["installation"]:
        places = session.execute(_INSTALLATIONS, {"ids": list(wanted["installation"])})
        found.installations = {
            key: Holder(public_id, "", name, place) for key, public_id, name, place in places
        }
    return found


def _kind_of_holder(kind: AccountKind) -> str:
    if kind in WITH_DEALER:
        return "dealer"
    return "mechanic" if kind is AccountKind.MECHANIC else "installation"
