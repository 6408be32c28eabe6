"""What a program sends and gets: the shapes that are checked and described to programs.

Unknown fields are ignored. Not here: whether what is sent may be recorded.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from kombeheer.rules.calendar import FIRST_DAY, LAST_DAY
from kombeheer.rules.scanning import Ending, EventKind, Source
from kombeheer.rules.sites import ParlourType, Species

SEQUENCE_MAX = 2**53 - 1
IDENTIFIER = r"^[0-9A-Za-z._:\-]{1,64}$"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _not_a_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")
    return value


def _written_day(value: object) -> object:
    if not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise ValueError("a day is written, never counted in seconds")
    return value


def _written_moment(value: object) -> object:
    if value is not None and not (isinstance(value, str) and _DAY.match(value)):
        raise ValueError("a moment is written, never counted in seconds")
    return value


def _seen(value: str) -> str:
    if not value.isprintable():
        raise ValueError("a line of text has only signs that can be seen")
    return value


Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
Whole = Annotated[int, BeforeValidator(_not_a_bool)]
Day = Annotated[date, BeforeValidator(_written_day), Field(ge=FIRST_DAY, le=LAST_DAY)]
Moment = Annotated[datetime | None, BeforeValidator(_written_moment)]


def text(most: int, least: int = 1) -> Any:
    """Return the type of a line of text of so many signs, all of which can be seen, as on forms."""
    constraints = StringConstraints(min_length=least, max_length=most, strip_whitespace=True)
    return Annotated[str, constraints, AfterValidator(_seen)]


class Body(BaseModel):
    """A JSON object whose unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, strict=False)


class NewInstallationBody(Body):
    """An installation that was not known yet."""

    farm: text(120)
    place: text(80)
    type: ParlourType
    units: Whole = Field(ge=1, le=200)
    species: Species = Species.COWS
    postcode: text(10, 0) = ""
    boxes: Whole = Field(0, ge=0, le=20)
    vacuum_pumps: Whole = Field(1, ge=1, le=20)
    cleaning_facilities: Whole = Field(1, ge=1, le=20)


class VisitBody(Body):
    """A service visit; one of installation, previous and new_installation says where."""

    id: Identifier
    mechanic: text(12)
    service_date: Day
    ending: Literal[Ending.STICKER, Ending.GEEN_KOM, Ending.KB]
    installation: text(32) | None = None
    previous: text(40) | None = None
    new_installation: NewInstallationBody | None = None


class EventBody(Body):
    """One scan."""

    id: Identifier
    device: Identifier | None = None
    sequence: Whole = Field(ge=0, le=SEQUENCE_MAX)
    captured_at: Moment = None
    source: Source
    kind: EventKind
    raw: str | None = None
    raw_base64: str | None = None
    corrects: Identifier | None = None
    visit: VisitBody | None = None


class DeviceBody(Body):
    """A device that is going to send scans."""

    name: text(80)


class DeviceAnswer(Body):
    """The device as it is registered."""

    id: str
    name: str


class AnswerBody(Body):
    """What became of one scan."""

    id: str
    outcome: str
    repeated: bool
    state: str | None
    code: str | None
    message: str
    number: str | None
    report: str | None


class ScansBody(Body):
    """A batch of 1 to 500 scans of one device."""

    device: str
    sent_at: datetime | None = None
    app: str | None = None
    backlog: int | None = None
    events: list[EventBody] = Field(min_length=1, max_length=500)


class ScansAnswer(Body):
    """An answer for each scan, in the same order."""

    answers: list[AnswerBody]
