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
    "certification.edit_certificate": Right.CERTIFICATION_MANAGE,
    "certification.new_certificate": Right.CERTIFICATION_MANAGE,
    "journal.list_page": Right.ACCOUNTS_MANAGE,
    "parties.customers_page": Right.PARTIES_MANAGE,
    "parties.dealer_page": Right.PARTIES_READ,
    "parties.dealers_page": Right.PARTIES_READ,
    "parties.edit_dealer": Right.PARTIES_MANAGE,
    "parties.edit_employment": Right.PARTIES_MANAGE,
    "parties.edit_farm": Right.PARTIES_MANAGE,
    "parties.edit_mechanic": Right.PARTIES_MANAGE,
    "parties.end_customer": Right.PARTIES_MANAGE,
    "parties.farm_page": Right.SITES_READ,
    "parties.farms_page": Right.SITES_READ,
    "parties.identifiers_page": Right.PARTIES_MANAGE,
    "parties.mechanic_page": Right.SITES_READ,  # a mechanic sees himself
    "parties.mechanics_page": Right.PARTIES_READ,
    "parties.merge": Right.PARTIES_MANAGE,
    "parties.merge_page": Right.PARTIES_MANAGE,
    "parties.merge_preview": Right.PARTIES_MANAGE,
    "parties.move": Right.PARTIES_MANAGE,
    "parties.move_page": Right.PARTIES_MANAGE,
    "parties.move_preview": Right.PARTIES_MANAGE,
    "parties.new_dealer": Right.PARTIES_MANAGE,
    "parties.new_employment": Right.PARTIES_MANAGE,
    "parties.new_farm": Right.PARTIES_MANAGE,
    "parties.new_mechanic": Right.PARTIES_MANAGE,
    "parties.remove_identifier": Right.PARTIES_MANAGE,
    "parties_api.list_mechanics": Right.SITES_READ,
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
    "search.find": Open.SIGNED_IN,
    "sites.cease": Right.SITES_MANAGE,
    "sites.check": Right.SITES_MANAGE,
    "sites.configure": Right.SITES_MANAGE,
    "sites.edit_installation": Right.SITES_MANAGE,
    "sites.edit_site": Right.SITES_MANAGE,
    "sites.installation_page": Right.SITES_READ,
    "sites.list_page": Right.SITES_READ,
    "sites.new_installation": Right.SITES_MANAGE,
    "sites.new_site": Right.SITES_MANAGE,
    "sites_api.list_installations": Right.SITES_READ,
    "users.end_sessions": Right.ACCOUNTS_MANAGE,
    "users.invite_page": Right.ACCOUNTS_MANAGE,
    "users.let_in": Right.ACCOUNTS_MANAGE,
    "users.list_page": Right.ACCOUNTS_MANAGE,
    "users.lock": Right.ACCOUNTS_MANAGE,
    "users.reset": Right.ACCOUNTS_MANAGE,
    "users.revoke_token": Right.ACCOUNTS_MANAGE,
    "users.user_page": Right.ACCOUNTS_MANAGE,
}
