"""Whose a visit is to undo, once its report was corrected: whoever's it is by now."""

from __future__ import annotations

from kombeheer.rules.accounts import Role
from models.cases import Case
from models.scanning import ScanDecision
from tests.field import Field, Phone, withdrawal
from tests.services.reports.desks import Desk


def test_a_report_that_went_to_another_dealer_is_undone_by_him(field: Field) -> None:
    """Who sent it asks the office; the dealer whose report it is, and pays it, undoes it."""
    desk = Desk(field, None, ending="geen_kom")
    scan = field.row(ScanDecision, report_id=desk.report_id).event_id
    other = field.foundation.dealer("Bakker Melktechniek")
    mechanic = field.foundation.mechanic(other, "Wietse Bakker")
    office = desk.actor(Role.OFFICE)
    desk.revise(office, reason="Bakker was er", mechanic=mechanic.number)
    assert desk.report().dealer_id == other.id
    [asked] = field.send(withdrawal(scan, 5))
    assert (asked["outcome"], desk.report().state) == ("queued", "incomplete")
    assert field.row(Case).kind == "scan_waiting"
    assert field.phone(dealer=other).send(withdrawal(scan, 6))[0]["outcome"] == "accepted"
    assert desk.report().state == "withdrawn"


def test_a_mechanic_undoes_what_is_on_his_name(field: Field) -> None:
    """Sent by himself, then put on a colleague's name."""
    mine = field.phone(mechanic=field.mechanic)
    [answer] = mine.send(field.visit(1))
    desk = Desk.__new__(Desk)
    desk.field, desk.report_id = field, answer["report"]
    colleague = field.foundation.mechanic(field.dealer, "Sipke Postma")
    desk.revise(desk.actor(Role.OFFICE), reason="Sipke was er", mechanic=colleague.number)
    assert _undo(mine, answer["id"], 5) == "queued"
    assert _undo(field.phone(mechanic=colleague), answer["id"], 6) == "accepted"


def _undo(phone: Phone, event_id: str, sequence: int) -> str:
    return str(phone.send(withdrawal(event_id, sequence))[0]["outcome"])
