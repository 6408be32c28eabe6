"""Certificates as the office enters them: number, country, modules, first and last valid day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.certification import CertificatePeriod, Country, Module
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.parties import indexing
from kombeheer.services.parties.storing import refusing_doubles
from models.certification import Certificate, CertificateModule
from models.parties import Mechanic


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate with its modules."""

    certificate: Certificate
    modules: tuple[Module, ...]

    def covers(self, day: date) -> bool:
        """Tell whether a day lies within it."""
        row = self.certificate
        return CertificatePeriod(row.valid_from, row.valid_until).covers(day)


def certificates_of(session: Session, mechanic_id: int) -> Sequence[CertificateView]:
    """Return a mechanic's certificates, the newest first."""
    modules: dict[int, list[Module]] = {}
    for certificate_id, module in session.execute(
        select(CertificateModule.certificate_id, CertificateModule.module)
        .join(Certificate, Certificate.id == CertificateModule.certificate_id)
        .where(Certificate.mechanic_id == mechanic_id)
    ):
        modules.setdefault(certificate_id, []).append(Module(module))
    rows = session.execute(
        select(Certificate)
        .where(Certificate.mechanic_id == mechanic_id)
        .order_by(Certificate.valid_from.desc(), Certificate.id.desc())
    ).scalars()
    return [CertificateView(row, tuple(sorted(modules.get(row.id, [])))) for row in rows]


def _require_forward(valid_from: date, valid_until: date) -> None:
    if valid_until < valid_from:
        raise Refusal(
            "certification.period_backward",
            valid_from=valid_from.isoformat(),
            valid_until=valid_until.isoformat(),
        )


def _number_taken(session: Session, number: str) -> Refusal | None:
    name = session.execute(
        select(Mechanic.name)
        .join(Certificate, Certificate.mechanic_id == Mechanic.id)
        .where(Certificate.number == number)
    ).scalar()
    if name is None:
        return None
    return Refusal("certification.number_taken", number=number, mechanic=name)


def enter_certificate(
    session: Session,
    actor: Actor,
    mechanic_id: int,
    now: datetime,
    *,
    number: str,
    modules: Collection[Module],
    valid_from: date,
    valid_until: date,
    country: Country = Country.NL,
) -> Certificate:
    """Enter a certificate of a mechanic; it may overlap another one, as with a later module.

    Raises:
        Refusal: `certification.period_backward`, `certification.number_taken`.
    """
    _require_forward(valid_from, valid_until)
    mechanic = session.get_one(Mechanic, mechanic_id, with_for_update=True)
    row = Certificate(
        mechanic_id=mechanic_id,
        number=number,
        country=country,
        valid_from=valid_from,
        valid_until=valid_until,
        created_at=now,
    )
    with refusing_doubles(session, lambda: _number_taken(session, number)):
        session.add(row)
    _set_modules(session, row.id, modules)
    indexing.index_mechanic(session, mechanic)
    journal.record(
        session,
        actor,
        now,
        "certification.entered",
        "mechanic",
        mechanic.public_id,
        after={
            "number": number,
            "country": country,
            "modules": sorted(modules),
            "valid_from": valid_from,
            "valid_until": valid_until,
        },
    )
    return row


def change_certificate(
    session: Session,
    actor: Actor,
    mechanic_id: int,
    certificate_id: int,
    now: datetime,
    *,
    number: str,
    modules: Collection[Module],
    valid_from: date,
    valid_until: date,
    country: Country,
) -> None:
    """Correct a certificate; refuses as `enter_certificate` does.

    Raises:
        Refusal: `certification.unknown` when it is not this mechanic's.
    """
    _require_forward(valid_from, valid_until)
    mechanic = session.get_one(Mechanic, mechanic_id, with_for_update=True)
    row = session.get(Certificate, certificate_id)
    if row is None or row.mechanic_id != mechanic_id:
        raise Refusal("certification.unknown")
    held = {
        Module(module)
        for module in session.execute(
            select(CertificateModule.module).where(
                CertificateModule.certificate_id == certificate_id
            )
        ).scalars()
    }
    wanted = {
        "number": number,
        "country": country,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    with refusing_doubles(session, lambda: _number_taken(session, number)):
        changes = journal.changed_fields(row, wanted)
    if held != set(modules):
        changes["modules"] = (sorted(held), sorted(modules))
        session.execute(
            delete(CertificateModule).where(CertificateModule.certificate_id == certificate_id)
        )
        _set_modules(session, certificate_id, modules)
    indexing.index_mechanic(session, mechanic)
    if changes:
        journal.record(
            session,
            actor,
            now,
            "certification.changed",
            "mechanic",
            mechanic.public_id,
            before={name: before for name, (before, _) in changes.items()},
            after={"certificate": row.number} | {name: new for name, (_, new) in changes.items()},
        )


def _set_modules(session: Session, certificate_id: int, modules: Collection[Module]) -> None:
    session.add_all(
        CertificateModule(certificate_id=certificate_id, module=module)
        for module in sorted(modules)
    )
    session.flush()
