"""The keys by which an old administration knows farms, sites, installations and reports.

A file may name a subject by such a key, or by the public id that kombeheer gave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.imports import Subject
from models.imports import Reference
from models.parties import Farm
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
