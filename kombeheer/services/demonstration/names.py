"""The words of names.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kombeheer.rules.sites import ParlourType


@dataclass(frozen=True, slots=True)
class Names:
    """Words and counts; a place is written with its postcode's digits before it: `8614 Oudega`."""

    farms_by_parlour: dict[ParlourType, int]
    farms_of_2001: dict[ParlourType, int]
    units: dict[ParlourType, list[int]]
    dealers: list[dict[str, Any]]
    regions: dict[str, list[str]]
    streets: list[str]
    given: list[str]
    family: list[str]
    belgian: list[str]
    estates: list[str]
    firms: list[str]

    @property
    def dutch_regions(self) -> list[str]:
        """Return the regions with Dutch dealers."""
        return [region for region in self.regions if region != "belgie"]


@cache
def names() -> Names:
    """Return the words on file."""
    read = tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8"))
    return Names(
        {ParlourType(word): count for word, count in read["parlours"].items()},
        {ParlourType(word): count for word, count in read["parlours_of_2001"].items()},
        {ParlourType(word): counts for word, counts in read["units"].items()},
        read["dealers"],
        read["regions"],
        **read["words"],
    )
