"""Energy and power bucket by bucket, as charts draw them."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from tests.web.tenancy import ALDER, BIRCH, CEDAR, CLIENTS, World, client_name
from tests.web.tenants import Callers

from wattledger.domain.event import EventKind
from wattledger.domain.instant import parse_instant
from wattledger.services.keep_site import create_site
from wattledger.services.system import System
from wattledger.store.database import Connection
from wattledger.store.endpoints import find_endpoint, find_or_create_meter, update_endpoint
from wattledger.store.events import NewEvent, insert_event
from wattledger.store.meter_rows import all_meter_ids
from wattledger.store.meters import set_register
from wattledger.store.recompute import rebuild
from wattledger.web.api.history_schemas import HistoryOutput
from wattledger.web.schema import Answer

HISTORY = "/api/v1/consumption/history"
KWH = 1_000_000
AddEndpoint = Callable[..., str]
BookReadings = Callable[..., None]


async def history(client: httpx.AsyncClient, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - of any kind
    wanted = {name.rstrip("_"): value for name, value in params.items()}
    response = await client.get(HISTORY, params=wanted)
    assert response.status_code == 200, response.text
    Answer[HistoryOutput].model_validate_json(response.text)
    told: dict[str, Any] = json.loads(response.text, parse_float=Decimal)["data"]
    return told


async def refused(client: httpx.AsyncClient, **params: Any) -> tuple[int, str]:  # noqa: ANN401 - of any kind
    wanted = {name.rstrip("_"): value for name, value in params.items()}
    response = await client.get(HISTORY, params=wanted)
    return response.status_code, response.json()["error"]["message"]


def hourly(day: str, hours: range, first: int) -> list[tuple[str, int]]:
    """Return a reading at each of these hours of a day in March, 2 kWh more each time."""
    return [(f"2026-03-{day}T{n:02}:00:00+01:00", first + 2 * (n - hours.start)) for n in hours]


async def test_hours_have_energy_power_and_how_well_they_are_known(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint, book_readings: BookReadings
) -> None:
    number = add_endpoint("Rack B1")
    book_readings("Rack B1", hourly("15", range(4), 100))
    book_readings("Rack B1", hourly("15", range(4, 7), 108), power_mw=2_100 * 1000)
    # Five hours that nobody read; the ledger shares their energy out, and says so.
    book_readings("Rack B1", [("2026-03-15T11:00:00+01:00", 122)])
    told = await history(client, from_="2026-03-14T22:00:00Z", step="hour", endpointId=number)
    assert (told["from"], told["to"]) == ("2026-03-14T22:00:00Z", "2026-03-15T11:00:00Z")
    assert told["starts"][:2] == ["2026-03-14T22:00:00Z", "2026-03-14T23:00:00Z"]
    assert (told["step"], told["timeZone"], told["marks"]) == ("hour", "Europe/Berlin", [])
    [series] = told["series"]
    assert (series["id"], series["name"], series["clientName"]) == (
        number,
        "Rack B1",
        "Client XYZ",
    )
    assert series["kwh"] == [None, *[2] * 11, None]
    assert series["kw"] == [None, *[2] * 4, *[Decimal("2.1")] * 3, *[2] * 4, None]
    assert series["quality"] == [None, *["measured"] * 6, *["estimated"] * 5, None]
    assert series["totalKwh"] == 22


async def test_the_bucket_that_runs_is_there_up_to_the_last_reading(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint, book_readings: BookReadings
) -> None:
    number = add_endpoint("Rack B1", poll_minutes=15)
    readings = [("2026-03-15T10:00:00+01:00", 100), ("2026-03-15T11:30:00+01:00", 103)]
    book_readings("Rack B1", readings)
    hours = await history(client, from_="2026-03-15T10:00:00+01:00", step="hour")
    assert [each["kwh"] for each in hours["series"]] == [[2, 1]]
    assert hours["series"][0]["kw"] == [2, 2]
    assert hours["series"][0]["quality"] == ["estimated", "partial"]
    for step in ("day", "month"):
        running = await history(client, from_="2026-03-01", step=step, endpointId=number)
        [series] = running["series"]
        assert (series["kwh"][-1], series["kw"][-1], series["quality"][-1]) == (3, 2, "partial")


async def test_a_day_of_the_change_of_clocks_has_23_hours(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("Rack B1")
    for day, step, count in (
        ("2026-03-29", "hour", 23),
        ("2026-03-29", "quarter", 92),
        ("2025-10-26", "hour", 25),
    ):
        told = await history(client, from_=day, to=day, step=step)
        assert len(told["starts"]) == count
        assert told["starts"] == sorted(set(told["starts"]))
        assert told["series"][0]["kwh"] == [None] * count


async def test_endpoints_of_other_zones_have_days_of_their_own(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    for name in ("Rack B1", "Rack B2", "Rack T1"):
        add_endpoint(name)
        book_readings(name, [("2026-03-08T00:00:00Z", 0), ("2026-03-11T00:00:00Z", 144)])
    site = create_site(system.database, "Tokyo", "Asia/Tokyo", "Asia/Tokyo")
    with system.database.begin() as connection:
        number = find_endpoint(connection, "Rack T1").id
        update_endpoint(connection, number, system.clock.now(), site_id=site.id)
    rebuild_all(system)
    told = await history(client, from_="2026-03-07", to="2026-03-11", total=True)
    assert told["timeZone"] == "Europe/Berlin"
    days = {each["name"]: each["kwh"] for each in told["series"]}
    assert days["Rack B1"] == days["Rack B2"] == [None, 46, 48, 48, 2]
    assert days["Rack T1"] == [None, 30, 48, 48, 18]
    assert days["Total"] == [None, 122, 144, 144, 22]
    hours = await history(client, from_="2026-03-10T22:00:00Z", step="hour", by="total")
    assert hours["series"][0]["kwh"][:3] == [6, 6, None]


def rebuild_all(system: System) -> None:
    with system.database.begin() as connection:
        rebuild(connection, all_meter_ids(connection))


async def test_a_series_of_several_meters_says_when_one_of_them_is_silent(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint, book_readings: BookReadings
) -> None:
    number = add_endpoint("Rack B1")
    book_readings("Rack B1", hourly("15", range(10), 100), meter="outlet-1")
    book_readings("Rack B1", hourly("15", range(4), 100), meter="outlet-2")
    book_readings("Rack B1", hourly("15", range(2, 10), 100), meter="outlet-3")
    asked = {"from_": "2026-03-15", "to": "2026-03-15T09:00:00+01:00", "step": "hour"}
    [series] = (await history(client, **asked, endpointId=number))["series"]
    assert series["kwh"] == [4, 4, 6, 4, 4, 4, 4, 4, 4]
    assert series["kw"] == [4, 4, 6, 4, 4, 4, 4, 4, 4]
    # Outlet 3 had not begun before; of outlet 2 something is missing.
    assert series["quality"] == [*["measured"] * 3, *["partial"] * 6]


async def test_what_happened_to_registers_is_marked(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    number = add_endpoint("Rack B1")
    with system.database.begin() as connection:
        at = parse_instant("2026-03-12T05:00:00+01:00")
        meter = breaker(connection, "Rack B1")
        changed = {"multiplier": "40", "p_max_mw": 800 * KWH}
        insert_event(
            connection,
            NewEvent(meter, at, EventKind.SETTINGS, "Ann", "new transformer", settings=changed),
            at,
        )
    for day in range(8, 11):
        book_readings("Rack B1", hourly(f"{day:02}", range(24), 4_000 + 48 * day))
    for day in range(11, 13):
        book_readings("Rack B1", hourly(f"{day:02}", range(24), 2 + 48 * (day - 11)))
    told = await history(client, from_="2026-03-08", to="2026-03-13", endpointId=number)
    [reset, settings] = told["marks"]
    assert reset == {
        "endpointId": number,
        "meter": "total",
        "at": "2026-03-10T23:00:00Z",
        "kind": "reset",
        "text": "The register began again at about 0.",
    }
    assert (settings["kind"], settings["at"]) == ("settings", "2026-03-12T04:00:00Z")
    assert settings["text"] == "From here on other settings hold: multiplier 40, breaker."
    assert "Ann" not in str(told)
    assert (await history(client, from_="2026-03-12", to="2026-03-13"))["marks"] == [settings]
    later = await history(client, from_="2026-03-13", to="2026-03-14", by="total")
    assert later["marks"] == []


def breaker(connection: Connection, name: str) -> int:
    """Set the breaker of an endpoint's meter; returns the meter's number."""
    meter = find_or_create_meter(connection, find_endpoint(connection, name).id, "total")
    set_register(connection, meter, {"p_max_mw": 20 * KWH})
    return meter


async def test_too_much_is_refused_with_what_to_do(
    client: httpx.AsyncClient,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(3):
        add_endpoint(f"Rack B{number}")
    book_readings("Rack B1", hourly("15", range(2), 100))
    status, told = await refused(client, from_="2026-01-01", to="2026-03-01", step="quarter")
    assert (status, "longer step" in told) == (422, True)
    monkeypatch.setattr("wattledger.services.energy_history.MOST_SERIES", 2)
    status, told = await refused(client, from_="2026-03-01")
    assert (status, "There would be 3 series" in told) == (422, True)
    assert len((await history(client, from_="2026-03-01", by="total"))["series"]) == 1
    monkeypatch.setattr("wattledger.services.history_cells.MOST_ROWS", 100)
    status, told = await refused(client, from_="2026-03-01", step="hour", endpointId="Rack B1")
    assert (status, "fewer endpoints" in told) == (422, True)


async def test_what_is_not_there_or_no_time_is_refused(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("Rack B1")
    assert await refused(client, from_="2026-03-01", endpointId=["Rack B1", "nobody"]) == (
        404,
        "There is no endpoint 'nobody'.",
    )
    assert (await refused(client, from_="2026-03-01", clientId="nobody"))[0] == 404
    assert (await refused(client, from_="2026-03-02", to="2026-03-01"))[0] == 422
    assert (await refused(client, from_="yesterday"))[0] == 422
    assert (await refused(client, from_="2027-01-01"))[0] == 422


async def test_nothing_at_all_is_an_empty_history(client: httpx.AsyncClient) -> None:
    told = await history(client, from_="2026-03-01", to="2026-03-02", total=True)
    assert [each["kwh"] for each in told["series"]] == [[None, None]]
    assert (await history(client, from_="2026-03-01", by="client"))["series"] == []
    [total] = (await history(client, from_="2026-03-01", by="total"))["series"]
    assert (total["id"], total["totalKwh"]) == ("total", None)


async def test_clients_have_the_months_and_days_of_their_reports(
    api: Callers, world: World
) -> None:
    span = {"from_": "2026-03-01", "to": "2026-03-31"}
    report = await api.data("", "/reports/2026/3")
    days = await api.data("", "/consumption/history", **span, by="client")
    assert [each["name"] for each in days["series"]] == [client_name(each) for each in CLIENTS]
    for client, series in zip(CLIENTS, days["series"], strict=True):
        lines = [each for each in report["lines"] if each["clientId"] == world.clients[client]]
        assert series["totalKwh"] == sum(Decimal(str(each["kwh"])) for each in lines)
        for who in (client, ""):
            own = {"clientId": world.clients[client], **span}
            month = await api.data(who, "/consumption/history", **own, step="month", by="total")
            assert month["series"][0]["kwh"] == [series["totalKwh"]]
            racks = await api.data(who, "/consumption/history", **own, total=True)
            assert racks["series"].pop()["kwh"] == series["kwh"]
            # Those that served it in that month, for all the time it has.
            assert {each["name"] for each in racks["series"]} == {
                each["endpoint"] for each in lines
            }
    whole = await api.data("", "/consumption/history", **span, step="month", by="total")
    known = [Decimal(str(each["kwh"])) for each in report["lines"] if each["kwh"] is not None]
    assert whole["series"][0]["totalKwh"] == sum(known)


async def test_a_client_sees_no_endpoint_and_no_client_of_others(
    api: Callers, world: World
) -> None:
    span = {"from_": "2026-03-01", "to": "2026-03-02"}
    for params in (
        {"endpointId": world.endpoints["Rack narwhal A"]},
        {"endpointId": "Rack narwhal A"},
        {"clientId": world.clients[BIRCH]},
        {"clientId": client_name(CEDAR), "by": "client"},
        {"endpointId": "Hall wombat", "by": "total"},
    ):
        response = await api.get(ALDER, "/consumption/history", **span, **params)
        assert response.status_code == 404, params
    own = await api.data(ALDER, "/consumption/history", **span, by="client")
    assert [each["id"] for each in own["series"]] == [world.clients[ALDER]]


async def test_what_a_meter_used_before_it_came_is_not_a_clients(
    api: Callers, world: World
) -> None:
    """The rack was Alder's until 17 January at 11:20, then Birch's: the day is shared between."""
    day = {"from_": "2026-01-17", "to": "2026-01-17", "endpointId": "Rack that moved"}
    whole = (await api.data("", "/consumption/history", **day))["series"][0]["kwh"][0]
    parts = [
        (await api.data(client, "/consumption/history", **day))["series"][0]["kwh"][0]
        for client in (ALDER, BIRCH)
    ]
    assert sum(parts) == whole
    hours = await api.data(BIRCH, "/consumption/history", **day, step="hour")
    assert hours["series"][0]["kwh"][:11] == [None] * 11
    assert hours["series"][0]["kw"][:11] == [None] * 11
    assert hours["series"][0]["totalKwh"] == parts[1]
    never = await api.data(CEDAR, "/consumption/history", **day, step="hour")
    assert never["series"][0]["kwh"] == [None] * 24
    assert world.clients
