"""The last day of endpoints in half hours, as small charts beside their names draw it."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from tests.web.tenancy import ALDER, World
from tests.web.tenants import Callers

from wattledger.services.power_trend import power_trend
from wattledger.services.system import System
from wattledger.web.api.history_schemas import TrendOutput
from wattledger.web.schema import Answer

TREND = "/api/v1/consumption/trend"
AddEndpoint = Callable[..., str]
BookReadings = Callable[..., None]


async def trend(client: httpx.AsyncClient, *ids: str) -> dict[str, Any]:
    response = await client.get(TREND, params={"endpointId": ids})
    assert response.status_code == 200, response.text
    Answer[TrendOutput].model_validate_json(response.text)
    told: dict[str, Any] = json.loads(response.text, parse_float=Decimal)["data"]
    return told


async def test_power_is_told_or_follows_from_energy_and_is_null_where_nothing_is_known(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint, book_readings: BookReadings
) -> None:
    told_power, silent = add_endpoint("Rack B1"), add_endpoint("Rack B2")
    book_readings("Rack B1", [("2026-03-15T09:00:00+01:00", 100)], power_mw=1_500_000)
    book_readings("Rack B1", [("2026-03-15T10:00:00+01:00", 101)], power_mw=1_700_000)
    book_readings("Rack B2", [("2026-03-15T09:00:00+01:00", 100)])
    book_readings("Rack B2", [("2026-03-15T11:00:00+01:00", 104)])
    told = await trend(client, silent, told_power, "nobody")
    assert len(told["starts"]) == 48
    assert (told["starts"][0], told["starts"][-1]) == (
        "2026-03-14T11:30:00Z",
        "2026-03-15T11:00:00Z",
    )
    series = {each["endpointId"]: each["kw"] for each in told["series"]}
    assert list(series) == [silent, told_power]
    assert series[told_power][-7:] == [Decimal("1.5"), 1, Decimal("1.7"), *[None] * 4]
    assert series[silent][-7:] == [2, 2, 2, 2, *[None] * 3]
    assert set(series[silent][:-7]) == {None}


async def test_ids_of_others_are_left_out(
    api: Callers, stranger: httpx.AsyncClient, world: World
) -> None:
    ids = [world.endpoints[name] for name in ("Rack narwhal A", "Rack quokka 1", "Rack of two")]
    stranger.headers["Authorization"] = f"Bearer {api.token(ALDER)}"
    told = await trend(stranger, *ids)
    series = {each["endpointId"]: each["kw"] for each in told["series"]}
    assert list(series) == ids[1:]
    assert all(each is not None for each in series[ids[1]][:-2])
    # Three tenths of the rack of two are Alder's.
    whole = await api.data("", "/consumption/trend", endpointId=ids[2])
    everything = [each and Decimal(str(each)) for each in whole["series"][0]["kw"]]
    for mine, all_of_it in zip(series[ids[2]], everything, strict=True):
        assert (mine is None) == (all_of_it is None)
        if mine is not None:
            assert abs(mine - all_of_it * 3 / 10) < Decimal("0.000002")


async def test_at_least_one_and_at_most_200_are_asked_for(client: httpx.AsyncClient) -> None:
    for ids in ([], ["x"] * 201):
        response = await client.get(TREND, params={"endpointId": ids})
        assert response.status_code == 422


async def test_many_endpoints_need_no_more_queries_than_one(
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    ids = [add_endpoint(f"Rack B{number}") for number in range(12)]
    for number in range(12):
        readings = [("2026-03-15T09:00:00+01:00", 1), ("2026-03-15T10:00:00+01:00", 2)]
        book_readings(f"Rack B{number}", readings)
    asked: list[str] = []
    event.listen(
        system.database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: asked.append(statement),
    )
    counts: list[int] = []
    for some in (ids[:1], ids):
        asked.clear()
        told = power_trend(system.database, some, system.clock.now(), None)
        assert list(told.powers) == some
        counts.append(len(asked))
    assert counts[0] == counts[1]


async def test_powers_told_are_as_those_reckoned_from_all_readings(
    client: httpx.AsyncClient,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = [add_endpoint(f"Rack B{number}", poll_minutes=10) for number in range(3)]
    for hour in range(11):
        for ten in range(6):
            at = [(f"2026-03-15T{hour:02}:{ten}3:00+01:00", 100 + hour)]
            book_readings("Rack B0", at, power_mw=1_000_000 + 7 * hour + ten)
            for key in ("outlet-1", "outlet-2"):
                book_readings("Rack B1", at, meter=key, power_mw=500_000 + hour * ten)
    # Of one, nobody told the power for a while.
    book_readings("Rack B2", [("2026-03-15T09:00:00+01:00", 1)], power_mw=4_000_000)
    book_readings("Rack B2", [("2026-03-15T10:40:00+01:00", 2)], power_mw=4_000_000)
    told = await trend(client, *ids)
    assert [each["endpointId"] for each in told["series"]] == ids
    assert told["series"][2]["kw"][-7:-2] == [4, Decimal("0.6"), Decimal("0.6"), 4, None]
    monkeypatch.setattr("wattledger.services.power_trend.mean_powers", lambda *_: {})
    assert await trend(client, *ids) == told
