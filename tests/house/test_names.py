"""Our generic package names are ours: loaded from this checkout, and offered by nobody else."""

from __future__ import annotations

import importlib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.house import tree

OURS = ("kombeheer", "models", "blueprints", "scanners")


@pytest.mark.parametrize("package", OURS)
def test_the_package_is_loaded_from_this_checkout(package: str) -> None:
    found = importlib.import_module(package).__file__
    assert found is not None
    assert Path(found) == tree.ROOT / package / "__init__.py"


@pytest.mark.parametrize("package", OURS)
def test_no_installed_distribution_offers_the_name(package: str) -> None:
    assert package not in packages_distributions()
