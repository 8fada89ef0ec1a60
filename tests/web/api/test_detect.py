"""The register of a device's page is proposed; nothing is kept, and no secret is told."""

from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select
from tests.web.people import browser

from wattledger.domain.scaled import KWH, to_decimal
from wattledger.services.system import System
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.spec import MeterSpec
from wattledger.store.tables import attempt, endpoint
from wattledger.web.api.detect_schemas import Detected
from wattledger.web.schema import Answer

ROUTE = "/api/v1/endpoints"


def meter(kind: str) -> MeterSpec:
    return MeterSpec(kind, kind, "Client XYZ", "Hall 1", seed=1, start_milliwh=12_543_100_000)


def way_to(device: FarmDevice, **changes: object) -> dict[str, Any]:
    """Return what is sent: the address, the login and the steps."""
    recipe: dict[str, Any] = dict(device.recipe)
    steps = recipe.pop("scrapingConfig").get("steps", [])
    scraping = {"steps": steps}
    return {"ipAddress": device.address, **recipe, "scrapingConfig": scraping, **changes}


async def detected(client: httpx.AsyncClient, sent: dict[str, Any]) -> dict[str, Any]:
    response = await client.post(f"{ROUTE}/detect", json=sent)
    assert response.status_code == 200, response.text
    Answer[Detected].model_validate_json(response.text)
    decoder = msgspec.json.Decoder(float_hook=Decimal)
    told: dict[str, Any] = decoder.decode(response.content)["data"]
    return told


@pytest.mark.parametrize("kind", ["plain-table", "form-login", "json", "xml", "decimal-comma"])
async def test_what_is_proposed_can_be_tried_and_saved_as_it_is(
    client: httpx.AsyncClient, system: System, kind: str
) -> None:
    now = system.clock.now()
    with Farm.start([meter(kind)], frozen_at=now) as farm:
        device = farm.devices[0]
        sent = way_to(device)
        told = await detected(client, sent)
        register = told["registers"][0]
        form = {"name": kind, **sent, "scrapingConfig": register["scrapingConfig"]}
        form = msgspec.json.decode(msgspec.json.encode(form))
        trial = (await client.post(f"{ROUTE}/try", json=form)).json()["data"]
        created = await client.post(ROUTE, json=form)
    true = to_decimal(device.spec.register(now), KWH)
    assert (told["success"], told["outcome"], told["undecided"]) == (True, "ok", False)
    assert register["totalKwh"] == true
    assert trial["success"], trial
    assert Decimal(str(trial["value"])) == true
    assert created.status_code == 201, created.text
    power = told["numbers"][told["fields"]["power"]]
    assert (power["kind"], power["value"]) == ("power", device.face(now).power_mw // 1000)
    number = told["numbers"][register["number"]]
    assert (number["label"], number["reasons"]) == (register["label"], register["reasons"])
    assert (told["screenshot"], told["rawData"]) == (None, None)


async def test_nothing_is_kept(client: httpx.AsyncClient, system: System) -> None:
    with Farm.start([meter("plain-table")]) as farm:
        await detected(client, way_to(farm.devices[0]))
    with system.database.connect() as connection:
        for table in (endpoint, attempt):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


async def test_a_failed_read_answers_like_a_failed_test(client: httpx.AsyncClient) -> None:
    with Farm.start([meter("http-500"), meter("http-basic")]) as farm:
        broken, closed = farm.devices
        told = await detected(client, way_to(broken))
        login = {"username": "admin", "password": "wrong-password"}
        refused = await detected(client, way_to(closed, authConfig=login))
    assert (told["success"], told["outcome"], told["status"]) == (False, "http_status", 500)
    assert "restart the device" in told["message"]
    assert told["rawData"]
    assert (told["registers"], told["numbers"]) == ([], [])
    assert (refused["success"], refused["outcome"]) == (False, "auth_failed")
    assert "wrong-password" not in repr(refused)


@pytest.mark.parametrize("address", ["http://169.254.169.254/latest", "http://203.0.113.9"])
async def test_no_address_is_reached_that_is_not_allowed(
    client: httpx.AsyncClient, address: str
) -> None:
    told = await detected(client, {"ipAddress": address})
    assert (told["success"], told["outcome"]) == (False, "refused")


async def test_a_stored_password_is_used_for_the_device_it_was_given_for(
    client: httpx.AsyncClient,
) -> None:
    with Farm.start([meter("form-login"), meter("http-basic")]) as farm:
        device, other = farm.devices
        form = {"name": "Rack", "ipAddress": device.address, **device.recipe}
        created = (await client.post(ROUTE, json=form)).json()["data"]
        shown = {**created["authConfig"], "logoutUrl": None}
        sent = way_to(device, authConfig=shown)
        without = await client.post(f"{ROUTE}/detect", json=sent)
        told = await detected(client, {**sent, "endpoint": created["id"]})
        elsewhere = {**sent, "ipAddress": other.address, "endpoint": created["id"]}
        refused = await client.post(f"{ROUTE}/detect", json=elsewhere)
        gone = await client.post(f"{ROUTE}/detect", json={**sent, "endpoint": "nothing"})
    assert without.status_code == 422
    assert told["success"], told
    assert "authConfig.password" in refused.json()["error"]["fields"]
    assert (refused.status_code, gone.status_code) == (422, 404)
    assert device.spec.password not in repr(told)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"ipAddress": "127.0.0.1:9", "name": "Rack"}, "name"),
        (
            {"ipAddress": "127.0.0.1:9", "scrapingConfig": {"valueSelector": "b"}},
            "scrapingConfig.valueSelector",
        ),
        ({"ipAddress": "http://[x"}, "ipAddress"),
        ({}, "ipAddress"),
        (
            {
                "ipAddress": "127.0.0.1:9",
                "scrapingConfig": {
                    "steps": [{"action": "type", "selector": "#password", "text": "hunter2"}]
                },
            },
            "scrapingConfig.steps.0.text",
        ),
        ({"ipAddress": "127.0.0.1:9", "authType": "basic"}, "authConfig"),
    ],
)
async def test_what_is_wrong_is_named(
    client: httpx.AsyncClient, sent: dict[str, Any], field: str
) -> None:
    response = await client.post(f"{ROUTE}/detect", json=sent)
    assert response.status_code == 422, response.text
    assert field in response.json()["error"]["fields"]


async def test_only_who_sets_up_may_look(system: System) -> None:
    caller = browser(system)
    response = await caller.post(f"{ROUTE}/detect", json={"ipAddress": "127.0.0.1:9"})
    assert response.status_code in {401, 403}
