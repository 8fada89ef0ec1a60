"""How late an endpoint is polled is counted from what it was to be polled for."""

from sqlalchemy import update

from wattledger.domain.instant import HOUR, MINUTE, SECOND, Instant, parse_instant
from wattledger.jobs.month_edges import extra_reads
from wattledger.services.poll_lateness import due_times
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import (
    NewEndpoint,
    advance_due,
    due_endpoints,
    insert_endpoint,
    load_endpoints,
)
from wattledger.store.sites import first_site
from wattledger.store.tables import endpoint

NOON = parse_instant("2026-03-15T12:00:00Z")
MONTH_END = parse_instant("2026-03-31T22:00:00Z")
"""The first of April in Berlin."""


def made(connection: Connection, now: Instant, poll_minutes: int = 15) -> int:
    site_id = first_site(connection, "Europe/Berlin")
    new = NewEndpoint("Rack", site_id, host_port="a:80", recipe={"a": 1}, poll_minutes=poll_minutes)
    return insert_endpoint(connection, new, now)


def late(connection: Connection, number: int, now: Instant) -> int:
    rows = load_endpoints(connection, [number])
    return now - due_times(connection, rows, now)[number]


def polled_at(connection: Connection, number: int, due_at: Instant, now: Instant) -> None:
    connection.execute(update(endpoint).values(next_due_at=due_at))
    advance_due(connection, [r for r in due_endpoints(connection, now, 9) if r.id == number], now)


def test_a_new_endpoint_is_late_from_when_it_was_made(database: Database) -> None:
    with database.begin() as connection:
        number = made(connection, NOON)
        now = NOON + 3 * SECOND
        advance_due(connection, due_endpoints(connection, now, 9), now)
        assert late(connection, number, now) == 3 * SECOND


def test_another_is_late_from_its_place_in_the_grid(database: Database) -> None:
    with database.begin() as connection:
        number = made(connection, NOON - HOUR)
        polled_at(connection, number, NOON, NOON + 40 * SECOND)
        assert late(connection, number, NOON + 41 * SECOND) == 41 * SECOND


def test_an_extra_read_at_the_end_of_a_month_is_late_from_its_own_moment(
    database: Database,
) -> None:
    with database.begin() as connection:
        number = made(connection, NOON)
        polled_at(connection, number, MONTH_END - 8 * MINUTE, MONTH_END - 8 * MINUTE)
        before, after = extra_reads(number, MONTH_END)
        assert late(connection, number, before + SECOND) == SECOND
        assert late(connection, number, after + 2 * SECOND) == 2 * SECOND
        connection.execute(update(endpoint).values(poll_minutes=5, next_due_at=MONTH_END + MINUTE))
        assert late(connection, number, MONTH_END) == 4 * MINUTE, "polled so often, it has none"
