"""`check`: prove that the ledger and the charges hold, from the terminal."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import click

from kombeheer.cli.databases import opened, require_newest
from kombeheer.config import Settings
from kombeheer.rules.money import euros
from kombeheer.services.billing.checking import ChargeProof
from kombeheer.services.billing.checking import prove as prove_charges
from kombeheer.services.stickers import checking
from kombeheer.services.stickers.findings import Finding
from kombeheer.wording import sentence

_HASH = re.compile(r"[0-9a-f]{64}")


def _read_hash(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Return a hash in small letters; anything else is wrong use."""
    if value is None:
        return None
    head = value.strip().lower()
    if not _HASH.fullmatch(head):
        raise click.BadParameter("een ketenkop heeft 64 tekens, 0-9 en a-f")
    return head


def told(finding: Finding) -> str:
    """Return a finding as a sentence, with how many rows after it break the same."""
    more = f" En nog {finding.more} meer." if finding.more else ""
    return sentence(finding.refusal) + more


def _as_json(proof: checking.LedgerProof, charged: ChargeProof) -> str:
    findings = [*proof.findings, *charged.findings]
    body = {
        "holds": not findings,
        "movements": proof.movements,
        "numbers": proof.numbers,
        "head": proof.head,
        "head_seen": proof.head_seen,
        "charges": charged.charges,
        "charged_cents": charged.cents,
        "findings": [asdict(one) | {"sentence": told(one)} for one in findings],
    }
    return json.dumps(body, ensure_ascii=False, indent=2)


@click.command()
@click.option(
    "--head", callback=_read_hash, help="Vergelijk met een ketenkop die elders bewaard is."
)
@click.option("--json", "as_json", is_flag=True, help="Vertel het als JSON.")
@click.pass_context
def check(context: click.Context, head: str | None, as_json: bool) -> None:
    """Controleer het hele stickerboek en alle kosten; noem de eerste regel die niet klopt."""
    with opened(Settings.from_environment()) as database:
        require_newest(database)
        with database.reading() as session:
            proof, charged = checking.prove(session, head), prove_charges(session)
    findings = [*proof.findings, *charged.findings]
    if as_json:
        click.echo(_as_json(proof, charged))
    else:
        for finding in findings:
            click.echo(told(finding))
        if not findings:
            click.echo(f"Alles klopt: {proof.movements} boekingen, {proof.numbers} nummers.")
            click.echo(f"Kosten: {charged.charges} regels, € {euros(charged.cents)}.")
            click.echo(f"Ketenkop {proof.head}")
        if proof.head_seen is not None:
            click.echo(f"De gegeven ketenkop staat bij boeking {proof.head_seen}.")
    context.exit(1 if findings else 0)


def register(main: click.Group) -> None:
    """Add the commands of this area."""
    main.add_command(check)
