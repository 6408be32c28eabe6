"""Which routes each role reaches, written down by hand.

The application derives it from two tables, of routes (blueprints/permissions.py) and of rights
(kombeheer/rules/accounts.py). Here it stands once more, so that a slip in either of them is seen:
a new route is added here too.
"""

from __future__ import annotations

from kombeheer.rules.accounts import Role

ANYBODY = {
    "accounts.accept_invitation",
    "accounts.log_in",
    "accounts.log_out",
    "health.healthz",
    "openapi.document",
    "static",
    "stickers_public.entry",
    "stickers_public.sticker",
}
SIGNED_IN = {"search.find", "start.page"}

_OWN_ACCESS = {
    "accounts.change_password",
    "accounts.end_other_sessions",
    "accounts.end_session",
    "accounts.make_token",
    "accounts.mine",
    "accounts.revoke_token",
    "accounts.set_keys",
}
_NUMBERS = {
    "stickers.barcode",
    "stickers.document_page",
    "stickers.list_file",
    "stickers.list_page",
    "stickers.number",
    "stickers.overview",
    "stickers.overview_file",
    "stickers.qrcode",
    "stickers_api.list_stickers",
}
_FARMS = {
    "parties.farm_page",
    "parties.farms_file",
    "parties.farms_page",
    "parties.mechanic_page",
    "parties_api.list_mechanics",
    "reports.batches_file",
    "reports.batches_page",
    "reports.list_file",
    "reports.list_page",
    "reports.receipt_page",
    "reports.report_page",
    "reports.versions_page",
    "sites.installation_page",
    "sites.list_file",
    "sites.list_page",
    "sites_api.list_installations",
}
_REPORTS = {
    "reports.complete",
    "reports.correct",
    "reports.withdraw",
}
_PEOPLE = {
    "parties.dealer_page",
    "parties.dealers_file",
    "parties.dealers_page",
    "parties.mechanics_file",
    "parties.mechanics_page",
}
_SURVEYS = {"sites.intervals_file", "sites.intervals_page"}
_VISITS = {
    "scanning.choose_ending",
    "scanning.identify",
    "scanning.new_installation",
    "scanning.record_sticker",
    "scanning.undo",
    "scanning.visit_ending",
    "scanning.visit_settings",
    "scanning.visit_start",
    "scanning.visit_sticker",
    "scanning_api.receive_scans",
    "scanning_api.register_device",
    "scanning_api.show_scan",
}
_OWN_STOCK = {
    "stickers.confirm",
    "stickers.confirm_part",
    "stickers.parcel_page",
}
_HANDING_OUT = {
    "stickers.hand_out",
    "stickers.hand_out_start",
}
_CASES = {
    "cases.answer",
    "cases.case_page",
    "cases.list_file",
    "cases.list_page",
}
_MONEY = {
    "billing.changes_file",
    "billing.statement_changes",
    "billing.statement_file",
    "billing.statement_page",
    "billing.statements_file",
    "billing.statements_page",
    "billing.tariffs_file",
    "billing.tariffs_page",
}
_DESK = {
    "billing.make_statement",
    "billing.new_tariff",
    "cases.ask_dealer",
    "cases.decide",
    "cases.hand_over",
    "cases.move_due",
    "cases.open_case",
    "cases.put_back",
    "cases.take_back",
    "cases.today_page",
    "certification.edit_certificate",
    "certification.new_certificate",
    "imports.enter",
    "imports.example_file",
    "imports.list_file",
    "imports.list_page",
    "imports.present_file",
    "imports.progress",
    "imports.report_file",
    "imports.run_page",
    "imports.try_file",
    "journal.list_file",
    "journal.list_page",
    "parties.customers_page",
    "parties.edit_dealer",
    "parties.edit_employment",
    "parties.edit_farm",
    "parties.edit_mechanic",
    "parties.end_customer",
    "parties.identifiers_page",
    "parties.merge",
    "parties.merge_mechanic",
    "parties.merge_mechanic_page",
    "parties.merge_mechanic_preview",
    "parties.merge_page",
    "parties.merge_preview",
    "parties.move",
    "parties.move_page",
    "parties.move_preview",
    "parties.new_dealer",
    "parties.new_employment",
    "parties.new_farm",
    "parties.new_mechanic",
    "parties.remove_identifier",
    "reports.batch_page",
    "reports.check_line",
    "reports.close_batch",
    "reports.enter_line",
    "reports.new_batch",
    "reports.reopen_batch",
    "reports.undo_line",
    "scanning_api.show_scan",
    "sites.cease",
    "sites.check",
    "sites.configure",
    "sites.edit_installation",
    "sites.edit_site",
    "sites.leniency_file",
    "sites.leniency_page",
    "sites.new_installation",
    "sites.new_site",
    "sites.shorten_leniency",
    "stickers.issue",
    "stickers.new_series",
    "stickers.order",
    "stickers.receive",
    "stickers.take_back",
    "users.end_sessions",
    "users.invite_page",
    "users.let_in",
    "users.list_file",
    "users.list_page",
    "users.lock",
    "users.reset",
    "users.revoke_token",
    "users.user_page",
}

REACHES: dict[Role, set[str]] = {
    Role.OFFICE: _OWN_ACCESS
    | _NUMBERS
    | _FARMS
    | _REPORTS
    | _PEOPLE
    | _HANDING_OUT
    | _CASES
    | _MONEY
    | _DESK
    | _SURVEYS,
    Role.INSPECTOR: _OWN_ACCESS | _NUMBERS | _FARMS | _PEOPLE | _SURVEYS,
    Role.DEALER: _OWN_ACCESS
    | _REPORTS
    | _CASES
    | _NUMBERS
    | _FARMS
    | _PEOPLE
    | _VISITS
    | _OWN_STOCK
    | _HANDING_OUT
    | _MONEY,
    Role.MECHANIC: _OWN_ACCESS | _NUMBERS | _FARMS | _REPORTS | _VISITS,
    Role.READER: _OWN_ACCESS | _NUMBERS,
}
