"""One table of permissions: a row for every route. A route without a row stops the start."""

from __future__ import annotations

from enum import StrEnum

from kombeheer.rules.accounts import Right


class Open(StrEnum):
    """Who may come without a right of his own."""

    PUBLIC = "public"  # anybody, without log-in
    SIGNED_IN = "signed_in"  # anybody who has logged in


Permission = Right | Open

PERMISSIONS: dict[str, Permission] = {
    "static": Open.PUBLIC,
    "health.healthz": Open.PUBLIC,
    "openapi.document": Open.PUBLIC,
    "cases.case_page": Right.CASES_DECIDE,
    "cases.decide": Right.CASES_DECIDE,
    "cases.list_page": Right.CASES_DECIDE,
    "cases.open_case": Right.CASES_DECIDE,
    "cases.today_page": Right.CASES_DECIDE,
    "reports.list_page": Right.REPORTS_READ,
    "reports.report_page": Right.REPORTS_READ,
    "scanning.choose_ending": Right.SCANNING_VISIT,
    "scanning.identify": Right.SCANNING_VISIT,
    "scanning.new_installation": Right.SCANNING_VISIT,
    "scanning.record_sticker": Right.SCANNING_VISIT,
    "scanning.undo": Right.SCANNING_VISIT,
    "scanning.visit_ending": Right.SCANNING_VISIT,
    "scanning.visit_settings": Right.SCANNING_VISIT,
    "scanning.visit_start": Right.SCANNING_VISIT,
    "scanning.visit_sticker": Right.SCANNING_VISIT,
    "scanning_api.register_device": Right.SCANNING_VISIT,
    "scanning_api.receive_scans": Right.SCANNING_VISIT,
    "scanning_api.show_scan": Right.SCANNING_VISIT,
}
