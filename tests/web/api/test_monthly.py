"""A month of an endpoint: its energy, the registers at its edges, and how well it is known."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from wattledger.domain.permission import Role
from wattledger.services.system import System
from wattledger.store.clients import find_client
from wattledger.store.tokens import NewToken, create
from wattledger.web.api.consumption_schemas import Monthly
from wattledger.web.schema import Answer


async def monthly(client: httpx.AsyncClient, year: int, month: int) -> dict[str, Any]:
    response = await client.get(
        "/api/v1/consumption/monthly/Rack B1", params={"year": year, "month": month}
    )
    assert response.status_code == 200, response.text
    Answer[Monthly].model_validate_json(response.text)
    told: dict[str, Any] = json.loads(response.text, parse_float=Decimal)["data"]
    return told


FIGURES = ("consumptionKwh", "openingKwh", "closingKwh", "readings", "quality", "state", "flags")


async def test_a_whole_month_is_exact_and_provisional(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    number = add_endpoint("Rack B1", poll_minutes=60)
    readings = [
        ("2026-01-31T23:30:00+01:00", 100),
        ("2026-02-01T00:30:00+01:00", 101),
        ("2026-02-15T00:00:00+01:00", 300),
        ("2026-02-28T23:30:00+01:00", 500),
        ("2026-03-01T00:30:00+01:00", 502),
    ]
    book_readings("Rack B1", readings)
    told = await monthly(client, 2026, 2)
    assert (told["endpointId"], told["year"], told["month"]) == (number, 2026, 2)
    assert told["timeZone"] == "Europe/Berlin"
    assert [told[name] for name in FIGURES] == [
        Decimal("400.5"),
        Decimal("100.5"),
        501,
        3,
        "validated",
        "provisional",
        ["gap"],
    ]
    assert told["measuredPercent"] == 100
    [meter] = told["meters"]
    assert meter.pop("key") == "total"
    assert meter == {name: told[name] for name in meter}


async def test_a_month_that_still_runs_is_open_and_projected(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    book_readings("Rack B1", [("2026-03-02T00:00:00Z", 100), ("2026-03-03T00:00:00Z", 124)])
    told = await monthly(client, 2026, 3)
    assert [told[name] for name in FIGURES] == [
        24,
        100,
        124,
        2,
        "projected",
        "open",
        ["partial", "projected", "gap"],
    ]


async def test_the_running_month_is_forecast_from_the_last_seven_days(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    # A kWh an hour until the 8th at noon, two since then.
    book_readings("Rack B1", [("2026-03-01T00:00:00+01:00", 100)])
    book_readings("Rack B1", [("2026-03-08T12:00:00+01:00", 280)])
    book_readings("Rack B1", [("2026-03-15T12:00:00+01:00", 280 + 2 * 168)])
    told = await monthly(client, 2026, 3)
    assert told["consumptionKwh"] == 180 + 336
    # The clocks go forward on the 29th: of the 744 hours one is missing.
    assert told["forecastKwh"] == 180 + 336 + 2 * (743 - 348)
    assert (await monthly(client, 2026, 2))["forecastKwh"] is None
    assert (await monthly(client, 2026, 4))["forecastKwh"] is None


async def test_less_than_a_day_is_no_ground_for_a_forecast(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    book_readings("Rack B1", [("2026-03-14T13:00:00+01:00", 100)], meter="outlet-1")
    book_readings("Rack B1", [("2026-03-15T12:00:00+01:00", 146)], meter="outlet-1")
    assert (await monthly(client, 2026, 3))["forecastKwh"] is None
    book_readings("Rack B1", [("2026-03-14T12:00:00+01:00", 98)], meter="outlet-1")
    assert (await monthly(client, 2026, 3))["forecastKwh"] == 48 + 2 * (743 - 348)
    # Another meter of it is hardly known: the sum of both is not either.
    book_readings("Rack B1", [("2026-03-15T10:00:00+01:00", 0)], meter="outlet-2")
    book_readings("Rack B1", [("2026-03-15T12:00:00+01:00", 9)], meter="outlet-2")
    assert (await monthly(client, 2026, 3))["forecastKwh"] is None


async def test_a_month_nobody_read_has_no_figures(
    client: httpx.AsyncClient, add_endpoint: Callable[..., str]
) -> None:
    add_endpoint("Rack B1")
    told = await monthly(client, 2026, 1)
    expected = [None, None, None, 0, "missing", "provisional", ["missing"]]
    assert [told[name] for name in FIGURES] == expected
    assert told["measuredPercent"] is None


async def test_an_outage_over_the_month_end_is_told_as_estimated(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1", poll_minutes=60)
    readings = [("2026-01-22T00:00:00+01:00", 0), ("2026-02-11T00:00:00+01:00", 200)]
    book_readings("Rack B1", [*readings, ("2026-03-01T00:00:00+01:00", 300)])
    told = await monthly(client, 2026, 2)
    assert (told["consumptionKwh"], told["quality"]) == (200, "mixed")
    assert (told["measuredPercent"], told["flags"]) == (50, ["gap", "estimated"])
    told = await monthly(client, 2026, 1)
    assert (told["consumptionKwh"], told["quality"]) == (100, "estimated")


async def test_meters_without_a_total_add_up(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1")
    edges = ("2026-02-01T00:00:00+01:00", "2026-03-01T00:00:00+01:00")
    for meter, kwh in (("outlet-1", 100), ("outlet-2", 50)):
        book_readings("Rack B1", [(edges[0], kwh), (edges[1], 2 * kwh)], meter)
    told = await monthly(client, 2026, 2)
    assert (told["consumptionKwh"], told["openingKwh"], told["closingKwh"]) == (150, 150, 300)
    assert {m["key"]: m["consumptionKwh"] for m in told["meters"]} == {
        "total": None,
        "outlet-1": 100,
        "outlet-2": 50,
    }


async def test_an_estimate_of_nothing_is_told_as_an_estimate(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1", poll_minutes=60)
    used = [(f"2026-01-{day}T00:00:00+01:00", 10 * day - 100) for day in range(16, 21)]
    idle = [(f"2026-02-0{day}T00:00:00+01:00", 100) for day in (1, 2, 3)]
    exchanged = [(f"2026-02-0{day}T00:00:00+01:00", 3 + day) for day in (4, 5, 6)]
    book_readings("Rack B1", [*used, *idle, *exchanged, ("2026-03-01T00:00:00+01:00", 32)])
    told = await monthly(client, 2026, 2)
    assert (told["consumptionKwh"], told["quality"]) == (25, "mixed")
    assert told["flags"] == ["gap", "estimated", "replacement"]


async def test_nothing_more_is_to_come_of_a_meter_that_ended(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    number = add_endpoint("Rack B1")
    edges = ("2026-02-01T00:00:00+01:00", "2026-02-28T23:50:00+01:00")
    book_readings("Rack B1", [(edges[0], 100), (edges[1], 200)])
    assert (await monthly(client, 2026, 2))["quality"] == "projected"
    (meter,) = (await client.get("/api/v1/meters", params={"endpointId": number})).json()["data"]
    sent = {"kind": "end", "at": "2026-03-01", "why": "taken out"}
    ended = await client.post(f"/api/v1/meters/{meter['id']}/events", json=sent)
    assert ended.status_code == 201, ended.text
    told = await monthly(client, 2026, 2)
    assert (told["quality"], told["flags"]) == ("validated", ["partial", "gap"])


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [
        ({}, ["year", "month"]),
        ({"year": "2026", "month": "13"}, ["month"]),
        ({"year": "99999", "month": "1"}, ["year"]),
        ({"year": "2026", "month": "March"}, ["month"]),
    ],
)
async def test_a_wrong_parameter_is_named(
    client: httpx.AsyncClient, parameters: dict[str, str], fields: list[str]
) -> None:
    response = await client.get("/api/v1/consumption/monthly/x", params=parameters)
    assert response.status_code == 422
    assert list(response.json()["error"]["fields"]) == fields


async def test_a_longer_poll_interval_makes_the_same_cut_certain(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    number = add_endpoint("Rack B1", poll_minutes=60)
    readings = [("2026-01-31T21:00:00+01:00", 100), ("2026-02-01T03:00:00+01:00", 106)]
    book_readings("Rack B1", [*readings, ("2026-03-01T00:00:00+01:00", 200)])
    assert (await monthly(client, 2026, 2))["flags"] == ["gap", "estimated"]
    shown = (await client.get(f"/api/v1/endpoints/{number}")).json()["data"]
    sent = shown | {"pollInterval": 180}
    changed = await client.put(f"/api/v1/endpoints/{number}", json=sent)
    assert changed.status_code == 200, changed.text
    told = await monthly(client, 2026, 2)
    assert (told["flags"], told["consumptionKwh"]) == (["gap"], 97)


async def test_what_a_deleted_endpoint_used_and_showed_stays_to_be_seen_by_its_id(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    number = add_endpoint("Rack B1", "Client XYZ")
    book_readings("Rack B1", [("2026-02-01T00:00:00Z", 100), ("2026-03-01T00:00:00Z", 772)])
    month = f"/api/v1/consumption/monthly/{number}?year=2026&month=2"
    history = f"/api/v1/consumption/readings?endpointId={number}"
    before = [(await client.get(path)).json()["data"] for path in (month, history)]
    await client.delete(f"/api/v1/endpoints/{number}")
    add_endpoint("Rack B1", "Another")
    owner, other = (token_of(system, name) for name in ("Client XYZ", "Another"))
    after = [(await client.get(path)).json()["data"] for path in (month, history)]
    assert after == before
    assert after[0]["consumptionKwh"] is not None
    for path in (month, history):
        own = await client.get(path, headers={"Authorization": f"Bearer {owner}"})
        assert own.status_code == 200, own.text
        assert own.json()["data"]
        theirs = await client.get(path, headers={"Authorization": f"Bearer {other}"})
        assert theirs.status_code == 404
    named = await client.get("/api/v1/consumption/readings", params={"endpointId": "Rack B1"})
    assert named.json()["data"] == [], "a name is that of the one in use"


def token_of(system: System, client: str) -> str:
    with system.database.begin() as connection:
        client_id = find_client(connection, client).id
        new = NewToken(client, Role.CLIENT, client_id=client_id)
        return create(connection, new, system.clock.now()).secret
