"""A refusal is a value: a code with facts, that can be stored and told again."""

from __future__ import annotations

import pytest

from kombeheer.rules.refusal import Refusal, shown_text

REFUSAL = Refusal("stickers.not_yours", number="26-001234-13")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(Refusal("stickers.not_yours", number="26-001234-13"), True, id="the same"),
        pytest.param(Refusal("stickers.not_yours", number="26-001235-10"), False, id="other fact"),
        pytest.param(Refusal("stickers.not_yours"), False, id="no fact"),
        pytest.param(Refusal("stickers.unknown", number="26-001234-13"), False, id="other code"),
        pytest.param("stickers.not_yours", False, id="a text"),
        pytest.param(None, False, id="nothing"),
    ],
)
def test_decisions_0002_refusals_are_equal_by_code_and_facts(other: object, same: bool) -> None:
    assert (other == REFUSAL) is same
    if same:
        assert hash(REFUSAL) == hash(other)


def test_decisions_0002_a_refusal_is_raised_and_caught_with_its_code_and_facts() -> None:
    with pytest.raises(Refusal) as caught:
        raise REFUSAL
    assert caught.value.code == "stickers.not_yours"
    assert caught.value.facts == {"number": "26-001234-13"}


@pytest.mark.parametrize(
    ("refusal", "shown"),
    [
        (REFUSAL, "Refusal('stickers.not_yours', number='26-001234-13')"),
        (Refusal("api.not_json"), "Refusal('api.not_json')"),
    ],
)
def test_a_refusal_shows_itself_as_it_is_written(refusal: Refusal, shown: str) -> None:
    assert repr(refusal) == shown
    assert eval(shown) == refusal  # noqa: S307  our own text


def test_one_refusal_may_serve_many_times() -> None:
    assert len({REFUSAL, Refusal("stickers.not_yours", number="26-001234-13")}) == 1
    assert str(REFUSAL) == "stickers.not_yours"


def test_what_was_typed_is_shown_short_and_printable() -> None:
    assert shown_text("a\x00b") == "a·b"
    assert shown_text("x" * 30) == "x" * 24 + "…"
