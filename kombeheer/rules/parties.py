"""Words for the parties the foundation deals with."""

from __future__ import annotations

from enum import StrEnum


class IdentifierKind(StrEnum):
    """By which number a farm is known elsewhere.

    Source: decisions/0006
    """

    UBN = "ubn"  # Dutch farm number, by location
    KVK = "kvk"  # Dutch chamber of commerce
    KBO = "kbo"  # Belgian company number
    PE = "pe"  # Belgian production unit
    HERD = "herd"  # Belgian herd number
