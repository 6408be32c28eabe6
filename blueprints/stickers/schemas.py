"""The shape of stickers for programs."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field


class StickerItem(BaseModel):
    """A number and where it is now."""

    id: str = Field(description="De serie en het volgnummer: uniek, ook bij oude voorraad")
    number: str = Field(description="De cijfers zoals een scanner ze leest")
    printed: str = Field(description="Het nummer zoals het gedrukt staat")
    series: str = Field(description="De code van de serie")
    serial: int
    account: str = Field(
        description=(
            "Waar het nummer is: printer, stock, spoiled, lost, stolen, returned, destroyed, of "
            "met wie: transit, dealer of return met het dealernummer, mechanic met het "
            "monteurnummer, applied met de id van de installatie, zoals dealer:0118"
        )
    )
    dealer: str | None = Field(description="Nummer van de dealer die ervoor instaat")
    issued_on: date | None = Field(description="De dag van uitgifte aan die dealer")


class StickerList(BaseModel):
    """A page of stickers."""

    items: list[StickerItem]
    next: str | None = Field(description="Geef dit als cursor voor de volgende bladzijde")
