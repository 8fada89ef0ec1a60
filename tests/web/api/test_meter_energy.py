"""The energy and the demand of any period of a meter over the API."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from wattledger.domain.instant import parse_instant
from wattledger.services.system import System
from wattledger.store.ledger import book
from wattledger.store.meter_rows import meter_named
from wattledger.store.readings import NewReading
from wattledger.web.api.demand_schemas import DemandOutput
from wattledger.web.api.energy_schemas import EnergyOutput

METERS = "/api/v1/meters"
HOURS = [f"2026-03-02T{hour:02}:00:00Z" for hour in range(24)]
KWH = 1_000_000


@pytest.fixture
def number(
    system: System, add_endpoint: Callable[..., str], book_readings: Callable[..., None]
) -> int:
    """Give a meter that rose by 2 kWh an hour through the 2nd of March."""
    add_endpoint("Rack B1")
    book_readings("Rack B1", [(at, 1000 + 2 * n) for n, at in enumerate(HOURS)])
    with system.database.connect() as connection:
        return meter_named(connection, "Rack B1").id


def told(response: httpx.Response, status: int = 200) -> Any:  # noqa: ANN401 - JSON
    assert response.status_code == status, response.text
    return json.loads(response.text, parse_float=Decimal)


async def test_the_energy_of_any_period_leads_to_its_readings(
    client: httpx.AsyncClient, number: int
) -> None:
    asked = {"from": "2026-03-02T04:30:00Z", "to": "2026-03-02T10:00:00Z"}
    sent = told(await client.get(f"{METERS}/{number}/energy", params=asked))["data"]
    assert EnergyOutput.model_validate(sent, strict=False).time_zone == "Europe/Berlin"
    [part] = sent["parts"]
    assert (part["kwh"], part["openingKwh"], part["closingKwh"]) == (11, 1009, 1020)
    assert (part["quality"], part["measuredPercent"], part["flags"]) == ({"17": 11}, 100, [])
    [epoch] = part["epochs"]
    assert epoch["kind"] == "install"
    span = {"from": epoch["firstAt"], "to": epoch["lastAt"]}
    readings = told(await client.get(f"{METERS}/{number}/readings", params=span))["data"]
    assert [reading["totalKwh"] for reading in readings] == [1018, 1016, 1014, 1012, 1010]


async def test_the_days_of_a_period_add_up(client: httpx.AsyncClient, number: int) -> None:
    asked = {"from": "2026-03-01", "to": "2026-03-03", "by": "day"}
    parts = told(await client.get(f"{METERS}/{number}/energy", params=asked))["data"]["parts"]
    assert [part["kwh"] for part in parts] == [None, 46, None]
    assert parts[0]["flags"] == ["missing"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"from": "2026-03-02"}, 422),
        ({"from": "2026-03-05", "to": "2026-03-01"}, 422),
        ({"from": "soon", "to": "2026-03-01"}, 422),
        ({"from": "2026-03-01", "to": "2026-03-02", "by": "hour"}, 422),
    ],
)
async def test_a_period_that_is_none_is_refused_with_a_sentence(
    client: httpx.AsyncClient, number: int, asked: dict[str, str], status: int
) -> None:
    refused = await client.get(f"{METERS}/{number}/energy", params=asked)
    assert told(refused, status)["error"]["message"]
    missing = await client.get(f"{METERS}/999/energy", params={"from": "2026", "to": "2026"})
    assert missing.status_code in {404, 422}


async def test_the_demand_of_a_day_is_the_mean_of_its_windows(
    client: httpx.AsyncClient, system: System, number: int
) -> None:
    with system.database.begin() as connection:
        fresh = [
            NewReading(
                parse_instant(f"2026-03-03T0{quarter // 4}:{quarter % 4 * 15:02}:00Z"),
                (1_046 + 4 * quarter) * KWH,
                KWH // 10,
            )
            for quarter in range(5)
        ]
        book(connection, {number: fresh})
    asked = {"from": "2026-03-03T00:00:00Z", "to": "2026-03-03T01:15:00Z"}
    sent = told(await client.get(f"{METERS}/{number}/demand", params=asked))["data"]
    assert DemandOutput.model_validate(sent, strict=False).minutes == 15
    assert [window["kw"] for window in sent["windows"]] == [16, 16, 16, 16, None]
    assert sent["peak"] == {
        "kw": 16,
        "at": "2026-03-03T00:00:00Z",
        "p95Kw": 16,
        "coveragePercent": Decimal("80.0"),
    }
    hourly = told(await client.get(f"{METERS}/{number}/demand", params=asked | {"minutes": "60"}))
    assert [window["kw"] for window in hourly["data"]["windows"]] == [16]
    none = told(
        await client.get(
            f"{METERS}/{number}/demand", params={"from": "2026-01-01", "to": "2026-01-01"}
        )
    )["data"]
    assert (none["peak"], {window["kw"] for window in none["windows"]}) == (None, {None})
    odd = await client.get(f"{METERS}/{number}/demand", params=asked | {"minutes": "10"})
    assert odd.status_code == 422
    long = {"from": "2020-01-01", "to": "2026-01-01"}
    refused = await client.get(f"{METERS}/{number}/demand", params=long)
    assert "10000 windows" in told(refused, 422)["error"]["message"]
