"""The live page in part: filters, totals, and answers that need not be sent again."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from wattledger.domain.outcome import Outcome
from wattledger.services.keep_site import create_site
from wattledger.services.system import System
from wattledger.store.endpoints import find_endpoint, find_or_create_meter, update_endpoint
from wattledger.store.meters import set_register

LIVE = "/api/v1/consumption/live"
AddEndpoint = Callable[..., str]
BookReadings = Callable[..., None]


@pytest.fixture
def hall(
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
    record_attempt: Callable[..., int],
) -> None:
    """Lay out five endpoints that are doing differently."""
    for name, client in (("Rack A1", "XYZ"), ("Rack A2", "XYZ"), ("Rack B1", "Other")):
        add_endpoint(name, client)
        book_readings(name, [("2026-02-28T23:00:00+01:00", 100)])
        book_readings(name, [("2026-03-01T00:00:00+01:00", 101)])
        book_readings(name, [("2026-03-15T11:30:00+01:00", 103)], power_mw=1_000_250)
    add_endpoint("Rack C1", "Other")
    # Not read since February: its energy is of another month, its power not of now.
    book_readings("Rack C1", [("2026-02-27T11:00:00+01:00", 7)], power_mw=77_000)
    book_readings("Rack C1", [("2026-02-28T11:00:00+01:00", 9)], power_mw=77_000)
    record_attempt("Rack C1", "2026-03-15T11:59:00+01:00", Outcome.TIMEOUT)
    add_endpoint("Rack D1 100%", "Other")
    site = create_site(system.database, "Hamburg", "Europe/Berlin", "Europe/Berlin")
    with system.database.begin() as connection:
        for name, columns in (
            ("Rack A1", {"location": "Hall 1, Straße"}),
            ("Rack A2", {"location": "Hall 2", "address": "http://10.9.8.7/"}),
            ("Rack B1", {"site_id": site.id}),
        ):
            number = find_endpoint(connection, name).id
            update_endpoint(connection, number, system.clock.now(), **columns)


async def ask(caller: httpx.AsyncClient, **filters: str) -> dict[str, Any]:
    response = await caller.get(LIVE, params=filters)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = json.loads(response.text, parse_float=Decimal)
    return told


@pytest.mark.usefixtures("hall")
@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["Rack A1", "Rack A2", "Rack B1", "Rack C1", "Rack D1 100%"]),
        ({"client": "XYZ"}, ["Rack A1", "Rack A2"]),
        ({"client": "xyz"}, ["Rack A1", "Rack A2"]),
        ({"client": " xYZ "}, ["Rack A1", "Rack A2"]),
        ({"client": "XY"}, []),
        ({"location": "Hall 2"}, ["Rack A2"]),
        ({"location": "hall 1,  STRASSE"}, ["Rack A1"]),
        ({"site": "Hamburg"}, ["Rack B1"]),
        ({"site": "hamburg"}, ["Rack B1"]),
        ({"site": "2"}, ["Rack B1"]),
        ({"status": "failing"}, ["Rack C1"]),
        ({"status": "never"}, ["Rack D1 100%"]),
        ({"search": "rack a"}, ["Rack A1", "Rack A2"]),
        ({"search": "10.9.8"}, ["Rack A2"]),
        ({"search": "STRASSE"}, ["Rack A1"]),
        ({"search": "0%"}, ["Rack D1 100%"]),
        ({"search": "_"}, []),
        ({"client": "Other", "status": "ok"}, ["Rack B1"]),
        ({"client": "Other", "location": "Hall 2"}, []),
    ],
)
async def test_a_filter_leaves_those_that_pass_it(
    client: httpx.AsyncClient, filters: dict[str, str], names: list[str]
) -> None:
    told = await ask(client, **filters)
    assert [endpoint["name"] for endpoint in told["data"]] == names
    assert told["totals"]["endpoints"] == len(names)
    assert sum(told["totals"]["statuses"].values()) == len(names)


@pytest.mark.usefixtures("hall")
async def test_totals_count_the_power_of_now_and_the_energy_of_this_month(
    client: httpx.AsyncClient,
) -> None:
    totals = (await ask(client))["totals"]
    assert totals["reporting"] == 3
    assert totals["needAttention"] == 1
    assert totals["power"] == Decimal("3000.75")
    assert totals["currentKwh"] == 6
    assert totals["statuses"]["failing"] == totals["statuses"]["never"] == 1


@pytest.mark.usefixtures("hall")
async def test_totals_tell_places_and_what_breakers_allow(
    client: httpx.AsyncClient, system: System
) -> None:
    with system.database.begin() as connection:
        for name, limit in (("Rack A1", 2_000_000), ("Rack A2", 3_000_000), ("Rack C1", 9_000_000)):
            meter = find_or_create_meter(connection, find_endpoint(connection, name).id, "total")
            set_register(connection, meter, {"p_max_mw": limit})
    told = await ask(client)
    loads = {each["name"]: (each["limitPower"], each["loadPercent"]) for each in told["data"]}
    assert loads["Rack A1"] == (2000, 50)
    assert loads["Rack C1"] == (9000, Decimal("0.9"))
    assert loads["Rack B1"] == loads["Rack D1 100%"] == (None, None)
    # Rack C1 does not report, and of Rack B1 no breaker is known.
    assert (told["totals"]["limitPower"], told["totals"]["loadPercent"]) == (5000, 40)
    assert told["totals"]["places"] == [
        {"name": "Hall 1", "siteId": "1", "endpoints": 1, "power": Decimal("1000.25")},
        {"name": "Hall 2", "siteId": "1", "endpoints": 1, "power": Decimal("1000.25")},
        {"name": "Hamburg", "siteId": "2", "endpoints": 1, "power": Decimal("1000.25")},
        {"name": "Main site", "siteId": "1", "endpoints": 2, "power": None},
    ]
    some = await ask(client, location="Hall 2")
    assert [each["name"] for each in some["totals"]["places"]] == ["Hall 2"]


async def test_the_month_is_compared_with_the_same_span_of_the_month_before(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint, book_readings: BookReadings
) -> None:
    for name, daily in (("Rack A1", 20), ("Rack A2", 10)):
        add_endpoint(name)
        days = [(f"2026-02-{day:02}T00:00:00+01:00", 10 * day) for day in range(1, 29)]
        days += [(f"2026-03-{n:02}T00:00:00+01:00", 290 + daily * (n - 1)) for n in range(1, 16)]
        book_readings(name, [*days, ("2026-03-15T12:00:00+01:00", 290 + daily * 29 // 2)])
    # One that began in February, and one that is silent since Friday, are not compared.
    add_endpoint("Rack B1")
    book_readings("Rack B1", [("2026-02-10T00:00:00+01:00", 0), ("2026-03-15T12:00:00+01:00", 9)])
    add_endpoint("Rack C1")
    book_readings("Rack C1", [("2026-01-10T00:00:00+01:00", 0), ("2026-03-13T12:00:00+01:00", 9)])
    assert (await ask(client))["totals"]["changePercent"] == 50
    for name, percent in (("Rack A1", 100), ("Rack A2", 0), ("Rack B1", None), ("Rack C1", None)):
        assert (await ask(client, search=name))["totals"]["changePercent"] == percent


@pytest.mark.usefixtures("hall")
async def test_totals_of_what_is_not_known_are_null(client: httpx.AsyncClient) -> None:
    totals = (await ask(client, search="Rack C1"))["totals"]
    assert (totals["power"], totals["currentKwh"]) == (None, None)


async def test_a_status_that_does_not_exist_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.get(LIVE, params={"status": "fine"})
    assert response.status_code == 422
    assert "status" in response.json()["error"]["fields"]


@pytest.mark.usefixtures("hall")
async def test_what_is_as_before_is_not_sent_again(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, add_endpoint: AddEndpoint
) -> None:
    monkeypatch.setattr("wattledger.web.live.feed.EVERY_SECONDS", 0)
    first = await client.get(LIVE)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for shown in (tag, f'"other", {tag}'):
        again = await client.get(LIVE, headers={"If-None-Match": shown})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    add_endpoint("Rack E1")
    fresh = await client.get(LIVE, headers={"If-None-Match": tag})
    assert fresh.status_code == 200
    assert fresh.headers["etag"] != tag
    assert [one["name"] for one in fresh.json()["data"]][-1] == "Rack E1"


@pytest.mark.usefixtures("hall")
async def test_a_packed_answer_is_the_same(client: httpx.AsyncClient) -> None:
    packed = await client.get(LIVE, headers={"Accept-Encoding": "gzip"})
    plain = await client.get(LIVE, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content


async def test_who_refuses_packed_answers_gets_a_plain_one(client: httpx.AsyncClient) -> None:
    for refused in ("gzip;q=0, identity", "identity;q=1, *;q=0"):
        plain = await client.get(LIVE, headers={"Accept-Encoding": refused})
        assert "content-encoding" not in plain.headers, refused


async def test_an_answer_is_looked_up_once_a_second_at_most(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, add_endpoint: AddEndpoint
) -> None:
    monkeypatch.setattr("wattledger.web.live.feed.EVERY_SECONDS", 1000)
    add_endpoint("Rack B1")
    first = await ask(client)
    add_endpoint("Rack B2")
    assert await ask(client) == first
    assert [one["name"] for one in (await ask(client, search="Rack"))["data"]] == ["Rack B1"]
