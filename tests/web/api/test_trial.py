"""Trying a recipe reads a device once, tells how it went, and books nothing."""

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

from wattledger.domain.scaled import KWH, to_decimal
from wattledger.services.system import System
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.spec import MeterSpec
from wattledger.store.endpoints import NewEndpoint, find_endpoint, insert_endpoint
from wattledger.store.history import Window, history
from wattledger.store.sites import first_site
from wattledger.web.api.trial_schemas import Trial
from wattledger.web.schema import Answer

ROUTE = "/api/v1/endpoints"


def meter(kind: str) -> MeterSpec:
    return MeterSpec(kind, kind, "Client XYZ", "Hall 1", seed=1, start_milliwh=12_543_100_000)


async def tried(client: httpx.AsyncClient, device: FarmDevice) -> dict[str, Any]:
    sent = {"name": device.spec.name, "ipAddress": device.address, **device.recipe}
    created = await client.post(ROUTE, json=sent)
    assert created.status_code == 201, created.text
    response = await client.post(f"{ROUTE}/{created.json()['data']['id']}/test")
    assert response.status_code == 200, response.text
    Answer[Trial].model_validate_json(response.text)
    assert device.spec.password not in response.text
    told: dict[str, Any] = json.loads(response.text, parse_float=Decimal)["data"]
    return told


async def test_a_trial_shows_the_exact_register_and_the_steps(
    client: httpx.AsyncClient, system: System
) -> None:
    now = system.clock.now()
    with Farm.start([meter("form-login")], frozen_at=now) as farm:
        device = farm.devices[0]
        trial = await tried(client, device)
    assert (trial["success"], trial["outcome"], trial["message"]) == (True, "ok", None)
    assert trial["transport"] == "http"
    assert trial["value"] == to_decimal(device.spec.register(now), KWH)
    assert trial["meters"][0]["key"] == "total"
    assert trial["meters"][0]["totalKwh"] == trial["value"]
    assert trial["fields"].keys() == {"power", "voltage", "current", "powerFactor"}
    assert all(step["label"] and step["milliseconds"] >= 0 for step in trial["steps"])
    assert trial["rawData"] is None


async def test_a_failed_trial_answers_with_the_reason_and_the_page(
    client: httpx.AsyncClient, system: System
) -> None:
    with Farm.start([meter("no-value")]) as farm:
        trial = await tried(client, farm.devices[0])
    assert trial["success"] is False
    assert trial["outcome"] != "ok"
    assert trial["message"]
    assert (trial["value"], trial["fields"], trial["meters"]) == (None, None, [])
    assert "<html" in trial["rawData"]
    assert len(trial["rawData"]) <= 5_000
    with system.database.connect() as connection:
        endpoint = find_endpoint(connection, "no-value")
        assert history(connection, endpoint.id, Window(), 10) == []


async def test_a_device_that_is_not_there_is_a_failed_trial(client: httpx.AsyncClient) -> None:
    sent = {"name": "Gone", "ipAddress": "127.0.0.1:1", "scrapingConfig": {"valueSelector": "b"}}
    created = (await client.post(ROUTE, json=sent)).json()["data"]
    trial = (await client.post(f"{ROUTE}/{created['id']}/test")).json()["data"]
    assert (trial["success"], trial["outcome"]) == (False, "unreachable")


@pytest.mark.parametrize("address", ["http://169.254.169.254/latest", "http://203.0.113.9"])
async def test_a_trial_reaches_no_address_that_is_not_allowed(
    client: httpx.AsyncClient, address: str
) -> None:
    sent = {"name": "Sly", "ipAddress": address, "scrapingConfig": {"valueSelector": "b"}}
    created = (await client.post(ROUTE, json=sent)).json()["data"]
    trial = (await client.post(f"{ROUTE}/{created['id']}/test")).json()["data"]
    assert (trial["success"], trial["outcome"]) == (False, "refused")


async def test_an_endpoint_without_a_recipe_cannot_be_tried(
    client: httpx.AsyncClient, system: System
) -> None:
    with system.database.begin() as connection:
        site_id = first_site(connection, "Europe/Berlin")
        insert_endpoint(connection, NewEndpoint("Imported", site_id), system.clock.now())
    shown = (await client.get(f"{ROUTE}/Imported")).json()["data"]
    assert (shown["ipAddress"], shown["scrapingConfig"]) == (None, None)
    response = await client.post(f"{ROUTE}/Imported/test")
    assert response.status_code == 409
    assert "scrapingConfig" in response.json()["error"]["message"]
