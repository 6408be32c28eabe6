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
    "start.page": Open.SIGNED_IN,
    "accounts.accept_invitation": Open.PUBLIC,
    "accounts.change_password": Right.ACCOUNTS_OWN,
    "accounts.end_other_sessions": Right.ACCOUNTS_OWN,
    "accounts.end_session": Right.ACCOUNTS_OWN,
    "accounts.log_in": Open.PUBLIC,
    "accounts.log_out": Open.PUBLIC,
    "accounts.make_token": Right.ACCOUNTS_OWN,
    "accounts.mine": Right.ACCOUNTS_OWN,
    "accounts.revoke_token": Right.ACCOUNTS_OWN,
    "accounts.set_keys": Right.ACCOUNTS_OWN,
    "cases.case_page": Right.CASES_DECIDE,
    "cases.decide": Right.CASES_DECIDE,
    "cases.list_page": Right.CASES_DECIDE,
    "cases.open_case": Right.CASES_DECIDE,
    "cases.today_page": Right.CASES_DECIDE,
    "journal.list_page": Right.ACCOUNTS_MANAGE,
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
    "users.end_sessions": Right.ACCOUNTS_MANAGE,
    "users.invite_page": Right.ACCOUNTS_MANAGE,
    "users.let_in": Right.ACCOUNTS_MANAGE,
    "users.list_page": Right.ACCOUNTS_MANAGE,
    "users.lock": Right.ACCOUNTS_MANAGE,
    "users.reset": Right.ACCOUNTS_MANAGE,
    "users.revoke_token": Right.ACCOUNTS_MANAGE,
    "users.user_page": Right.ACCOUNTS_MANAGE,
}
