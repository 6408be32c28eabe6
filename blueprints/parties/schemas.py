"""The shape of mechanics for programs."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from kombeheer.rules.certification import Module


class MechanicItem(BaseModel):
    """A mechanic, as he stands today."""

    id: str = Field(description="Hoe andere berichten deze monteur noemen")
    mechanic: str = Field(description="Monteurnummer")
    name: str
    certified_until: date | None = Field(description="Laatste dag van zijn laatste certificaat")
    modules: list[Module] = Field(description="Modules van het certificaat van vandaag")
    public_url: str | None = Field(description="Openbaar adres van het certificaat; later")


class MechanicList(BaseModel):
    """A page of mechanics."""

    items: list[MechanicItem]
    next: str | None = Field(description="Geef dit als cursor voor de volgende bladzijde")
