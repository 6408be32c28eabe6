"""What the ids in the journal are called, in a number of queries that does not grow."""

from __future__ import annotations

from typing import Any

from kombeheer.rules.accounts import MACHINE, Role
from kombeheer.rules.stickers import Account, AccountKind
from kombeheer.services import journal
from kombeheer.services.naming import names_in
from models.journal import JournalEntry
from tests.factories import NOW, Foundation
from tests.queries import asked


def entry(kind: str, subject_id: object, **after: Any) -> JournalEntry:
    return JournalEntry(
        subject_kind=kind, subject_id=str(subject_id), before="{}", after=journal.as_text(after)
    )


def test_subjects_are_called_by_their_names(foundation: Foundation) -> None:
    dealer, (farm, site) = foundation.dealer("Boersma"), foundation.farm("De Wilgen", "Joure")
    mechanic, office = foundation.mechanic(dealer, "Jan de Vries"), foundation.user(Role.OFFICE)
    series, installation = foundation.series(), foundation.installation(site)
    subjects: dict[tuple[str, object], str | None] = {
        ("dealer", dealer.public_id): "Boersma",
        ("farm", farm.public_id): "De Wilgen",
        ("installation", installation.public_id): "De Wilgen, Joure",
        ("mechanic", mechanic.public_id): "Jan de Vries",
        ("sticker_series", series.id): series.code,
        ("user", office.user_id): office.name,
        ("user", 987): None,
        ("farm", "gone"): None,
        ("scan_event", "some-id"): None,
    }
    with foundation.database.reading() as session:
        names = names_in(session, [entry(*one) for one in subjects])
    assert {
        (kind, number): names.subjects.get((kind, str(number))) for kind, number in subjects
    } == subjects


def test_fields_that_hold_an_id_are_called_by_what_it_is(foundation: Foundation) -> None:
    dealer, office = foundation.dealer("Boersma"), foundation.user(Role.OFFICE)
    double, farm = foundation.farm("De Wilg")[0], foundation.farm("De Wilgen")[0]
    told = entry(
        "farm",
        farm.public_id,
        dealer=dealer.id,
        decided_by_id=office.user_id,
        double=double.public_id,
        count=dealer.id,
        name="Boersma",
        closed_by_id=None,
    )
    with foundation.database.reading() as session:
        names = names_in(session, [told])
    assert names.of_field(told, "dealer", dealer.id) == "Boersma"
    assert names.of_field(told, "decided_by_id", office.user_id) == office.name
    assert names.of_field(told, "double", double.public_id) == "De Wilg"
    for name, value in (("count", dealer.id), ("name", "Boersma"), ("closed_by_id", None)):
        assert names.of_field(told, name, value) is None


def test_ranges_name_their_series_and_who_holds_them(foundation: Foundation) -> None:
    series, dealer = foundation.series(), foundation.dealer("Boersma")
    account = Account(AccountKind.TRANSIT, dealer.id)
    told = entry("document", 1, ranges=[[series.id, 1, 9, "stock", str(account)]])
    with foundation.database.reading() as session:
        names = names_in(session, [told])
    holder = names.holders.of(account)
    assert names.series == {series.id: series.code}
    assert holder is not None
    assert holder.name == "Boersma"


def test_as_many_queries_for_many_entries_as_for_few(foundation: Foundation) -> None:
    farms = [foundation.farm(f"Hoeve {place}")[0] for place in range(20)]
    with foundation.database.transaction() as session:
        changes = [(farm.public_id, {}, {"double": farms[0].public_id}) for farm in farms]
        journal.record_many(session, MACHINE, NOW, "parties.farm_taken_in", "farm", changes)
    counts = []
    for limit in (1, 20):
        with foundation.database.reading() as session:
            rows = [row for row, _ in journal.entries(session, limit=limit)]
            with asked(session) as statements:
                assert len(names_in(session, rows).subjects) >= limit
            counts.append(len(statements))
    assert counts == [1, 1]
