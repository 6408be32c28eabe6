"""What a number is worth today: valid, past its term, replaced, not in use, or disputed.

The same for the public page and for the page of a number. It names no farm and no person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.calendar import day_of
from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.numbers import CHECKED_LENGTH, StickerNumber
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import ServiceKind
from kombeheer.rules.sites import ParlourType, Species, service_due_on
from kombeheer.rules.stickers import AccountKind
from kombeheer.services.scanning.lookup import KnownSticker, load_stickers
from kombeheer.services.sites.configurations import is_present
from kombeheer.services.sites.history import latest_services
from models.cases import Case
from models.parties import Farm
from models.sites import Installation, InstallationConfiguration, Site
from scanners.reading import mistyped, read_digits, read_keys, shown


class Standing(StrEnum):
    """What a number is worth, as the public page says it."""

    VALID = "valid"
    EXPIRED = "expired"  # the next service is late
    REPLACED = "replaced"  # a later major service or repair of the same installation counts
    NOT_IN_USE = "not_in_use"  # on no installation, or on one that has stopped
    DISPUTED = "disputed"  # the office has opened the case of a second claim
    AMBIGUOUS = "ambiguous"  # two old series share these digits and both are in use
    UNKNOWN = "unknown"
    WRONG = "wrong"  # the check digits do not fit
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class PublicStanding:
    """A standing with what the public page tells beside it.

    Args:
        typed: what was asked, printable and short.
        kind, serviced_on: of the major service or repair at which it was stuck.
        valid_until: when the interval it belongs to ends.
        disputed_on, decided_until: since when it is disputed, and when that is decided at the last.
    """

    standing: Standing
    typed: str
    number: StickerNumber | None = None
    parlour_type: ParlourType | None = None
    species: Species | None = None
    unit_count: int = 0
    kind: ServiceKind | None = None
    serviced_on: date | None = None
    valid_until: date | None = None
    disputed_on: date | None = None
    decided_until: date | None = None


def public_standing(session: Session, text: str, today: date) -> PublicStanding:
    """Return what a number that somebody scanned or typed is worth today."""
    raw = text.encode("utf-8", "replace")
    typed = shown(raw)
    try:
        digits, keys = read_keys(raw)
    except Refusal:
        return PublicStanding(Standing.UNREADABLE, typed)
    found = [one for many in load_stickers(session, keys, lock=False).values() for one in many]
    if not found:
        without_check_digits = len(digits) == CHECKED_LENGTH - 2  # as ranges are printed
        wrong = mistyped(digits, keys) or without_check_digits
        return PublicStanding(Standing.WRONG if wrong else Standing.UNKNOWN, digits)
    in_use = [one for one in found if one.account.kind is AccountKind.APPLIED]
    if len(in_use) > 1:
        return PublicStanding(Standing.AMBIGUOUS, digits)
    return standing_of(session, (in_use or found)[0], today)


def digits_of(text: str) -> str:
    """Return the digits that somebody typed, for an address; as typed when they are none."""
    try:
        return read_digits(text.encode("utf-8", "replace"))
    except Refusal:
        return text


def standing_of(session: Session, sticker: KnownSticker, today: date) -> PublicStanding:
    """Return what one number is worth today, in three queries at most."""
    number = sticker.number
    disputed = session.execute(
        select(Case.raised_at, Case.due_on)
        .where(Case.series_id == sticker.series_id, Case.serial == sticker.serial)
        .where(Case.kind == CaseKind.STICKER_CLAIMED_TWICE, Case.state == CaseState.OPENED)
        .order_by(Case.raised_at)
    ).first()
    if disputed is not None:
        return PublicStanding(
            Standing.DISPUTED,
            number.digits,
            number,
            disputed_on=day_of(disputed.raised_at),
            decided_until=disputed.due_on,
        )
    unused = PublicStanding(Standing.NOT_IN_USE, number.digits, number)
    if sticker.account.kind is not AccountKind.APPLIED or sticker.account.holder_id is None:
        return unused
    installation_id = sticker.account.holder_id
    latest = latest_services(session, [installation_id]).get(installation_id)
    present = session.execute(
        select(InstallationConfiguration, Installation.ceased_on, Farm.ceased_on)
        .join(Installation, Installation.id == InstallationConfiguration.installation_id)
        .join(Site, Site.id == Installation.site_id)
        .join(Farm, Farm.id == Site.farm_id)
        .where(is_present(installation_id))
    ).first()
    if latest is None or present is None:
        return unused
    if any(day is not None and day <= today for day in present[1:]):
        return unused
    if latest.number != number:
        return PublicStanding(Standing.REPLACED, number.digits, number)
    what: InstallationConfiguration = present[0]
    parlour_type = ParlourType(what.parlour_type)
    # A repair does not begin an interval: its sticker is good as long as that of the service.
    begun_on = (latest.major or latest.measured).serviced_on
    due_on = service_due_on(begun_on, parlour_type, regulation_on(begun_on))
    return PublicStanding(
        Standing.VALID if due_on >= today else Standing.EXPIRED,
        number.digits,
        number,
        parlour_type,
        Species(what.species),
        what.unit_count,
        latest.measured.kind,
        latest.measured.serviced_on,
        due_on,
    )
