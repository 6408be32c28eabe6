"""Undoing visits: whose they are, once a report was corrected, and two who do it at once."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from kombeheer.rules.accounts import Role
from kombeheer.services.scanning import judging
from kombeheer.services.scanning.store import Answer
from models import transaction
from models.cases import Case
from models.reports import Report
from models.scanning import ScanDecision
from models.sites import Site
from tests.field import Field, Phone, withdrawal
from tests.services.reports.desks import Desk
from tests.services.scanning.batches import post, visit, withdraw
from tests.together import at_once


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


def undone_and_done_again(field: Field, monkeypatch: pytest.MonkeyPatch) -> list[list[Answer]]:
    """Two batches at one site at once: each undoes a visit and registers another one.

    Neither goes on from the site before the other has come there, if it can.
    """
    [site] = field.rows(Site, id=field.installation.site_id)
    places = [field.installation, field.foundation.installation(site)]
    pairs = list(enumerate(places, 1))
    post(field, [visit(field, f"e{n}", n, installation=place, sequence=n) for n, place in pairs])
    meet, load = Barrier(2), judging.load_installations

    def load_and_meet(*given: Any, **more: Any) -> Any:
        found = load(*given, **more)
        with suppress(BrokenBarrierError):
            meet.wait(0.5)
        return found

    monkeypatch.setattr(judging, "load_installations", load_and_meet)
    monkeypatch.setattr(transaction, "ATTEMPTS", 1)  # a deadlock is not tried again
    batches = [
        [
            withdraw(field, f"w{n}", f"e{n}", 10 + n),
            visit(field, f"again{n}", 10 + n, installation=place, sequence=20 + n),
        ]
        for n, place in pairs
    ]
    return at_once(*(partial(post, field, batch) for batch in batches))


def test_who_will_settle_a_site_holds_it_before_he_shares_it(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    got = undone_and_done_again(field, monkeypatch)
    assert {answer.outcome for answers in got for answer in answers} == {"accepted"}
    assert sorted(row.state for row in field.rows(Report)) == [
        *["incomplete"] * 2,
        *["withdrawn"] * 2,
    ]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_two_who_share_a_site_and_then_want_it_wait_for_each_other(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without holding it first one of the two is broken off."""
    monkeypatch.setattr(judging, "hold_farms", lambda *_: None)
    with pytest.raises(OperationalError, match="deadlock"):
        undone_and_done_again(field, monkeypatch)
