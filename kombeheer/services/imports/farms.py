"""Take over farms with their identifiers and the dealers that serve them.

A farm is known by the key of the old administration, by kombeheer's own, or by its identifiers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from kombeheer.rules.imports import Outcome, Subject
from kombeheer.rules.parties import IdentifierKind, shown_identifier
from kombeheer.services import journal, search
from kombeheer.services.imports import columns, references
from kombeheer.services.imports.dealers import check_address, given
from kombeheer.services.imports.judging import Change, Importer, Judged
from kombeheer.services.imports.lines import Record
from kombeheer.services.parties import customers, farms, identifiers, indexing
from models.base import new_public_id
from models.parties import Customer, Dealer, Farm, FarmIdentifier
from models.writing import insert_numbered, insert_rows

FIELDS = ("name", "email", "phone", "ceased_on")
Number = tuple[IdentifierKind, str]
_KINDS = tuple((kind, str(kind)) for kind in IdentifierKind)  # each with the field of its column


@dataclass(slots=True)
class Plan:
    """What is to be written of a farm; `farm_id` is None when it is new, and its id made later."""

    farm_id: int | None
    public_id: str
    details: dict[str, Any]
    is_changed: bool = False
    reference: str | None = None
    numbers: list[Number] = field(default_factory=list)
    dealer_ids: list[int] = field(default_factory=list)


def _numbers_column(head: str, kind: IdentifierKind, expected: str, example: str) -> columns.Column:
    def read(cell: str) -> str:
        return identifiers.checked_identifier(kind, cell)

    return columns.many(head, str(kind), read, expected, example)


class FarmImporter(Importer):
    """Farms; one line each."""

    kind = "farms"
    names: ClassVar = {"dealers": references.DEALER}
    columns = (
        columns.key(
            "kenmerk",
            "reference",
            references.REFERENCE_LENGTH_MAX,
            "hoe het bedrijf in uw administratie heet; anders een van de nummers hierna",
            "R-2041",
        ),
        columns.text("naam", "name", 120, "de naam", "Maatschap Hoekstra", required=True),
        _numbers_column("ubn", IdentifierKind.UBN, "een UBN van 1 tot 7 cijfers", "1234567"),
        _numbers_column("kvk", IdentifierKind.KVK, "een KvK-nummer van 8 cijfers", "12345678"),
        _numbers_column("kbo", IdentifierKind.KBO, "een Belgisch ondernemingsnummer", ""),
        _numbers_column("pe", IdentifierKind.PE, "een Belgisch productie-eenheidsnummer", ""),
        _numbers_column("beslag", IdentifierKind.HERD, "een Belgisch beslagnummer", ""),
        columns.text("e-mail", "email", 254, "het e-mailadres", "hoekstra@hoeve.example"),
        columns.text("telefoon", "phone", 40, "het telefoonnummer", "0513 412 345"),
        columns.day("gestopt_op", "ceased_on", "de dag waarop het bedrijf stopte", ""),
        columns.many(
            "dealers",
            "dealers",
            lambda cell: cell,
            "het nummer van een dealer die er nu komt",
            "118",
        ),
    )

    def key(self, record: Record) -> Any:
        """Return its key, else its identifiers; a line without any has no name."""
        return record.get("reference") or _numbers_of(record) or None

    def judge(self, groups: Sequence[Judged]) -> None:
        """Find each farm by its key and its identifiers, and compare it."""
        session, records = self.session, [one.records[0] for one in groups]
        keys = [record.get("reference") for record in records if record.get("reference")]
        known = references.resolve(session, Subject.FARM, keys)
        holders = _holders(session, [number for one in records for number in _numbers_of(one)])
        rows = _farms(session, {*known.values(), *holders.values()})
        named = references.references_of(
            session, Subject.FARM, [row.public_id for row in rows.values()]
        )
        dealers = references.dealers(
            session, [number for one in records for number in one.get("dealers", ())]
        )
        served = _served(session, rows)
        for one in groups:
            record = one.records[0]
            one.subject = record.get("name")
            for more in one.records[1:]:
                one.refuse("imports.line_twice", more, first=one.line)
            check_address(one, self)
            found = self._found(one, known, holders, rows)
            farm = rows[found] if found is not None else None
            self.require_once(one, found, _numbers_of(record), record.get("reference"))
            plan = Plan(found, farm.public_id if farm else "", given(record, FIELDS))
            if farm is not None:
                before = {name: getattr(farm, name) for name in FIELDS}
                wanted = one.compare(before, self.of)
                plan.details, plan.is_changed = {**before, **wanted}, bool(wanted)
            self._reference(one, farm, named, plan)
            self._numbers(one, found, holders, rows, plan)
            self._dealers(one, dealers, served.get(found or 0, set()), plan)
            one.outcome = Outcome.CHANGED if one.changes else Outcome.SAME
            if farm is None:
                one.outcome = Outcome.NEW
            one.plan = plan

    def _found(
        self,
        one: Judged,
        known: Mapping[str, int],
        holders: Mapping[Number, int],
        rows: Mapping[int, Farm],
    ) -> int | None:
        """Return the farm that key and identifiers agree on; those that do not are told."""
        record = one.records[0]
        reference, numbers = record.get("reference"), _numbers_of(record)
        if not reference and not numbers:
            one.refuse("imports.farm_nameless", None, self.of["reference"])
        by_key = known.get(reference)
        if by_key is not None:
            return rows[by_key].merged_into_id or by_key
        found = sorted({holders[number] for number in numbers if number in holders})
        if len(found) > 1:
            names = ", ".join(rows[farm_id].name for farm_id in found)[:120]
            one.refuse("imports.numbers_of_several", None, None, farms=names)
        return found[0] if found else None

    def _reference(
        self, one: Judged, farm: Farm | None, named: Mapping[str, str], plan: Plan
    ) -> None:
        reference = one.records[0].get("reference")
        if not reference or (farm is not None and reference == farm.public_id):
            return
        present = named.get(farm.public_id) if farm is not None else None
        if present == reference:
            return
        if present is not None:
            one.refuse(
                "imports.reference_other", None, self.of["reference"], reference, present=present
            )
            return
        plan.reference = reference
        if farm is not None:
            one.changes.append(Change(one.line, "kenmerk", "", reference))

    def _numbers(
        self,
        one: Judged,
        found: int | None,
        holders: Mapping[Number, int],
        rows: Mapping[int, Farm],
        plan: Plan,
    ) -> None:
        """Note the identifiers that it gets; one belongs to one farm."""
        for kind, value in _numbers_of(one.records[0]):
            column, shown = self.of[str(kind)], shown_identifier(kind, value)
            holder = holders.get((kind, value))
            first = self.earlier((kind, value), one.line)
            if first is not None:
                one.refuse("imports.number_twice", None, column, shown, value=shown, first=first)
            elif holder is None:
                plan.numbers.append((kind, value))
                if found is not None:
                    one.changes.append(Change(one.line, column.head, None, shown))
            elif holder != found:
                name = rows[holder].name
                one.refuse("parties.identifier_taken", None, column, shown, value=shown, farm=name)

    def _dealers(
        self, one: Judged, dealers: Mapping[str, Dealer], served: set[int], plan: Plan
    ) -> None:
        column = self.of["dealers"]
        for number in one.records[0].get("dealers", ()):
            dealer = dealers.get(number)
            if dealer is None:
                self.refuse_unknown(one, one.records[0], "dealers", number)
            elif dealer.id not in served:
                plan.dealer_ids.append(dealer.id)
                if plan.farm_id is not None:
                    one.changes.append(Change(one.line, column.head, None, number))

    def write(self, new: Sequence[Any], changed: Sequence[Any]) -> None:
        """Store new farms set-wise, and change others as the office would."""
        self._store(new)
        for plan in changed:
            self._change(plan)
        plans: list[Plan] = [*new, *changed]
        served = [
            (dealer_id, plan.farm_id, self.today)
            for plan in plans
            if plan.farm_id is not None
            for dealer_id in plan.dealer_ids
        ]
        customers.serve(self.session, served)
        keys = {one.reference: one.public_id for one in plans if one.reference}
        references.keep(self.session, Subject.FARM, keys)

    def _store(self, plans: Sequence[Plan]) -> None:
        for plan in plans:
            plan.public_id = new_public_id()
        empty = {"email": "", "phone": "", "ceased_on": None}
        rows = [
            {**empty, **plan.details, "public_id": plan.public_id, "created_at": self.now}
            for plan in plans
        ]
        ids = insert_numbered(self.session, Farm, rows)
        for plan, farm_id in zip(plans, ids, strict=True):
            plan.farm_id = farm_id
        insert_rows(
            self.session,
            FarmIdentifier,
            [
                {"farm_id": plan.farm_id, "kind": kind, "value": value}
                for plan in plans
                for kind, value in plan.numbers
            ],
        )
        texts = {
            farm_id: [plan.details["name"], *_texts(plan.numbers)]
            for plan, farm_id in zip(plans, ids, strict=True)
        }
        search.index(self.session, search.SubjectKind.FARM, texts, new=True)
        told: list[journal.Change] = [
            (plan.public_id, {}, journal.filled({**plan.details, "file": self.file_name}))
            for plan in plans
        ]
        journal.record_many(self.session, self.actor, self.now, "parties.registered", "farm", told)

    def _change(self, plan: Plan) -> None:
        assert plan.farm_id is not None
        if plan.is_changed:
            farms.change_farm(self.session, self.actor, plan.farm_id, self.now, **plan.details)
        for kind, value in plan.numbers:
            identifiers.add_identifier(
                self.session, self.actor, plan.farm_id, kind, value, self.now
            )

    @classmethod
    def lines_of(cls, session: Session, ids: Sequence[Any]) -> list[dict[str, Any]]:
        """Return a line for each farm, with the dealers that serve it now."""
        rows = _farms(session, set(ids))
        named = references.references_of(
            session, Subject.FARM, [row.public_id for row in rows.values()]
        )
        numbers = identifiers.identifiers_of(session, list(ids))
        served: dict[int, list[str]] = {}
        for farm_id, number in session.execute(
            select(Customer.farm_id, Dealer.number)
            .join(Dealer, Dealer.id == Customer.dealer_id)
            .where(Customer.farm_id.in_(ids), Customer.until_on.is_(None))
            .order_by(Dealer.number)
        ):
            served.setdefault(farm_id, []).append(number)
        lines = []
        for row in (rows[farm_id] for farm_id in ids):
            line = {name: getattr(row, name) for name in FIELDS}
            line["reference"] = named.get(row.public_id, row.public_id)
            line["dealers"] = tuple(served.get(row.id, ()))
            for kind in IdentifierKind:
                line[str(kind)] = tuple(
                    one.value for one in numbers.get(row.id, []) if one.kind == kind
                )
            lines.append(line)
        return lines


def _numbers_of(record: Record) -> tuple[Number, ...]:
    told = ((kind, record.get(name)) for kind, name in _KINDS)
    return tuple((kind, value) for kind, values in told if values for value in values)


def _texts(numbers: Sequence[Number]) -> list[str]:
    return [text for kind, value in numbers for text in indexing.identifier_texts(kind, value)]


def _holders(session: Session, numbers: Sequence[Number]) -> dict[Number, int]:
    """Return which farm has each of these identifiers, where one has."""
    if not numbers:
        return {}
    columns_ = tuple_(FarmIdentifier.kind, FarmIdentifier.value)
    rows = session.execute(
        select(FarmIdentifier.kind, FarmIdentifier.value, FarmIdentifier.farm_id).where(
            columns_.in_(sorted(set(numbers)))
        )
    )
    return {(IdentifierKind(kind), value): farm_id for kind, value, farm_id in rows}


def _farms(session: Session, ids: set[int]) -> dict[int, Farm]:
    """Return farms by id, and those that they were merged into."""
    rows = list(session.execute(select(Farm).where(Farm.id.in_(ids))).scalars())
    merged = {row.merged_into_id for row in rows} - {None} - ids
    rows += session.execute(select(Farm).where(Farm.id.in_(merged))).scalars()
    return {row.id: row for row in rows}


def _served(session: Session, farm_ids: Mapping[int, Farm]) -> dict[int, set[int]]:
    """Return the dealers that serve each farm now."""
    found: dict[int, set[int]] = {}
    for farm_id, dealer_id in session.execute(
        select(Customer.farm_id, Customer.dealer_id).where(
            Customer.farm_id.in_(list(farm_ids)), Customer.until_on.is_(None)
        )
    ):
        found.setdefault(farm_id, set()).add(dealer_id)
    return found
