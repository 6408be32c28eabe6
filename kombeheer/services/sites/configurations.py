"""What an installation is now: of its periods the one that is open."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

from models.sites import InstallationConfiguration


def is_present(installation: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition that a configuration is the present one of an installation, by id."""
    return and_(
        InstallationConfiguration.installation_id == installation,
        InstallationConfiguration.until_on.is_(None),
    )
