"""Prove that the ledger holds: the chain, its movements, and the numbers that follow from them.

Reads only, in memory that does not grow with the data. What must hold stands in
docs/architecture.md; each finding names the first row that breaks it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from kombeheer.services.stickers import chain, projection
from kombeheer.services.stickers.findings import Finding, Findings


@dataclass(frozen=True, slots=True)
class LedgerProof:
    """What was checked, and what does not hold; it holds when there is no finding.

    `head_seen` is the chain number at which a head that was kept elsewhere stands, or None.
    """

    movements: int
    numbers: int
    head: str
    findings: list[Finding]
    head_seen: int | None = None


def prove(session: Session, head: str | None = None) -> LedgerProof:
    """Check every invariant of the ledger; `head` is a hash of the chain that was kept elsewhere.

    Movements that nobody can read are told alone: what the others add up to would say nothing.
    """
    findings = Findings()
    end = chain.walk(session, findings, head)
    if head is not None and end.witnessed is None:
        findings.add(
            "stickers.check_witness", "movement", end.number, end.hash, head, order=(end.number,)
        )
    numbers = 0
    if not findings.has("stickers.check_words"):
        numbers = projection.compare(session, findings)
    return LedgerProof(end.number, numbers, end.hash, findings.all(), end.witnessed)


def check(session: Session, head: str | None = None) -> list[Finding]:
    """Return what does not hold; an empty list when all does."""
    return prove(session, head).findings
