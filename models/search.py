"""The index by which people find dealers, mechanics and farms: one row per word.

A portable inverted index: a look-up is a range on `term`, the same on both databases.
"""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Symbol


class SearchTerm(Base):
    """A word, in folded small letters, under which a subject can be found."""

    __tablename__ = "search_term"
    __table_args__ = (Index("ix_search_term_subject", "subject_kind", "subject_id"),)

    subject_kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    term: Mapped[str] = mapped_column(Symbol, primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigId, primary_key=True)
