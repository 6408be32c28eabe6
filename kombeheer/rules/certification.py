"""Whether a mechanic may do a service on a day. The full status comes with its own facts later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kombeheer.rules.calendar import add_months
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import Regulation


class Module(StrEnum):
    """What a certificate covers on top of the conventional installation.

    Source: R12
    """

    AMS = "ams"


class Country(StrEnum):
    """Which country certified a mechanic: he uses its report, on whichever farm.

    Source: R13
    """

    NL = "nl"
    BE = "be"


@dataclass(frozen=True, slots=True)
class CertificatePeriod:
    """One certificate: its first and last valid day, both included, its modules, who issued it.

    Source: R1, R13
    """

    valid_from: date
    valid_until: date
    modules: frozenset[Module] = frozenset()
    country: Country = Country.NL

    def covers(self, day: date) -> bool:
        """Tell whether `day` lies within the certificate."""
        return self.valid_from <= day <= self.valid_until


def certificate_objection(
    certificates: Sequence[CertificatePeriod], module: Module | None, day: date
) -> Refusal | None:
    """Return what stands against a Dutch report of `day`, or None when a certificate covers it.

    Args:
        module: what the installation asks on top of the certificate, or None.

    Returns:
        `certification.not_certified` without a certificate that covers the day,
        `certification.module_missing` when no certificate of that day has the module,
        `certification.certified_abroad` when only one of another country covers all of it: he may
        work, but on the report of that country and without a KOM sticker.

    Source: R1, R12, R13, Q17
    """
    held = [certificate for certificate in certificates if certificate.covers(day)]
    if not held:
        return Refusal("certification.not_certified", day=day.isoformat())
    enough = [one.country for one in held if module is None or module in one.modules]
    if not enough:
        return Refusal("certification.module_missing", day=day.isoformat(), module=module)
    if Country.NL not in enough:
        abroad = enough[0].value
        return Refusal("certification.certified_abroad", day=day.isoformat(), country=abroad)
    return None


def expiring_until(today: date, regulation: Regulation) -> date:
    """Return the last day of which a certificate that ends by then is said to end soon.

    Source: decisions/0007
    """
    return add_months(today, regulation.certificate_expiring_months)
