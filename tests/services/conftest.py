"""A meter whose register rises evenly, for the services that look at or correct it."""

from collections.abc import Callable
from typing import TypeAlias

import pytest
from tests.store.test_ledger import add_meter

from wattledger.domain.instant import HOUR, Instant, parse_instant
from wattledger.store.database import Database
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading

KWH = 1_000_000
STEP = 100_000
START = parse_instant("2026-03-10T00:00:00Z")
NOW = parse_instant("2026-05-01T00:00:00Z")

AddMeter: TypeAlias = Callable[..., int]


def hourly(first_kwh: int, hours: range, **more: object) -> list[NewReading]:
    """Return readings of each of these hours since the start: 2 kWh an hour."""
    return [
        NewReading(START + n * HOUR, (first_kwh + 2 * (n - hours.start)) * KWH, STEP, **more)  # type: ignore[arg-type]
        for n in hours
    ]


def after(hours: int) -> Instant:
    """Return the instant so many hours after the start."""
    return START + hours * HOUR


@pytest.fixture
def metered(database: Database) -> AddMeter:
    """Create a meter with some readings; returns its number."""

    def add(readings: list[NewReading], **settings: object) -> int:
        with database.begin() as connection:
            number = add_meter(connection, 60, **{"p_max_mw": 20_000_000, **settings})
            if readings:
                book(connection, {number: readings})
        return number

    return add
