"""The Dutch of cases: what a decision does, what became of it, and the steps of its course."""

from __future__ import annotations

from typing import Any

from blueprints.journal.words import ACTIONS
from blueprints.texts import lazy as _l
from kombeheer.rules.cases import CaseKind, CaseOwner
from kombeheer.rules.scanning import EventKind
from kombeheer.services.cases.lists import Taken
from kombeheer.services.cases.showing import CaseView

_POST, _TURN_DOWN = _l("Leg de scan alsnog vast"), _l("Wijs af")
ACCEPTING: dict[str, Any] = {
    CaseKind.SCAN_WAITING: _POST,
    CaseKind.STICKER_CLAIMED_TWICE: _POST,
    CaseKind.INSTALLATION_UNCHECKED: _l("Keur de installatie goed"),
    CaseKind.REPORT_INCOMPLETE: _l("Sluit zonder aanvulling"),
    CaseKind.REPORT_CONTRADICTS: _l("Het verslag klopt"),
    CaseKind.CORRECTION_WAITING: _l("Voer de correctie door"),
}
REJECTING: dict[str, Any] = {
    CaseKind.SCAN_WAITING: _TURN_DOWN,
    CaseKind.STICKER_CLAIMED_TWICE: _TURN_DOWN,
    CaseKind.CORRECTION_WAITING: _l("Wijs de correctie af"),
}
DECIDED: dict[tuple[str, str], Any] = {
    (CaseKind.SCAN_WAITING, "accepted"): _l("De scan is alsnog vastgelegd"),
    (CaseKind.SCAN_WAITING, "rejected"): _l("De scan is afgewezen"),
    (CaseKind.STICKER_CLAIMED_TWICE, "accepted"): _l("De scan is alsnog vastgelegd"),
    (CaseKind.STICKER_CLAIMED_TWICE, "rejected"): _l("De scan is afgewezen"),
    (CaseKind.INSTALLATION_UNCHECKED, "accepted"): _l("De installatie is goedgekeurd"),
    (CaseKind.REPORT_INCOMPLETE, "accepted"): _l("Gesloten zonder aanvulling"),
    (CaseKind.REPORT_CONTRADICTS, "accepted"): _l("Het verslag klopt"),
    (CaseKind.CORRECTION_WAITING, "accepted"): _l("De correctie is doorgevoerd"),
    (CaseKind.CORRECTION_WAITING, "rejected"): _l("De correctie is afgewezen"),
}
# What ended without anybody deciding.
ENDED: dict[str, Any] = {
    "completed": _l("Het verslag is aangevuld"),
    "resolved": _l("Het verslag en KOM zijn het weer eens"),
    "withdrawn": _l("Het bezoek is ongedaan gemaakt"),
}
OWNERS_TO_DEALER = {CaseOwner.DEALER: _l("U"), CaseOwner.OFFICE: _l("KOM")}
TAKEN: dict[Taken, Any] = {Taken.MINE: _l("Van mij"), Taken.NOBODY: _l("Van niemand")}
ICONS = {
    "cases.answered": "mail",
    "cases.dealer_asked": "mail",
    "cases.decided": "check",
    "cases.due_moved": "calendar-days",
    "cases.handed_over": "users",
    "cases.opened": "inbox",
    "cases.put_back": "inbox",
}


def accepting(view: CaseView) -> Any:
    """Return what the button says that does what a case asks."""
    if _is_withdrawal(view):
        return _l("Maak het bezoek ongedaan")
    return ACCEPTING[view.case.kind]


def rejecting(view: CaseView) -> Any:
    """Return what the button says that leaves all as it is; None when there is none."""
    if _is_withdrawal(view):
        return _l("Laat het bezoek staan")
    return REJECTING.get(view.case.kind)


def _is_withdrawal(view: CaseView) -> bool:
    return view.scan is not None and view.scan.event.kind == EventKind.WITHDRAW


def decided(case: Any) -> Any:
    """Return what became of a case that is decided."""
    return ENDED.get(case.decision) or DECIDED.get((case.kind, case.decision), _l("Beslist"))


def step(action: str) -> Any:
    """Return what somebody did with a case."""
    return ACTIONS.get(action, action)
