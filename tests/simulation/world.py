"""The world of one run: its database, clock and chance, and the one way in which anybody writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from unittest import mock

from sqlalchemy import Executable, event, text
from sqlalchemy.orm import Session

from kombeheer.rules.calendar import day_of
from kombeheer.services.demonstration.chance import Chance
from models import base
from models.accounts import User
from models.parties import Dealer, Mechanic
from models.sites import Installation
from models.stickers import StickerSeries
from models.transaction import Database, before_commit

Result = TypeVar("Result")
Item = TypeVar("Item")
Work = Callable[[Session], Result]
FIRST_MOMENT = datetime(2025, 9, 1, 7, tzinfo=UTC)  # so that a run sees a new year
CRASH_SHARE = 0.06
STATEMENTS_BEFORE_CRASH_MAX = 40
# The tables whose ids a movement names.
CHAINED = (Dealer, Mechanic, Installation, StickerSeries, User)


class Nothing(Exception):
    """There is nothing to do of this kind now."""


class Crash(BaseException):
    """The process ends here, as by `kill -9`: no code of ours sees it, and nothing is committed."""


@dataclass(slots=True)
class Tally:
    """How often each act was done and each refusal given, and how many transactions crashed."""

    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    steps: int = 0
    events: int = 0
    crashes: int = 0

    @property
    def told(self) -> str:
        """Return in short how much has happened; crashes apart, which databases need not share.

        What is refused soon on one of them may crash first on the other.
        """
        return f"{self.acts.total()} acts, {self.refusals.total()} refusals, {self.events} events"

    def add(self, other: Tally) -> None:
        """Add what happened in another run."""
        self.acts += other.acts
        self.refusals += other.refusals
        self.steps += other.steps
        self.events += other.events
        self.crashes += other.crashes


class World:
    """A database with a clock that only the steps move, and chance that only the seed decides.

    Each step draws from a stream of its own, so that what one database does more of (a statement,
    a try) changes nothing that comes after. Whoever writes draws before he does.
    """

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.seed = database, seed
        self.step, self.now = 0, FIRST_MOMENT
        self.tally = Tally()
        self.chance = self._stream()
        self._ids = Chance(seed, "simulation/ids")
        self._statements_left: int | None = None

    def _stream(self) -> Chance:
        return Chance(self.seed, f"simulation/{self.step}")

    @property
    def today(self) -> date:
        """Return the foundation's present day."""
        return day_of(self.now)

    def go_on(self) -> None:
        """Go to the next step: a little later, or after a night, or some days."""
        self.step += 1
        self.chance = self._stream()
        pause = self.chance.choices(("minutes", "hours", "days"), weights=(50, 38, 12))[0]
        most = {"minutes": 90, "hours": 20, "days": 4}[pause]
        self.now += timedelta(**{pause: self.chance.randint(1, most)})

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Within, public ids are drawn from the seed, and a transaction can crash."""
        engine = self.database.writer
        event.listen(engine, "before_cursor_execute", self._count)
        try:
            with mock.patch.object(base, "secrets", self):
                yield
        finally:
            event.remove(engine, "before_cursor_execute", self._count)

    def randbelow(self, most: int) -> int:
        """Return what a public id is made of, in place of `secrets.randbelow`."""
        return self._ids.randrange(most)

    def _count(self, *_: object) -> None:
        if self._statements_left is None:
            return
        if self._statements_left == 0:
            self._statements_left = None
            raise Crash
        self._statements_left -= 1

    def rows(self, statement: Executable) -> Sequence[Any]:
        """Return the rows of a statement, which names their order."""
        with self.database.reading() as session:
            return session.execute(statement).all()

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items; without any there is nothing to do."""
        if not items:
            raise Nothing
        return self.chance.choice(items)

    def write(self, work: Work[Result]) -> Result:
        """Run work in a transaction, now and then first in one that crashes: who asks, insists."""
        if self.chance.happens(CRASH_SHARE):
            self.crash(work)
        return self.commit(work)

    def commit(self, work: Work[Result]) -> Result:
        """Run work in a transaction; when it is undone, so are the ids that it gave out."""
        given = self._ids.getstate()
        try:
            return self.database.write(work)
        except BaseException:
            self._statements_left = None
            self._ids.setstate(given)
            self._close_gaps()
            raise

    def crash(self, work: Work[Any]) -> None:
        """Run work in a transaction that crashes after some statements, or just before it commits.

        Raises:
            Refusal: when the work refuses before that.
        """

        def dying(session: Session) -> None:
            self._statements_left = statements
            work(session)
            before_commit(session, _die)

        statements = self.chance.randint(0, STATEMENTS_BEFORE_CRASH_MAX)
        try:
            self.commit(dying)
        except Crash:
            self.tally.crashes += 1
        finally:
            self._statements_left = None

    def _close_gaps(self) -> None:
        """Have PostgreSQL number on without gaps, as SQLite does: a movement names some ids."""
        if self.database.is_sqlite:
            return
        names = [model.__tablename__ for model in CHAINED]
        back = [
            f"setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
            for name in names
        ]
        with self.database.transaction() as session:
            session.execute(text(f"SELECT {', '.join(back)}"))


def _die(_session: Session) -> None:
    raise Crash
