"""Endpoints, readings and attempts as the tests of the routes need them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from wattledger.domain.instant import parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.services.system import System
from wattledger.store.clients import find_or_create_client
from wattledger.store.endpoints import (
    TOTAL,
    NewEndpoint,
    find_endpoint,
    find_or_create_meter,
    insert_endpoint,
)
from wattledger.store.evidence import AttemptRecord, Captured, record_attempts
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.sites import first_site

MILLIWH = 1_000_000
_CREATED = parse_instant("2026-01-01T00:00:00Z")

AddEndpoint: TypeAlias = Callable[..., str]
BookReadings: TypeAlias = Callable[..., None]
RecordAttempt: TypeAlias = Callable[..., int]


@pytest.fixture
def add_endpoint(system: System) -> AddEndpoint:
    """Create an endpoint of a client; returns its public id."""

    def add(name: str, client: str = "Client XYZ", *, poll_minutes: int = 60) -> str:
        with system.database.begin() as connection:
            new = NewEndpoint(
                name=name,
                site_id=first_site(connection, system.settings.time_zone),
                address="http://10.0.0.5/",
                host_port="10.0.0.5:80",
                client_id=find_or_create_client(connection, client),
                recipe={"authType": "none", "scrapingConfig": {"valueSelector": "#kwh"}},
                poll_minutes=poll_minutes,
            )
            insert_endpoint(connection, new, _CREATED)
            return find_endpoint(connection, name).public_id

    return add


@pytest.fixture
def book_readings(system: System) -> BookReadings:
    """Book (timestamp, kWh) of a meter; further columns are the same for all."""

    def book_all(
        name: str,
        readings: Sequence[tuple[str, int]],
        meter: str = TOTAL,
        **columns: Any,  # noqa: ANN401 - of any kind
    ) -> None:
        with system.database.begin() as connection:
            endpoint_id = find_endpoint(connection, name).id
            meter_id = find_or_create_meter(connection, endpoint_id, meter)
            fresh = [
                replace(NewReading(parse_instant(at), kwh * MILLIWH, MILLIWH // 10), **columns)
                for at, kwh in readings
            ]
            book(connection, {meter_id: fresh})

    return book_all


@pytest.fixture
def record_attempt(system: System, tmp_path: Path) -> RecordAttempt:
    """Record an attempt at an endpoint with the page it brought; returns its number."""

    def record(name: str, at: str, outcome: Outcome, page: str | None = None) -> int:
        captured = None if page is None else Captured("http://10.0.0.5/", 200, page, None)
        message = None if outcome is Outcome.OK else f"It ended with {outcome}."
        with system.database.begin() as connection:
            attempt = AttemptRecord(
                endpoint_id=find_endpoint(connection, name).id,
                run_id=None,
                started_at=parse_instant(at),
                milliseconds=40,
                transport="http",
                outcome=outcome,
                message=message,
                captured=captured,
            )
            return record_attempts(connection, tmp_path / "evidence", [attempt])[0]

    return record
