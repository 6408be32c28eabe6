"""Take over the sites of farms that are known already: one line each.

A site is known by the key of the old administration, by kombeheer's own, or by farm and address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.imports import Outcome, Subject, folded
from kombeheer.services import journal, search
from kombeheer.services.imports import columns, references
from kombeheer.services.imports.dealers import COUNTRY_WORDS, check_address, given
from kombeheer.services.imports.judging import Change, Importer, Judged
from kombeheer.services.imports.lines import Record
from kombeheer.services.sites import locations
from kombeheer.services.sites.locations import SiteDetails
from models.base import new_public_id
from models.parties import Farm
from models.sites import Site
from models.writing import insert_rows

FIELDS = ("place", "street", "postcode", "country")


@dataclass(slots=True)
class Plan:
    """What is to be written of a site; `site_id` is None when it is new, and its id made later."""

    site_id: int | None
    public_id: str
    farm_id: int
    details: SiteDetails
    is_changed: bool = False
    reference: str | None = None


class SiteImporter(Importer):
    """Sites; each names its farm."""

    kind = "sites"
    names: ClassVar = {"farm": references.FARM}
    columns = (
        columns.key(
            "kenmerk",
            "reference",
            references.REFERENCE_LENGTH_MAX,
            "hoe de locatie in uw administratie heet; anders geldt het adres",
            "R-2041-1",
        ),
        columns.key(
            "bedrijf",
            "farm",
            references.REFERENCE_LENGTH_MAX,
            "het kenmerk van een bedrijf dat bekend is",
            "R-2041",
            required=True,
        ),
        columns.text("straat", "street", 120, "straat en huisnummer", "Hemdijk 4"),
        columns.text("postcode", "postcode", 10, "de postcode", "8601 XA"),
        columns.text("plaats", "place", 80, "de plaats", "Sneek", required=True),
        columns.word("land", "country", "het land", COUNTRY_WORDS, empty="NL"),
    )

    def key(self, record: Record) -> Any:
        """Return its key, else farm and address."""
        return record.get("reference") or (record.get("farm"), *_address(record.values))

    def judge(self, groups: Sequence[Judged]) -> None:
        """Find each site by its key or its address, and compare it."""
        session, records = self.session, [one.records[0] for one in groups]
        farms = references.resolve(session, Subject.FARM, [one.get("farm", "") for one in records])
        present = references.present(
            session,
            Subject.SITE,
            Site,
            [record.get("reference") for record in records],
            Site.farm_id.in_(set(farms.values())),
            lambda row: (row.farm_id, *_address({name: getattr(row, name) for name in FIELDS})),
        )
        for one in groups:
            record = one.records[0]
            one.subject = f"{record.get('street') or ''} {record.get('place')}".strip()
            for more in one.records[1:]:
                one.refuse("imports.line_twice", more, first=one.line)
            check_address(one, self)
            farm_id = farms.get(record.get("farm"))
            if farm_id is None:
                self.refuse_unknown(one, record, "farm", str(record.get("farm")))
                continue
            reference, name = record.get("reference"), (farm_id, *_address(record.values))
            found = present.find(reference, name)
            self.require_once(one, found, name, reference)
            self._compare(one, present.rows.get(found or 0), farm_id, present.named)

    def _compare(
        self, one: Judged, row: Site | None, farm_id: int, named: Mapping[str, str]
    ) -> None:
        record = one.records[0]
        reference = record.get("reference")
        if row is None:
            details = SiteDetails(**given(record, FIELDS))
            one.plan = Plan(None, "", farm_id, details, reference=reference)
            return
        if row.farm_id != farm_id:
            one.refuse("imports.site_of_other", None, self.of["farm"], record.get("farm"))
            return
        before = {name: getattr(row, name) for name in FIELDS}
        wanted = one.compare(before, self.of)
        one.plan = Plan(
            row.id, row.public_id, farm_id, SiteDetails(**{**before, **wanted}), bool(wanted)
        )
        if reference and reference != row.public_id and row.public_id not in named:
            one.plan.reference = reference
            one.changes.append(Change(one.line, "kenmerk", "", reference))
        one.outcome = Outcome.CHANGED if one.changes else Outcome.SAME

    def write(self, new: Sequence[Any], changed: Sequence[Any]) -> None:
        """Store new sites set-wise, and change others as the office would."""
        self._store(new)
        plans: list[Plan] = [*new, *changed]
        for plan in changed:
            if plan.is_changed:
                locations.change_site(
                    self.session, self.actor, plan.site_id, plan.details, self.now
                )
        keys = {one.reference: one.public_id for one in plans if one.reference}
        references.keep(self.session, Subject.SITE, keys)

    def _store(self, plans: Sequence[Plan]) -> None:
        for plan in plans:
            plan.public_id = new_public_id()
        details = [{name: getattr(plan.details, name) for name in FIELDS} for plan in plans]
        rows = [
            {**told, "public_id": plan.public_id, "farm_id": plan.farm_id, "created_at": self.now}
            for plan, told in zip(plans, details, strict=True)
        ]
        insert_rows(self.session, Site, rows)
        texts: dict[int, list[str]] = {}
        for plan in plans:
            texts.setdefault(plan.farm_id, []).extend((plan.details.place, plan.details.postcode))
        search.add(self.session, search.SubjectKind.FARM, texts)
        farms = dict(
            self.session.execute(select(Farm.id, Farm.public_id).where(Farm.id.in_(texts))).all()
        )
        told_of: list[journal.Change] = [
            (farms[plan.farm_id], {}, {"site": plan.public_id, **journal.filled(told)})
            for plan, told in zip(plans, details, strict=True)
        ]
        journal.record_many(
            self.session, self.actor, self.now, "sites.site_registered", "farm", told_of
        )

    @classmethod
    def lines_of(cls, session: Session, ids: Sequence[Any]) -> list[dict[str, Any]]:
        """Return a line for each site."""
        rows = session.execute(
            select(Site, Farm.public_id).join(Farm, Farm.id == Site.farm_id).where(Site.id.in_(ids))
        ).all()
        named = references.references_of(session, Subject.SITE, [row[0].public_id for row in rows])
        farms = references.references_of(session, Subject.FARM, [farm for _, farm in rows])
        found = {
            row.id: {name: getattr(row, name) for name in FIELDS}
            | {
                "reference": named.get(row.public_id, row.public_id),
                "farm": farms.get(farm, farm),
            }
            for row, farm in rows
        }
        return [found[site_id] for site_id in ids]


def _address(values: dict[str, Any]) -> tuple[str, ...]:
    """Return an address as it is compared."""
    return tuple(folded(values.get(name) or "") for name in ("street", "postcode", "place"))
