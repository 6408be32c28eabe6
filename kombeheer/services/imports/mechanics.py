"""Take over mechanics with their employments and certificates.

A mechanic has a line for each employment and certificate, one below the other; each line repeats
his number and name.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.certification import Country, Module
from kombeheer.rules.imports import Outcome, folded, read_word
from kombeheer.services import certification
from kombeheer.services.imports import columns, references
from kombeheer.services.imports.careers import (
    Plan,
    career_lines,
    held_by_number,
    judge_certificates,
    judge_employments,
)
from kombeheer.services.imports.dealers import check_address, given
from kombeheer.services.imports.judging import Importer, Judged
from kombeheer.services.imports.lines import Record
from kombeheer.services.parties import employments, mechanics
from models.certification import Certificate
from models.parties import Dealer, Employment, Mechanic

FIELDS = ("name", "email", "phone")
COUNTRIES = {"NL": Country.NL, "BE": Country.BE}
MODULES = {"AMS": Module.AMS}
CERTIFICATE_LENGTH_MAX = 20


class MechanicImporter(Importer):
    """Mechanics; a number that is known already is that mechanic."""

    kind = "mechanics"
    names: ClassVar = {"dealer": references.DEALER}
    columns = (
        columns.key("nummer", "number", 12, "het nummer van de monteur", "1042", required=True),
        columns.text("naam", "name", 120, "zijn naam", "Jan de Vries", required=True),
        columns.text("e-mail", "email", 254, "het e-mailadres", "jan@boersma.example"),
        columns.text("telefoon", "phone", 40, "het telefoonnummer", "06 12 34 56 78"),
        columns.key("dealer", "dealer", 12, "het nummer van een dealer die bekend is", "118"),
        columns.day("in_dienst_vanaf", "from_on", "de eerste dag in dienst", "01-03-2019"),
        columns.day("in_dienst_tot", "until_on", "de laatste dag in dienst", ""),
        columns.key("certificaat", "certificate", CERTIFICATE_LENGTH_MAX, "het nummer", "C-1042"),
        columns.word("certificaat_land", "country", "het land", COUNTRIES, empty=Country.NL),
        columns.day(
            "geldig_vanaf", "valid_from", "de eerste dag van het certificaat", "01-06-2019"
        ),
        columns.day(
            "geldig_tot", "valid_until", "de laatste dag van het certificaat", "31-12-2027"
        ),
        columns.many(
            "modules",
            "modules",
            lambda cell: read_word(cell, MODULES),
            "de aanvullende modules: AMS",
            "AMS",
        ),
    )

    def key(self, record: Record) -> Any:
        """Return the number."""
        return record.get("number")

    def judge(self, groups: Sequence[Judged]) -> None:
        """Compare each with the mechanic of that number, his employments and his certificates."""
        records = [record for one in groups for record in one.records]
        session = self.session
        dealers = references.dealers(session, [record.get("dealer") for record in records])
        held_by = held_by_number(session, {record.get("number") for record in records})
        holders = _holders(session, [record.get("certificate") for record in records])
        known = _Known(session, records)
        for one in groups:
            first = one.records[0]
            one.subject = f"{first.get('number')} {first.get('name')}"
            check_address(one, self)
            held = held_by.get(first.get("number"))
            plan = Plan(first.get("number"), held.row.id if held else None, given(first, FIELDS))
            if held is not None:
                before = {name: getattr(held.row, name) for name in FIELDS}
                wanted = one.compare(before, self.of)
                plan.details, plan.is_changed = {**before, **wanted}, bool(wanted)
            self._same_on_each(one)
            judge_employments(self, one, held, dealers, plan)
            judge_certificates(self, one, held, holders, plan)
            self._not_twice(one, plan, known)
            one.outcome = Outcome.CHANGED if one.changes else Outcome.SAME
            if held is None:
                one.outcome = Outcome.NEW
            one.plan = plan

    def _same_on_each(self, one: Judged) -> None:
        """His name and addresses are the same on each of his lines, or left out."""
        first = one.records[0]
        for record in one.records[1:]:
            for name in FIELDS:
                told, other = record.get(name), first.get(name)
                if told and folded(told) != folded(other):
                    facts = {"first": first.line, "other": other[:60]}
                    one.refuse("imports.differs_from_line", record, self.of[name], told, **facts)

    def _not_twice(self, one: Judged, plan: Plan, known: _Known) -> None:
        """Nobody stands under two numbers: no e-mail address, and no name at one dealer, twice."""
        first = one.records[0]
        own, email, name = (first.get(field) for field in ("number", "email", "name"))
        tries = [("name", name, (folded(name), dealer.id)) for _, dealer, _ in plan.employments]
        tries += [("email", email, email)] if email else []
        for field, value, key in tries:
            line = self.earlier((field, key), one.line)
            holder = known.holder(key, own)
            if line is not None:
                one.refuse("imports.mechanic_twice", None, self.of[field], value, first=line)
            elif holder is not None:
                one.refuse("imports.mechanic_known", None, self.of[field], value, number=holder)
            if line is not None or holder is not None:
                return

    def write(self, new: Sequence[Any], changed: Sequence[Any]) -> None:
        """Register and change mechanics, employments and certificates as the office would."""
        for plan in (*new, *changed):
            self._store(plan)

    def _store(self, plan: Plan) -> None:
        session, actor, now, number = self.session, self.actor, self.now, plan.number
        mechanic_id = plan.mechanic_id
        if mechanic_id is None:
            row = mechanics.register_mechanic(session, actor, now, number=number, **plan.details)
            mechanic_id = row.id
        elif plan.is_changed:
            mechanics.change_mechanic(
                session, actor, mechanic_id, now, number=number, **plan.details
            )
        # What gets other days goes first, so that what begins behind it does not overlap.
        for employment_id, dealer, period in sorted(
            plan.employments, key=lambda one: (one[0] is None, one[2].from_on)
        ):
            if employment_id is None:
                employments.begin_employment(session, actor, mechanic_id, dealer, period, now)
            else:
                employments.set_period(session, actor, employment_id, period, now)
        for certificate_id, told in plan.certificates:
            if certificate_id is None:
                certification.enter_certificate(session, actor, mechanic_id, now, **told)
            else:
                certification.change_certificate(
                    session, actor, mechanic_id, certificate_id, now, **told
                )

    @classmethod
    def lines_of(cls, session: Session, ids: Sequence[Any]) -> list[dict[str, Any]]:
        """Return a line for each employment and certificate of each mechanic, at least one."""
        numbers = session.execute(select(Mechanic.number).where(Mechanic.id.in_(ids))).scalars()
        held = {one.row.id: one for one in held_by_number(session, set(numbers)).values()}
        dealers = dict(session.execute(select(Dealer.id, Dealer.number)).all())
        lines = []
        for one in (held[mechanic_id] for mechanic_id in ids):
            about = {name: getattr(one.row, name) for name in ("number", *FIELDS)}
            lines += [{**about, **line} for line in career_lines(one, dealers)]
        return lines


class _Known:
    """By what the mechanics that are registered are known: address, and name at a dealer."""

    def __init__(self, session: Session, records: Sequence[Record]) -> None:
        self._numbers: dict[Hashable, set[str]] = {}
        emails = [record.get("email") for record in records if record.get("email")]
        dealers = {record.get("dealer") for record in records}
        own = (Mechanic.merged_into_id.is_(None),)
        for email, number in session.execute(
            select(Mechanic.email, Mechanic.number).where(Mechanic.email.in_(emails), *own)
        ):
            self._numbers.setdefault(email, set()).add(number)
        for name, dealer_id, number in session.execute(
            select(Mechanic.name, Employment.dealer_id, Mechanic.number)
            .join(Employment, Employment.mechanic_id == Mechanic.id)
            .join(Dealer, Dealer.id == Employment.dealer_id)
            .where(Dealer.number.in_(dealers), *own)
        ):
            self._numbers.setdefault((folded(name), dealer_id), set()).add(number)

    def holder(self, key: Hashable, own: str) -> str | None:
        """Return the number of somebody else who is known by this."""
        return next(iter(sorted(self._numbers.get(key, set()) - {own})), None)


def _holders(session: Session, numbers: Sequence[str | None]) -> Mapping[str, str]:
    """Return {certificate number: mechanic's number}."""
    rows = session.execute(
        select(Certificate.number, Mechanic.number)
        .join(Mechanic, Mechanic.id == Certificate.mechanic_id)
        .where(Certificate.number.in_([number for number in numbers if number]))
    )
    return dict(rows.all())
