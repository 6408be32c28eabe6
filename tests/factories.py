"""Build a small foundation through the services themselves, with sensible defaults."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kombeheer.rules.accounts import MACHINE, Actor, Role, UserState
from kombeheer.rules.calendar import microseconds
from kombeheer.rules.numbers import SeriesFormat, StickerNumber
from kombeheer.rules.stickers import LEGAL_MOVES, Account, MoveKind, Movement
from kombeheer.services import search
from kombeheer.services.accounts import login, tokens, users
from kombeheer.services.stickers import ledger
from models.base import new_public_id
from models.certification import Certificate, CertificateModule
from models.parties import Customer, Dealer, Employment, Farm, Mechanic
from models.reports import Report, ReportDetail
from models.sites import Installation, InstallationConfiguration, Site
from models.stickers import StickerSeries
from models.transaction import Database

NOW = datetime(2026, 3, 5, 9, 14, tzinfo=UTC)
TODAY = date(2026, 3, 5)
PASSWORD = "een lange zin van gewone woorden"


class Foundation:
    """Methods that make one thing each and return its row; times are NOW unless given."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._numbers = itertools.count(1)

    def add(self, *rows: Any) -> Any:
        with self.database.transaction() as session:
            session.add_all(rows)
        return rows[0]

    def dealer(self, name: str = "Hoekstra Melktechniek", **more: Any) -> Dealer:
        number = f"{next(self._numbers):04d}"
        values = {"public_id": new_public_id(), "number": number, "name": name, "place": "Drachten"}
        made = Dealer(**{**values, "created_at": NOW, **more})
        self.add(made)
        with self.database.transaction() as session:
            search.index(
                session,
                search.SubjectKind.DEALER,
                {made.id: (made.name, made.number, made.place, made.postcode)},
                new=True,
            )
        return made

    def mechanic(
        self,
        dealer: Dealer | None,
        name: str = "Jelle de Boer",
        *,
        modules: tuple[str, ...] = (),
        certified: tuple[date, date] | None = (date(2020, 1, 1), date(2030, 12, 31)),
        country: str = "nl",
        employed_from: date = date(2020, 1, 1),
        employed_until: date | None = None,
    ) -> Mechanic:
        number = f"{next(self._numbers):04d}"
        made = Mechanic(public_id=new_public_id(), number=number, name=name, created_at=NOW)
        self.add(made)
        if dealer is not None:
            self.add(
                Employment(
                    mechanic_id=made.id,
                    dealer_id=dealer.id,
                    from_on=employed_from,
                    until_on=employed_until,
                )
            )
        if certified is not None:
            certificate = Certificate(
                mechanic_id=made.id,
                number=number,
                country=country,
                valid_from=certified[0],
                valid_until=certified[1],
                created_at=NOW,
            )
            self.add(certificate)
            for module in modules:
                self.add(CertificateModule(certificate_id=certificate.id, module=module))
        with self.database.transaction() as session:
            search.index(
                session,
                search.SubjectKind.MECHANIC,
                {made.id: (made.name, made.number)},
                new=True,
            )
        return made

    def farm(
        self, name: str = "Veehouderij De Wilgen", place: str = "Oudega", postcode: str = "8614 AA"
    ) -> tuple[Farm, Site]:
        farm = self.add(Farm(public_id=new_public_id(), name=name, created_at=NOW))
        site = self.add(
            Site(
                public_id=new_public_id(),
                farm_id=farm.id,
                place=place,
                postcode=postcode,
                created_at=NOW,
            )
        )
        with self.database.transaction() as session:
            texts = {farm.id: (name, place, postcode)}
            search.index(session, search.SubjectKind.FARM, texts, new=True)
        return farm, site

    def customer(self, dealer: Dealer, farm: Farm) -> Customer:
        made: Customer = self.add(
            Customer(dealer_id=dealer.id, farm_id=farm.id, from_on=date(2024, 1, 1))
        )
        return made

    def installation(
        self,
        site: Site | None = None,
        *,
        parlour_type: str = "herringbone",
        species: str = "cows",
        units: int = 24,
        ceased_on: date | None = None,
        dealer: Dealer | None = None,
    ) -> Installation:
        """An installation, on a farm of its own unless a site is given; a customer of `dealer`."""
        if site is None:
            farm, site = self.farm()
            if dealer is not None:
                self.customer(dealer, farm)
        made = self.add(
            Installation(
                public_id=new_public_id(),
                site_id=site.id,
                state="checked",
                ceased_on=ceased_on,
                created_at=NOW,
            )
        )
        self.add(
            InstallationConfiguration(
                installation_id=made.id,
                from_on=date(2010, 1, 1),
                parlour_type=parlour_type,
                species=species,
                unit_count=units,
            )
        )
        return made  # type: ignore[no-any-return]

    def report(
        self,
        installation: Installation,
        mechanic: Mechanic,
        dealer: Dealer,
        day: date = TODAY,
        ending: str = "geen_kom",
        lateness_cause: str | None = None,
        **more: Any,
    ) -> Report:
        """A report that was never scanned, for what only reads reports."""
        minor = ending == "kb"
        made: Report = self.add(
            Report(
                **{
                    "id": f"report{next(self._numbers)}",
                    "version": 1,
                    "state": "complete" if minor else "incomplete",
                    "kind": "limited" if minor else "major",
                    "ending": ending,
                    "service_date": day,
                    "stop": "stop",
                    "site_id": installation.site_id,
                    "installation_id": installation.id,
                    "parlour_type": "herringbone",
                    "species": "cows",
                    "unit_count": 24,
                    "mechanic_id": mechanic.id,
                    "dealer_id": dealer.id,
                    "recorded_at": NOW,
                    "received_on": day,
                    **more,
                }
            )
        )
        if lateness_cause is not None:
            self.add(
                ReportDetail(
                    report_id=made.id,
                    norm="iso_in_force",
                    limits_from=date(2004, 1, 1),
                    template="MAR-2004",
                    lateness_cause=lateness_cause,
                )
            )
        return made

    def series(self, code: str = "26", *, legacy_width: int | None = None) -> StickerSeries:
        series = SeriesFormat(code, legacy_width or 6, legacy_width is None)
        year = 2000 + int(code[-2:])
        made: StickerSeries = self.add(
            StickerSeries(
                code=code,
                width=series.width,
                has_check_digits=series.has_check_digits,
                shape=series.shape,
                valid_from=date(year, 1, 1),
                valid_until=date(year, 12, 31),
            )
        )
        return made

    def move(
        self,
        kind: MoveKind,
        series: StickerSeries,
        first: int,
        last: int,
        source: str,
        target: str,
        dealer: Dealer | None = None,
        on: date = date(2026, 1, 9),
    ) -> None:
        """One movement, by the ledger itself."""
        document = LEGAL_MOVES[kind].document
        with self.database.transaction() as session:
            made = ledger.new_document(session, None, NOW, document, "proef", on)
            move = Movement(
                kind,
                series.id,
                first,
                last,
                Account.parse(source),
                Account.parse(target),
                dealer.id if dealer else None,
                on.isoformat(),
                microseconds(NOW - timedelta(days=30)),
                None,
                made.id,
            )
            ledger.post(session, [move], document)

    def stickers(
        self,
        series: StickerSeries,
        dealer: Dealer | None,
        first: int = 1,
        last: int = 100,
        *,
        confirmed: bool = True,
    ) -> None:
        """Order and receive a range; issue it to a dealer, who confirms it."""
        on = date(2000 + int(series.code[-2:]), 1, 2)
        self.move(MoveKind.ORDER, series, first, last, "origin", "printer", on=on)
        self.move(MoveKind.DELIVER, series, first, last, "printer", "stock", on=on)
        if dealer is None:
            return
        transit, held = f"transit:{dealer.id}", f"dealer:{dealer.id}"
        self.move(MoveKind.ISSUE, series, first, last, "stock", transit, dealer, on=on)
        if confirmed:
            self.move(MoveKind.CONFIRM, series, first, last, transit, held, dealer, on=on)

    def user(
        self,
        role: Role = Role.DEALER,
        *,
        dealer: Dealer | None = None,
        mechanic: Mechanic | None = None,
        email: str | None = None,
    ) -> Actor:
        """An active user with PASSWORD, as the actor that services take."""
        address = email or f"user{next(self._numbers)}@kom.example"
        with self.database.transaction() as session:
            made, _ = users.invite(
                session,
                MACHINE,
                NOW,
                email=address,
                name=address.partition("@")[0],
                role=role,
                dealer_id=dealer.id if dealer else None,
                mechanic_id=mechanic.id if mechanic else None,
            )
            made.state = UserState.ACTIVE
            made.password_hash = login.hasher.hash(PASSWORD)
            session.flush()
            return login.actor_of_user(made)

    def token(self, actor: Actor) -> str:
        assert actor.user_id is not None
        with self.database.transaction() as session:
            return tokens.create_token(session, MACHINE, actor.user_id, "proef", NOW)


def number(serial: int, code: str = "26") -> StickerNumber:
    """A number of a series with check digits."""
    return SeriesFormat(code).number(serial)


def visit_event(
    raw: str,
    installation: str,
    mechanic: str,
    *,
    ending: str = "sticker",
    day: str = "2026-03-05",
    sequence: int = 1,
    **more: Any,
) -> dict[str, Any]:
    """The JSON of a visit, as a device sends it."""
    return {
        "id": str(uuid.uuid4()),
        "sequence": sequence,
        "captured_at": "2026-03-05T09:14:00+01:00",
        "source": "wedge",
        "kind": "visit",
        "raw": raw,
        "corrects": None,
        "visit": {
            "id": str(uuid.uuid4()),
            "installation": installation,
            "mechanic": mechanic,
            "service_date": day,
            "ending": ending,
        },
        **more,
    }
