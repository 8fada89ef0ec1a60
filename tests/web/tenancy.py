"""Three clients whose meters move between them, with what is each one's marked so that it is found.

Texts are marked by a word of their own. Registers, powers and voltages end in the digits of the
client that a meter served when it was read, and each meter counts in a range of its own, so that
no two of them are the same number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select, update
from tests.services.billing import (
    FEBRUARY,
    JANUARY,
    client_id,
    close,
    give_tariff,
    price,
)

from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant, parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.own_view import FOREVER
from wattledger.domain.period import calendar
from wattledger.store.assignments import assign, cut_from
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.events import NewEvent, insert_event
from wattledger.store.evidence import AttemptRecord, Captured, record_attempts
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.recompute import rebuild
from wattledger.store.sites import first_site
from wattledger.store.tables import endpoint, meter

ZONE = "Europe/Berlin"
ALDER, BIRCH, CEDAR = "Alder", "Birch", "Cedar"
CLIENTS = (ALDER, BIRCH, CEDAR)
WORDS = {ALDER: "quokka", BIRCH: "narwhal", CEDAR: "axolotl", "": "wombat"}
"""What is in every text that is one client's alone; the last is for what is no client's."""

DIGITS = {ALDER: 417_302, BIRCH: 528_913, CEDAR: 639_145, "": 741_586}
SECRET_WORDS = ("pangolin", "10.9.8.")
"""What no client may see of anything: addresses, logins, notes, pages and messages."""

FIRST = parse_instant("2026-01-01T00:00:00+01:00")
NOW = parse_instant("2026-03-15T12:00:00+01:00")
KWH = 1_000_000
STEP = 6 * HOUR
QUARTERS = parse_instant("2026-03-10T00:00:00+01:00")
"""From here on some meters are read every quarter of an hour, so that demand is known."""


@dataclass(frozen=True, slots=True)
class Term:
    """Whom a meter serves in which part of time, with which share in millionths."""

    client: str
    start_at: Instant = 0
    end_at: Instant = FOREVER
    share_ppm: int = 1_000_000

    def holds(self, at: Instant) -> bool:
        """Tell whether it serves the client at an instant."""
        return self.start_at <= at < self.end_at


@dataclass(frozen=True, slots=True)
class Place:
    """A meter to be: its endpoint, its key, whom it serves, and of which rack it is which feed."""

    endpoint: str
    terms: tuple[Term, ...]
    key: str = "total"
    feed: str | None = None
    is_quick: bool = False

    def owner_at(self, at: Instant) -> str:
        """Return the one client that a meter serves at an instant; '' for several, or none."""
        there = {each.client for each in self.terms if each.holds(at)}
        return there.pop() if len(there) == 1 else ""


def at(text: str) -> Instant:
    """Return a moment of the winter in Berlin."""
    return parse_instant(f"{text}+01:00")


_MOVES = at("2026-01-17T11:20:00"), at("2026-02-20T03:00:00"), at("2026-03-12T10:07:00")
_SHARED = at("2026-02-10T00:00:00"), at("2026-03-11T15:30:00")
PLACES = (
    Place("Rack quokka 1", (Term(ALDER),), is_quick=True),
    Place(
        "Rack that moved",
        (
            Term(ALDER, 0, _MOVES[0]),
            Term(BIRCH, _MOVES[0], _MOVES[1]),
            Term(CEDAR, _MOVES[1], _MOVES[2]),
            Term(ALDER, _MOVES[2]),
        ),
        is_quick=True,
    ),
    Place(
        "Rack of two",
        (
            Term(ALDER, share_ppm=300_000),
            Term(BIRCH, 0, _SHARED[0], 700_000),
            Term(CEDAR, _SHARED[0], share_ppm=333_333),
        ),
    ),
    Place("Strip", (Term(ALDER),), "outlet-quokka"),
    Place("Strip", (Term(BIRCH, 0, _SHARED[1]), Term(CEDAR, _SHARED[1])), "outlet-of-others"),
    Place("Rack narwhal A", (Term(BIRCH),), feed="A", is_quick=True),
    Place("Rack narwhal B", (Term(BIRCH),), feed="B", is_quick=True),
    Place("Rack axolotl", (Term(CEDAR),)),
    Place(
        "Rack there and back",
        (Term(ALDER, 0, _MOVES[0]), Term(BIRCH, _MOVES[0], _SHARED[0]), Term(ALDER, _SHARED[0])),
    ),
    Place("Rack narwhal to come", (Term(BIRCH, 0, at("2026-04-01T00:00:00")), Term(ALDER, 2**51))),
    Place("Hall wombat", ()),
)


class World:
    """What was made: numbers of meters by place, and the numbers that each client may not see.

    No dataclass: Hypothesis would print all its readings with a failing example.
    """

    def __init__(self) -> None:
        self.meters: dict[Place, int] = {}
        self.endpoints: dict[str, str] = {}
        self.clients: dict[str, str] = {}
        self.readings: dict[Place, list[NewReading]] = {}

    def terms_of(self, client: str) -> Mapping[Place, Sequence[Term]]:
        """Return which meters serve or served a client until now, and when."""
        mine = {
            place: [each for each in place.terms if each.client == client and each.start_at <= NOW]
            for place in PLACES
        }
        return {place: terms for place, terms in mine.items() if terms}

    def foreign_numbers(self, client: str) -> set[Decimal]:
        """Return what registers showed, and devices told, while they did not serve a client."""
        foreign: set[Decimal] = set()
        own: set[Decimal] = set()
        for place, readings in self.readings.items():
            terms = self.terms_of(client).get(place, ())
            for each in readings:
                is_own = any(term.holds(each.at) for term in terms)
                (own if is_own else foreign).update(_numbers(each))
                # Where a term ends at a reading, that is what its register closes with.
                own |= {_kwh(each) for term in terms if each.at == term.end_at}
        return foreign - own

    def neighbours(self, client: str) -> set[Decimal]:
        """Return the registers read last before and first after a meter served a client."""
        found: set[Decimal] = set()
        for place, terms in self.terms_of(client).items():
            for term in terms:
                before = [each for each in self.readings[place] if each.at <= term.start_at]
                after = [each for each in self.readings[place] if each.at >= term.end_at]
                found |= {_kwh(each) for each in (*before[-1:], *after[:1])}
        return found

    def foreign_words(self, client: str) -> list[str]:
        """Return the words that stand in what is another's, or nobody's."""
        return [*SECRET_WORDS, *(word for name, word in WORDS.items() if name != client)]


def _kwh(reading: NewReading) -> Decimal:
    return Decimal(reading.total_milliwh).scaleb(-6)


def _numbers(reading: NewReading) -> Iterator[Decimal]:
    yield _kwh(reading)
    if reading.voltage_mv is not None:
        yield Decimal(reading.voltage_mv).scaleb(-3)


def client_name(client: str) -> str:
    """Return the marked name of a client."""
    return f"{client} {WORDS[client]}"


def build(database: Database, folder: Path) -> World:
    """Make the meters, read them for ten weeks, close January and most of February."""
    world = World()
    with database.begin() as connection:
        for number, place in enumerate(PLACES):
            _make(connection, world, place, number)
        for number, place in enumerate(PLACES):
            world.readings[place] = list(_read(place, (number + 1) * 100_000 * KWH))
            book(connection, {world.meters[place]: world.readings[place]})
        _doubt(connection, world)
        _tell(connection, world, folder)
    for client in (ALDER, BIRCH):
        prices = price(vatPercent="19", fixedFee="10")
        give_tariff(database, client_name(client), prices)
    _close(database, world)
    return world


def _make(connection: Connection, world: World, place: Place, number: int) -> None:
    if place.endpoint not in world.endpoints:
        new = NewEndpoint(
            name=place.endpoint,
            site_id=first_site(connection, ZONE),
            address=f"http://10.9.8.{number}/pangolin",
            host_port=f"10.9.8.{number}:80",
            location=f"Room of {place.endpoint}",
            recipe={"authType": "none", "scrapingConfig": {"valueSelector": "#pangolin"}},
        )
        endpoint_id = insert_endpoint(connection, new, FIRST)
        named = select(endpoint.c.public_id).where(endpoint.c.id == endpoint_id)
        world.endpoints[place.endpoint] = str(connection.scalar(named))
    named = select(endpoint.c.id).where(endpoint.c.name == place.endpoint)
    endpoint_id = int(connection.execute(named).scalar_one())
    meter_id = find_or_create_meter(connection, endpoint_id, place.key)
    settings = {"p_max_mw": 15_000_000, "feed": place.feed, "rack": "N7" if place.feed else None}
    connection.execute(update(meter).where(meter.c.id == meter_id).values(**settings))
    cut_from(connection, [meter_id], 0)
    for term in place.terms:
        client_id = find_or_create_client(connection, client_name(term.client))
        end = None if term.end_at == FOREVER else term.end_at
        assign(connection, meter_id, client_id, term.start_at, end, term.share_ppm)
    world.meters[place] = meter_id


def _read(place: Place, begin: int) -> Iterator[NewReading]:
    """Yield readings whose digits tell whom the meter served then."""
    moment, count = FIRST - STEP + 7 * MINUTE, 0
    while moment < NOW:
        digits = DIGITS[place.owner_at(moment)]
        quick = place.is_quick and moment >= QUARTERS
        count += 1 if quick else 24
        yield NewReading(
            moment,
            begin + count * KWH // 2 + digits,
            1,
            power_mw=2_000_000 + digits,
            voltage_mv=230_000 + begin // KWH // 100 + digits % 1_000,
            current_ma=9_000,
            pf_milli=970,
        )
        moment += 15 * MINUTE if quick else STEP


def _doubt(connection: Connection, world: World) -> None:
    """Let another client's device answer at an address for once: its reading is left out."""
    place, other = PLACES[0], PLACES[7]
    strange = world.readings[other][150]
    odd = NewReading(strange.at + MINUTE, strange.total_milliwh, 1, serial="axolotl-serial")
    book(connection, {world.meters[place]: [odd]})


def _tell(connection: Connection, world: World, folder: Path) -> None:
    """Record attempts, the pages they brought, and what people noted."""
    for number, (name, public_id) in enumerate(world.endpoints.items()):
        row = select(endpoint.c.id).where(endpoint.c.public_id == public_id)
        records = [
            AttemptRecord(
                endpoint_id=int(connection.execute(row).scalar_one()),
                run_id=None,
                started_at=NOW - (2 + number + n) * HOUR,
                milliseconds=40,
                transport="http",
                outcome=outcome,
                message=f"pangolin of {name}",
                captured=Captured(f"http://10.9.8.{number}/", 200, "pangolin", None),
            )
            for n, outcome in enumerate((Outcome.TIMEOUT, Outcome.HELD))
        ]
        record_attempts(connection, folder / "evidence", records)
    moved, noted_at = world.meters[PLACES[1]], at("2026-02-01T09:00:00")
    noted = NewEvent(moved, noted_at, EventKind.SETTINGS, "pangolin", "pangolin saw it")
    insert_event(connection, replace(noted, settings={"multiplier": "1"}), NOW)
    rebuild(connection, [moved])


def _close(database: Database, world: World) -> None:
    days = calendar(ZONE)
    january, february = (days.month_span(month)[1] + DAY for month in (JANUARY, FEBRUARY))
    for client in CLIENTS:
        reason = f"Seen by {WORDS[client]}."
        close(
            database,
            JANUARY,
            client_name(client),
            now=january,
            accept_estimates=True,
            reason=reason,
        )
    late = days.start_of(FEBRUARY) + MINUTE
    with database.begin() as connection:
        for place in (PLACES[0], PLACES[2], PLACES[5]):
            around = world.readings[place]
            before = [each for each in around if each.at <= late][-1]
            extra = NewReading(late, before.total_milliwh + 11 * KWH + KWH // 2, 1)
            book(connection, {world.meters[place]: [extra]})
            world.readings[place] = sorted([*around, extra], key=lambda each: each.at)
    for client in (ALDER, BIRCH):
        close(
            database,
            FEBRUARY,
            client_name(client),
            now=february,
            accept_estimates=True,
            reason=f"Seen by {WORDS[client]} again.",
        )
    for client in CLIENTS:
        world.clients[client] = client_id(database, client_name(client))
