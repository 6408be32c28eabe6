"""Files to download: a table made of one moment in a reading transaction, sent piece by piece.

Every list has its file at the list's own address with `LIST_FILE` behind it, with the same filters
and order: what the import takes has the columns of that import, any other list its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Response, copy_current_request_context, g
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.database import database, db
from blueprints.formats import moment
from blueprints.guard import actor
from blueprints.listing import Filters, wanted
from kombeheer.clock import now_utc, today
from kombeheer.services import exports
from kombeheer.services.imports.kinds import NAMES
from kombeheer.services.listing import Wanted, streamed
from kombeheer.tables import sheets
from kombeheer.tables.sheets import Cell, Column, Sheet

LIST_FILE = "list.<any(csv, xlsx):extension>"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE_BYTES = 64 * 1024

Chunks = Iterable[Sequence[Any]]
Read = Callable[[Session, Wanted], Sequence[Any]]
Told = tuple[Column, Callable[[Any], Cell]]  # a column, and what of an item stands in it


@dataclass(frozen=True, slots=True)
class Made:
    """A file: its name, its type and its pieces."""

    name: str
    content_type: str
    pieces: Generator[bytes, None, None]


def send(make: Callable[[Session, ExitStack], Made]) -> Response:
    """Send what `make` makes, in a reading transaction that lasts until the last piece is sent.

    What fails before the first piece becomes an error page as everywhere.

    Args:
        make: may leave on the stack what is to be closed behind the last piece.
    """
    db.session.rollback()  # one connection for a download, not two
    with ExitStack() as stack:
        session = stack.enter_context(database().reading())
        made = make(session, stack)
        stack.enter_context(closing(made.pieces))  # before the session, also when it is cut off
        headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
        running = stack.pop_all()
        pieces = _sent(_told(made.pieces), running)
        answer = Response(pieces, content_type=made.content_type, headers=headers)
        answer.call_on_close(running.close)  # also when somebody stops the download
    return answer


def _told(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Return pieces that are made when the request is over, in the language of who asked."""
    present = actor()

    @copy_current_request_context
    def following() -> bytes | None:
        g.actor = present
        return next(pieces, None)

    return iter(following, None)  # type: ignore[arg-type]


def _sent(pieces: Iterator[bytes], running: ExitStack) -> Iterator[bytes]:
    """Yield pieces; what they were made with is closed behind the last one."""
    with running:
        yield from pieces


def of_sheet(sheet: Sheet, name: str, extension: str, session: Session, running: ExitStack) -> Made:
    """Return a table as a CSV or an XLSX; `name` is without its extension."""
    if extension == "csv":
        return Made(f"{name}.csv", CSV, begun(sheets.csv_pieces(sheet)))
    folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="kombeheer-")))
    path = folder / "sheet.xlsx"
    sheets.write_xlsx(sheet, path)
    session.close()
    return Made(f"{name}.xlsx", XLSX, _of_file(path))


def _of_file(path: Path) -> Generator[bytes, None, None]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def begun(pieces: Iterator[bytes]) -> Generator[bytes, None, None]:
    """Return pieces of which the first is made already."""
    first = next(pieces)

    def go_on() -> Generator[bytes, None, None]:
        yield first
        yield from pieces

    return go_on()


def paged(read: Read) -> Callable[[Session], Chunks]:
    """Return how a whole list is read, in the order that the address asks for.

    Args:
        read: returns the items of one page.
    """
    asked = wanted()

    def chunks(session: Session) -> Chunks:
        return streamed(lambda page: read(session, page), asked.sort, descending=asked.descending)

    return chunks


def columns_file(
    extension: str,
    name: str,
    columns: Sequence[Told],
    chunks: Callable[[Session], Chunks],
    filters: Filters | None = None,
) -> Response:
    """Send a list with columns of its own, in words; a spreadsheet also tells the filters.

    Args:
        name: what is listed, in the plural; the file has it with the day.
    """
    about = [(gettext("Gemaakt"), moment(now_utc()))]
    about += [(one.label, one.value) for one in (filters.chosen if filters else ())]

    def make(session: Session, running: ExitStack) -> Made:
        rows = ([cell(item) for _, cell in columns] for items in chunks(session) for item in items)
        title = name[:1].upper() + name[1:]
        sheet = Sheet(title, title, about, [column for column, _ in columns], rows)
        return of_sheet(sheet, _dated(name), extension, session, running)

    return send(make)


def subjects_file(extension: str, kind: str, ids: Callable[[Session], Chunks]) -> Response:
    """Send a list of what the import takes, by its ids, as a file that the import reads back."""
    present, day = actor(), today()

    def make(session: Session, running: ExitStack) -> Made:
        sheet = exports.of_subjects(session, present, day, kind, ids(session))
        return of_sheet(sheet, _dated(NAMES[kind]), extension, session, running)

    return send(make)


def _dated(name: str) -> str:
    return f"{name.replace(' ', '-')}-{today().isoformat()}"
