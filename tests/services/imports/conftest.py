"""Fixtures: an empty register, and one with a line of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.transaction import Database
from tests.services.imports.taking import Register


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    return Register(database, tmp_path)
