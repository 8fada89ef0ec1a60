"""Tariffs go in and out with exact prices."""

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

from wattledger.web.api.billing_examples import TARIFF_INPUT
from wattledger.web.api.tariff_schemas import TariffOutput
from wattledger.web.schema import Answer, Page

ROUTE = "/api/v1/tariffs"


def tariff(name: str, **prices: object) -> dict[str, Any]:
    period = {"fromOn": "2026-01-01", "currency": "EUR", "energyPrice": "0.25", **prices}
    return {"name": name, "prices": [period]}


async def test_prices_are_exact_numbers(client: httpx.AsyncClient) -> None:
    price = "123456789.12345678"
    created = await client.post(ROUTE, json=tariff("Rack", energyPrice=price, fixedFee=150))
    assert created.status_code == 201
    Answer[TariffOutput].model_validate_json(created.text)
    shown = json.loads(created.text, parse_float=Decimal)["data"]
    assert shown["prices"][0]["energyPrice"] == Decimal(price)
    assert shown["prices"][0]["fixedFee"] == 150
    assert shown["prices"][0]["vatPercent"] is None
    assert (await client.get(created.headers["Location"])).json() == created.json()


async def test_a_change_of_price_is_a_further_period(client: httpx.AsyncClient) -> None:
    assert isinstance(TARIFF_INPUT, dict)
    created = (await client.post(ROUTE, json=TARIFF_INPUT)).json()["data"]
    assert isinstance(TARIFF_INPUT["prices"], list)
    [period] = TARIFF_INPUT["prices"]
    assert isinstance(period, dict)
    later = period | {"fromOn": "2026-07-01", "energyPrice": 0.3}
    changed = await client.put(
        f"{ROUTE}/{created['id']}", json={"name": "Rack", "prices": [later, period]}
    )
    assert changed.status_code == 200, changed.text
    shown = changed.json()["data"]
    assert shown["name"] == "Rack"
    assert [one["fromOn"] for one in shown["prices"]] == ["2026-01-01", "2026-07-01"]
    assert shown["notices"] == []
    assert (await client.put(f"{ROUTE}/Hall", json=TARIFF_INPUT)).status_code == 404


async def test_tariffs_are_listed_in_pages(client: httpx.AsyncClient) -> None:
    for name in ("B", "A", "C"):
        await client.post(ROUTE, json=tariff(name))
    first = await client.get(ROUTE, params={"limit": 2})
    part = Page[TariffOutput].model_validate_json(first.text)
    rest = await client.get(ROUTE, params={"cursor": part.next_cursor or ""})
    assert [row.name for row in part.data] == ["A", "B"]
    assert [row["name"] for row in rest.json()["data"]] == ["C"]
    assert (await client.post(ROUTE, json=tariff("a"))).status_code == 409


@pytest.mark.parametrize(
    ("prices", "field"),
    [
        ({"energyPrice": -1}, "prices.0.energyPrice"),
        ({"energyPrice": "dear"}, "prices.0.energyPrice"),
        ({"currency": "EURO"}, "prices.0.currency"),
        ({"committedKw": 5}, "prices.0.committedPrice"),
        ({"price": 5}, "prices.0.price"),
    ],
)
async def test_a_wrong_price_is_named(
    client: httpx.AsyncClient, prices: dict[str, object], field: str
) -> None:
    refused = await client.post(ROUTE, json=tariff("Rack", **prices))
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == [field]


async def test_periods_that_do_not_go_together_are_refused(client: httpx.AsyncClient) -> None:
    twice = tariff("Rack")
    twice["prices"] *= 2
    refused = await client.post(ROUTE, json=twice)
    assert refused.status_code == 422
    assert refused.json()["error"]["fields"] == {
        "prices": ("prices: Two periods begin on 2026-01-01; leave one of them out.")
    }
