"""Plugin of `make test`: a skipped test has failed, so that a part that cannot run is seen."""

from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which `make test` does not accept: {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"Skipped, which `make test` does not accept: {_reason(report.longrepr)}"
    return report


def _reason(representation: Any) -> str:
    """The reason that stands last in (file, line, reason)."""
    return str(representation[2] if isinstance(representation, tuple) else representation)
