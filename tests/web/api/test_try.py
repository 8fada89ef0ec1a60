"""An endpoint is tried before it is saved: its device is read once, and nothing is kept of it."""

import base64
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select
from tests.web.people import browser

from wattledger.collect.address import AddressPolicy
from wattledger.collect.attempt import Document, Painter
from wattledger.collect.curl import CurlClient
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.collect.transport.http import HttpTransport
from wattledger.domain.recipe import Engine
from wattledger.domain.scaled import KWH, to_decimal
from wattledger.services.issue_token import issue_token
from wattledger.services.system import System
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.spec import MeterSpec
from wattledger.store.tables import attempt, endpoint
from wattledger.web.api.trial_schemas import Trial
from wattledger.web.schema import Answer

ROUTE = "/api/v1/endpoints"
PNG = b"\x89PNG of "


class TextPainter(Painter):
    """A painter whose pictures show the page's text."""

    async def draw(self, documents: Sequence[Document]) -> bytes:
        """Return what begins like a picture, and tells of what it is one."""
        return PNG + documents[0].text.encode()


@pytest.fixture
async def painted(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """Give a caller of a system that draws pages."""
    http = HttpTransport(CurlClient(concurrency=4), AddressPolicy(allow_loopback=True))
    reader = Reader({Engine.HTTP: http}, Undivided(), system.clock, painter=TextPainter())
    drawing = System(system.settings, system.clock, system.database, system.vault, reader)
    caller = browser(drawing)
    token = issue_token(system.database, "draws", system.clock.now())
    caller.headers["Authorization"] = f"Bearer {token}"
    yield caller
    await reader.close()


def meter(kind: str) -> MeterSpec:
    return MeterSpec(kind, kind, "Client XYZ", "Hall 1", seed=1, start_milliwh=12_543_100_000)


def form(device: FarmDevice, **changes: object) -> dict[str, Any]:
    """Return a form as the web application sends it."""
    return {"name": device.spec.name, "ipAddress": device.address, **device.recipe, **changes}


async def tried(
    client: httpx.AsyncClient, sent: dict[str, Any], **options: str | int
) -> dict[str, Any]:
    response = await client.post(f"{ROUTE}/try", json=sent, params=options)
    assert response.status_code == 200, response.text
    Answer[Trial].model_validate_json(response.text)
    assert '"password"' not in response.text
    decoder = msgspec.json.Decoder(float_hook=Decimal)
    told: dict[str, Any] = decoder.decode(response.content)["data"]
    return told


async def test_what_is_not_saved_is_read_and_not_kept(
    client: httpx.AsyncClient, system: System
) -> None:
    now = system.clock.now()
    with Farm.start([meter("form-login")], frozen_at=now) as farm:
        device = farm.devices[0]
        trial = await tried(client, form(device))
    assert (trial["success"], trial["outcome"]) == (True, "ok")
    assert trial["value"] == to_decimal(device.spec.register(now), KWH)
    assert trial["screenshot"] is None
    with system.database.connect() as connection:
        for table in (endpoint, attempt):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


async def test_a_stored_password_is_used_for_the_device_it_was_given_for(
    client: httpx.AsyncClient,
) -> None:
    with Farm.start([meter("form-login"), meter("http-basic")]) as farm:
        device, other = farm.devices
        created = (await client.post(ROUTE, json=form(device))).json()["data"]
        login = {"loginUrl": "/login", "username": device.spec.username}
        trial = await tried(
            client, form(device, authConfig=login | {"logoutUrl": None}), endpointId=created["id"]
        )
        assert trial["success"], trial
        without = await client.post(f"{ROUTE}/try", json=form(device, authConfig=login))
        assert without.status_code == 422
        elsewhere = form(device, ipAddress=other.address, authConfig=login)
        refused = await client.post(
            f"{ROUTE}/try", json=elsewhere, params={"endpointId": created["id"]}
        )
        assert refused.status_code == 422, refused.text
        assert "authConfig.password" in refused.json()["error"]["fields"]
        gone = await client.post(
            f"{ROUTE}/try", json=form(device), params={"endpointId": "nothing"}
        )
        assert gone.status_code == 404


@pytest.mark.parametrize(
    "login",
    [{"loginUrl": "http://127.0.0.2/login"}, {"logoutUrl": "http://127.0.0.2/logout"}],
)
async def test_a_stored_password_goes_to_no_other_login_host(
    client: httpx.AsyncClient, login: dict[str, str]
) -> None:
    sent = {
        "name": "Rack",
        "ipAddress": "127.0.0.1:9",
        "authType": "form",
        "authConfig": {"loginUrl": "/login", "username": "admin", "password": "s3cret-word"},
        "scrapingConfig": {"valueSelector": "#kwh"},
    }
    created = (await client.post(ROUTE, json=sent)).json()["data"]
    changed = sent | {"authConfig": {"username": "admin"} | login}
    response = await client.post(f"{ROUTE}/try", json=changed, params={"endpointId": created["id"]})
    assert response.status_code == 422
    assert "authConfig.password" in response.json()["error"]["fields"]
    assert "s3cret-word" not in response.text


async def test_the_first_steps_are_taken_and_shown_in_a_picture(
    painted: httpx.AsyncClient,
) -> None:
    with Farm.start([meter("link-tab")]) as farm:
        device = farm.devices[0]
        sent = form(device)
        steps = sent["scrapingConfig"]["steps"]
        assert len(steps) > 0
        before = await tried(painted, sent, steps=0)
        whole = await tried(painted, sent, steps=len(steps))
    assert (before["success"], before["value"], before["meters"]) == (True, None, [])
    assert len(before["steps"]) < len(whole["steps"])
    assert base64.b64decode(before["screenshot"]).startswith(PNG)
    assert whole["value"] is not None
    assert base64.b64decode(whole["screenshot"]) != base64.b64decode(before["screenshot"])


async def test_a_page_that_was_read_well_is_shown_only_where_that_is_asked_for(
    painted: httpx.AsyncClient,
) -> None:
    with Farm.start([meter("plain-table")]) as farm:
        sent = form(farm.devices[0])
        assert (await tried(painted, sent))["screenshot"] is None
        shown = await tried(painted, sent, picture="true")
    assert (shown["success"], shown["rawData"]) == (True, None)
    assert base64.b64decode(shown["screenshot"]).startswith(PNG)


async def test_a_login_that_fails_fails_the_first_steps_too(client: httpx.AsyncClient) -> None:
    with Farm.start([meter("http-basic")]) as farm:
        login = {"username": "admin", "password": "wrong-password"}
        trial = await tried(client, form(farm.devices[0], authConfig=login), steps=0)
    assert (trial["success"], trial["outcome"]) == (False, "auth_failed")


@pytest.mark.parametrize("address", ["http://169.254.169.254/latest", "http://203.0.113.9"])
async def test_a_trial_reaches_no_address_that_is_not_allowed(
    client: httpx.AsyncClient, address: str
) -> None:
    sent = {"name": "Sly", "ipAddress": address, "scrapingConfig": {"valueSelector": "b"}}
    trial = await tried(client, sent)
    assert (trial["success"], trial["outcome"]) == (False, "refused")


async def test_a_password_written_into_a_step_is_refused(client: httpx.AsyncClient) -> None:
    step = {"action": "type", "selector": "#password", "text": "hunter2"}
    sent = {
        "name": "Rack",
        "ipAddress": "127.0.0.1:9",
        "scrapingConfig": {"steps": [step], "valueSelector": "b"},
    }
    response = await client.post(f"{ROUTE}/try", json=sent)
    assert response.status_code == 422
    assert "scrapingConfig.steps.0.text" in response.json()["error"]["fields"]
