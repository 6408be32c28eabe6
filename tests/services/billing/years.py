"""Random years at many sites: what dealers do there, told to the product and to the oracle."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.scanning import (
    Ending,
    Event,
    EventKind,
    Source,
    Visit,
    canonical_body,
    report_id_for,
    visit_fields,
)
from kombeheer.rules.sites import Species
from kombeheer.rules.stickers import MoveKind
from kombeheer.services.reports import revising
from kombeheer.services.reports.revision import Revision, present_revision
from kombeheer.services.scanning import devices
from kombeheer.services.scanning.receive import receive_in
from models.parties import Farm
from models.reports import Report
from models.sites import Installation, InstallationConfiguration, Site
from tests.factories import Foundation, number
from tests.services.billing import oracle

DEALERS = 3
SPECIES = ("cows", "cows", "goats", "sheep")
UNITS = (1, 12, 14, 24, 60, 200)
CORRECTIONS_AT_ONCE = 100
SINCE = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(eq=False)
class RandomYear:
    """A site with what stands on it (species and units), its calendar year, the oracle's view."""

    year: int
    installations: dict[str, tuple[str, int]]
    view: oracle.Site = field(default_factory=oracle.Site)
    made: int = 0


class Country:
    """Dealers with stickers of two years, and many sites, all on an empty database."""

    def __init__(self, foundation: Foundation, years: int, seed: int) -> None:
        self.foundation, self.database = foundation, foundation.database
        self.random = random.Random(seed)
        self.office: Actor = foundation.user(Role.OFFICE)
        self.dealers = [foundation.dealer(f"Dealer {name}") for name in "ABC"]
        self.mechanics = [
            foundation.mechanic(
                dealer,
                modules=("ams",),
                certified=(date(2000, 1, 1), date(2030, 12, 31)),
                employed_from=date(2000, 1, 1),
            )
            for dealer in self.dealers
        ]
        self.stickers = years * 5
        self.next_serial = {
            (year, place): 1 + place * self.stickers
            for year in (2003, 2025)
            for place in range(DEALERS)
        }
        for year in (2003, 2025):
            series = foundation.series(f"{year % 100:02d}")
            on = date(year, 1, 1)
            last = DEALERS * self.stickers
            foundation.move(MoveKind.ORDER, series, 1, last, "origin", "printer", on=on)
            foundation.move(MoveKind.DELIVER, series, 1, last, "printer", "stock", on=on)
            for place, dealer in enumerate(self.dealers):
                first, last = 1 + place * self.stickers, (place + 1) * self.stickers
                way, held = f"transit:{dealer.id}", f"dealer:{dealer.id}"
                foundation.move(MoveKind.ISSUE, series, first, last, "stock", way, dealer, on=on)
                foundation.move(MoveKind.CONFIRM, series, first, last, way, held, dealer, on=on)
        with self.database.transaction() as session:
            self.device = devices.register(session, self.office, "toonbank", SINCE).id
            self.years = self._sites(session, years)
        self.sequence = 0
        self.counts = {"visits": 0, "withdrawals": 0, "corrections": 0}

    def _sites(self, session: Session, years: int) -> list[RandomYear]:
        """Sites with one to three installations of every species and size."""
        blank: dict[str, Any] = {"name": "Bedrijf", "email": "", "phone": "", "created_at": SINCE}
        rows = [{**blank, "public_id": f"f{n}"} for n in range(years)]
        session.execute(insert(Farm.core()), rows)
        blank = {"street": "", "postcode": "", "place": "Oudega", "country": "NL"}
        rows = [
            {**blank, "public_id": f"s{n}", "farm_id": farm_id, "created_at": SINCE}
            for n, farm_id in enumerate(session.scalars(select(Farm.id).order_by(Farm.id)))
        ]
        session.execute(insert(Site.core()), rows)
        ids = session.scalars(select(Site.id).order_by(Site.id)).all()
        made = [self._random_year(n) for n in range(years)]
        blank = {"name": "", "state": "checked", "created_at": SINCE}
        rows = [
            {**blank, "public_id": name, "site_id": site_id}
            for site_id, one in zip(ids, made, strict=True)
            for name in one.installations
        ]
        session.execute(insert(Installation.core()), rows)
        setups = {name: setup for one in made for name, setup in one.installations.items()}
        blank = {"vacuum_pump_count": 1, "cleaning_facility_count": 1, "box_count": 0}
        rows = [
            {
                **blank,
                "installation_id": installation_id,
                "from_on": SINCE.date(),
                "parlour_type": self.random.choice(("herringbone", "robot", "rotary")),
                "species": setups[name][0],
                "unit_count": setups[name][1],
            }
            for installation_id, name in session.execute(
                select(Installation.id, Installation.public_id)
            )
        ]
        session.execute(insert(InstallationConfiguration.core()), rows)
        return made

    def _random_year(self, n: int) -> RandomYear:
        names = [f"i{n}x{place}" for place in range(self.random.choice((1, 1, 2, 3)))]
        setups = {
            name: (
                self.random.choice(("cows", "cows", "goats", "sheep")),
                self.random.choice(UNITS),
            )
            for name in names
        }
        return RandomYear(self.random.choice((2003, 2025)), setups)

    def _serial(self, year: int, dealer: int) -> str:
        serial = self.next_serial[year, dealer]
        self.next_serial[year, dealer] += 1
        return number(serial, f"{year % 100:02d}").digits

    def moment(self) -> datetime:
        """The next moment at which something is received, in the year that it is about."""
        self.sequence += 1
        return datetime(2025, 12, 31, 12, tzinfo=UTC) + timedelta(seconds=self.sequence)

    def step(self) -> None:
        """Something happens at each site: a visit, a withdrawal, a correction, or nothing."""
        for year in (2003, 2025):
            events: list[Event] = []
            wishes: list[tuple[RandomYear, str]] = []
            visited: list[tuple[RandomYear, str, Visit, str]] = []
            for one in self.years:
                if one.year != year:
                    continue
                chance, standing = self.random.random(), list(one.view.reports)
                if not standing or chance < 0.55:
                    visited.append((one, *self._visit(one)))
                elif chance < 0.70:
                    gone = self.random.choice(standing)
                    one.view.withdraw(gone)
                    events.append(self._event(f"w-{gone}", b"", None, gone))
                elif chance < 0.85:
                    wishes.append((one, self.random.choice(standing)))
            for _, event_id, visit, raw in visited:
                events.append(self._event(event_id, raw.encode(), visit, None))
            moment = self.moment() if year == 2025 else self.moment() - timedelta(days=8036)
            self.counts["visits"] += len(visited)
            self.counts["withdrawals"] += len(events) - len(visited)
            self._receive(events, moment)
            self._tell(visited)
            self._correct(wishes, moment)

    def _visit(self, one: RandomYear) -> tuple[str, Visit, str]:
        """A visit of a random dealer on a random day; three of four end with a sticker."""
        dealer = self.random.randrange(DEALERS)
        ending = self.random.choice((Ending.STICKER,) * 6 + (Ending.GEEN_KOM, Ending.KB))
        raw = self._serial(one.year, dealer) if ending is Ending.STICKER else ""
        day = date(one.year, 1, 1) + timedelta(days=self.random.choice((0, 30, 181, 181, 364)))
        one.made += 1
        names = list(one.installations)
        place = self.random.choice(names)
        event_id = f"{names[0]}-{one.made}"
        visit = Visit("stop", self.mechanics[dealer].number, day, ending, place)
        return event_id, visit, raw

    def _event(self, event_id: str, raw: bytes, visit: Visit | None, corrects: str | None) -> Event:
        kind = EventKind.VISIT if visit is not None else EventKind.WITHDRAW
        known = {"id": event_id, "visit": visit and visit_fields(visit), "corrects": corrects}
        at = datetime(2025, 1, 1, tzinfo=UTC)
        body = canonical_body(known, raw, at)
        return Event(
            event_id, self.device, self.sequence, at, Source.WEDGE, kind, raw, visit, corrects, body
        )

    def _receive(self, events: list[Event], moment: datetime) -> None:
        for start in range(0, len(events), 500):
            batch = events[start : start + 500]
            with self.database.transaction() as session:
                answers = receive_in(session, self.office, self.device, batch, moment)
            assert {answer.outcome for answer in answers} == {"accepted"}, answers

    def _tell(self, visited: list[tuple[RandomYear, str, Visit, str]]) -> None:
        """Let the oracle know what was registered, with what stood there according to the file."""
        for one, event_id, visit, raw in visited:
            assert visit.installation is not None
            species, units = one.installations[visit.installation]
            one.view.register(
                {
                    "id": event_id,
                    "day": visit.service_date.isoformat(),
                    "dealer": visit.mechanic,
                    "installation": visit.installation,
                    "species": species,
                    "units": units,
                    "number": raw,
                    "jars": 0,
                    "meters": 0,
                }
            )

    def _correct(self, wishes: list[tuple[RandomYear, str]], moment: datetime) -> None:
        for start in range(0, len(wishes), CORRECTIONS_AT_ONCE):
            with self.database.transaction() as session:
                for one, event_id in wishes[start : start + CORRECTIONS_AT_ONCE]:
                    self._revise(session, one, event_id, moment)

    def _revise(self, session: Session, one: RandomYear, event_id: str, moment: datetime) -> None:
        report = session.get_one(Report, report_id_for(event_id))
        present = present_revision(session, report)
        wanted, changes = self._wish(one, event_id, present)
        if wanted == present:
            return
        revised = revising.revise(
            session, self.office, report.id, report.version, wanted, "nagekeken", moment
        )
        assert revised.case_id is None
        self.counts["corrections"] += 1
        one.view.correct(event_id, **changes)

    def _wish(
        self, one: RandomYear, event_id: str, present: Revision
    ) -> tuple[Revision, dict[str, Any]]:
        """A random correction, for the product and in the oracle's words."""
        dealer = next(
            place for place, who in enumerate(self.mechanics) if who.number == present.mechanic
        )
        numbered = present.ending is Ending.STICKER
        kind = self.random.choice(("units", "species", "mark", "day", "dealer", "place", "levies"))
        if kind == "units":
            units = self.random.choice(UNITS)
            return replace(present, unit_count=units), {"units": units}
        if kind == "species":
            species = self.random.choice(("cows", "goats", "sheep"))
            return replace(present, species=Species(species)), {"species": species}
        if kind == "day":
            day = date(one.year, self.random.choice((1, 7, 12)), 1)
            return replace(present, service_date=day), {"day": day.isoformat()}
        if kind == "place":
            name = self.random.choice(list(one.installations))
            if name == present.installation:
                return present, {}
            species, units = one.installations[name]
            moved = {"installation": name, "species": species, "units": units}
            return replace(present, installation=name), moved
        if kind == "levies":
            jars, meters = self.random.randint(0, 9), self.random.randint(0, 9)
            details = replace(present.details, jars_verified=jars, meters_verified=meters)
            return replace(present, details=details), {"jars": jars, "meters": meters}
        if kind == "dealer":
            dealer = self.random.randrange(DEALERS)
            mechanic = self.mechanics[dealer].number
            raw = self._serial(one.year, dealer) if numbered else ""
            wanted = replace(present, mechanic=mechanic, number=raw)
            return wanted, {"dealer": mechanic, "number": raw}
        if numbered:
            ending = self.random.choice((Ending.GEEN_KOM, Ending.KB))
            return replace(present, ending=ending), {"number": ""}
        raw = self._serial(one.year, dealer)
        return replace(present, ending=Ending.STICKER, number=raw), {"number": raw}
