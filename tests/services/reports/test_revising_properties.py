"""Whatever is corrected and withdrawn in whatever order: the ledger is sound, the charges right."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ServiceKind
from kombeheer.rules.scanning import Ending
from tests.factories import TODAY, number
from tests.field import Field, assert_sound
from tests.services.reports.desks import FULL, Desk, assert_charged_right, assert_told

NUMBERS = 8  # an example has so many stickers, and three installations on two sites
_rounds = count(1)

REPORTS = st.integers(0, 3)
DEEDS = st.one_of(
    st.tuples(st.just("withdraw"), REPORTS),
    st.tuples(st.just("fill_in"), REPORTS),
    st.tuples(st.just("units"), REPORTS, st.integers(0, 30)),
    st.tuples(st.just("number"), REPORTS, st.integers(0, NUMBERS - 1)),
    st.tuples(st.just("mark"), REPORTS, st.sampled_from([Ending.GEEN_KOM, Ending.KB])),
    st.tuples(st.just("day"), REPORTS, st.integers(0, 70)),
    st.tuples(st.just("place"), REPORTS, st.integers(0, 2)),
    st.tuples(st.just("kind"), REPORTS, st.sampled_from(list(ServiceKind))),
)


class Round:
    """Four visits of one example, with stickers and installations of their own."""

    def __init__(self, field: Field) -> None:
        self.field, self.round = field, next(_rounds)
        self.first = 1_000 + self.round * NUMBERS
        last = self.first + NUMBERS - 1
        field.foundation.stickers(field.series, field.dealer, self.first, last)
        farm, site = field.foundation.farm(f"Ronde {self.round}")
        field.foundation.customer(field.dealer, farm)
        on_site = [field.foundation.installation(site, units=units) for units in (12, 24)]
        alone = field.foundation.installation(dealer=field.dealer, units=8)
        self.places = [one.public_id for one in (*on_site, alone)]
        self.reports = [
            Desk(
                field,
                None if place == 3 else self.first + place,
                installation=self.places[place % 3],
                sequence=self.round * 100 + place,
                **({"ending": "geen_kom"} if place == 3 else {}),
            )
            for place in range(4)
        ]

    def wish(self, kind: str, value: Any) -> dict[str, Any]:
        """What a deed wants of a report."""
        match kind:
            case "number":
                return {"ending": Ending.STICKER, "number": number(self.first + value).digits}
            case "day":
                return {"service_date": TODAY - timedelta(days=value)}
            case "place":
                return {"installation": self.places[value]}
            case "fill_in":
                return {"details": FULL}
        return {{"units": "unit_count", "mark": "ending", "kind": "kind"}[kind]: value}

    def do(self, kind: str, place: int, value: Any = None) -> None:
        """Do it, or find it refused with nothing changed."""
        desk = self.reports[place]
        before = self.field.sizes()
        if kind == "withdraw":
            assert desk.withdraw(self.round * 100 + 50 + place)["outcome"] == "accepted"
            return
        try:
            desk.revise(reason="nagekeken", **self.wish(kind, value))
        except Refusal:
            assert self.field.grown(before) == {}
        else:
            assert_told(desk)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, min_size=1, max_size=8))
def test_charges_and_ledger_follow_any_corrections(
    shared_field: Field, deeds: list[tuple[Any, ...]]
) -> None:
    example = Round(shared_field)
    for deed in deeds:
        example.do(*deed)
        assert_charged_right(shared_field)
    assert_sound(shared_field.foundation.database)
