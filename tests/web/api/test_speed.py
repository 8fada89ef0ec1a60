"""Five thousand meters cost as many statements as three. The times are printed (pytest -s)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import httpx
from sqlalchemy import Table, event, insert

from wattledger.domain.instant import DAY, MINUTE
from wattledger.services.system import System
from wattledger.store.database import Connection
from wattledger.store.sites import first_site
from wattledger.store.tables import (
    endpoint,
    energy_day,
    energy_month,
    meter,
    meter_state,
    reading,
)

METERS = 5_000
POLL = 60 * MINUTE
KWH = 1_000_000
# Slices of the endpoints, where a filter finds none of them; never one for each.
MOST_STATEMENTS = 30
ADDRESSES = (
    "/api/v1/consumption/live",
    "/api/v1/consumption/summary?period=day",
    "/api/v1/consumption/summary?period=month",
    "/api/v1/endpoints?limit=100",
    "/api/v1/endpoints?limit=100&status=ok",
    "/api/v1/endpoints?limit=100&status=stale",
    "/api/v1/endpoints?search=04999",
    "/api/v1/consumption/readings?endpointId=Rack%2004999",
    "/api/v1/endpoints/Rack%2004999/attempts",
    "/api/v1/alerts",
    "/api/v1/consumption/monthly/Rack%2004999?year=2026&month=3",
)


def fill(connection: Connection, system: System) -> None:
    """Lay a day of hourly readings and a month of days, as booking them would leave them."""
    now = system.clock.now()
    site_id = first_site(connection, system.settings.time_zone)
    times = range(now - DAY - 30 * MINUTE, now, POLL)
    tables: list[tuple[Table, Iterator[dict[str, object]]]] = [
        (endpoint, (endpoint_row(n, site_id) for n in range(METERS))),
        (meter, ({"id": n, "endpoint_id": n} for n in range(METERS))),
        (meter_state, (state_row(n, times[-1]) for n in range(METERS))),
        (energy_month, (month_row(n) for n in range(METERS))),
        (energy_day, (day_row(n, back) for n in range(METERS) for back in range(31))),
        (reading, (reading_row(n, at) for n in range(METERS) for at in times)),
    ]
    for table, rows in tables:
        connection.execute(insert(table), list(rows))


def endpoint_row(number: int, site_id: int) -> dict[str, object]:
    return {
        "id": number,
        "public_id": f"{number:08}-0000-7000-8000-000000000000",
        "name": f"Rack {number:05}",
        "address": "http://10.0.0.5/",
        "host_port": "10.0.0.5:80",
        "location": f"Hall {number % 7}",
        "site_id": site_id,
        "recipe": {"authType": "none", "scrapingConfig": {"valueSelector": "#kwh"}},
        "poll_minutes": POLL // MINUTE,
        "created_at": 0,
        "updated_at": 0,
    }


def state_row(number: int, at: int) -> dict[str, object]:
    return {
        "meter_id": number,
        "last_at": at,
        "last_milliwh": 12_543_512_345 + number,
        "last_status": 0,
        "base_at": at,
        "month": date(2026, 3, 1),
        "month_milliwh": 350_123_456,
        "power_mw": 1_250_123,
        "voltage_mv": 230_400,
    }


def tally(day: int) -> dict[str, int]:
    return {
        "energy_milliwh": 24 * KWH,
        "estimated_milliwh": 0,
        "good_reads": 24,
        "held_reads": 0,
        "covered": day,
    }


def month_row(number: int) -> dict[str, object]:
    return {"meter_id": number, "month": date(2026, 3, 1), **tally(14 * DAY)}


def day_row(number: int, back: int) -> dict[str, object]:
    return {"meter_id": number, "day": date(2026, 3, 15) - timedelta(days=back), **tally(DAY)}


def reading_row(number: int, at: int) -> dict[str, object]:
    return {
        "meter_id": number,
        "ts": at,
        "total_milliwh": at,
        "resolution_milliwh": 1,
        "energy_milliwh": KWH,
        "status": 0,
    }


@contextmanager
def counted(system: System) -> Iterator[list[str]]:
    """Collect the statements that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(system.database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(system.database.engine, "before_cursor_execute", note)


async def test_five_thousand_meters_cost_no_more_statements_than_a_few(
    client: httpx.AsyncClient, system: System
) -> None:
    with system.database.begin() as connection:
        fill(connection, system)
    for address in ADDRESSES:
        started = time.perf_counter()
        with counted(system) as statements:
            response = await client.get(address)
        took = time.perf_counter() - started
        assert response.status_code == 200, response.text
        assert "data" in response.json(), address
        print(f"{address}: {took * 1000:.1f} ms, {len(statements)} statements")  # noqa: T201 - figures
        assert len(statements) <= MOST_STATEMENTS, statements
