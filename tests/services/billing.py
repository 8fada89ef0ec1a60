"""Meters, clients, tariffs and closes as the tests of billing need them, on a real database."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, Instant
from wattledger.domain.period import calendar, next_month
from wattledger.services.close_month import ClientClose, CloseOrder, close_month
from wattledger.services.progress import unwatched
from wattledger.store.clients import find_client, find_or_create_client, set_client_tariff
from wattledger.store.closes import ClosedMonth, closed_month
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.events import NewEvent, insert_event
from wattledger.store.ledger import book, judge_again
from wattledger.store.readings import NewReading, load_between
from wattledger.store.recompute import rebuild
from wattledger.store.sites import first_site
from wattledger.store.tables import meter, tariff

KWH = 1_000_000
ZONE = "Europe/Berlin"
STEP = KWH // 10
JANUARY, FEBRUARY, MARCH, APRIL, MAY = (date(2026, month, 1) for month in range(1, 6))
DAYS = calendar(ZONE)


def edge(month: date) -> Instant:
    """Return the first instant of a month."""
    return DAYS.start_of(month)


def after(month: date) -> Instant:
    """Return an instant two days after a month's end, when people close it."""
    return edge(next_month(month)) + 2 * DAY


def add_meter(
    connection: Connection,
    name: str,
    client: str | None = None,
    *,
    poll_minutes: int = 360,
    **columns: object,
) -> int:
    """Create an endpoint of one meter that serves a client from the beginning."""
    site_id = first_site(connection, ZONE)
    client_id = find_or_create_client(connection, client) if client else None
    new = NewEndpoint(name=name, site_id=site_id, client_id=client_id, poll_minutes=poll_minutes)
    number = find_or_create_meter(connection, insert_endpoint(connection, new, 0), "total")
    settings: dict[str, Any] = {"p_max_mw": 11_000_000} | columns
    connection.execute(update(meter).where(meter.c.id == number).values(**settings))
    return number


def steady(
    start: Instant,
    end: Instant,
    *,
    begin: int = 1_000 * KWH,
    kwh: int = 12,
    every: int = 6 * HOUR,
    lag: int = 7 * 60_000_000,
) -> list[NewReading]:
    """Return readings every six hours, a little beside the edges, ``kwh`` rising with each."""
    first = start - every + lag
    count = (end + every - first) // every + 1
    return [
        NewReading(first + n * every, begin + n * kwh * KWH, STEP, power_mw=2_000_000)
        for n in range(count)
    ]


def book_all(database: Database, meter_id: int, readings: Sequence[NewReading]) -> None:
    """Book readings of a meter."""
    with database.begin() as connection:
        book(connection, {meter_id: readings})


def declare(
    database: Database, meter_id: int, at: Instant, kind: EventKind, **values: object
) -> None:
    """Declare something of a register, as an operator does."""
    event = NewEvent(meter_id, at, kind, "operator", "seen on the spot", **values)  # type: ignore[arg-type] # the caller's
    with database.begin() as connection:
        insert_event(connection, event, at)
        if kind is EventKind.SETTINGS:
            rebuild(connection, [meter_id])
        else:
            judge_again(connection, meter_id, at)


def forget(database: Database, meter_id: int) -> None:
    """Reject all that a meter was read."""
    with database.begin() as connection:
        for each in load_between(connection, meter_id, None, None):
            rejected = NewEvent(meter_id, each.at, EventKind.REJECT, "Ann", "of another meter")
            insert_event(connection, rejected, each.at)
        rebuild(connection, [meter_id])


def price(from_on: str = "2020-01-01", **prices: object) -> dict[str, Any]:
    """Return the prices of a tariff from a date on."""
    return {"fromOn": from_on, "currency": "EUR", "energyPrice": "0.25"} | prices


def give_tariff(database: Database, client: str, *prices: dict[str, Any]) -> None:
    """Let a client pay by prices of its own."""
    with database.begin() as connection:
        row = find_client(connection, client)
        values = {
            "public_id": f"tariff-{row.id}-{row.tariff_id}",
            "name": f"Tariff {row.id}-{row.tariff_id}",
            "prices": list(prices),
            "updated_at": 0,
        }
        created = insert(tariff).values(**values).returning(tariff.c.id)
        set_client_tariff(connection, row.id, connection.execute(created).scalar_one())


def client_id(database: Database, name: str) -> str:
    """Return the public id of a client."""
    with database.connect() as connection:
        return find_client(connection, name).public_id


def close(
    database: Database,
    month: date,
    client: str | None = None,
    *,
    now: Instant | None = None,
    by: str = "Erika",
    **order: Any,  # noqa: ANN401 - the fields of an order
) -> dict[str, ClientClose]:
    """Close a month; returns what became of each client by name."""
    wanted = None if client is None else client_id(database, client)
    closing = CloseOrder(month, by, client_id=wanted, **order)
    closes = close_month(database, closing, after(month) if now is None else now, unwatched)
    return {each.client: each for each in closes.clients}


def outcomes(closes: dict[str, ClientClose]) -> dict[str, str]:
    """Return how each client's close ended."""
    return {name: each.outcome.value for name, each in closes.items()}


def kept(database: Database, client: str, month: date) -> ClosedMonth:
    """Return a closed month as it is stored."""
    with database.connect() as connection:
        found = closed_month(connection, find_client(connection, client).public_id, month)
    assert found is not None
    return found


def counts(database: Database, *tables: Any) -> list[int]:  # noqa: ANN401 - tables
    """Return the number of rows of tables."""
    with database.connect() as connection:
        return [len(connection.execute(select(table)).all()) for table in tables]


def total(readings: Iterable[NewReading]) -> int:
    """Return the energy between the first and the last of some readings."""
    shown = [each.total_milliwh for each in readings]
    return shown[-1] - shown[0]
