"""The shape of installations for programs."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from kombeheer.rules.sites import InstallationState, ParlourType, Species


class InstallationItem(BaseModel):
    """An installation in use, as it is today."""

    id: str = Field(description="Hoe andere berichten deze installatie noemen")
    farm: str = Field(description="Naam van het bedrijf")
    place: str
    postcode: str
    parlour_type: ParlourType
    species: Species
    units: int = Field(description="Standen of melkstellen")
    boxes: int = Field(description="Boxen van een robot, anders 0")
    state: InstallationState = Field(description="unchecked: nog niet nagekeken door KOM")
    number: str | None = Field(description="Cijfers van de sticker van de laatste beurt")
    due_on: date | None = Field(description="Laatste dag waarop de volgende beurt op tijd is")


class InstallationList(BaseModel):
    """A page of installations."""

    items: list[InstallationItem]
    next: str | None = Field(description="Geef dit als cursor voor de volgende bladzijde")
