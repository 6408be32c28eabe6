"""The desks of the field, where its cases are decided."""

from __future__ import annotations

import pytest

from tests.field import Field
from tests.services.cases.desk import Desk


@pytest.fixture
def desk(field: Field) -> Desk:
    return Desk(field)
