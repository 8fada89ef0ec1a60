"""The live view shows each endpoint's latest reading, and never a number nobody read."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx

from wattledger.web.live.schemas import LiveAnswer

LIVE = "/api/v1/consumption/live"


async def live(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    response = await client.get(LIVE)
    assert response.status_code == 200, response.text
    LiveAnswer.model_validate_json(response.text)
    shown: list[dict[str, Any]] = json.loads(response.text, parse_float=Decimal)["data"]
    return shown


async def test_an_endpoint_that_was_never_read_has_no_numbers(
    client: httpx.AsyncClient, add_endpoint: Callable[..., str]
) -> None:
    number = add_endpoint("Rack B1")
    assert await live(client) == [
        {
            "endpointId": number,
            "name": "Rack B1",
            "clientName": "Client XYZ",
            "location": None,
            "siteId": "1",
            "latestReading": None,
            "status": "never",
            "statusSince": "2026-01-01T00:00:00Z",
            "limitPower": None,
            "loadPercent": None,
        }
    ]


async def test_the_latest_reading_is_shown_exactly(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    book_readings("Rack B1", [("2026-02-28T23:30:00+01:00", 100)])
    book_readings("Rack B1", [("2026-03-01T00:30:00+01:00", 103)])
    book_readings(
        "Rack B1",
        [("2026-03-15T11:30:00+01:00", 1103)],
        power_mw=1_250_500,
        voltage_mv=230_400,
        current_ma=5_430,
        pf_milli=990,
    )
    [shown] = await live(client)
    assert shown["status"] == "ok"
    assert shown["latestReading"] == {
        "timestamp": "2026-03-15T10:30:00Z",
        "totalKwh": 1103,
        "currentKwh": Decimal("1001.5"),
        "voltage": Decimal("230.4"),
        "current": Decimal("5.43"),
        "power": Decimal("1250.5"),
        "powerFactor": Decimal("0.99"),
        "quality": "good",
    }


async def test_one_reading_alone_says_nothing_about_the_month(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    book_readings("Rack B1", [("2026-03-15T11:30:00+01:00", 100)])
    [shown] = await live(client)
    assert shown["latestReading"]["totalKwh"] == 100
    assert shown["latestReading"]["currentKwh"] is None
    assert shown["latestReading"]["power"] is None


async def test_a_doubted_reading_is_shown_as_held(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    book_readings("Rack B1", [("2026-03-15T11:00:00+01:00", 500)])
    book_readings("Rack B1", [("2026-03-15T11:30:00+01:00", 3)])
    [shown] = await live(client)
    assert shown["latestReading"]["quality"] == "held"
    assert shown["latestReading"]["totalKwh"] == 3


async def test_meters_without_a_total_are_shown_together(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    for meter, kwh in (("outlet-1", 100), ("outlet-2", 50)):
        for at, more in (("10:30", 0), ("11:30", 2)):
            book_readings(
                "Rack B1",
                [(f"2026-03-15T{at}:00+01:00", kwh + more)],
                meter,
                power_mw=1_000_000,
                voltage_mv=230_000,
            )
    book_readings("Rack B1", [("2026-03-01T11:30:00+01:00", 7000)], "outlet-3")
    [shown] = await live(client)
    assert shown["latestReading"]["totalKwh"] == 154
    assert shown["latestReading"]["currentKwh"] == 4
    assert shown["latestReading"]["power"] == 2000
    assert shown["latestReading"]["voltage"] is None


async def test_an_unknown_part_makes_the_sum_unknown(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    at = "2026-03-15T11:30:00+01:00"
    book_readings("Rack B1", [(at, 100)], "outlet-1", power_mw=1_000_000)
    book_readings("Rack B1", [(at, 50)], "outlet-2")
    [shown] = await live(client)
    assert shown["latestReading"]["totalKwh"] == 150
    assert shown["latestReading"]["power"] is None
