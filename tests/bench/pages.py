"""Every page as office, dealer and mechanic: on the whole country beside a fiftieth of it.

And each list that shows 50 rows beside the floor's bare list of 50. One request at a time, all
under the same server, in turns.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from blueprints.guard import SESSION_KEY
from kombeheer.app import create_app
from kombeheer.clock import now_utc
from kombeheer.config import Settings
from kombeheer.services.accounts import login
from kombeheer.services.demonstration.users import DEALER, MECHANIC, OFFICE
from models.accounts import User
from models.transaction import Database
from tests import postgres
from tests.bench import demonstration, floor, load, seeding
from tests.bench.crawling import crawl, reader
from tests.bench.measuring import SECRET, kombeheer_served, server_for
from tests.bench.plan import Plan
from tests.bench.serving import served
from tests.bench.telling import Figure

PERSONS = {"office": OFFICE, "dealer": DEALER, "mechanic": MECHANIC}
SLOW_MAX, LIST_MAX = 2.0, 8.0
LIST_ROWS = 50
Addresses = dict[str, list[str]]


@dataclass(slots=True)
class Side:
    """A served demonstration: where, and per person the cookie and what he comes to."""

    port: int
    cookies: dict[str, str]
    pages: dict[str, Addresses]


@dataclass(slots=True)
class Times:
    """Of one kind of page for one person, a value for each round, in milliseconds."""

    slow: list[float] = field(default_factory=list)
    slow_beside: list[float] = field(default_factory=list)
    median: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    is_list: bool = False


def figures(plan: Plan) -> list[Figure]:
    """Return the figures on both databases: of building the demonstrations, and of their pages."""
    with postgres.start(durable=True) as server:
        for name in ("whole", "part", "floor"):
            server.create_database(name)
        urls = [server.url(name) for name in ("whole", "part", "floor")]
        found = figures_on(plan, urls, "PostgreSQL")
    urls = [f"sqlite:///{plan.folder / name}.sqlite" for name in ("whole", "part", "pages-floor")]
    return found + figures_on(plan, urls, "SQLite")


def figures_on(plan: Plan, urls: Sequence[str], name: str) -> list[Figure]:
    """Build both demonstrations and the floor in empty databases, and measure."""
    whole, part, bare = urls
    plan.say(f"{name}: `demo` at scale {plan.scale:g} and {plan.small_scale:g}")
    taken = demonstration.build(whole, plan.scale, plan.folder / f"demo-{name}.log")
    demonstration.build(part, plan.small_scale, plan.folder / f"demo-part-{name}.log")
    seeding.seed_floor(bare)
    for url in urls:
        if not url.startswith("sqlite"):
            seeding.settle(url)  # as PostgreSQL does by itself; SQLite never does
    with ExitStack() as running:
        sides = [
            _side(running, plan, url, f"{what}-{name}")
            for what, url in (("whole", whole), ("part", part))
        ]
        server, processes = server_for(bare, plan)
        environment, log = {floor.DATABASE: bare}, plan.folder / f"pages-floor-{name}.log"
        port, _ = running.enter_context(
            served(server, "tests.bench.floor:from_environment", environment, log, processes)
        )
        times = _measure(plan, name, sides, port)
    return demonstration.figures(name, plan.scale, taken) + _figures(plan, name, times)


def _side(running: ExitStack, plan: Plan, url: str, log: str) -> Side:
    """Serve a demonstration, let everybody in, and find what they come to."""
    app = create_app(Settings(url, SECRET))
    database: Database = app.extensions["database"]
    signing = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookies = {}
    for person, email in PERSONS.items():
        with database.transaction() as session:
            user_id = session.execute(select(User.id).where(User.email == email)).scalar_one()
            token = login.open_session(session, user_id, "bench", "127.0.0.1", now_utc())
        cookies[person] = (
            f"{app.config['SESSION_COOKIE_NAME']}={signing.dumps({SESSION_KEY: token})}"
        )
    database.dispose()
    port, _ = running.enter_context(kombeheer_served(url, log, plan))
    pages = {
        person: crawl(app, reader(port, cookies[person]), plan.page_addresses) for person in PERSONS
    }
    return Side(port, cookies, pages)


def _measure(
    plan: Plan, name: str, sides: Sequence[Side], floor_port: int
) -> Mapping[tuple[str, str], Times]:
    """Ask every page that both sides know, round after round."""
    whole, part = sides
    chance, times = random.Random(1), dict[tuple[str, str], Times]()
    kinds = [
        (person, kind)
        for person in PERSONS
        for kind in whole.pages[person]
        if kind in part.pages[person]
    ]
    plan.say(f"{name}: {len(kinds)} kinds of page, {plan.page_rounds} rounds")
    lists = [load.get(f"/list/{chance.randint(1, seeding.DEALERS)}") for _ in range(20)]
    load.send(floor_port, lists, 1)
    for number in range(plan.page_rounds):
        for person, kind in kinds:
            measured = times.setdefault((person, kind), Times())
            found = {}
            for side in sides if number % 2 == 0 else reversed(sides):
                found[id(side)] = _ask(side, person, kind, plan.page_requests, chance)
            answered = found[id(whole)]
            measured.slow.append(answered.percentile(0.95) * 1000)
            measured.slow_beside.append(found[id(part)].percentile(0.95) * 1000)
            if statistics.median(body.count(b"<tr") for body in answered.bodies) > LIST_ROWS:
                measured.is_list = True
                measured.median.append(answered.percentile(0.5) * 1000)
                measured.floor.append(load.send(floor_port, lists, 1).percentile(0.5) * 1000)
    return times


def _ask(side: Side, person: str, kind: str, count: int, chance: random.Random) -> load.Answered:
    addresses = chance.choices(side.pages[person][kind], k=count)
    answered = load.send(side.port, [load.get(one, side.cookies[person]) for one in addresses], 1)
    assert set(answered.statuses) == {200}, (kind, addresses, answered.statuses)
    return answered


def _figure(text: str, ours: Sequence[float], theirs: Sequence[float], at_most: float) -> Figure:
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    medians = statistics.median(ours), statistics.median(theirs)
    return Figure(text, *medians, ratio, at_most=at_most)


def _figures(plan: Plan, name: str, times: Mapping[tuple[str, str], Times]) -> list[Figure]:
    """Return for each person his worst page and his worst list; say all that fall short."""
    found = []
    for person in PERSONS:
        mine = {kind: one for (who, kind), one in times.items() if who == person}
        pages = [
            _figure(f"`{kind}`", one.slow, one.slow_beside, SLOW_MAX) for kind, one in mine.items()
        ]
        lists = [
            _figure(f"`{kind}`", one.median, one.floor, LIST_MAX)
            for kind, one in mine.items()
            if one.is_list
        ]
        beside = f"(beside: at scale {plan.small_scale:g})"
        where = f"{name}, {person}, scale {plan.scale:g}"
        found += _worst(plan, pages, f"{where}: 95 in 100 within, ms {beside}", "pages")
        found += _worst(
            plan, lists, f"{where}: {LIST_ROWS} rows, median answer, ms (floor: `/list`)", "lists"
        )
    return found


def _worst(plan: Plan, figures: Sequence[Figure], text: str, what: str) -> list[Figure]:
    """Return the line of the worst, which tells how many fall short with it."""
    ranked = sorted(figures, key=lambda one: one.ratio or 0, reverse=True)
    if not ranked:
        return []
    for one in ranked:
        if not one.holds:
            plan.say(f"  {text}: {one.text} {one.ratio:.2f}")
    short = sum(not one.holds for one in ranked)
    told = f"{text}; the worst of {len(ranked)} {what} is {ranked[0].text}"
    told += f", {short} fall short" if short else ""
    return [replace(ranked[0], text=told)]
