"""The tables. Importing this package knows them all, so that the metadata is whole."""

from models import (
    accounts,
    cases,
    certification,
    journal,
    parties,
    reports,
    scanning,
    search,
    sites,
    stickers,
)
from models.base import Base

__all__ = [
    "Base",
    "accounts",
    "cases",
    "certification",
    "journal",
    "parties",
    "reports",
    "scanning",
    "search",
    "sites",
    "stickers",
]
