"""Take over dealers: one line each, known by number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.imports import Outcome
from kombeheer.rules.refusal import Refusal
from kombeheer.services.accounts.users import checked_email
from kombeheer.services.imports import columns
from kombeheer.services.imports.judging import Importer, Judged
from kombeheer.services.imports.lines import Record
from kombeheer.services.parties import dealers
from kombeheer.services.parties.addresses import COUNTRIES, checked_postcode
from kombeheer.services.parties.dealers import DealerDetails
from models.parties import Dealer

COUNTRY_WORDS = {country: country for country in COUNTRIES}
NUMBER_LENGTH_MAX, NAME_LENGTH_MAX = 12, 120
FIELDS = tuple(field.name for field in fields(DealerDetails))


class DealerImporter(Importer):
    """Dealers; a number that is known already is that dealer."""

    kind = "dealers"
    columns = (
        columns.key(
            "nummer", "number", NUMBER_LENGTH_MAX, "het nummer van de dealer", "118", required=True
        ),
        columns.text(
            "naam",
            "name",
            NAME_LENGTH_MAX,
            "de naam van het bedrijf",
            "Boersma Melktechniek",
            required=True,
        ),
        columns.text("straat", "street", 120, "straat en huisnummer", "Dorpsstraat 12"),
        columns.text("postcode", "postcode", 10, "de postcode", "8501 AB"),
        columns.text("plaats", "place", 80, "de plaats", "Joure"),
        columns.word("land", "country", "het land", COUNTRY_WORDS, empty="NL"),
        columns.text("e-mail", "email", 254, "het e-mailadres", "info@boersma.example"),
        columns.text("telefoon", "phone", 40, "het telefoonnummer", "0513 412 000"),
        columns.day("gestopt_op", "ceased_on", "de dag waarop het bedrijf stopte", ""),
    )

    def key(self, record: Record) -> Any:
        """Return the number."""
        return record.get("number")

    def judge(self, groups: Sequence[Judged]) -> None:
        """Compare each with the dealer of that number."""
        numbers = [one.records[0].get("number") for one in groups]
        rows = self.session.execute(select(Dealer).where(Dealer.number.in_(numbers))).scalars()
        present = {row.number: row for row in rows}
        for one in groups:
            record = one.records[0]
            one.subject = f"{record.get('number')} {record.get('name')}"
            for more in one.records[1:]:
                one.refuse("imports.line_twice", more, first=one.line)
            check_address(one, self)
            try:
                dealers.checked_number(record.get("number"))
            except Refusal as refusal:
                one.object(refusal, record, self.of["number"], record.get("number"))
            row = present.get(record.get("number"))
            if row is None:
                one.plan = (0, DealerDetails(**given(record, FIELDS)))
                continue
            before = {name: getattr(row, name) for name in FIELDS}
            wanted = one.compare(before, self.of)
            one.outcome = Outcome.CHANGED if wanted else Outcome.SAME
            one.plan = (row.id, DealerDetails(**{**before, **wanted}))

    def write(self, new: Sequence[Any], changed: Sequence[Any]) -> None:
        """Register and change dealers as the office would."""
        for _, details in new:
            dealers.register_dealer(self.session, self.actor, details, self.now)
        for dealer_id, details in changed:
            dealers.change_dealer(self.session, self.actor, dealer_id, details, self.now)

    @classmethod
    def lines_of(cls, session: Session, ids: Sequence[Any]) -> list[dict[str, Any]]:
        """Return a line for each dealer."""
        rows = session.execute(select(Dealer).where(Dealer.id.in_(ids))).scalars()
        found = {row.id: {name: getattr(row, name) for name in FIELDS} for row in rows}
        return [found[dealer_id] for dealer_id in ids]


def given(record: Record, names: Sequence[str]) -> dict[str, Any]:
    """Return those values that the file has columns for."""
    return {name: record.values[name] for name in names if name in record.values}


def check_address(one: Judged, importer: Importer) -> None:
    """Write e-mail address and postcode of the first line as they are stored, or refuse them."""
    record = one.records[0]
    email, postcode = record.get("email"), record.get("postcode")
    try:
        if email:
            record.values["email"] = checked_email(email)
    except Refusal as refusal:
        one.object(refusal, record, importer.of["email"], email)
    try:
        if postcode:
            record.values["postcode"] = checked_postcode(record.get("country", "NL"), postcode)
    except Refusal as refusal:
        one.object(refusal, record, importer.of["postcode"], postcode)
