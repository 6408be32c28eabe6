"""What merging a double farm and merging a double mechanic have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.services import journal
from models.parties import Farm, Mechanic

Party = TypeVar("Party", Farm, Mechanic)


def locked_pair(
    session: Session, table: type[Party], double_id: int, kept_id: int
) -> tuple[Party, Party]:
    """Return the double and the one that stays, locked in one order."""
    rows = session.execute(
        select(table).where(table.id.in_([double_id, kept_id])).order_by(table.id).with_for_update()
    ).scalars()
    locked = {one.id: one for one in rows}
    return locked[double_id], locked[kept_id]


def contact_to_fill(double: Party, kept: Party) -> dict[str, str]:
    """Return what the double fills in where the one that stays has nothing."""
    return {
        name: getattr(double, name)
        for name in ("email", "phone")
        if getattr(double, name) and not getattr(kept, name)
    }


def move_rows(
    session: Session, tables: Iterable[Any], column: str, double_id: int, kept_id: int
) -> None:
    """Have the rows that name the double name the one that stays."""
    for table in tables:
        session.execute(
            update(table)
            .where(getattr(table, column) == double_id)
            .values({column: kept_id})
            .execution_options(synchronize_session="fetch")
        )


def point_to(session: Session, double: Party, kept: Party) -> None:
    """Have the double, and whatever was merged into it before, point to the one that stays."""
    table: Any = type(double)
    session.execute(
        update(table)
        .where((table.id == double.id) | (table.merged_into_id == double.id))
        .values(merged_into_id=kept.id)
        .execution_options(synchronize_session="fetch")
    )


def record_merge(
    session: Session,
    actor: Actor,
    now: datetime,
    double: Party,
    kept: Party,
    moved: Mapping[str, Any],
    filled: Mapping[str, tuple[Any, Any]],
) -> None:
    """Write in the journal of both what moved and what was filled in."""
    kind = "farm" if isinstance(double, Farm) else "mechanic"
    journal.record(
        session,
        actor,
        now,
        f"parties.{kind}_merged",
        kind,
        double.public_id,
        before=dict(moved),
        after={"merged_into": kept.public_id, kind: kept.name},
    )
    journal.record(
        session,
        actor,
        now,
        f"parties.{kind}_taken_in",
        kind,
        kept.public_id,
        before={name: before for name, (before, _) in filled.items()},
        after={
            **moved,
            **{name: after for name, (_, after) in filled.items()},
            "double": double.public_id,
            kind: double.name,
        },
    )
