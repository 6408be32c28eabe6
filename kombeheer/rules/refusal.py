"""What a person or a device may not do, as a value: a stable code and the facts behind it.

Not here: the sentence people read (kombeheer/wording.py) and programmer errors, which crash.
"""

from __future__ import annotations

type_of_fact = str | int | bool | None
SHOWN_CHARACTERS = 24


class Refusal(Exception):
    """A wish that cannot be granted, told by `area.reason` and the facts its sentence needs.

    Facts are plain values (text, whole numbers, days as ISO text), so that a refusal can be stored
    and told again in another language.

    Source: decisions/0002
    """

    def __init__(self, code: str, **facts: type_of_fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and (self.code, self.facts) == (other.code, other.facts)

    def __hash__(self) -> int:
        return hash(self.code)

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"Refusal({self.code!r}{', ' if told else ''}{told})"


def shown_text(text: str) -> str:
    """Return what somebody typed or sent as a short printable text: a fact for a sentence.

    Source: decisions/0002
    """
    printable = "".join(sign if sign.isprintable() else "·" for sign in text[:SHOWN_CHARACTERS])
    return printable + ("…" if len(text) > SHOWN_CHARACTERS else "")
