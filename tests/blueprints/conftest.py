"""The browser of the office, for the areas that need no more than an empty foundation."""

from __future__ import annotations

import pytest
from flask import Flask

from kombeheer.rules.accounts import Role
from tests.clients import Browser
from tests.factories import Foundation
from tests.field import Clock


@pytest.fixture
def office(app: Flask, foundation: Foundation, clock: Clock) -> Browser:
    return Browser(app, foundation.user(Role.OFFICE))
