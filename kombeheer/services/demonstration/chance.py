"""Chance from a seed: the same seed gives the same foundation, public ids and all.

Not here: what chance decides about.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence

from models.base import PUBLIC_ID_LENGTH

_SIGNS = "abcdefghjkmnpqrstvwxyz23456789"
_POSTCODE_LETTERS = "ABCDEGHJKLNPRTVWXZ"  # without S: SA, SD and SS are not given out


class Chance(random.Random):
    """A repeatable stream of chance; each part of the foundation draws from a stream of its own."""

    def __init__(self, seed: int, stream: str) -> None:
        super().__init__(f"{seed}/{stream}")

    def public_id(self) -> str:
        """Return an identifier of the usual form; it can be guessed by who knows the seed."""
        return "".join(self.choices(_SIGNS, k=PUBLIC_ID_LENGTH))

    def uuid(self) -> str:
        """Return a random UUID."""
        return str(uuid.UUID(int=self.getrandbits(128), version=4))

    def postcode(self, digits: str) -> str:
        """Return a Dutch postcode with these digits."""
        return f"{digits} {''.join(self.choices(_POSTCODE_LETTERS, k=2))}"

    def happens(self, share: float) -> bool:
        """Tell whether something happens that happens in this share of the cases."""
        return self.random() < share

    def deal(self, count: int, shares: Sequence[float]) -> list[int]:
        """Return which of the shares each of `count` things goes to, in their proportion."""
        return self.choices(range(len(shares)), weights=shares, k=count)
