"""A process that runs a job at an agreed moment, as one of several that all want to.

    python -m tests.cli.racing URL MOMENT claims|ignores

It prints 1 when it ran the job, else 0. What it leaves behind is an entry in the journal.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime
from datetime import time as clock_time

from sqlalchemy.orm import Session

from kombeheer import jobs
from kombeheer.rules.accounts import MACHINE
from kombeheer.services import journal
from models.transaction import Database

DAY = date(2026, 3, 5)
SECONDS_OF_WORK = 0.5


def work(session: Session, now: datetime) -> int:
    """Leave a trace, and take long enough to be met by the others."""
    journal.record(session, MACHINE, now, "proof.ran", "job", "proof")
    time.sleep(SECONDS_OF_WORK)
    return 1


def main(url: str, moment: str, way: str) -> None:
    database, now = Database(url), datetime(2026, 3, 5, 9, tzinfo=UTC)
    with database.reading() as session:
        session.connection()  # so that all begin with an open connection
    time.sleep(max(0.0, float(moment) - time.time()))
    if way == "claims":
        job = jobs.Job("proof", clock_time(3), work)
        ran = database.write(lambda session: jobs.run_job(session, job, DAY, now))
        print(int(ran is not None))
    else:
        print(database.write(lambda session: work(session, now)))
    database.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
