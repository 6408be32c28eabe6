"""Take over installations with what they were from when on.

An installation has a line for each thing that it was, one below the other, the oldest first; each
holds from its own day until the next. It is known by the key of the old administration, by
kombeheer's own, or by its site and name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.imports import Outcome, Subject, folded
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.sites import InstallationState
from kombeheer.services import journal
from kombeheer.services.imports import columns, references
from kombeheer.services.imports.dealers import given
from kombeheer.services.imports.judging import Change, Importer, Judged, is_other
from kombeheer.services.imports.lines import Record
from kombeheer.services.sites import installations
from kombeheer.services.sites.installations import Configuration, require_configuration
from models.base import new_public_id
from models.sites import Installation, InstallationConfiguration, Site
from models.writing import insert_numbered, insert_rows

WHAT = tuple(one.name for one in fields(Configuration))
NAME_LENGTH_MAX = 60
Periods = dict[date, InstallationConfiguration]


@dataclass(slots=True)
class Plan:
    """What is to be written of an installation; `installation_id` is None when it is new."""

    installation_id: int | None
    public_id: str
    site_id: int
    name: str
    ceased_on: date | None
    reference: str | None = None
    is_renamed: bool = False
    is_ceased: bool = False
    configurations: list[tuple[date, Configuration]] = field(default_factory=list)


class InstallationImporter(Importer):
    """Installations; each names its site."""

    kind = "installations"
    names: ClassVar = {"site": references.SITE}
    columns = (
        columns.key(
            "kenmerk",
            "reference",
            references.REFERENCE_LENGTH_MAX,
            "hoe de installatie in uw administratie heet; anders gelden locatie en naam",
            "R-2041-1-A",
        ),
        columns.key(
            "locatie",
            "site",
            references.REFERENCE_LENGTH_MAX,
            "het kenmerk van een locatie die bekend is",
            "R-2041-1",
            required=True,
        ),
        columns.text("naam", "name", NAME_LENGTH_MAX, "de naam, waar er meer staan", "Box 1"),
        columns.word(
            "staltype", "parlour_type", "de soort stal", columns.PARLOUR_TYPES, required=True
        ),
        columns.word("diersoort", "species", "wiens melk", columns.SPECIES, required=True),
        columns.count("standen", "unit_count", "de melkstellen", 1, 200, "24", required=True),
        columns.count("vacuumpompen", "vacuum_pump_count", "de pompen", 1, 20, "1", empty=1),
        columns.count(
            "reinigingen", "cleaning_facility_count", "de reinigingen", 1, 20, "1", empty=1
        ),
        columns.count("boxen", "box_count", "de boxen van een robot", 0, 20, "", empty=0),
        columns.day(
            "opgeleverd_op", "delivered_or_renovated_on", "oplevering of renovatie", "14-05-2012"
        ),
        columns.day("vanaf", "from_on", "sinds wanneer zij zo is", "14-05-2012", required=True),
        columns.day("gestopt_op", "ceased_on", "de dag waarop zij uit bedrijf ging", ""),
    )

    def key(self, record: Record) -> Any:
        """Return its key, else site and name."""
        return record.get("reference") or (record.get("site"), folded(record.get("name") or ""))

    def judge(self, groups: Sequence[Judged]) -> None:
        """Find each by its key or its site and name, and compare what it is and was."""
        session, records = self.session, [one.records[0] for one in groups]
        sites = references.resolve(session, Subject.SITE, [one.get("site", "") for one in records])
        present = references.present(
            session,
            Subject.INSTALLATION,
            Installation,
            [record.get("reference") for record in records],
            Installation.site_id.in_(set(sites.values())),
            lambda row: (row.site_id, folded(row.name)),
        )
        rows = present.rows
        places = _places(session, {*sites.values(), *(row.site_id for row in rows.values())})
        periods = _periods(session, list(rows))
        for one in groups:
            record = one.records[0]
            one.subject = f"{record.get('site')} {record.get('name') or ''}".strip()
            configurations = self._configurations(one)
            site_id = sites.get(record.get("site"))
            if site_id is None:
                self.refuse_unknown(one, record, "site", str(record.get("site")))
                continue
            reference, name = record.get("reference"), (site_id, folded(record.get("name") or ""))
            found = present.find(reference, name)
            self.require_once(one, found, name, reference)
            row = rows.get(found or 0)
            if row is None:
                one.plan = Plan(
                    None,
                    "",
                    site_id,
                    record.get("name") or "",
                    one.records[-1].get("ceased_on"),
                    reference,
                    configurations=configurations,
                )
                self._not_ceased_before(one)
                continue
            one.plan = Plan(row.id, row.public_id, site_id, row.name, row.ceased_on)
            if places[site_id].farm_id != places[row.site_id].farm_id:
                one.refuse("sites.other_farm", None, self.of["site"], record.get("site"))
            self._compare(one, row, present.named, places[row.site_id].called)
            self._compare_periods(one, periods.get(row.id, {}), configurations)
            one.outcome = Outcome.CHANGED if one.changes else Outcome.SAME

    def _configurations(self, one: Judged) -> list[tuple[date, Configuration]]:
        """Return what it is from which day on; the days of its lines go forward."""
        found: list[tuple[date, Configuration]] = []
        for record in one.records:
            from_on = record.get("from_on")
            configuration = Configuration(**given(record, WHAT))
            try:
                require_configuration(configuration, from_on, self.today)
            except Refusal as refusal:
                one.object(refusal, record, self.of["from_on"], from_on)
            if found and from_on <= found[-1][0]:
                one.refuse("imports.days_backward", record, self.of["from_on"], from_on)
            found.append((from_on, configuration))
        return found

    def _not_ceased_before(self, one: Judged) -> None:
        ceased_on, last = one.records[-1].get("ceased_on"), one.records[-1]
        if ceased_on is not None and ceased_on < last.get("from_on"):
            one.refuse("imports.ceased_before", last, self.of["ceased_on"], ceased_on)

    def _compare(self, one: Judged, row: Installation, named: Mapping[str, str], site: str) -> None:
        plan, record, last = one.plan, one.records[0], one.records[-1]
        reference = record.get("reference")
        if reference and reference != row.public_id and row.public_id not in named:
            plan.reference = reference
            one.changes.append(Change(one.line, "kenmerk", "", reference))
        if plan.site_id != row.site_id:
            plan.is_renamed = True
            one.changes.append(Change(one.line, "locatie", site, record.get("site")))
        name, ceased_on = record.get("name", row.name), last.get("ceased_on", row.ceased_on)
        if is_other(row.name, name):
            plan.name, plan.is_renamed = name, True
            one.changes.append(Change(one.line, "naam", row.name, name))
        if ceased_on != row.ceased_on:
            plan.ceased_on, plan.is_ceased = ceased_on, True
            column = self.of["ceased_on"]
            before, after = column.told(row.ceased_on), column.told(ceased_on)
            one.changes.append(Change(last.line, column.head, before, after))
        self._not_ceased_before(one)

    def _compare_periods(
        self, one: Judged, present: Periods, configurations: Sequence[tuple[date, Configuration]]
    ) -> None:
        """Only what it is now can change, or become something else from a later day on."""
        newest = max(present, default=date.min)
        for record, (from_on, wanted) in zip(one.records, configurations, strict=True):
            row = present.get(from_on)
            before = asdict(wanted)
            if row is not None:
                before = {name: getattr(row, name) for name in WHAT}
            told = {name: record.get(name, before[name]) for name in WHAT}
            changed = [name for name in WHAT if told[name] != before[name]]
            for name in changed if row is not None else ():
                column = self.of[name]
                values = column.told(before[name]), column.told(told[name])
                one.changes.append(Change(record.line, column.head, *values))
            if row is None:
                shown = self.of["from_on"].told(from_on)
                one.changes.append(Change(record.line, "vanaf", None, shown))
            if changed or row is None:
                if from_on < newest:
                    facts = {"day": from_on.isoformat(), "from_on": newest.isoformat()}
                    refusal = Refusal("sites.configuration_earlier", **facts)
                    one.object(refusal, record, self.of["from_on"], from_on)
                one.plan.configurations.append((from_on, Configuration(**told)))

    def write(self, new: Sequence[Any], changed: Sequence[Any]) -> None:
        """Store new installations set-wise, and change others as the office would."""
        self._store(new)
        for plan in changed:
            self._change(plan)
        plans: list[Plan] = [*new, *changed]
        keys = {one.reference: one.public_id for one in plans if one.reference}
        references.keep(self.session, Subject.INSTALLATION, keys)

    def _store(self, plans: Sequence[Plan]) -> None:
        for plan in plans:
            plan.public_id = new_public_id()
        rows = [
            {
                "public_id": plan.public_id,
                "site_id": plan.site_id,
                "name": plan.name,
                "state": InstallationState.CHECKED,
                "ceased_on": plan.ceased_on,
                "created_at": self.now,
            }
            for plan in plans
        ]
        periods = []
        for plan, installation_id in zip(
            plans, insert_numbered(self.session, Installation, rows), strict=True
        ):
            days = [from_on for from_on, _ in plan.configurations]
            ends = [day - timedelta(days=1) for day in days[1:]]
            for (from_on, configuration), until_on in zip(
                plan.configurations, [*ends, None], strict=True
            ):
                told = {name: getattr(configuration, name) for name in WHAT}
                periods.append(
                    {
                        "installation_id": installation_id,
                        "from_on": from_on,
                        "until_on": until_on,
                        **told,
                    }
                )
        insert_rows(self.session, InstallationConfiguration, periods)
        told_of: list[journal.Change] = [
            (plan.public_id, {}, {"name": plan.name, "file": self.file_name}) for plan in plans
        ]
        journal.record_many(
            self.session, self.actor, self.now, "sites.registered", "installation", told_of
        )

    def _change(self, plan: Plan) -> None:
        session, actor, now = self.session, self.actor, self.now
        assert plan.installation_id is not None
        if plan.is_renamed:
            site = session.get_one(Site, plan.site_id)
            installations.change_installation(
                session, actor, plan.installation_id, plan.name, site, now
            )
        for from_on, configuration in plan.configurations:
            installations.configure(
                session, actor, plan.installation_id, configuration, from_on, self.today, now
            )
        if plan.is_ceased:
            installations.cease(session, actor, plan.installation_id, plan.ceased_on, now)

    @classmethod
    def lines_of(cls, session: Session, ids: Sequence[Any]) -> list[dict[str, Any]]:
        """Return a line for each thing that each installation was and is."""
        rows = session.execute(
            select(Installation, Site.public_id)
            .join(Site, Site.id == Installation.site_id)
            .where(Installation.id.in_(ids))
        ).all()
        found = {row.id: (row, site) for row, site in rows}
        named = references.references_of(
            session, Subject.INSTALLATION, [row.public_id for row, _ in found.values()]
        )
        sites = references.references_of(session, Subject.SITE, [site for _, site in rows])
        periods = _periods(session, list(ids))
        lines = []
        for row, site in (found[installation_id] for installation_id in ids):
            about = {
                "reference": named.get(row.public_id, row.public_id),
                "site": sites.get(site, site),
                "name": row.name,
                "ceased_on": row.ceased_on,
            }
            for from_on, period in sorted(periods.get(row.id, {}).items()):
                what = {name: getattr(period, name) for name in WHAT}
                lines.append({**about, **what, "from_on": from_on})
        return lines


class _Place(NamedTuple):
    """The farm of a site, and the key that people know the site by."""

    farm_id: int
    called: str


def _places(session: Session, site_ids: set[int]) -> dict[int, _Place]:
    rows = session.execute(
        select(Site.id, Site.farm_id, Site.public_id).where(Site.id.in_(site_ids))
    ).all()
    named = references.references_of(session, Subject.SITE, [row.public_id for row in rows])
    return {row.id: _Place(row.farm_id, named.get(row.public_id, row.public_id)) for row in rows}


def _periods(session: Session, installation_ids: Sequence[int]) -> dict[int, Periods]:
    """Return what installations were and are, by the first day."""
    found: dict[int, Periods] = {}
    for row in session.execute(
        select(InstallationConfiguration).where(
            InstallationConfiguration.installation_id.in_(installation_ids)
        )
    ).scalars():
        found.setdefault(row.installation_id, {})[row.from_on] = row
    return found
