"""A data centre with months of readings, written in bulk: what closing is measured on.

Every meter counts along a daily pattern and shows 0.1 kWh; some were reset, some were not read over
a month's end, some racks have two feeds. The ledger tables are what a recomputation makes of it.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy import insert

from wattledger.domain.instant import HOUR, MINUTE, Instant
from wattledger.domain.period import calendar, next_month
from wattledger.domain.tariff_form import parse_tariff, tariff_document
from wattledger.store.assignments import assign
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import TOTAL, NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.recompute import rebuild
from wattledger.store.sites import first_site
from wattledger.store.tables import client, meter, tariff

ZONE = "Europe/Berlin"
STEP = 100_000
POLL = 15 * MINUTE
_SLICE = 100
_COLUMNS = (
    "meter_id",
    "ts",
    "total_milliwh",
    "resolution_milliwh",
    "energy_milliwh",
    "status",
    "join_kind",
    "power_mw",
)
_MARKS = ", ".join("?" * len(_COLUMNS))
_INSERT = f"INSERT INTO reading ({', '.join(_COLUMNS)}) VALUES ({_MARKS})"  # noqa: S608 - ours
"""Millions of rows go to the driver as they are."""
_RESETS, _SILENCES = 25, 50
"""One meter of so many was reset, one not read over a month's end."""
PRICES = {
    "name": "Colocation 2026",
    "prices": [
        {
            "fromOn": "2025-01-01",
            "currency": "EUR",
            "energyPrice": "0.2890",
            "fixedFee": "120",
            "pueFactor": "1.35",
            "vatPercent": "19",
        }
    ],
}


def write_months(
    database: Database, meters: int, clients: int, first: date, months: int
) -> list[int]:
    """Write meters with readings every quarter of an hour from the first date on; returns ids."""
    end = first
    for _ in range(months):
        end = next_month(end)
    days = calendar(ZONE)
    span = days.start_of(first) - HOUR, days.start_of(end) + HOUR
    with database.begin() as connection:
        ids = list(_create(connection, meters, clients))
    for start in range(0, len(ids), _SLICE):
        with database.begin() as connection:
            for number, meter_id in enumerate(ids[start : start + _SLICE], start):
                connection.exec_driver_sql(_INSERT, rows(meter_id, number, *span))
    return ids


def recompute(database: Database, ids: Iterable[int]) -> None:
    """Make the ledger tables of what was written."""
    ordered = list(ids)
    for start in range(0, len(ordered), _SLICE):
        with database.begin() as connection:
            rebuild(connection, ordered[start : start + _SLICE])


def _create(connection: Connection, meters: int, clients: int) -> Iterator[int]:
    site_id = first_site(connection, ZONE)
    prices = tariff_document(parse_tariff(PRICES))["prices"]
    values = {"public_id": "t1", "name": PRICES["name"], "prices": prices, "updated_at": 0}
    tariff_id = connection.execute(insert(tariff).values(**values)).inserted_primary_key
    owners = [find_or_create_client(connection, f"Client {n:03}") for n in range(clients)]
    connection.execute(client.update().values(tariff_id=tariff_id[0] if tariff_id else None))
    for number in range(meters):
        new = NewEndpoint(f"Rack {number:04}", site_id, enabled=False)
        endpoint_id = insert_endpoint(connection, new, 0)
        meter_id = find_or_create_meter(connection, endpoint_id, TOTAL)
        assign(connection, meter_id, owners[number % clients], 0)
        feed = {"feed": "AB"[number // clients % 2], "rack": f"R{number % clients}"}
        settings = {"p_max_mw": 20_000_000} | (feed if number % 20 == number % clients else {})
        connection.execute(meter.update().where(meter.c.id == meter_id).values(**settings))
        yield meter_id


def rows(meter_id: int, number: int, start: Instant, end: Instant) -> list[tuple[int | None, ...]]:
    """Return the reading rows of one meter, not yet judged, with a fault in some of them."""
    load = 1_000_000 + number * 7_919 % 8_000_000
    counted = (20_000 + number) * 1_000_000
    before: int | None = None
    reset_at = start + 40 * 24 * HOUR if number % _RESETS == 0 else None
    silent = _silence(number, start)
    found: list[tuple[int | None, ...]] = []
    for at in range(start, end, POLL):
        swing = abs((at // POLL) % 96 - 48) - 24
        power = load + load * swing // 80
        counted += power // 4
        if reset_at is not None and at >= reset_at:
            counted, reset_at = 0, None
        if silent[0] <= at < silent[1]:
            continue
        shown = counted // STEP * STEP
        energy = None if before is None else shown - before
        join = 0 if before is None else 1
        found.append((meter_id, at, shown, STEP, energy, 0, join, power))
        before = shown
    return found


def _silence(number: int, start: Instant) -> tuple[Instant, Instant]:
    """Return when a meter is not read: some over the end of the second month."""
    if number % _SILENCES != 1:
        return start, start
    end = calendar(ZONE).month_span(calendar(ZONE).month_of(start + 35 * 24 * HOUR))[1]
    return end - 7 * HOUR, end + 2 * HOUR


def printed_total(energies: Iterable[Decimal | None]) -> Decimal:
    """Return the sum of what is known."""
    return sum((each for each in energies if each is not None), Decimal(0))
