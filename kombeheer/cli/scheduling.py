"""`scheduler`: the one process that keeps the timetable (kombeheer/jobs)."""

from __future__ import annotations

import json
import logging
import signal
from collections.abc import Sequence
from datetime import UTC

import click
from apscheduler.schedulers.blocking import BlockingScheduler

from kombeheer import clock, import_runs, jobs
from kombeheer.cli.databases import opened, require_newest
from kombeheer.config import Settings
from kombeheer.wording import day_text
from models.transaction import UNAVAILABLE, Database

EVERY_MINUTES = 5
IMPORTS_EVERY_MINUTES = 1  # somebody waits for them

_log = logging.getLogger(__name__)


def _tell(ran: Sequence[jobs.Ran], imports: int = 0, *, as_json: bool) -> None:
    if as_json:
        told = [
            {"job": one.job, "day": one.day.isoformat(), "found": one.found_count} for one in ran
        ]
        click.echo(json.dumps({"ran": told, "imports": imports}))
        return
    for one in ran:
        click.echo(f"{one.job} voor {day_text(one.day)}: {one.found_count} gevonden.")
    if imports:
        click.echo(f"Bestanden geprobeerd of overgenomen: {imports}.")


def tick(database: Database, *, as_json: bool = False) -> None:
    """Run what is due; a database that is away is tried again at the next tick."""
    try:
        ran = list(jobs.run_due(database, clock.now_utc()))
    except UNAVAILABLE as error:
        _log.error("the database did not answer: %s", getattr(error, "orig", error))
        return
    if ran:
        _tell(ran, as_json=as_json)


def keep(database: Database, *, as_json: bool) -> None:
    """Look every few minutes what is due, the first time at once, until it is stopped."""
    scheduler = BlockingScheduler(timezone=UTC)
    scheduler.add_job(
        tick,
        "interval",
        minutes=EVERY_MINUTES,
        args=[database],
        kwargs={"as_json": as_json},
        next_run_time=clock.now_utc(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.add_job(
        import_runs.attend,
        "interval",
        minutes=IMPORTS_EVERY_MINUTES,
        args=[database],
        next_run_time=clock.now_utc(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    # A signal ends the waiting; what runs is finished first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        scheduler.start()
    except KeyboardInterrupt:
        scheduler.shutdown(wait=True)


@click.command()
@click.option("--once", is_flag=True, help="Doe wat er nu te doen is, en stop.")
@click.option("--json", "as_json", is_flag=True, help="Vertel het als JSON.")
def scheduler(once: bool, as_json: bool) -> None:
    """Doe elke nacht wat er vanzelf moet gebeuren."""
    with opened(Settings.from_environment()) as database:
        require_newest(database)
        if once:
            ran = list(jobs.run_due(database, clock.now_utc()))
            imports = import_runs.do_free(database)
            _tell(ran, imports, as_json=as_json)
            if not ran and not imports and not as_json:
                click.echo("Er is nu niets te doen.")
            return
        click.echo("De tijdtafel loopt (stoppen: Ctrl-C)", err=True)
        keep(database, as_json=as_json)


def register(main: click.Group) -> None:
    """Add the commands of this area."""
    main.add_command(scheduler)
