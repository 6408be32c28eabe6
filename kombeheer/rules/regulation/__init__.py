"""Norms and thresholds as dated data: one TOML file per day from which it holds.

Not here: tariffs, which are rows that the office can add.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Regulation:
    """What the regulation asks from `valid_from` on, until a later file takes over.

    Months are calendar months, grades run from 1 to 10, shares are percentages of a year's count,
    temperatures are degrees Celsius. A regulation without a transition has None for it.

    Source: R79
    """

    valid_from: date
    services_per_year_min: int
    kb_counts_as_service: bool
    grade_min: float
    service_interval_months: int
    service_interval_ams_months: int
    service_tolerated_months: int
    service_tolerated_ams_months: int
    service_about_days: int
    norm: str
    wash_start_above_celsius: int
    wash_end_above_celsius: int
    sticker_distance_max_metres: int
    report_template: str
    report_template_ams: str
    correction_window_months: int
    jar_term_months: int
    meter_term_months: int
    meter_provisional_term_months: int
    spot_check_reports_percent: float
    spot_check_meter_farms_percent: float
    report_completion_days: int
    service_date_age_max_days: int
    case_due_days: int
    transit_late_days: int
    service_soon_months: int
    certificate_expiring_months: int
    ams_module_from: date
    transition_norm: str | None = None
    transition_before: date | None = None


@cache
def regulations() -> tuple[Regulation, ...]:
    """Return every regulation on file, the oldest first.

    Source: R79
    """
    files = sorted(Path(__file__).parent.glob("*.toml"))
    return tuple(Regulation(**tomllib.loads(file.read_text("utf-8"))) for file in files)


def regulation_on(day: date) -> Regulation:
    """Return the regulation in force on `day`; the oldest one for a day before all of them.

    Source: R79
    """
    known = regulations()
    return next((found for found in reversed(known) if found.valid_from <= day), known[0])
