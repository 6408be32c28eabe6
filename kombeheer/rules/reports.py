"""The states of a service report. What completes it comes with its own facts later."""

from __future__ import annotations

from enum import StrEnum


class ReportState(StrEnum):
    """A scan registers a report as incomplete; it counts for the ten, never for the graded five.

    Source: R69, decisions/0007
    """

    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    WITHDRAWN = "withdrawn"
