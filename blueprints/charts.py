"""Bars as templates/_macros/charts.html draws them, worked out in units of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace

BAR_STEP, BAR_WIDTH, PLOT_HEIGHT, PLOT_TOP = 71, 42, 186, 18
MARGIN, TICKS = 16, 3
VALUE_HEIGHT = 22  # last year's line so near above a bar would run through its figure


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with the value of the year before as a line; `is_present` while it still grows."""

    label: str
    value: int
    past: int
    is_present: bool = False


def bar_chart(title: str, description: str, bars: Sequence[Bar]) -> SimpleNamespace:
    """Return the figure of a row of bars, the first at the left."""
    most = max([1, *(bar.value for bar in bars), *(bar.past for bar in bars)])
    step = _round_step(most)
    scale = (PLOT_HEIGHT - PLOT_TOP) / (step * TICKS)
    return SimpleNamespace(
        title=title,
        description=description,
        width=MARGIN + len(bars) * BAR_STEP,
        height=PLOT_HEIGHT + 26,
        ticks=[
            SimpleNamespace(y=PLOT_HEIGHT - round(step * index * scale), text=step * index)
            for index in range(TICKS + 1)
        ],
        bars=[_drawn(bar, MARGIN + index * BAR_STEP, scale) for index, bar in enumerate(bars)],
    )


def _drawn(bar: Bar, x: int, scale: float) -> SimpleNamespace:
    height = round(bar.value * scale)
    y, past_y = PLOT_HEIGHT - height, PLOT_HEIGHT - round(bar.past * scale)
    return SimpleNamespace(
        x=x,
        y=y,
        width=BAR_WIDTH,
        height=height,
        middle=x + BAR_WIDTH // 2,
        label=bar.label,
        label_y=PLOT_HEIGHT + 20,
        value=bar.value,
        value_y=(past_y if 0 < y - past_y < VALUE_HEIGHT else y) - 6,
        present=bar.is_present,
        past_y=past_y,
        past_from=x - 6,
        past_to=x + BAR_WIDTH + 6,
    )


def _round_step(most: int) -> int:
    """Return a third of the scale, rounded up to 1, 2 or 5 times a power of ten."""
    wanted = -(-most // TICKS)
    power = 10 ** (len(str(wanted)) - 1)
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= wanted)
