"""`demo`: build a demonstration foundation once, tell how to come in and what to try, serve it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click

from kombeheer import clock
from kombeheer.cli import serving
from kombeheer.cli.databases import Refused, opened, shown
from kombeheer.config import Settings
from kombeheer.services.demonstration.building import Stage, stages
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.telling import Content, Trial, built_from, content, trials
from kombeheer.services.demonstration.users import LOGINS
from kombeheer.wording import day_text
from models import schema
from models.transaction import Database

DAY_FIRST, DAY_LAST = date(2005, 1, 1), date(2090, 12, 31)
SCALE, SCALE_MAX, SEED = 0.02, 1.0, 1
BAR_STEPS, LINES = 1000, 4
ROLES = {
    "office": "secretariaat",
    "inspector": "inspecteur",
    "dealer": "dealer",
    "mechanic": "monteur",
    "reader": "lezer",
}
PAST = "2001 en 2002 zoals het jaarverslag ze telt, en "
TRIALS = {
    "last_years_sticker": "sticker van vorig jaar, bij een klant",
    "next_free_sticker": "eerstvolgende eigen sticker van de monteur",
    "sticker_not_received": "onderweg, ontvangst nog te bevestigen",
    "sticker_of_another_dealer": "van een andere dealer",
    "sticker_disputed": "betwist",
}


class Progress:
    """How far the building is: a bar on a terminal, else a line for each quarter."""

    def __init__(self) -> None:
        self.is_terminal = sys.stderr.isatty()
        self.told = 0

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Show the bar while inside."""
        if not self.is_terminal:
            yield
            return
        bar = click.progressbar(length=BAR_STEPS, label="Demonstratie bouwen", file=sys.stderr)
        with bar as self.bar:
            yield

    def reach(self, stage: Stage) -> None:
        """Tell that a stage is done."""
        steps = BAR_STEPS if self.is_terminal else LINES
        reached = int(stage.share * steps)
        if reached <= self.told:
            return
        if self.is_terminal:
            self.bar.update(reached - self.told)
        else:
            click.echo(f"Demonstratie bouwen: {100 * reached // steps} %", err=True)
        self.told = reached


def _checked_day(_ctx: click.Context, _option: click.Parameter, value: datetime | None) -> date:
    """Return the day as of which to build: today unless given."""
    day = clock.today() if value is None else value.date()
    if not DAY_FIRST <= day <= DAY_LAST:
        raise click.BadParameter(f"kies een dag van {DAY_FIRST} tot en met {DAY_LAST}")
    return day


def build(database: Database, wish: Wish) -> None:
    """Build the demonstration in an empty database, each stage in a transaction of its own."""
    progress = Progress()
    with progress.showing():
        for stage in stages(wish):
            database.write(stage.work)
            progress.reach(stage)


def _prepare(database: Database, settings: Settings, wish: Wish) -> None:
    """Make sure that a demonstration is there; what else stands in the database is refused."""
    with database.reading() as session:
        found = content(session)
    if found is Content.OTHER:
        raise Refused(
            f"In {shown(settings)} staan al andere gegevens; daar komt geen demonstratie bij. "
            "Kies met KOMBEHEER_DATABASE_URL een lege database. Er is niets veranderd."
        )
    if found is Content.HALF:
        click.echo("Het bouwen werd de vorige keer afgebroken; het begint opnieuw.", err=True)
        schema.downgrade(database, "base")
    schema.upgrade(database)
    if found is not Content.DEMONSTRATION:
        build(database, wish)
        return
    with database.reading() as session:
        day = built_from(session).on
    click.echo(
        f"Er staat al een demonstratie, van {day_text(day)}; zij blijft zoals zij is.", err=True
    )
    if day.year != wish.on.year:
        click.echo(
            f"Haar nieuwste stickers gelden in {day.year}. Voor stickers van nu: verwijder "
            f"{shown(settings)} en begin opnieuw.",
            err=True,
        )


def _two_years(wish: Wish) -> str:
    return f"{day_text(wish.start)} tot en met {day_text(wish.last)}"


def _as_json(address: str, database: str, found: list[Trial], _wish: Wish) -> str:
    logins = [{"role": one.role, "email": one.email, "password": one.password} for one in LOGINS]
    numbers = {one.name: one.number.digits for one in found}
    told = {"address": address, "database": database, "logins": logins, "try": numbers}
    return json.dumps(told, ensure_ascii=False)


def _as_text(address: str, database: str, found: list[Trial], wish: Wish) -> str:
    lines = [
        "Dit is een demonstratie: alle bedrijven en personen zijn verzonnen.",
        "Iedereen kent de wachtwoorden; gebruik haar niet voor echt werk.",
        "",
        f"Adres     {address}",
        f"Database  {database}",
        f"Jaren     {PAST if wish.has_past else ''}{_two_years(wish)}",
        "",
        "Inloggen als",
        *(f"  {ROLES[one.role]:<14}{one.email:<24}wachtwoord: {one.password}" for one in LOGINS),
        "",
        "Om in te typen als u geen scanner hebt",
        *(f"  {one.number.printed:<14}{TRIALS[one.name]}" for one in found),
    ]
    return "\n".join(lines)


@click.command()
@click.option(
    "--scale",
    type=click.FloatRange(0, SCALE_MAX, min_open=True),
    default=SCALE,
    show_default=True,
    help="Hoe groot: 1 is ruim 25.000 bedrijven, en dan ook de jaren 2001 en 2002.",
)
@click.option(
    "--seed", type=int, default=SEED, show_default=True, help="Zelfde zaad, zelfde rijen."
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_checked_day,
    help="De dag waarop de twee jaren eindigen; zonder dit vandaag.",
)
@click.option("--serve/--no-serve", "serves", default=True, help="Start daarna de webserver.")
@click.option("--port", type=click.IntRange(0, 65535), default=serving.PORT, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Vertel het als JSON.")
def demo(scale: float, seed: int, on: date, serves: bool, port: int, as_json: bool) -> None:
    """Bouw een demonstratie in een lege database en start haar; een die er staat wordt geopend."""
    settings = Settings.from_environment()
    place = serving.taken(serving.HOST, port) if serves else None
    with opened(settings) as database:
        _prepare(database, settings, Wish(scale, seed, on))
        with database.reading() as session:
            found, wish = trials(session), built_from(session)
    address = settings.public_url if place is None else place.address
    tell = _as_json if as_json else _as_text
    click.echo(tell(address, shown(settings), found, wish))
    if place is not None:
        serving.run(settings, place)


def register(main: click.Group) -> None:
    """Add the commands of this area."""
    main.add_command(demo)
