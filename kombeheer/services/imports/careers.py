"""What a mechanic was, from when until when: his employments and certificates, judged line by line.

Part of the import of mechanics; nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.certification import Country, Module
from kombeheer.rules.parties import Period, overlapping, require_forward
from kombeheer.rules.refusal import Refusal
from kombeheer.services.imports.judging import Change, Importer, Judged
from kombeheer.services.imports.lines import Record
from kombeheer.services.parties.dealers import require_going
from kombeheer.services.parties.employments import OPEN
from models.certification import Certificate, CertificateModule
from models.parties import Dealer, Employment, Mechanic

CERTIFICATE = ("country", "valid_from", "valid_until", "modules")
Key = tuple[int, date]  # of an employment: the dealer's id and the first day


@dataclass(slots=True)
class Held:
    """A mechanic as he is registered.

    Args:
        employments: {(dealer id, first day): (id, last day)}.
        certificates: {number: (id, country, first day, last day, modules)}.
    """

    row: Mechanic
    employments: dict[Key, tuple[int, date | None]] = field(default_factory=dict)
    certificates: dict[str, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What is to be written of a mechanic; ids are None for what is not there yet."""

    number: str
    mechanic_id: int | None
    details: dict[str, Any]
    is_changed: bool = False
    employments: list[tuple[int | None, Dealer, Period]] = field(default_factory=list)
    certificates: list[tuple[int | None, dict[str, Any]]] = field(default_factory=list)


def held_by_number(session: Session, numbers: set[Any]) -> dict[str, Held]:
    """Return mechanics by number, with their employments and certificates, in four queries."""
    rows = session.execute(select(Mechanic).where(Mechanic.number.in_(numbers))).scalars()
    held = {row.id: Held(row) for row in rows}
    for employment in session.execute(
        select(Employment).where(Employment.mechanic_id.in_(held))
    ).scalars():
        key = (employment.dealer_id, employment.from_on)
        held[employment.mechanic_id].employments[key] = (employment.id, employment.until_on)
    modules: dict[int, list[Module]] = {}
    for certificate_id, module in session.execute(
        select(CertificateModule.certificate_id, CertificateModule.module)
        .join(Certificate, Certificate.id == CertificateModule.certificate_id)
        .where(Certificate.mechanic_id.in_(held))
        .order_by(CertificateModule.module)
    ):
        modules.setdefault(certificate_id, []).append(Module(module))
    for row in session.execute(
        select(Certificate).where(Certificate.mechanic_id.in_(held))
    ).scalars():
        held[row.mechanic_id].certificates[row.number] = (
            row.id,
            Country(row.country),
            row.valid_from,
            row.valid_until,
            tuple(modules.get(row.id, ())),
        )
    return {one.row.number: one for one in held.values()}


def judge_employments(
    importer: Importer, one: Judged, held: Held | None, dealers: Mapping[str, Dealer], plan: Plan
) -> None:
    """Note which employments begin or get other days, and refuse those that share a day."""
    present = {
        key: Period(key[1], until_on)
        for key, (_, until_on) in (held.employments.items() if held else ())
    }
    wanted: dict[Key, tuple[Record, Dealer, Period]] = {}
    for record in one.records:
        found = _employment(importer, one, record, dealers)
        if found is None:
            continue
        dealer, period = found
        key = (dealer.id, period.from_on)
        told = wanted.get(key)
        if told is not None and told[2] != period:
            one.refuse(
                "imports.differs_from_line",
                record,
                importer.of["until_on"],
                _days(period),
                first=told[0].line,
                other=_days(told[2]),
            )
        elif told is None:
            wanted[key] = (record, dealer, period)
    result = present | {key: period for key, (_, _, period) in wanted.items()}
    for key, (record, dealer, period) in wanted.items():
        if present.get(key) == period:
            continue
        clash = overlapping(period, [other for of, other in result.items() if of != key])
        if clash is not None:
            one.object(_overlap(dealer, period, clash), record, importer.of["from_on"])
            continue
        known = held.employments.get(key) if held else None
        plan.employments.append((known[0] if known else None, dealer, period))
        before = _days(present[key]) if key in present else None
        after = f"{dealer.number} {_days(period)}"
        one.changes.append(Change(record.line, importer.of["dealer"].head, before, after))


def _employment(
    importer: Importer, one: Judged, record: Record, dealers: Mapping[str, Dealer]
) -> tuple[Dealer, Period] | None:
    number, from_on, until_on = (record.get(name) for name in ("dealer", "from_on", "until_on"))
    dealer = dealers.get(number)
    if number is None or from_on is None:
        if number or from_on or until_on:
            lacking = importer.of["dealer" if number is None else "from_on"]
            one.refuse("imports.employment_incomplete", record, lacking)
        return None
    if dealer is None:
        importer.refuse_unknown(one, record, "dealer", number)
        return None
    period = Period(from_on, until_on)
    try:
        require_forward(period)
        require_going(dealer, from_on)
    except Refusal as refusal:
        one.object(refusal, record, importer.of["from_on"], _days(period))
        return None
    return dealer, period


def judge_certificates(
    importer: Importer, one: Judged, held: Held | None, holders: Mapping[str, str], plan: Plan
) -> None:
    """Note which certificates are entered or corrected; a number belongs to one mechanic.

    Args:
        holders: {certificate number: mechanic's number} of those that are registered.
    """
    told: dict[str, tuple[Record, dict[str, Any]]] = {}
    own = one.records[0].get("number")
    for record in one.records:
        number = record.get("certificate")
        wanted = _certificate(importer, one, record)
        if wanted is None:
            continue
        column = importer.of["certificate"]
        first = importer.earlier(("certificate", number), one.line)
        if holders.get(number, own) != own:
            facts = {"number": number, "mechanic": holders[number]}
            one.refuse("imports.certificate_of_other", record, column, number, **facts)
        elif first is not None:
            facts = {"number": number, "first": first}
            one.refuse("imports.certificate_twice", record, column, number, **facts)
        elif number in told:
            _same_certificate(importer, one, record, wanted, *told[number])
        else:
            told[number] = record, wanted
            _plan_certificate(one, record, held, wanted, plan)


def _same_certificate(
    importer: Importer,
    one: Judged,
    record: Record,
    wanted: Mapping[str, Any],
    first: Record,
    other: Mapping[str, Any],
) -> None:
    """Refuse a certificate that an earlier line of his tells otherwise, where it differs."""
    for name in CERTIFICATE:
        if wanted[name] != other[name]:
            column = importer.of[name]
            told = column.told(other[name]) or "leeg"
            refusal = Refusal("imports.differs_from_line", first=first.line, other=told)
            one.object(refusal, record, column, column.told(wanted[name]))


def _certificate(importer: Importer, one: Judged, record: Record) -> dict[str, Any] | None:
    number, valid_from, valid_until = (
        record.get(name) for name in ("certificate", "valid_from", "valid_until")
    )
    if number is None or valid_from is None or valid_until is None:
        lacking = next(
            name for name in ("certificate", "valid_from", "valid_until") if not record.get(name)
        )
        if number or valid_from or valid_until:
            one.refuse("imports.certificate_incomplete", record, importer.of[lacking])
        return None
    if valid_until < valid_from:
        facts = {"valid_from": valid_from.isoformat(), "valid_until": valid_until.isoformat()}
        refusal = Refusal("certification.period_backward", **facts)
        one.object(refusal, record, importer.of["valid_until"], facts["valid_until"])
        return None
    return {name: record.get(name, importer.of[name].empty) for name in CERTIFICATE}


def _plan_certificate(
    one: Judged, record: Record, held: Held | None, wanted: dict[str, Any], plan: Plan
) -> None:
    number = record.get("certificate")
    known = held.certificates.get(number) if held else None
    if known is not None and known[1:] == tuple(wanted.values()):
        return
    plan.certificates.append((known[0] if known else None, {"number": number, **wanted}))
    before = None if known is None else _days(Period(known[2], known[3]))
    after = f"{number} {_days(Period(wanted['valid_from'], wanted['valid_until']))}"
    one.changes.append(Change(record.line, "certificaat", before, after))


def career_lines(one: Held, dealers: Mapping[int, str]) -> Sequence[dict[str, Any]]:
    """Return what stands on the lines of a mechanic beside himself, at least one."""
    employed = [
        {"dealer": dealers[dealer_id], "from_on": from_on, "until_on": until_on}
        for (dealer_id, from_on), (_, until_on) in sorted(
            one.employments.items(), key=lambda pair: pair[0][1]
        )
    ]
    certified = [
        {"certificate": number, **dict(zip(CERTIFICATE, told[1:], strict=True))}
        for number, told in sorted(one.certificates.items())
    ]
    count = max(len(employed), len(certified), 1)
    return [
        (employed[place] if place < len(employed) else {})
        | (certified[place] if place < len(certified) else {})
        for place in range(count)
    ]


def _days(period: Period) -> str:
    last = f" t/m {period.until_on:%d-%m-%Y}" if period.until_on else ""
    return f"vanaf {period.from_on:%d-%m-%Y}{last}"


def _overlap(dealer: Dealer, wanted: Period, clash: Period) -> Refusal:
    return Refusal(
        "parties.employment_overlaps",
        dealer=dealer.name,
        wanted_from=wanted.from_on.isoformat(),
        wanted_until=wanted.until_on.isoformat() if wanted.until_on else OPEN,
        present_from=clash.from_on.isoformat(),
        present_until=clash.until_on.isoformat() if clash.until_on else OPEN,
    )
