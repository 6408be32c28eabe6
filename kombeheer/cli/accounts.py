"""`user create` and `token create`: let people and programs in, from the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from kombeheer.cli.databases import opened
from kombeheer.clock import now_utc
from kombeheer.config import Settings
from kombeheer.rules.accounts import MACHINE, Role
from kombeheer.services.accounts import directory, tokens, users

Result = TypeVar("Result")


def _written(settings: Settings, work: Callable[[Session], Result]) -> Result:
    with opened(settings) as database:
        return database.write(work)


@click.group()
def user() -> None:
    """Gebruikers: mensen die kunnen inloggen."""


@user.command("create")
@click.option("--email", required=True, help="Het e-mailadres waarmee hij inlogt.")
@click.option("--role", required=True, type=click.Choice([str(role) for role in Role]))
@click.option("--dealer", help="Nummer van de dealer; alleen bij de rol dealer.")
@click.option("--mechanic", help="Nummer van de monteur; alleen bij de rol mechanic.")
@click.option("--name", default="", help="Zijn naam; zonder dit het adres.")
@click.option("--json", "as_json", is_flag=True, help="Vertel het als JSON.")
def create_user(
    email: str, role: str, dealer: str | None, mechanic: str | None, name: str, as_json: bool
) -> None:
    """Maak een gebruiker; vertel de link waarmee hij zijn wachtwoord kiest."""
    settings = Settings.from_environment()

    def work(session: Session) -> tuple[str, str]:
        made, token = users.invite(
            session,
            MACHINE,
            now_utc(),
            email=email,
            name=name,
            role=Role(role),
            dealer_id=directory.dealer_id_of(session, dealer) if dealer else None,
            mechanic_id=directory.mechanic_id_of(session, mechanic) if mechanic else None,
        )
        return made.email, token

    address, token = _written(settings, work)
    link = f"{settings.public_url}/accounts/invitation/{token}"
    if as_json:
        click.echo(json.dumps({"email": address, "role": role, "link": link}))
    else:
        click.echo(link)


@click.group()
def token() -> None:
    """Toegangssleutels: waarmee programma's doen wat een gebruiker mag."""


@token.command("create")
@click.option("--user", "email", required=True, help="Het e-mailadres van de gebruiker.")
@click.option("--name", required=True, help="Waaraan u de sleutel later herkent.")
@click.option("--json", "as_json", is_flag=True, help="Vertel het als JSON.")
def create_token(email: str, name: str, as_json: bool) -> None:
    """Maak een toegangssleutel; hij wordt hier één keer verteld."""

    def work(session: Session) -> str:
        owner = users.actor_by_email(session, email)
        assert owner.user_id is not None, "a user has an id"
        return tokens.create_token(session, MACHINE, owner.user_id, name, now_utc())

    made = _written(Settings.from_environment(), work)
    click.echo(json.dumps({"user": email, "name": name, "token": made}) if as_json else made)


def register(main: click.Group) -> None:
    """Add the commands of this area."""
    main.add_command(user)
    main.add_command(token)
