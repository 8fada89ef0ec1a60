"""A client's live page: its meters, its share, its time; nothing of others."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from tests.web.conftest import NOW

from wattledger.domain.permission import Role
from wattledger.services.assign_meter import Move, assign_meter
from wattledger.services.system import System
from wattledger.store.clients import find_or_create_client
from wattledger.store.endpoints import find_endpoint, find_or_create_meter
from wattledger.store.meters import set_register
from wattledger.store.tokens import NewToken, create

LIVE = "/api/v1/consumption/live"
AddEndpoint = Callable[..., str]
BookReadings = Callable[..., None]
DAYS = [(f"2026-03-{day:02}T00:00:00+01:00", 100 + 10 * day) for day in range(1, 16)]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every answer be looked up."""
    monkeypatch.setattr("wattledger.web.live.feed.EVERY_SECONDS", 0)


def token_of(system: System, name: str) -> str:
    with system.database.begin() as connection:
        client_id = find_or_create_client(connection, name)
        return create(connection, NewToken(name, Role.CLIENT, client_id=client_id), NOW).secret


async def ask(caller: httpx.AsyncClient, token: str, **filters: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    response = await caller.get(LIVE, params=filters, headers=headers)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = json.loads(response.text, parse_float=Decimal)
    return told


async def test_a_client_sees_its_own_and_cannot_find_others(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    for name, whose in (("Rack A1", "XYZ"), ("Rack B1", "Other")):
        add_endpoint(name, whose)
        book_readings(name, DAYS, power_mw=1_000_000)
    theirs = token_of(system, "XYZ")
    told = await ask(client, theirs)
    assert [endpoint["name"] for endpoint in told["data"]] == ["Rack A1"]
    assert told["totals"]["endpoints"] == 1
    assert told["totals"]["currentKwh"] == told["data"][0]["latestReading"]["currentKwh"] == 140
    for filters in (
        {"client": "Other"},
        {"search": "Rack B1"},
        {"search": "10.0.0.5"},  # its own address, which clients are not told
    ):
        assert (await ask(client, theirs, **filters))["data"] == []
    assert (await ask(client, token_of(system, "Nobody")))["data"] == []


async def test_a_client_that_came_in_the_month_sees_its_part_of_it(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    add_endpoint("Rack A1", "First")
    book_readings("Rack A1", DAYS, power_mw=1_000_000)
    since = "2026-03-05T12:00:00+01:00"
    with system.database.begin() as connection:
        find_or_create_client(connection, "Second")
    assign_meter(system.database, Move("Rack A1", "Second", since=since), NOW)
    [shown] = (await ask(client, token_of(system, "Second")))["data"]
    assert shown["clientName"] == "Second"
    assert shown["latestReading"]["totalKwh"] == 250
    assert shown["latestReading"]["currentKwh"] == 95  # 9.5 days of 10 kWh
    assert (await ask(client, token_of(system, "First")))["data"] == []


async def test_what_was_read_before_a_client_came_is_not_shown(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    add_endpoint("Rack A1", "First", poll_minutes=1440)
    book_readings("Rack A1", DAYS, power_mw=1_000_000)
    theirs = token_of(system, "Second")
    move = Move("Rack A1", "Second", since="2026-03-15T11:00:00+01:00")
    assign_meter(system.database, move, NOW)
    [shown] = (await ask(client, theirs))["data"]
    assert shown["latestReading"] is None
    book_readings("Rack A1", [("2026-03-15T11:30:00+01:00", 255)], power_mw=600_000)
    [shown] = (await ask(client, theirs))["data"]
    assert shown["latestReading"]["power"] == 600
    # 5 kWh in 11.5 hours, of which half an hour is its own.
    assert shown["latestReading"]["currentKwh"] == Decimal("0.217392")


async def test_a_shared_meter_is_shown_by_its_share(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    add_endpoint("Rack A1", "First")
    book_readings("Rack A1", DAYS, power_mw=1_000_000, voltage_mv=230_000, current_ma=4_000)
    tokens = [token_of(system, name) for name in ("First", "Second")]
    for name, share in (("First", 250_000), ("Second", 750_000)):
        move = Move("Rack A1", name, since="2026-03-01", share_ppm=share)
        assign_meter(system.database, move, NOW)
    first, second = [(await ask(client, token))["data"][0]["latestReading"] for token in tokens]
    assert (first["currentKwh"], second["currentKwh"]) == (35, 105)
    assert (first["power"], second["power"]) == (250, 750)
    assert (first["current"], second["current"]) == (1, 3)
    assert first["voltage"] == second["voltage"] == 230
    assert first["totalKwh"] == second["totalKwh"] == 250


async def test_a_client_sees_its_share_of_the_breaker_and_its_own_change(
    stranger: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, own, daily in (("B1", "XYZ", 20), ("B2", "XYZ", 10), ("C1", "Other", 10)):
        add_endpoint(name, own)
        days = [(f"2026-02-{day:02}T00:00:00+01:00", 10 * day) for day in range(1, 29)]
        days += [(f"2026-03-{n:02}T00:00:00+01:00", 290 + daily * (n - 1)) for n in range(1, 16)]
        days += [("2026-03-15T12:00:00+01:00", 290 + daily * 29 // 2)]
        book_readings(name, days, power_mw=1_000_000)
    token = token_of(system, "XYZ")
    with system.database.begin() as connection:
        for name in ("B1", "B2", "C1"):
            number = find_endpoint(connection, name).id
            meter = find_or_create_meter(connection, number, "total")
            set_register(connection, meter, {"p_max_mw": 4_000_000})
    told = await ask(stranger, token)
    assert told["totals"]["changePercent"] == 50
    assert (await ask(stranger, token, search="B1"))["totals"]["changePercent"] == 100
    # What it has another share of since March is not compared any more.
    moved = Move("B2", "XYZ", since="2026-03-01", share_ppm=750_000)
    assign_meter(system.database, moved, NOW)
    monkeypatch.setattr("wattledger.services.live_change._KEPT", 0)
    told = await ask(stranger, token)
    [b1, b2] = told["data"]
    assert (b1["limitPower"], b1["loadPercent"]) == (4000, 25)
    assert (b2["limitPower"], b2["loadPercent"]) == (3000, 25)
    assert told["totals"]["limitPower"] == 7000
    assert told["totals"]["changePercent"] == 100


async def test_of_an_endpoint_of_several_clients_each_sees_its_outlets(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    add_endpoint("Rack A1", "First")
    for outlet, watts in (("outlet-1", 100), ("outlet-2", 200), ("outlet-3", 400)):
        book_readings("Rack A1", DAYS, outlet, power_mw=watts * 1000)
    theirs = token_of(system, "Second")
    assign_meter(system.database, Move("Rack A1", "Second", "outlet-3", "2026-03-01"), NOW)
    [shown] = (await ask(client, theirs))["data"]
    assert shown["clientName"] == "Second"
    assert shown["latestReading"]["power"] == 400
    assert shown["latestReading"]["totalKwh"] == 250
    [shown] = (await ask(client, token_of(system, "First")))["data"]
    assert shown["latestReading"]["power"] == 300


async def test_what_changes_is_worked_out_anew_for_a_client(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    add_endpoint("Rack A1", "First")
    book_readings("Rack A1", DAYS)
    theirs = token_of(system, "First")
    before = await ask(client, theirs)
    assert await ask(client, theirs) == before
    move = Move("Rack A1", "First", since="2026-03-10", share_ppm=500_000)
    assign_meter(system.database, move, NOW)
    [shown] = (await ask(client, theirs))["data"]
    assert shown["latestReading"]["currentKwh"] == 90 + 25
