"""The readings route tells an endpoint's whole history, failures included, newest first."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from wattledger.domain.outcome import Outcome
from wattledger.web.api.consumption_schemas import ReadingOutput
from wattledger.web.schema import Page

READINGS = "/api/v1/consumption/readings"


async def page(client: httpx.AsyncClient, **parameters: str) -> dict[str, Any]:
    response = await client.get(READINGS, params={"endpointId": "Rack B1", **parameters})
    assert response.status_code == 200, response.text
    Page[ReadingOutput].model_validate_json(response.text)
    told: dict[str, Any] = json.loads(response.text, parse_float=Decimal)
    return told


async def paged(client: httpx.AsyncClient, limit: int) -> list[dict[str, Any]]:
    """Return the whole history, put together from pages of ``limit``."""
    part = await page(client, limit=str(limit))
    told: list[dict[str, Any]] = part["data"]
    while part["nextCursor"] is not None:
        assert len(part["data"]) == limit
        part = await page(client, limit=str(limit), cursor=part["nextCursor"])
        told += part["data"]
    return told


async def times(client: httpx.AsyncClient, **parameters: str) -> list[str]:
    return [reading["timestamp"] for reading in (await page(client, **parameters))["data"]]


async def test_a_reading_has_all_fields_of_the_contract(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
    record_attempt: Callable[..., int],
) -> None:
    number = add_endpoint("Rack B1")
    attempt = record_attempt("Rack B1", "2026-03-02T09:59:59Z", Outcome.OK, "<b>103 kWh</b>")
    book_readings("Rack B1", [("2026-03-02T09:00:00Z", 100)])
    book_readings(
        "Rack B1", [("2026-03-02T10:00:00Z", 103)], power_mw=3_000_000, attempt_id=attempt
    )
    newest, first = (await page(client))["data"]
    assert newest.pop("id") != first.pop("id")
    assert newest == {
        "endpointId": number,
        "timestamp": "2026-03-02T10:00:00Z",
        "totalKwh": 103,
        "currentKwh": 3,
        "voltage": None,
        "current": None,
        "power": 3000,
        "powerFactor": None,
        "success": True,
        "outcome": "ok",
        "errorMessage": None,
        "rawData": "<b>103 kWh</b>",
        "quality": "good",
        "meter": "total",
    }
    assert (first["currentKwh"], first["rawData"], first["outcome"]) == (None, None, None)


async def test_a_failed_attempt_is_told_with_its_reason_and_no_numbers(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
    record_attempt: Callable[..., int],
) -> None:
    add_endpoint("Rack B1")
    book_readings("Rack B1", [("2026-03-02T09:00:00Z", 100)])
    record_attempt("Rack B1", "2026-03-02T10:00:00Z", Outcome.SELECTOR_MISSING, "x" * 9000)
    failed, read = (await page(client))["data"]
    assert (failed["success"], read["success"]) == (False, True)
    assert failed["errorMessage"] == "It ended with selector_missing."
    assert failed["outcome"] == "selector_missing"
    assert failed["rawData"] == "x" * 5000
    numbers = ("totalKwh", "currentKwh", "voltage", "current", "power", "powerFactor")
    assert [failed[name] for name in (*numbers, "quality", "meter")] == [None] * 8
    assert await times(client, success="true") == [read["timestamp"]]
    assert await times(client, success="false") == [failed["timestamp"]]


async def test_month_to_date_starts_again_at_the_local_month_and_counts_no_doubts(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    readings = [
        ("2026-01-31T12:00:00+01:00", 100),
        ("2026-02-28T12:00:00+01:00", 500),
        ("2026-02-28T22:00:00+01:00", 510),
        ("2026-03-01T02:00:00+01:00", 514),
        ("2026-03-01T03:00:00+01:00", 90_000),
        ("2026-03-01T04:00:00+01:00", 516),
        ("2026-03-01T05:00:00+01:00", 520),
    ]
    book_readings("Rack B1", readings)
    told = (await page(client))["data"]
    assert [(r["totalKwh"], r["quality"], r["currentKwh"]) for r in told] == [
        (520, "good", 8),
        (516, "good", 4),
        (90_000, "glitch", None),
        (514, "good", 2),
        (510, "good", Decimal("402.857143")),
        (500, "good", Decimal("392.857143")),
        (100, "good", None),
    ]
    for limit in (1, 2, 3, 7):
        assert await paged(client, limit) == told


async def test_a_date_includes_its_local_day_and_a_timestamp_itself_not(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    stamps = [
        "2026-01-30T22:59:59Z",
        "2026-01-30T23:00:00Z",
        "2026-01-31T22:59:59Z",
        "2026-01-31T23:00:00Z",
    ]
    book_readings("Rack B1", [(at, 100 + index) for index, at in enumerate(stamps)])
    window = {"from": "2026-01-31", "to": "2026-01-31"}
    assert await times(client, **window) == [stamps[2], stamps[1]]
    exact = {"from": "2026-01-30T23:00:00Z", "to": "2026-01-31T22:59:59Z"}
    assert await times(client, **exact) == [stamps[1]]
    shifted = {"from": "2026-01-31T00:00:00+01:00", "to": "2026-01-31T23:59:59 01:00"}
    assert await times(client, **shifted) == [stamps[1]]
    assert await times(client, to="2026-01-30") == [stamps[0]]
    assert await times(client, **{"from": "2026-02-01"}) == [stamps[3]]
    assert await times(client, **{"from": "2026-02-02"}) == []


async def test_pages_tell_everything_once_also_at_one_instant(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
    record_attempt: Callable[..., int],
) -> None:
    add_endpoint("Rack B1")
    at = "2026-03-02T10:00:00Z"
    for meter in ("total", "outlet-1", "outlet-2"):
        book_readings("Rack B1", [("2026-03-02T09:00:00Z", 1), (at, 2)], meter)
    for _ in range(3):
        record_attempt("Rack B1", at, Outcome.TIMEOUT)
    whole = (await page(client))["data"]
    assert len(whole) == 9
    assert len({reading["id"] for reading in whole}) == 9
    for limit in range(1, 10):
        assert await paged(client, limit) == whole


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"endpointId": ""}, None),
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "2026-02-01T00:00:00"}, "from"),
        ({"to": "0001-01-01"}, "to"),
        ({"to": "9999-12-31"}, "to"),
        ({"to": "9999-12-31T23:59:59Z"}, "to"),
        ({"success": "maybe"}, "success"),
        ({"limit": "1001"}, "limit"),
        ({"cursor": "WzEsMl0"}, "cursor"),
        ({"cursor": "WzEsMiw5OTk5OTk5OTk5OTk5OTk5OTk5XQ"}, "cursor"),
    ],
)
async def test_a_wrong_parameter_is_named(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    parameters: dict[str, str],
    field: str | None,
) -> None:
    add_endpoint("Rack B1")
    response = await client.get(READINGS, params={"endpointId": "Rack B1", **parameters})
    if field is None:
        assert response.status_code == 404
    else:
        assert response.status_code == 422
        assert list(response.json()["error"]["fields"]) == [field]


async def test_the_endpoint_must_be_named(client: httpx.AsyncClient) -> None:
    response = await client.get(READINGS)
    assert response.status_code == 422
    assert list(response.json()["error"]["fields"]) == ["endpointId"]


async def test_what_a_frozen_display_repeated_is_told_as_stale(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    [meter] = (await client.get("/api/v1/meters")).json()["data"]
    changed = await client.patch(f"/api/v1/meters/{meter['id']}", json={"pMaxKw": 4})
    assert changed.status_code == 200
    shown = [100 + 3 * min(hour, 12) if hour < 18 else 100 + 3 * hour for hour in range(24)]
    book_readings(
        "Rack B1", [(f"2026-03-02T{hour:02}:00:00Z", value) for hour, value in enumerate(shown)]
    )
    told = (await page(client, limit="24"))["data"]
    qualities = [reading["quality"] for reading in reversed(told)]
    assert qualities == ["good"] * 13 + ["stale"] * 5 + ["good"] * 6
    live = (await client.get("/api/v1/consumption/live")).json()["data"]
    assert live[0]["latestReading"]["quality"] == "good"
