"""A file goes in whole or not at all, also when others write meanwhile or something fails."""

from __future__ import annotations

import gc
import io
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from itertools import repeat
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from kombeheer import importing
from kombeheer.importing import FileRefused, Source, kept, require_readable, take_over, try_file
from kombeheer.rules.accounts import MACHINE
from kombeheer.rules.refusal import Refusal
from kombeheer.services.imports.dealers import DealerImporter
from kombeheer.services.imports.judging import LINES_AT_ONCE
from kombeheer.services.imports.sticker_ranges import RANGES_AT_ONCE
from kombeheer.services.journal import count_entries
from kombeheer.services.parties import dealers
from kombeheer.services.parties.dealers import DealerDetails
from models.journal import JournalEntry
from models.parties import Dealer
from models.sites import Site
from models.transaction import Database
from tests.factories import NOW
from tests.queries import asked
from tests.services.imports.taking import LINES, Register, source_of


def source(*numbers: str) -> Source:
    return source_of(
        "dealers", "\n".join(["nummer;naam", *(f"{one};Dealer {one}" for one in numbers)])
    )


def known(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.execute(select(Dealer.number).order_by(Dealer.number)).scalars())


def nobody(*_: object) -> None:
    """Hear nothing."""


def register_meanwhile(database: Database, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a colleague register a dealer between the judging and the writing, once."""
    judge = importing.try_file
    done: list[str] = []

    def judge_then_register(*given: object) -> object:
        judged = judge(*given)  # type: ignore[arg-type]
        if not done:
            done.append(number)
            with database.transaction() as session:
                details = DealerDetails(number, "Van een collega")
                dealers.register_dealer(session, MACHINE, details, NOW)
        return judged

    monkeypatch.setattr(importing, "try_file", judge_then_register)


def test_what_somebody_writes_meanwhile_is_seen_before_it_is_written(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_meanwhile(database, "2", monkeypatch)
    tally = take_over(database, MACHINE, NOW, source("1", "2"), nobody)
    assert (tally.new, tally.changed) == (1, 1)
    assert known(database) == ["1", "2"]


def test_control_without_looking_again_it_collides(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_meanwhile(database, "2", monkeypatch)
    monkeypatch.setattr("kombeheer.importing.journal.count_entries", lambda _: 0)
    with pytest.raises(FileRefused):
        take_over(database, MACHINE, NOW, source("1", "2"), nobody)
    assert known(database) == ["2"]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("is_later", [False, True])
def test_what_is_not_committed_yet_when_a_file_is_judged_is_seen_before_it_is_written(
    database: Database, monkeypatch: pytest.MonkeyPatch, *, is_later: bool
) -> None:
    with ThreadPoolExecutor(1) as page:
        busy = _colleague(database, page, monkeypatch, is_later=is_later)
        tally = take_over(database, MACHINE, NOW, source("1", "2"), nobody)
        busy.result(30)
    assert (tally.new, tally.changed) == (1, 1)
    assert known(database) == ["1", "2", *(["9"] if is_later else [])]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_without_waiting_for_others_it_collides(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "wait_for_others", lambda _: None)
    with ThreadPoolExecutor(1) as page:
        busy = _colleague(database, page, monkeypatch, is_later=False)
        with pytest.raises(FileRefused):
            take_over(database, MACHINE, NOW, source("1", "2"), nobody)
        busy.result(30)


def _colleague(
    database: Database, page: ThreadPoolExecutor, patch: pytest.MonkeyPatch, *, is_later: bool
) -> Future[None]:
    """Have a colleague register dealer 2, and commit it once somebody waits for him.

    Args:
        is_later: whether his entry in the journal has a lower number than one that is seen when
            the file is judged; else he begins after that.
    """
    written, judge, busy = threading.Event(), importing.try_file, Future[None]()

    def register(number: str) -> None:
        with database.transaction() as session:
            details = DealerDetails(number, "Van een collega")
            dealers.register_dealer(session, MACHINE, details, NOW)
            session.flush()
            written.set()
            until = time.monotonic() + 10
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            while number == "2" and not session.scalar(waiting) and time.monotonic() < until:
                time.sleep(0.01)

    def begin() -> None:
        page.submit(register, "2").add_done_callback(lambda _: busy.set_result(None))
        assert written.wait(10)

    def judge_beside(*given: object) -> object:
        if is_later:
            begin()
            register("9")
        judged = judge(*given)  # type: ignore[arg-type]
        if not is_later:
            begin()
        return judged

    patch.setattr(importing, "try_file", judge_beside)
    return busy


@pytest.mark.parametrize("step", range(4))
def test_what_fails_in_the_middle_leaves_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    register, count = dealers.register_dealer, iter(range(10))

    def fail(*given: object) -> Dealer:
        if next(count) == step:
            raise RuntimeError("the power is out")
        return register(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(dealers, "register_dealer", fail)
    with pytest.raises(RuntimeError):
        take_over(database, MACHINE, NOW, source(*"12345"), nobody)
    assert known(database) == []
    monkeypatch.undo()
    assert take_over(database, MACHINE, NOW, source(*"12345"), nobody).new == 5


def test_a_run_is_told_in_the_journal_with_the_hash_of_its_file(
    database: Database, tmp_path: Path
) -> None:
    file = source("1", "2")
    take_over(database, MACHINE, NOW, file, nobody)
    with database.reading() as session:
        entry = session.execute(
            select(JournalEntry).where(JournalEntry.action == "imports.taken_over")
        ).scalar_one()
    assert file.sha256 in entry.after
    with database.reading() as session:
        before = count_entries(session)
    take_over(database, MACHINE, NOW, file, nobody)
    with database.reading() as session:
        assert count_entries(session) == before


def test_a_file_is_kept_as_it_was_read_and_stands_in_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with kept("dealers", "in.csv", [b"nummer", b";naam"]) as file:
        assert list(tmp_path.iterdir()) == []
        file.file.seek(0)
        assert file.file.read() == b"nummer;naam"
        assert file.sha256 == sha256(b"nummer;naam").hexdigest()


def test_of_a_file_that_is_too_large_no_more_is_kept_than_it_takes_to_see_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("kombeheer.importing", "kombeheer.tables.reading"):
        monkeypatch.setattr(f"{module}.FILE_BYTES_MAX", 1024)
    with kept("dealers", "in.csv", repeat(b"x" * 1000)) as file:
        assert file.file.seek(0, io.SEEK_END) == 2_000
        with pytest.raises(Refusal, match="file_large"):
            require_readable(file)


@pytest.mark.parametrize("numbers", [("1", "2"), ("1", "")])
def test_nothing_is_kept_from_the_collector_afterwards(
    database: Database, tmp_path: Path, numbers: tuple[str, ...]
) -> None:
    kept = []
    try:
        take_over(
            *(database, MACHINE, NOW, source(*numbers)),
            lambda *_: kept.append(gc.get_freeze_count()),
        )
    except FileRefused:
        assert "" in numbers
    assert kept[-1] > 0
    assert gc.get_freeze_count() == 0


def test_a_trial_can_be_made_where_nothing_can_be_written(
    database: Database, tmp_path: Path
) -> None:
    with database.transaction():  # the one writer of SQLite is taken
        judged = try_file(database, MACHINE, NOW, source("1"), nobody)
    assert judged.tally.new == 1


def _another(line: str, number: int) -> str:
    """A line that is about something of its own: its first cell is its key or its number."""
    first, _, rest = line.partition(";")
    return f"{first}{number};{rest}"


def asked_for(database: Database, file: Source) -> int:
    """How many statements a trial sends."""
    with asked(database.reader) as statements:
        try_file(database, MACHINE, NOW, file, nobody)
    return len(statements)


@pytest.mark.parametrize("kind", [kind for kind in LINES if kind != "stickers"])
def test_what_a_trial_asks_does_not_grow_with_the_lines(
    database: Database, tmp_path: Path, kind: str
) -> None:
    register = Register(database, tmp_path)
    register.prepare(kind)
    head, _, line = LINES[kind].partition("\n")
    counts = []
    for many in (2, LINES_AT_ONCE):
        file = source_of(
            kind, "\n".join([head, *(_another(line, number) for number in range(many))])
        )
        counts.append(asked_for(database, file))
    assert counts[0] == counts[1]


def test_what_a_trial_asks_of_sticker_ranges_grows_with_every_two_hundred(
    database: Database, tmp_path: Path
) -> None:
    register = Register(database, tmp_path)
    register.prepare("stickers")
    assert register.take("stickers", LINES["stickers"]).tally.new == 1  # of a series that is known
    head, counts = "serie;eerste;laatste;dealer;uitgegeven_op", []
    for many in (2, RANGES_AT_ONCE, LINES_AT_ONCE):
        lines = (f"25;{serial};{serial};118;05-12-2024" for serial in range(100, 100 + many))
        counts.append(asked_for(database, source_of("stickers", "\n".join([head, *lines]))))
    more = LINES_AT_ONCE // RANGES_AT_ONCE - 1
    assert counts == [counts[0], counts[0], counts[0] + more]


def test_all_lines_are_judged_before_any_is_written(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = DealerImporter.write

    def note(self: DealerImporter, new: list[object], changed: list[object]) -> None:
        written.append(len(new))
        write(self, new, changed)

    monkeypatch.setattr(DealerImporter, "write", note)
    numbers = [str(number) for number in range(LINES_AT_ONCE + 5)]
    with pytest.raises(FileRefused):
        take_over(database, MACHINE, NOW, source(*numbers, ""), nobody)
    assert written == []
    take_over(database, MACHINE, NOW, source(*numbers), nobody)
    assert written == [LINES_AT_ONCE, 5]


def taken_at_once(
    database: Database, register: Register, monkeypatch: pytest.MonkeyPatch
) -> list[int]:
    """How many sites of one file two who take it over at the same time say are new."""
    lines = [f"R-1;Hemdijk {number};Sneek" for number in range(50)]
    content = "\n".join(["bedrijf;straat;plaats", *lines])
    both, judge = threading.Barrier(2), importing.try_file

    def judge_together(*given: object) -> object:
        judged = judge(*given)  # type: ignore[arg-type]
        both.wait(30)
        return judged

    monkeypatch.setattr(importing, "try_file", judge_together)

    def take(_: int) -> int:
        return take_over(database, MACHINE, NOW, source_of("sites", content), nobody).new

    with ThreadPoolExecutor(2) as people:
        return sorted(people.map(take, range(2)))


def stored_sites(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(Site)).scalar_one()


def test_of_two_who_take_over_one_file_at_once_one_finds_nothing_new(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Register(database, tmp_path)
    register.prepare("sites")
    assert taken_at_once(database, register, monkeypatch) == [0, 50]
    assert stored_sites(database) == 50


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_without_waiting_everything_is_there_twice(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, count = threading.Barrier(2), importing.journal.count_entries
    judged: set[int] = set()

    def compare_together(session: object) -> int:
        found = count(session)  # type: ignore[arg-type]
        if threading.get_ident() in judged:
            both.wait(30)
        judged.add(threading.get_ident())
        return found

    monkeypatch.setattr(importing, "wait_for_others", lambda _: None)
    register = Register(database, tmp_path)
    register.prepare("sites")
    monkeypatch.setattr("kombeheer.importing.journal.count_entries", compare_together)
    assert taken_at_once(database, register, monkeypatch) == [50, 50]
    assert stored_sites(database) == 100
