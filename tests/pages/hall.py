"""Halls of any number of racks, as months of reading leave them in the database.

Registers and power follow the simulated load curves; among the racks are some that fail, are
stale, busy, high or disabled, and one that nobody has read yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.period import calendar
from wattledger.simulate.load import LoadCurve
from wattledger.store.billing_tables import assignment
from wattledger.store.database import Connection
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.sites import first_site
from wattledger.store.tables import attempt, client, endpoint, meter, meter_state

ZONE = "Europe/Berlin"
POLL_MINUTES = 15
CLIENTS = (
    *("Contoso Cloud", "Northwind Traders", "Umbra Bank", "Initech", "Aperture Health"),
    *("Tyrell Robotics", "Fabrikam", "Hooli", "Stark Analytics", "Vandelay Imports"),
)
BREAKER_MW = 7_400_000
_ROWS = "ABCDEFGHIJKL"
_RACKS_A_ROW = 40
_RESOLUTION = 100_000
_EVERY = 30 * MINUTE
_NEVER, _FAILING, _STALE, _BUSY, _DISABLED = 7, 13, 29, 41, 47


@dataclass(frozen=True, slots=True)
class Hall:
    """How many racks there are, and how much of their past."""

    racks: int
    history: int = 2 * DAY


def furnish(connection: Connection, hall: Hall, now: Instant) -> None:
    """Write the racks, their clients and what was read of them."""
    site_id = first_site(connection, ZONE)
    numbers = range(1, hall.racks + 1)
    connection.execute(insert(client), [_client(n) for n in range(1, len(CLIENTS) + 1)])
    connection.execute(
        insert(endpoint), [_endpoint(n, site_id, now - hall.history) for n in numbers]
    )
    connection.execute(insert(meter), [_meter(n) for n in numbers])
    connection.execute(insert(meter_state), [{"meter_id": n} for n in numbers])
    connection.execute(insert(assignment), [_assignment(n) for n in numbers])
    read = [n for n in numbers if n % 50 != _NEVER]
    for start in range(0, len(read), 200):
        some = read[start : start + 200]
        book(connection, {n: list(_readings(n, hall, now)) for n in some})
    failed = [each for n in numbers if (each := _attempt(n, now)) is not None]
    if failed:
        connection.execute(insert(attempt), failed)


def read_now(connection: Connection, numbers: list[int], now: Instant) -> None:
    """Let some racks be read once more."""
    book(connection, {n: [_reading(n, now)] for n in numbers if _last_read(n, now) == now})


def name_of(number: int) -> str:
    """Return the name of a rack's meter."""
    row, place = divmod(number - 1, _RACKS_A_ROW)
    return f"{_ROWS[row % len(_ROWS)]}{place + 1:02} · PDU {'AB'[number % 2]}"


def public_id(number: int) -> str:
    """Return the id by which the API knows a rack."""
    return f"{number:08}-0000-7000-8000-000000000000"


def curve_of(number: int) -> LoadCurve:
    """Return what the load of a rack is at any time."""
    heaviest = 9_000 if number % 40 == 1 else 6_000
    return LoadCurve(number, heaviest // 9, heaviest)


def _client(number: int) -> dict[str, Any]:
    return {"id": number, "public_id": f"client-{number}", "name": CLIENTS[number - 1]}


def _endpoint(number: int, site_id: int, made_at: Instant) -> dict[str, Any]:
    row = (number - 1) // _RACKS_A_ROW
    hall, line = row // len(_ROWS) + 1, _ROWS[row % len(_ROWS)]
    return {
        "id": number,
        "public_id": public_id(number),
        "name": name_of(number) if hall == 1 else f"H{hall} {name_of(number)}",
        "address": f"http://10.{20 + number // 60_000}.{number // 250}.{number % 250}/",
        "host_port": f"10.{20 + number // 60_000}.{number // 250}.{number % 250}:80",
        "location": f"Hall {hall}, row {line}, rack {name_of(number)[:3]}",
        "site_id": site_id,
        "client_id": _client_of(number),
        "recipe": {"authType": "none", "scrapingConfig": {"valueSelector": "#kwh"}},
        "poll_minutes": POLL_MINUTES,
        "enabled": number % 200 != _DISABLED,
        "created_at": made_at,
        "updated_at": made_at,
    }


def _client_of(number: int) -> int:
    return number * 7 % len(CLIENTS) + 1


def _meter(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "endpoint_id": number,
        "resolution_milliwh": _RESOLUTION,
        "p_max_mw": BREAKER_MW,
    }


def _assignment(number: int) -> dict[str, Any]:
    return {"meter_id": number, "client_id": _client_of(number), "start_at": 0}


def _last_read(number: int, now: Instant) -> Instant:
    if number % 50 in {_FAILING, _BUSY}:
        return now - 3 * HOUR
    return now - 11 * HOUR if number % 60 == _STALE else now


def _readings(number: int, hall: Hall, now: Instant) -> Iterator[NewReading]:
    end, begin = _last_read(number, now), now - hall.history
    edges = calendar(ZONE).month_edges(begin, end)
    gap = range(now - 20 * HOUR, now - 17 * HOUR) if number % 9 == 0 else range(0)
    for at in sorted({*range(end - (end - begin) // _EVERY * _EVERY, end + 1, _EVERY), *edges}):
        if at not in gap:
            yield _reading(number, at)


def _reading(number: int, at: Instant) -> NewReading:
    curve = curve_of(number)
    start = curve.energy_milliwh(0)
    shown = curve.energy_milliwh(at) - start
    return NewReading(
        at,
        shown // _RESOLUTION * _RESOLUTION,
        _RESOLUTION,
        curve.power_mw(at),
        230_400,
        curve.power_mw(at) * 1000 // 230_400,
        980,
    )


def _attempt(number: int, now: Instant) -> dict[str, Any] | None:
    outcomes = {
        _FAILING: (Outcome.SELECTOR_MISSING, "Nothing on the page matches #kwh."),
        _BUSY: (Outcome.BUSY, "Somebody else is logged in to the device."),
    }
    outcome, message = outcomes.get(number % 50, (None, None))
    if outcome is None:
        return None
    return {
        "endpoint_id": number,
        "started_at": now - MINUTE,
        "milliseconds": 412,
        "transport": "http",
        "outcome": outcome,
        "message": message,
    }
