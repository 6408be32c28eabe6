"""What a line of a file names: subjects by a key of the old administration, people by number.

A file may name a subject by such a key, or by the public id that kombeheer gave it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kombeheer.rules.imports import Subject
from models.imports import Reference
from models.parties import Dealer, Farm, Mechanic
from models.reports import Report
from models.sites import Installation, Site
from models.writing import insert_rows

REFERENCE_LENGTH_MAX = 40
_PUBLIC: Mapping[Subject, Any] = {
    Subject.FARM: Farm.public_id,
    Subject.SITE: Site.public_id,
    Subject.INSTALLATION: Installation.public_id,
    Subject.REPORT: Report.id,
}
_IDS: Mapping[Subject, Any] = {
    Subject.FARM: Farm.id,
    Subject.SITE: Site.id,
    Subject.INSTALLATION: Installation.id,
    Subject.REPORT: Report.id,
}


def resolve(session: Session, kind: Subject, texts: Iterable[str]) -> dict[str, Any]:
    """Return the ids of those subjects that a key or a public id names; others are left out."""
    wanted = sorted(set(texts))
    if not wanted:
        return {}
    public, id_ = _PUBLIC[kind], _IDS[kind]
    rows = session.execute(select(public, id_).where(public.in_(wanted)))
    found: dict[str, Any] = dict(rows.all())
    keyed = session.execute(
        select(Reference.reference, id_)
        .join(Reference, Reference.subject == public)
        .where(Reference.kind == kind, Reference.reference.in_(wanted))
    )
    return found | dict(keyed.all())


def references_of(session: Session, kind: Subject, subjects: Iterable[str]) -> dict[str, str]:
    """Return {public id: key} of those subjects that have a key of their own."""
    wanted = sorted(set(subjects))
    rows = session.execute(
        select(Reference.subject, Reference.reference).where(
            Reference.kind == kind, Reference.subject.in_(wanted)
        )
    )
    return dict(rows.all())


def keep(session: Session, kind: Subject, references: Mapping[str, str]) -> None:
    """Store {key: public id} of subjects that had no key yet."""
    insert_rows(
        session,
        Reference,
        [
            {"kind": kind, "reference": reference, "subject": subject}
            for reference, subject in references.items()
        ],
    )


@dataclass(frozen=True, slots=True)
class Present:
    """Subjects of one kind that lines may be about.

    Args:
        rows: by id.
        named: {public id: key} of those that have a key.
        by_key: ids by a key or a public id.
        by_name: ids by what they are called without a key.
    """

    rows: Mapping[int, Any]
    named: Mapping[str, str]
    by_key: Mapping[str, int]
    by_name: Mapping[Hashable, int]

    def find(self, reference: str | None, name: Hashable) -> int | None:
        """Return the id of what a line is about: by its key, else by its name.

        What has that name and another key is something else.
        """
        found = self.by_key.get(reference or "")
        if found is None:
            found = self.by_name.get(name)
            if found is not None and reference and self.rows[found].public_id in self.named:
                return None
        return found


def present(
    session: Session,
    kind: Subject,
    model: Any,
    keys: Iterable[str | None],
    here: ColumnElement[bool],
    name_of: Callable[[Any], Hashable],
) -> Present:
    """Return the subjects that have one of these keys or are `here`."""
    by_key = resolve(session, kind, [key for key in keys if key])
    wanted = select(model).where(here | model.id.in_(set(by_key.values())))
    rows = {row.id: row for row in session.execute(wanted).scalars()}
    named = references_of(session, kind, [row.public_id for row in rows.values()])
    return Present(rows, named, by_key, {name_of(row): row.id for row in rows.values()})


def dealers(session: Session, numbers: Iterable[str | None]) -> dict[str, Dealer]:
    """Return dealers by number; those that nobody knows are left out."""
    wanted = {number for number in numbers if number}
    rows = session.execute(select(Dealer).where(Dealer.number.in_(wanted))).scalars()
    return {row.number: row for row in rows}


def _mechanics(session: Session, numbers: Iterable[str]) -> set[str]:
    wanted = select(Mechanic.number).where(Mechanic.number.in_(set(numbers)))
    return set(session.execute(wanted).scalars())


@dataclass(frozen=True, slots=True)
class Named:
    """What a cell names: how it is found, and how it is refused when nobody knows it."""

    known: Callable[[Session, Iterable[str]], Iterable[str]]
    code: str
    fact: str


def _keyed(kind: Subject) -> Callable[[Session, Iterable[str]], Iterable[str]]:
    return lambda session, keys: resolve(session, kind, keys)


FARM = Named(_keyed(Subject.FARM), "imports.farm_unknown", "reference")
SITE = Named(_keyed(Subject.SITE), "imports.site_unknown", "reference")
INSTALLATION = Named(_keyed(Subject.INSTALLATION), "imports.installation_unknown", "reference")
DEALER = Named(dealers, "imports.dealer_unknown", "number")
MECHANIC = Named(_mechanics, "scanning.mechanic_unknown", "mechanic")
