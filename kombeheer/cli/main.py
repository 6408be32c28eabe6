"""`python -m kombeheer`: every command, and the one place where a refusal becomes a sentence.

Exit code 0 when it holds or is done, 1 when not, 2 for wrong use. Results go to standard output,
everything else to standard error.
"""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from kombeheer import __version__
from kombeheer.cli import accounts, demonstration, imports, scheduling, serving, stickers
from kombeheer.cli.databases import Refused, trouble
from kombeheer.config import SettingError
from kombeheer.rules.refusal import Refusal
from kombeheer.wording import sentence


class Terminal(click.Group):
    """A group whose commands may refuse: told as a sentence, exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it refuses is told on standard error."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise Refused(sentence(refusal)) from None
        except SettingError as error:
            raise Refused(str(error)) from None
        except (OperationalError, ProgrammingError) as error:
            raise Refused(trouble(error)) from None


@click.group(cls=Terminal)
@click.version_option(__version__, message="%(version)s")
def main() -> None:
    """KOM-beheer: certificaten, stickers en bezoeken van Stichting KOM."""


for area in (demonstration, serving, scheduling, stickers, accounts, imports):
    area.register(main)
