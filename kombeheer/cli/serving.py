"""`serve` and `upgrade`: the web server on a database that is up to date, and how it gets there.

The application is started by its name, `wsgi:app`, for it stands a floor higher.
"""

from __future__ import annotations

import json
import os
import pkgutil
import socket
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

import click
import waitress
from alembic.util import CommandError

from kombeheer.cli.databases import Refused, opened, require_newest, shown
from kombeheer.config import PREFIX, ROOT, Settings
from models import schema

APPLICATION = "wsgi:app"
HOST, PORT = "127.0.0.1", 8000
THREADS, THREADS_MIN = 16, 4
PUBLIC_URL = f"{PREFIX}PUBLIC_URL"


@dataclass(frozen=True, slots=True)
class Place:
    """Where will be served: a port that is ours already, and the address people type."""

    host: str
    port: int
    socket: socket.socket
    address: str


def taken(host: str, port: int) -> Place:
    """Take a port before anything else is done, so that nobody waits in vain; 0 takes a free one.

    Without an address of its own in the settings, the application is told this one.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened_socket = socket.socket(family)
    if os.name == "posix":
        opened_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened_socket.bind((host, port))
    except OSError as error:
        opened_socket.close()
        raise Refused(
            f"Poort {port} op {host} is niet te gebruiken ({error.strerror}). "
            f"Kies een andere, bijvoorbeeld: --port {port + 1}"
        ) from None
    port = opened_socket.getsockname()[1]
    address = os.environ.setdefault(PUBLIC_URL, f"http://{HOST}:{port}").rstrip("/")
    return Place(host, port, opened_socket, address)


def run(settings: Settings, place: Place, workers: int = 1) -> None:
    """Serve until stopped: waitress in this process, or granian in its place with more workers."""
    click.echo(f"KOM-beheer draait op {place.address} (stoppen: Ctrl-C)", err=True)
    if workers > 1:
        place.socket.close()
        os.chdir(ROOT)
        threads = max(THREADS_MIN, THREADS // workers)
        options = ["--interface", "wsgi", "--host", place.host, "--port", str(place.port)]
        options += ["--workers", str(workers), "--blocking-threads", str(threads), "--no-ws"]
        # Our own interpreter in our own place: nothing here comes from a user.
        os.execv(  # noqa: S606
            sys.executable, [sys.executable, "-m", "granian", *options, APPLICATION]
        )
    server = waitress.create_server(
        pkgutil.resolve_name(APPLICATION),
        sockets=[place.socket],
        threads=THREADS,
        ident=None,
        url_scheme=urlsplit(place.address).scheme,
        # Forwarded headers are the application's matter, which knows how many proxies to trust.
        clear_untrusted_proxy_headers=settings.trusted_proxies == 0,
    )
    server.run()


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True)
@click.option("--host", default=HOST, show_default=True, help="Op welk adres van deze machine.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Aantal processen; meer dan een alleen met PostgreSQL.",
)
@click.option("--json", "as_json", is_flag=True, help="Vertel adres en database als JSON.")
def serve(port: int, host: str, workers: int, as_json: bool) -> None:
    """Start de webserver."""
    settings = Settings.from_environment()
    with opened(settings) as database:
        if workers > 1 and database.is_sqlite:
            raise Refused(
                f"Met SQLite draait er een proces, geen {workers}: maar een proces mag schrijven. "
                "Laat --workers weg, of gebruik PostgreSQL (KOMBEHEER_DATABASE_URL)."
            )
        require_newest(database)
    place = taken(host, port)
    if as_json:
        click.echo(json.dumps({"address": place.address, "database": shown(settings)}))
    run(settings, place, workers)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Vertel het als JSON.")
def upgrade(as_json: bool) -> None:
    """Breng de tabellen van de database op de nieuwste stand."""
    with opened(Settings.from_environment()) as database:
        before = schema.present_revision(database)
        try:
            schema.upgrade(database)
        except CommandError:
            raise Refused(
                f"De database staat op {before}, wat dit programma niet kent: zij is door een "
                "nieuwere versie gemaakt. Gebruik die versie. Er is niets veranderd."
            ) from None
        after = schema.present_revision(database)
    if as_json:
        click.echo(json.dumps({"before": before, "after": after}))
    elif before == after:
        click.echo(f"De database stond al op {after}.")
    else:
        click.echo(f"De database staat nu op {after} (was {before or 'leeg'}).")


def register(main: click.Group) -> None:
    """Add the commands of this area."""
    main.add_command(serve)
    main.add_command(upgrade)
