"""The tables. Importing this package knows them all, so that the metadata is whole."""

from models import (
    accounts,
    billing,
    cases,
    certification,
    imports,
    jobs,
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
    "billing",
    "cases",
    "certification",
    "imports",
    "jobs",
    "journal",
    "parties",
    "reports",
    "scanning",
    "search",
    "sites",
    "stickers",
]
