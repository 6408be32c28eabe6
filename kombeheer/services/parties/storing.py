"""Store what must be unique: the database decides, and its answer becomes a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kombeheer.rules.refusal import Refusal


@contextmanager
def refusing_doubles(session: Session, taken: Callable[[], Refusal | None]) -> Iterator[None]:
    """Write what is done inside at its end; when the database refuses it, undo that and refuse.

    Args:
        taken: looks up who has the value already; None when it was another constraint, which is
            a programmer's error and crashes.
    """
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError:
        refusal = taken()
        if refusal is None:
            raise
        raise refusal from None
