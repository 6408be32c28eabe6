"""The office's users, seen from a browser."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from kombeheer.rules.accounts import Actor, Role
from models.accounts import User
from models.journal import JournalEntry
from tests.clients import Browser, is_log_in
from tests.factories import NOW, PASSWORD, Foundation

USERS = "/accounts/users/"
INVITE = "/accounts/users/invite"
NEW_PASSWORD = "drie rode koeien in de wei"


@pytest.fixture
def office(app: Flask, foundation: Foundation) -> Browser:
    return Browser(app, foundation.user(Role.OFFICE, email="m.postma@kom.example"))


@pytest.fixture
def reader(foundation: Foundation) -> Actor:
    return foundation.user(Role.READER, email="lezer@kkm.example")


def names(page: str) -> list[str]:
    return re.findall(r'<a href="/accounts/users/\d+">([^<]+)</a></div>', page)


def link_of(page: str) -> str:
    [found] = re.findall(r'id="link" value="http://[^/]+(/accounts/invitation/[^"]+)"', page)
    return str(found)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Ans", "bert", "Cor"]),
        ("q=ER", ["bert"]),
        ("q=zuivel.example", ["Ans", "bert", "Cor"]),
        ("q=%25", []),
        ("q=%00", ["Ans", "bert", "Cor"]),
        ("q=_", []),
        ("state=invited", ["Cor"]),
        ("state=nonsense", ["Ans", "bert", "Cor"]),
        ("role=inspector", ["bert"]),
        ("sort=name&desc=1", ["Cor", "bert", "Ans"]),
        # Buitendienst, Lezer, Secretariaat; Actief, Geblokkeerd, Uitgenodigd
        ("sort=role", ["bert", "Ans", "Cor"]),
        ("sort=role&desc=1", ["Cor", "Ans", "bert"]),
        ("sort=state", ["bert", "Ans", "Cor"]),
        ("sort=nonsense", ["Ans", "bert", "Cor"]),
        ("page=99", ["Ans", "bert", "Cor"]),
    ],
)
def test_users_are_found_filtered_and_sorted(
    app: Flask, foundation: Foundation, query: str, expected: list[str]
) -> None:
    for name, role, state in (
        ("bert", "inspector", "active"),
        ("Ans", "reader", "locked"),
        ("Cor", "office", "invited"),
    ):
        email = f"{name.lower()}@zuivel.example"
        foundation.add(User(email=email, name=name, role=role, state=state, created_at=NOW))
    office = foundation.user(Role.OFFICE, email="baas@kom.example")
    found = names(Browser(app, office).get(f"{USERS}?{query}").text)
    assert [name for name in found if name != "baas"] == expected


def test_a_list_without_users_says_what_is_missing(office: Browser) -> None:
    assert "Geen gebruiker gevonden" in office.get(f"{USERS}?q=niemand").text


def test_somebody_is_invited_and_his_link_is_shown_once(app: Flask, office: Browser) -> None:
    answer = office.send(INVITE, INVITE, email="Nieuw@KOM.example", name="Nel Nieuw", role="office")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    link = link_of(answer.text)
    [address] = re.findall(r'action="(/accounts/users/\d+)/lock"', answer.text)
    page = office.get(address).text
    assert (link in page, "Link werkt t/m" in page, "Uitgenodigd" in page) == (False, True, True)
    guest = Browser(app)
    guest.send(link, link, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert guest.get(USERS).status_code == 200


def test_a_dealer_and_a_mechanic_are_invited_by_their_number(
    app: Flask, foundation: Foundation, office: Browser
) -> None:
    dealer = foundation.dealer()
    mechanic = foundation.mechanic(dealer)
    for role, field, party in (("dealer", "dealer", dealer), ("mechanic", "mechanic", mechanic)):
        fields = {"email": f"{role}@hoekstra.example", "name": role, "role": role}
        answer = office.send(INVITE, INVITE, **fields, **{field: party.number})
        assert answer.status_code == 201
        assert f"{party.name}, nummer {party.number}" in answer.text
    with foundation.database.reading() as session:
        found = session.execute(
            select(User.role, User.dealer_id, User.mechanic_id).where(User.state == "invited")
        ).all()
        assert [tuple(row) for row in found] == [
            ("dealer", dealer.id, None),
            ("mechanic", None, mechanic.id),
        ]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"email": "geen adres"}, "is geen e-mailadres"),
        ({"email": "m.postma@kom.example"}, "is al een gebruiker"),
        ({"email": ""}, "Vul het e-mailadres in."),
        ({"name": ""}, "Vul de naam in."),
        ({"name": "x\x00y"}, "teken dat niet te zien is"),
        ({"role": ""}, "Kies een rol uit de lijst."),
        ({"role": "farmer"}, "Kies een rol uit de lijst."),
        ({"role": "dealer"}, "hoort bij een dealer"),
        ({"role": "mechanic"}, "een monteur bij een monteur"),
        ({"dealer": "0001"}, "hoort bij een dealer"),
        ({"role": "dealer", "dealer": "99"}, "geen dealer met nummer 99"),
        ({"role": "mechanic", "mechanic": "99"}, "geen monteur met nummer 99"),
        ({"role": "dealer", "dealer": "1234567890123"}, "13 tekens"),
    ],
)
def test_an_invitation_is_refused_at_its_field_and_keeps_the_rest(
    foundation: Foundation, office: Browser, changed: dict[str, str], sentence: str
) -> None:
    foundation.dealer()
    fields = {"email": "nieuw@kom.example", "name": "Nel Nieuw", "role": "reader"} | changed
    answer = office.send(INVITE, INVITE, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    for value in fields.values():
        if value.isprintable() and value != "farmer":
            assert f'value="{value}"' in answer.text


def test_a_locked_user_is_out_at_once_and_may_be_let_in_again(
    app: Flask, foundation: Foundation, office: Browser, reader: Actor
) -> None:
    theirs, page = Browser(app, reader), f"{USERS}{reader.user_id}"
    program = {"Authorization": f"Bearer {foundation.token(reader)}"}
    assert office.send(f"{page}/lock", page).location == page
    assert "Geblokkeerd" in office.get(page).text
    assert is_log_in(theirs.get("/accounts/mine"))
    assert app.test_client().get("/api/v1/scans/x", headers=program).status_code == 401
    office.send(f"{page}/let-in", page)
    assert is_log_in(theirs.get("/accounts/mine")), "the ended session stays ended"
    assert Browser(app).log_in("lezer@kkm.example").status_code == 302
    assert app.test_client().get("/api/v1/scans/x", headers=program).status_code == 403


def test_a_reset_gives_a_link_and_stops_all_that_was(
    app: Flask, foundation: Foundation, office: Browser, reader: Actor
) -> None:
    theirs, page = Browser(app, reader), f"{USERS}{reader.user_id}"
    program = {"Authorization": f"Bearer {foundation.token(reader)}"}
    answer = office.send(f"{page}/reset", page)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    link, guest = link_of(answer.text), Browser(app)
    assert is_log_in(theirs.get("/accounts/mine"))
    assert guest.log_in("lezer@kkm.example", PASSWORD).status_code == 422
    assert app.test_client().get("/api/v1/scans/x", headers=program).status_code == 401
    guest.send(link, link, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert guest.get("/accounts/mine").status_code == 200
    assert app.test_client().get("/api/v1/scans/x", headers=program).status_code == 401


def test_a_newer_link_takes_the_place_of_an_older_one(
    app: Flask, office: Browser, reader: Actor
) -> None:
    page = f"{USERS}{reader.user_id}"
    older, newer = (link_of(office.send(f"{page}/reset", page).text) for _ in range(2))
    assert (Browser(app).get(older).status_code, Browser(app).get(newer).status_code) == (410, 200)


def test_the_office_ends_sessions_and_revokes_a_key(
    app: Flask, foundation: Foundation, office: Browser, reader: Actor
) -> None:
    theirs, page = Browser(app, reader), f"{USERS}{reader.user_id}"
    program = {"Authorization": f"Bearer {foundation.token(reader)}"}
    assert "Firefox op Linux" in office.get(page).text
    office.send(f"{page}/end-sessions", page)
    assert is_log_in(theirs.get("/accounts/mine"))
    [address] = re.findall(r'action="([^"]+/tokens/\d+/revoke)"', office.get(page).text)
    office.send(address, page)
    assert app.test_client().get("/api/v1/scans/x", headers=program).status_code == 401
    page_text = office.get(page).text
    assert ("Geen toegangssleutels." in page_text, "Sessies beëindigd" in page_text) == (True, True)


@pytest.mark.parametrize("act", ["lock", "reset"])
def test_nobody_shuts_himself_out(app: Flask, foundation: Foundation, act: str) -> None:
    own = foundation.user(Role.OFFICE)
    browser, page = Browser(app, own), f"{USERS}{own.user_id}"
    assert f'action="{page}/{act}"' not in browser.get(page).text
    answer = browser.send(f"{page}/{act}")
    assert (answer.status_code, "niet bij uzelf" in answer.text) == (409, True)
    assert browser.get(page).status_code == 200


@pytest.mark.parametrize("number", ["0", "999", "9223372036854775807", "9223372036854775808"])
def test_a_user_who_is_not_there_is_not_found(office: Browser, number: str) -> None:
    assert office.get(USERS + number).status_code == 404
    for act in ("lock", "let-in", "reset", "end-sessions", "tokens/1/revoke"):
        assert office.send(f"{USERS}{number}/{act}").status_code == 404


def test_every_step_is_in_the_journal_without_secrets(
    foundation: Foundation, office: Browser, reader: Actor
) -> None:
    page = f"{USERS}{reader.user_id}"
    link = link_of(office.send(f"{page}/reset", page).text)
    office.send(f"{page}/lock", page)
    office.send(f"{page}/lock", page)
    office.send(f"{page}/let-in", page)
    with foundation.database.reading() as session:
        rows = session.scalars(
            select(JournalEntry)
            .where(JournalEntry.subject_kind == "user", JournalEntry.actor_id.is_not(None))
            .order_by(JournalEntry.id)
        ).all()
        assert [row.action for row in rows] == [
            "accounts.reset",
            "accounts.state_changed",
            "accounts.state_changed",
        ]
        assert not any(link.rpartition("/")[2] in row.after + row.before for row in rows)
