"""Who can log in to the demonstration: one per role, and everybody's dealer. No secret is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role, UserState
from kombeheer.services.accounts import login
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.plan import Dealer, Mechanic
from kombeheer.services.demonstration.scans import Sender
from models.accounts import User
from models.scanning import Device
from models.writing import insert_numbered

PASSWORD = "koeien in de wei"  # noqa: S105  it is told to everybody who starts the demonstration
OFFICE, INSPECTOR, DEALER = "postma@kom.example", "hartman@kom.example", "hoekstra@kom.example"
COLLEAGUE = "visser@kom.example"  # to whom the office can hand a case
MECHANIC, READER = "deboer@kom.example", "vos@kom.example"


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who can be tried."""

    role: Role
    email: str
    password: str


LOGINS = (
    Login(Role.OFFICE, OFFICE, PASSWORD),
    Login(Role.INSPECTOR, INSPECTOR, PASSWORD),
    Login(Role.DEALER, DEALER, PASSWORD),
    Login(Role.MECHANIC, MECHANIC, PASSWORD),
    Login(Role.READER, READER, PASSWORD),
)


def store_users(
    session: Session, wish: Wish, dealers: Sequence[Dealer], mechanic: Mechanic
) -> tuple[Actor, dict[Dealer | Mechanic, Sender]]:
    """Store the users with their devices; return the office, and who sends for whom."""
    chance = Chance(wish.seed, "users")
    password_hash = login.hasher.hash(PASSWORD, salt=chance.randbytes(16))
    of_roles = [
        {"email": OFFICE, "name": "Marijke Postma", "role": Role.OFFICE},
        {"email": COLLEAGUE, "name": "Sjoerd Visser", "role": Role.OFFICE},
        {"email": INSPECTOR, "name": "Wim Hartman", "role": Role.INSPECTOR},
        {"email": READER, "name": "Ineke Vos", "role": Role.READER},
        {"email": MECHANIC, "name": mechanic.name, "role": Role.MECHANIC},
    ]
    of_dealers = [
        {
            "email": f"dealer-{dealer.number}@kom.example" if dealer is not dealers[0] else DEALER,
            "name": dealer.person,
            "role": Role.DEALER,
        }
        for dealer in dealers
    ]
    belongs = [
        {},
        {},
        {},
        {},
        {"mechanic_id": mechanic.id},
        *({"dealer_id": one.id} for one in dealers),
    ]
    same = {
        "state": UserState.ACTIVE,
        "dealer_id": None,
        "mechanic_id": None,
        "password_hash": password_hash,
        "language": "nl",
        "keys_on": True,
        "created_at": wish.founded,
    }
    rows = [
        {**same, **user, **ids} for user, ids in zip(of_roles + of_dealers, belongs, strict=True)
    ]
    office_id, _, _, _, mechanic_id, *dealer_ids = insert_numbered(session, User, rows)
    senders: dict[Dealer | Mechanic, Sender] = {}
    actor = Actor(mechanic_id, Role.MECHANIC, mechanic.name, mechanic_id=mechanic.id)
    senders[mechanic] = Sender(actor, chance.uuid())
    for dealer, user_id in zip(dealers, dealer_ids, strict=True):
        dealer.user_id = user_id
        actor = Actor(user_id, Role.DEALER, dealer.person, dealer_id=dealer.id)
        senders[dealer] = Sender(actor, chance.uuid())
    session.execute(
        insert(Device.core()),
        [
            {
                "id": sender.device,
                "user_id": sender.actor.user_id,
                "name": f"Telefoon van {sender.actor.name}",
                "registered_at": wish.founded,
            }
            for sender in senders.values()
        ],
    )
    return Actor(office_id, Role.OFFICE, "Marijke Postma"), senders
