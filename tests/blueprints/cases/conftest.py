"""The desks of the field, and the browsers of those who sit at them."""

from __future__ import annotations

import pytest

from tests.clients import Browser
from tests.field import Field
from tests.services.cases.desk import Desk


@pytest.fixture
def desk(field: Field) -> Desk:
    return Desk(field)


@pytest.fixture
def office(desk: Desk) -> Browser:
    return Browser(desk.field.app, desk.office)


@pytest.fixture
def dealer(desk: Desk) -> Browser:
    return Browser(desk.field.app, desk.field.actor)
