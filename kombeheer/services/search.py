"""Find dealers, mechanics and farms by the beginnings of words, from an index of words.

A query of several words finds what has them all. Not here: which of them somebody may see.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, delete, intersect, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.search import SearchTerm
from models.writing import insert_missing, insert_rows

_WORDS = re.compile(r"[^\W_]+")
# What people write before a number of a farm, and is no part of it.
_LABELS = frozenset({"ubn", "kvk", "kbo", "pe", "beslag", "beslagnummer", "nummer", "nr"})
_LABEL_OF_DIGITS = re.compile(r"\b(?:ubn|kvk|kbo|pe)(?=\d)", re.IGNORECASE)
TERM_LENGTH_MAX = 40
QUERY_WORDS_MAX = 6


class SubjectKind(StrEnum):
    """What can be found."""

    DEALER = "dealer"
    MECHANIC = "mechanic"
    FARM = "farm"


def terms_of(texts: Iterable[str]) -> set[str]:
    """Return the words of texts in small letters without accents; `8501 AB` also as `8501ab`."""
    terms = set()
    for text in texts:
        plain = text.casefold()
        if not plain.isascii():
            plain = unicodedata.normalize("NFKD", plain)
            plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
        words = [word[:TERM_LENGTH_MAX] for word in _WORDS.findall(plain)]
        terms.update(words)
        joined = "".join(words)
        if 1 < len(words) <= 3 and len(joined) <= TERM_LENGTH_MAX and joined[0].isdigit():
            terms.add(joined)
    return terms


def index(
    session: Session, kind: SubjectKind, texts_by_id: Mapping[int, Iterable[str]], *, new: bool
) -> None:
    """Store the words of subjects, in place of what stood there; `new` skips looking for that."""
    if not new:
        session.execute(
            delete(SearchTerm).where(
                SearchTerm.subject_kind == kind, SearchTerm.subject_id.in_(list(texts_by_id))
            )
        )
    insert_rows(session, SearchTerm, _rows(kind, texts_by_id))


def add(session: Session, kind: SubjectKind, texts_by_id: Mapping[int, Iterable[str]]) -> None:
    """Store more words of subjects, beside those that stand there."""
    insert_missing(session, SearchTerm, _rows(kind, texts_by_id))


def _rows(
    kind: SubjectKind, texts_by_id: Mapping[int, Iterable[str]]
) -> list[dict[str, str | int]]:
    return [
        {"subject_kind": kind, "term": term, "subject_id": subject_id}
        for subject_id, texts in texts_by_id.items()
        for term in sorted(terms_of(texts))
    ]


def matching_ids(kind: SubjectKind, query: str) -> Select[int] | None:
    """Return a select of the ids that have a word beginning with each word of the query.

    Before a number of a farm may stand what number it is: `UBN 1482793`. None when the query holds
    no word, which matches everything.
    """
    is_number_of_farm = kind is SubjectKind.FARM and any(sign.isdigit() for sign in query)
    told = _LABEL_OF_DIGITS.sub("", query) if is_number_of_farm else query
    terms = terms_of(told.split()) - (_LABELS if is_number_of_farm else frozenset())
    words: Sequence[str] = sorted(terms)[:QUERY_WORDS_MAX]
    if not words:
        return None
    selects = [
        select(SearchTerm.subject_id).where(
            SearchTerm.subject_kind == kind,
            SearchTerm.term >= word,
            SearchTerm.term < word + "\U0010ffff",
        )
        for word in words
    ]
    if len(selects) == 1:
        return selects[0]
    both = intersect(*selects).subquery()
    return select(both.c.subject_id)


def matches(
    column: ColumnElement[int] | InstrumentedAttribute[int], kind: SubjectKind, query: str
) -> ColumnElement[bool] | None:
    """Return the condition that a subject's id column matches the query, or None for all."""
    found = matching_ids(kind, query)
    return None if found is None else column.in_(found)
