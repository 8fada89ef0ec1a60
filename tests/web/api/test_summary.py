"""What was used in the last day, week or month, of each endpoint and together."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from wattledger.web.api.consumption_schemas import SummaryOutput
from wattledger.web.schema import Answer

SUMMARY = "/api/v1/consumption/summary"


async def summary(client: httpx.AsyncClient, period: str) -> dict[str, Any]:
    response = await client.get(SUMMARY, params={"period": period})
    assert response.status_code == 200, response.text
    Answer[SummaryOutput].model_validate_json(response.text)
    told: dict[str, Any] = json.loads(response.text, parse_float=Decimal)["data"]
    return told


@pytest.mark.parametrize(
    ("period", "start", "used"),
    [
        ("day", "2026-03-14T11:00:00Z", 24),
        ("week", "2026-03-08T11:00:00Z", 168),
        ("month", "2026-02-13T11:00:00Z", 720),
    ],
)
async def test_intervals_are_cut_exactly_where_the_period_begins(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
    period: str,
    start: str,
    used: int,
) -> None:
    number = add_endpoint("Rack B1")
    # One kWh an hour, read once a day: no reading stands at an edge of a period.
    readings = [(f"2026-02-{day:02}T03:30:00Z", 24 * day) for day in range(1, 29)]
    readings += [(f"2026-03-{day:02}T03:30:00Z", 24 * (28 + day)) for day in range(1, 17)]
    book_readings("Rack B1", readings)
    told = await summary(client, period)
    assert (told["from"], told["to"]) == (start, "2026-03-15T11:00:00Z")
    assert told["totalKwh"] == used
    assert told["endpoints"] == [
        {
            "endpointId": number,
            "name": "Rack B1",
            "clientName": "Client XYZ",
            "consumptionKwh": used,
            "coveredPercent": 100,
        }
    ]


async def test_energy_that_is_not_known_is_null_and_not_in_the_sum(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    for name in ("Never", "Once", "Long ago", "Half"):
        add_endpoint(name)
    book_readings("Once", [("2026-03-15T09:00:00Z", 10)])
    book_readings("Long ago", [("2026-01-01T09:00:00Z", 10), ("2026-01-02T09:00:00Z", 20)])
    book_readings("Half", [("2026-03-14T23:00:00Z", 10), ("2026-03-15T11:00:00Z", 22)])
    told = await summary(client, "day")
    figures = {e["name"]: (e["consumptionKwh"], e["coveredPercent"]) for e in told["endpoints"]}
    nothing = (None, None)
    assert figures == {"Never": nothing, "Once": nothing, "Long ago": nothing, "Half": (12, 50)}
    assert told["totalKwh"] == 12


async def test_without_any_endpoint_the_sum_is_null(client: httpx.AsyncClient) -> None:
    told = await summary(client, "week")
    assert (told["totalKwh"], told["endpoints"]) == (None, [])


async def test_an_unknown_period_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.get(SUMMARY, params={"period": "year"})
    assert response.status_code == 422
    assert list(response.json()["error"]["fields"]) == ["period"]
