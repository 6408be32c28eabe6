"""Take a guard out, so that the simulation can be seen to fail. Nothing of this is in the product.

Each works in this process, and puts everything back at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from unittest import mock

from sqlalchemy.orm import Session

from kombeheer.services.billing import charging
from kombeheer.services.scanning import judging
from models.transaction import Database
from tests.simulation.world import Crash


@contextmanager
def without_undoing() -> Iterator[None]:
    """Keep what a transaction wrote before it crashed."""
    transaction = Database.transaction

    @contextmanager
    def keeping(database: Database) -> Iterator[Session]:
        crashes: list[Crash] = []
        with transaction(database) as session:
            try:
                yield session
            except Crash as crash:
                crashes.append(crash)
        if crashes:
            raise crashes[0]

    with mock.patch.object(Database, "transaction", keeping):
        yield


def without_settling() -> AbstractContextManager[object]:
    """Leave the charges of a site as they are when a report is withdrawn or corrected."""
    return mock.patch.object(charging, "settle_sites", return_value=None)


def without_objecting() -> AbstractContextManager[object]:
    """Let anybody stick a number that is somewhere else, or was stuck already."""
    return mock.patch.object(judging, "sticker_objection", return_value=None)


GUARDS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "undoing": without_undoing,
    "settling": without_settling,
    "objecting": without_objecting,
}


def without(guard: str) -> AbstractContextManager[object]:
    """Take the guard of this name out; none when it is empty."""
    return GUARDS[guard]() if guard else nullcontext()
