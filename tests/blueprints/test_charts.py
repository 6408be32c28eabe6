"""Bars within their drawing: to scale, their values readable, whatever there is to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints import charts
from blueprints.charts import Bar


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1, 2, 3]),
        (3, [0, 1, 2, 3]),
        (4, [0, 2, 4, 6]),
        (6, [0, 2, 4, 6]),
        (7, [0, 5, 10, 15]),
        (30, [0, 10, 20, 30]),
        (31, [0, 20, 40, 60]),
        (1_501, [0, 1_000, 2_000, 3_000]),
    ],
)
def test_the_scale_has_round_numbers_and_holds_the_highest(most: int, ticks: list[int]) -> None:
    for bar in (Bar("a", most, 0), Bar("a", 0, most)):
        assert [tick.text for tick in charts.bar_chart("", "", [bar]).ticks] == ticks


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=12))
def test_every_bar_and_line_stays_within_the_drawing(values: list[tuple[int, int]]) -> None:
    figure = charts.bar_chart("", "", [Bar("a", value, past) for value, past in values])
    assert len(figure.bars) == len(values)
    for bar, (value, past) in zip(figure.bars, values, strict=True):
        assert 0 <= bar.y <= charts.PLOT_HEIGHT
        assert bar.y + bar.height == charts.PLOT_HEIGHT
        assert 0 <= bar.past_y <= charts.PLOT_HEIGHT
        assert 0 < bar.x < bar.x + bar.width < figure.width
        assert 0 < bar.value_y < bar.label_y < figure.height
        assert (bar.y <= bar.past_y) or value <= past
        runs_through = bar.value_y - 16 < bar.past_y < bar.value_y
        assert not runs_through or bar.past_y > bar.y
