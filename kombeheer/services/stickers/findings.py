"""What a check found: for each thing that must hold, the first row that breaks it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kombeheer.rules.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold.

    Args:
        code: what should hold, as the code of its sentence in kombeheer/wording.py.
        table, key: the first row that breaks it.
        found, expected: what stands there, and what should.
        more: how many rows after it break the same.
    """

    code: str
    table: str
    key: str
    found: str
    expected: str
    more: int = 0

    @property
    def refusal(self) -> Refusal:
        """Return the finding as a code with facts, for its sentence."""
        return Refusal(
            self.code,
            table=self.table,
            key=self.key,
            found=self.found or "leeg",
            expected=self.expected or "leeg",
        )


class Findings:
    """Keeps of each code the first finding and counts the others, however many there are."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[tuple[int, ...], Finding]] = {}
        self._count: dict[str, int] = {}

    def add(
        self,
        code: str,
        table: str,
        key: object,
        found: object,
        expected: object,
        *,
        order: tuple[int, ...],
        rows: int = 1,
    ) -> None:
        """Note a row; `order` says where it stands among those of the same code."""
        self._count[code] = self._count.get(code, 0) + rows
        if code not in self._first or order < self._first[code][0]:
            finding = Finding(code, table, str(key), str(found), str(expected))
            self._first[code] = (order, finding)

    def has(self, code: str) -> bool:
        """Tell whether a row broke this."""
        return code in self._first

    def all(self) -> list[Finding]:
        """Return the findings in the order in which their codes were met."""
        return [
            replace(finding, more=self._count[code] - 1)
            for code, (_, finding) in self._first.items()
        ]
