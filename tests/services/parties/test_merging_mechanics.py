"""Merge a double mechanic: what he has moves, both numbers lead to the one that stays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import MoveKind
from kombeheer.services import search
from kombeheer.services.certification import certificates_of
from kombeheer.services.parties import mechanics, merging_mechanics
from kombeheer.services.stickers import moving
from models.accounts import User
from models.journal import JournalEntry
from models.parties import Dealer, Employment, Mechanic
from models.reports import Report
from tests.factories import NOW, TODAY, Foundation
from tests.field import Field, assert_sound, withdrawal

OFFICE = Actor(1, Role.OFFICE)


def merge(foundation: Foundation, double: Mechanic, mechanic: Mechanic) -> None:
    with foundation.database.transaction() as session:
        merging_mechanics.merge_mechanics(session, MACHINE, double.id, mechanic.id, NOW)


def employ(
    foundation: Foundation, mechanic: Mechanic, dealer: Dealer, first: date, last: date | None
) -> None:
    foundation.add(
        Employment(mechanic_id=mechanic.id, dealer_id=dealer.id, from_on=first, until_on=last)
    )


def employed(foundation: Foundation, mechanic: Mechanic) -> list[tuple[int, date, date | None]]:
    with foundation.database.reading() as session:
        rows = session.scalars(
            select(Employment)
            .where(Employment.mechanic_id == mechanic.id)
            .order_by(Employment.from_on)
        )
        return [(row.dealer_id, row.from_on, row.until_on) for row in rows]


def found(foundation: Foundation, query: str) -> set[int]:
    with foundation.database.reading() as session:
        condition = search.matches(Mechanic.id, search.SubjectKind.MECHANIC, query)
        assert condition is not None
        return set(session.scalars(select(Mechanic.id).where(condition)))


def test_services_certificates_users_and_words_move(field: Field) -> None:
    foundation = field.foundation
    double, mechanic = field.mechanic, foundation.mechanic(None, "Jelle Stienstra")
    user = foundation.user(Role.MECHANIC, mechanic=double)
    with foundation.database.reading() as session:
        moved = {one.certificate.id for one in certificates_of(session, double.id)}
        before = {one.certificate.id for one in certificates_of(session, mechanic.id)}
    field.send(field.visit(1))
    merge(foundation, double, mechanic)
    with foundation.database.reading() as session:
        gone = session.get_one(Mechanic, double.id)
        assert (gone.number, gone.merged_into_id) == (double.number, mechanic.id)
        kept = mechanics.find_mechanic(session, OFFICE, TODAY, double.public_id)
        assert kept is not None
        assert kept.id == mechanic.id
        assert [one.id for one in mechanics.doubles_of(session, mechanic.id)] == [double.id]
        assert certificates_of(session, double.id) == []
        now = {one.certificate.id for one in certificates_of(session, mechanic.id)}
        assert now == moved | before
        assert session.get_one(User, user.user_id).mechanic_id == mechanic.id
        assert session.scalars(select(Report.mechanic_id)).one() == mechanic.id
        entries = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
        assert [(one.action, one.subject_id) for one in entries[-2:]] == [
            ("parties.mechanic_merged", double.public_id),
            ("parties.mechanic_taken_in", mechanic.public_id),
        ]
    assert employed(foundation, double) == []
    for query in (double.number, mechanic.number, double.name, "stienstra"):
        assert mechanic.id in found(foundation, query), query
        assert double.id not in found(foundation, query), query
    assert_sound(foundation.database)


def test_a_scan_with_the_old_number_is_of_the_one_that_stays(field: Field) -> None:
    foundation = field.foundation
    earlier, event = field.visit(1), field.visit(2, sequence=2)
    field.send(earlier)
    mechanic = foundation.mechanic(None)
    merge(foundation, field.mechanic, mechanic)
    [answer] = field.send(event)
    assert (answer["outcome"], answer["code"]) == ("accepted", None)
    assert {row.mechanic_id for row in field.rows(Report)} == {mechanic.id}
    [undone] = field.send(withdrawal(earlier, 3))
    assert undone["state"] == "posted"
    own = field.phone(mechanic=mechanic)
    [told] = own.send(field.visit(3, sequence=1))
    assert told["outcome"] == "accepted"
    assert_sound(foundation.database)


def test_a_sticker_of_the_double_goes_back_to_the_dealer(field: Field) -> None:
    foundation, held = field.foundation, f"mechanic:{field.mechanic.id}"
    of_dealer = f"dealer:{field.dealer.id}"
    foundation.move(MoveKind.HAND_OUT, field.series, 1, 1, of_dealer, held, field.dealer)
    event = field.visit(1)
    field.send(event)
    merge(foundation, field.mechanic, foundation.mechanic(None))
    field.send(withdrawal(event))
    assert field.account(1) == of_dealer
    assert_sound(foundation.database)


def test_he_is_emptied_first(foundation: Foundation) -> None:
    dealer, series = foundation.dealer(), foundation.series()
    double, mechanic = foundation.mechanic(dealer), foundation.mechanic(dealer)
    foundation.stickers(series, dealer)
    held = (f"dealer:{dealer.id}", f"mechanic:{double.id}")
    foundation.move(MoveKind.HAND_OUT, series, 1, 3, *held, dealer)
    with pytest.raises(Refusal) as refused:
        merge(foundation, double, mechanic)
    assert refused.value == Refusal(
        "parties.double_holds_stickers",
        mechanic=double.name,
        count=3,
        numbers="26-000001 t/m 000003",
    )
    merge(foundation, mechanic, double)  # the other way round nothing stands in the way


def test_r43_employments_with_one_dealer_become_one(foundation: Foundation) -> None:
    one, other = foundation.dealer(), foundation.dealer()
    double, mechanic = foundation.mechanic(None), foundation.mechanic(None)
    employ(foundation, mechanic, one, date(2015, 1, 1), date(2016, 12, 31))
    employ(foundation, mechanic, one, date(2018, 1, 1), date(2018, 12, 31))
    employ(foundation, mechanic, other, date(2020, 1, 1), None)
    employ(foundation, double, one, date(2016, 6, 1), date(2019, 12, 31))
    employ(foundation, double, other, date(2021, 1, 1), None)
    employ(foundation, double, other, date(2014, 1, 1), date(2014, 12, 31))
    merge(foundation, double, mechanic)
    assert employed(foundation, mechanic) == [
        (other.id, date(2014, 1, 1), date(2014, 12, 31)),
        (one.id, date(2015, 1, 1), date(2019, 12, 31)),
        (other.id, date(2020, 1, 1), None),
    ]
    assert employed(foundation, double) == []


def test_r43_who_worked_for_two_dealers_on_one_day_are_two(foundation: Foundation) -> None:
    one, other = foundation.dealer("Hoekstra"), foundation.dealer("Van Dijk")
    double, mechanic = foundation.mechanic(None), foundation.mechanic(None)
    employ(foundation, mechanic, one, date(2020, 1, 1), None)
    employ(foundation, double, other, date(2019, 1, 1), date(2020, 1, 1))
    with pytest.raises(Refusal) as refused:
        merge(foundation, double, mechanic)
    assert refused.value.code == "parties.merge_employments_overlap"
    assert (refused.value.facts["double_dealer"], refused.value.facts["dealer"]) == (
        "Van Dijk",
        "Hoekstra",
    )
    assert len(employed(foundation, double)) == 1


def test_what_was_merged_before_leads_on(foundation: Foundation) -> None:
    first, second, third = (foundation.mechanic(None) for _ in range(3))
    merge(foundation, first, second)
    merge(foundation, second, third)
    with foundation.database.reading() as session:
        for one in (first, second, third):
            kept = mechanics.find_mechanic(session, OFFICE, TODAY, one.public_id)
            assert kept is not None
            assert kept.id == third.id
            assert found(foundation, one.number) == {third.id}


def test_a_mechanic_is_not_merged_with_himself_nor_twice(foundation: Foundation) -> None:
    mechanic, double = foundation.mechanic(None), foundation.mechanic(None)
    with pytest.raises(Refusal, match=r"parties\.merge_mechanic_with_himself"):
        merge(foundation, mechanic, mechanic)
    merge(foundation, double, mechanic)
    for one, two in ((double, mechanic), (mechanic, double)):
        with pytest.raises(Refusal, match=r"parties\.mechanic_merged_already"):
            merge(foundation, one, two)


def test_who_may_be_the_same_has_the_same_name_address_or_telephone(
    foundation: Foundation,
) -> None:
    mechanic = foundation.mechanic(None, "Jelle")
    same, near = foundation.mechanic(None, "jelle"), foundation.mechanic(None, "J. Stienstra")
    foundation.mechanic(None, "Wiebe")
    with foundation.database.transaction() as session:
        for one in (mechanic, near):
            session.get_one(Mechanic, one.id).phone = "0512 345678"
    with foundation.database.reading() as session:
        row = session.get_one(Mechanic, mechanic.id)
        alike = {one.id for one in merging_mechanics.candidates(session, row)}
    assert alike == {same.id, near.id}


def while_merging(
    foundation: Foundation, double: Mechanic, mechanic: Mechanic, work: Callable[[], Any]
) -> Any:
    """What `work` gives when it begins before a merge has committed."""
    merged, go_on = Event(), Event()

    def merging() -> None:
        with foundation.database.transaction() as session:
            merging_mechanics.merge_mechanics(session, MACHINE, double.id, mechanic.id, NOW)
            merged.set()
            go_on.wait(20)

    with ThreadPoolExecutor(2) as pool:
        merge_running = pool.submit(merging)
        assert merged.wait(20)
        worked = pool.submit(work)
        with suppress(TimeoutError):
            worked.result(0.5)  # it waits for the merge
        go_on.set()
        merge_running.result(20)
        return worked.result(20)


def test_a_visit_that_meets_a_merge_is_not_of_the_double(field: Field) -> None:
    double, mechanic = field.mechanic, field.foundation.mechanic(None)
    [answer] = while_merging(field.foundation, double, mechanic, lambda: field.send(field.visit(1)))
    assert answer["outcome"] in ("accepted", "queued")
    assert [row.mechanic_id for row in field.rows(Report)] in ([], [mechanic.id])
    assert_sound(field.foundation.database)


def test_a_hand_out_that_meets_a_merge_gives_the_double_nothing(field: Field) -> None:
    double, mechanic = field.mechanic, field.foundation.mechanic(None)

    def hand() -> str:
        try:
            with field.foundation.database.transaction() as session:
                moving.hand_range(
                    session, OFFICE, NOW, field.dealer.id, field.series.id, 1, 2, double.id
                )
        except Refusal as refusal:
            return refusal.code
        return ""

    told = while_merging(field.foundation, double, mechanic, hand)
    assert told == "parties.not_employed"
    assert field.account(1) == f"dealer:{field.dealer.id}"
