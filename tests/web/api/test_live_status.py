"""The status of an endpoint in the live page, and since when it has it."""

from collections.abc import Callable

import httpx
import pytest
from tests.web.api.test_live import live

from wattledger.domain.instant import parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.services.system import System
from wattledger.store.endpoints import find_endpoint, find_or_create_meter
from wattledger.store.meters import set_register


@pytest.mark.parametrize(
    ("read_at", "attempts", "power_w", "status"),
    [
        ("11:00", [], 1_000, "ok"),
        ("11:00", [("11:59", Outcome.TIMEOUT)], 1_000, "ok"),
        ("09:30", [("11:59", Outcome.TIMEOUT)], 1_000, "failing"),
        ("09:30", [("11:59", Outcome.BUSY)], 1_000, "busy"),
        ("09:30", [("11:50", Outcome.TIMEOUT), ("11:59", Outcome.OK)], 1_000, "ok"),
        ("09:30", [("11:59", Outcome.HELD)], 1_000, "ok"),
        ("08:59", [("11:59", Outcome.HELD)], 1_000, "stale"),
        ("08:59", [("08:00", Outcome.TIMEOUT)], 1_000, "stale"),
        ("11:00", [], 9_000, "high"),
        ("11:00", [], 8_000, "ok"),
        ("09:30", [], 9_000, "high"),
        (None, [("11:59", Outcome.AUTH_FAILED)], None, "failing"),
    ],
)
async def test_the_status_says_how_an_endpoint_is_doing(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
    record_attempt: Callable[..., int],
    read_at: str | None,
    attempts: list[tuple[str, Outcome]],
    power_w: int | None,
    status: str,
) -> None:
    add_endpoint("Rack B1", poll_minutes=60)
    if read_at is not None and power_w is not None:
        at = f"2026-03-15T{read_at}:00+01:00"
        book_readings("Rack B1", [(at, 100)], power_mw=power_w * 1000)
    with system.database.begin() as connection:
        endpoint = find_endpoint(connection, "Rack B1")
        set_register(
            connection,
            find_or_create_meter(connection, endpoint.id, "total"),
            {"p_max_mw": 10_000_000},
        )
    for began, outcome in attempts:
        record_attempt("Rack B1", f"2026-03-15T{began}:00+01:00", outcome)
    [shown] = await live(client)
    assert shown["status"] == status
    listed = (await client.get("/api/v1/endpoints", params={"status": status})).json()["data"]
    assert [endpoint["status"] for endpoint in listed] == [status]
    assert parse_instant("2026-03-15T12:00:00+01:00") == system.clock.now()
