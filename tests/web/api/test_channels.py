"""Channels are set up, tried and deleted; their addresses go in and never come out."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.notify.receivers import Webhook, receiving
from tests.web.api.conftest import AddEndpoint
from tests.web.conftest import NOW

from wattledger.clock import SetClock
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.config import load_settings
from wattledger.domain.permission import Role
from wattledger.logs import begin_logs
from wattledger.secrets.vault import Vault
from wattledger.services.issue_token import TokenOrder, make_token
from wattledger.services.system import System
from wattledger.store.channels import find_channel
from wattledger.store.database import Database
from wattledger.web.api.channel_examples import CHANNEL_INPUT
from wattledger.web.api.channel_schemas import ChannelOutput, ChannelTrial
from wattledger.web.schema import Answer, Page

ROUTE = "/api/v1/channels"
SECRETS = ("s3cret-hook", "MkrHook91")
ADDRESS = "jsons://ops:s3cret-hook@hooks.example/MkrHook91"


@pytest.fixture
async def system(tmp_path: Path, database: Database) -> AsyncIterator[System]:
    """Give a system that may send to this machine."""
    settings = load_settings(data_dir=tmp_path, time_zone="Europe/Berlin", allow_loopback=True)
    clock = SetClock(NOW)
    reader = Reader({}, Undivided(), clock)
    yield System(settings, clock, database, Vault(tmp_path / "key"), reader)
    await reader.close()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Give a web server that takes messages."""
    server = Webhook()
    with receiving(server):
        yield server


async def create(client: httpx.AsyncClient, **given: object) -> dict[str, Any]:
    response = await client.post(ROUTE, json={"name": "Hook", "url": ADDRESS, **given})
    assert response.status_code == 201, response.text
    Answer[ChannelOutput].model_validate_json(response.text)
    shown: dict[str, Any] = response.json()["data"]
    return shown


async def test_a_channel_is_shown_as_it_was_set_up_but_for_its_address(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("Rack A3")
    given = {"kinds": ["held", "failing"], "severity": "critical", "clientId": "Client XYZ"}
    created = await create(client, **given, siteId="1", afterMinutes=30, enabled=False)
    assert (created["service"], created["destination"]) == (
        "Webhook (JSON)",
        "jsons://hooks.example",
    )
    assert (created["kinds"], created["severity"]) == (["failing", "held"], "critical")
    assert (created["clientName"], created["siteName"]) == ("Client XYZ", "Main site")
    assert (created["afterMinutes"], created["enabled"]) == (30, False)
    assert (created["lastSentAt"], created["lastError"], created["nextTryAt"]) == (None, None, None)
    for name_or_id in (created["id"], "hook"):
        shown = await client.get(f"{ROUTE}/{name_or_id}")
        assert shown.json()["data"] == created
    listed = Page[ChannelOutput].model_validate_json((await client.get(ROUTE)).text)
    assert [each.name for each in listed.data] == ["Hook"]


async def test_what_was_shown_can_be_changed_and_sent_back(client: httpx.AsyncClient) -> None:
    created = await create(client, name="B")
    sent = created | {"name": "Night shift", "kinds": None}
    changed = await client.put(f"{ROUTE}/{created['id']}", json=sent)
    assert changed.status_code == 200, changed.text
    assert changed.json()["data"]["name"] == "Night shift"
    assert changed.json()["data"]["destination"] == created["destination"]


async def test_lists_come_in_pages_and_can_be_searched(client: httpx.AsyncClient) -> None:
    for name in ("Night", "Day", "Boss"):
        await create(client, name=name)
    first = (await client.get(ROUTE, params={"limit": 2})).json()
    rest = (await client.get(ROUTE, params={"cursor": first["nextCursor"]})).json()
    names = [row["name"] for row in [*first["data"], *rest["data"]]]
    assert (names, rest["nextCursor"]) == (["Boss", "Day", "Night"], None)
    found = (await client.get(ROUTE, params={"search": "igh"})).json()["data"]
    assert [row["name"] for row in found] == ["Night"]


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"url": "nonsense"}, 422, "url"),
        ({"url": "https://example.com/hook"}, 422, "url"),
        ({"url": None}, 422, "url"),
        ({"kinds": []}, 422, "kinds"),
        ({"kinds": ["burning"]}, 422, "kinds.0"),
        ({"clientId": "Nobody"}, 422, "clientId"),
        ({"siteId": "Nowhere"}, 422, "siteId"),
        ({"afterMinutes": -1}, 422, "afterMinutes"),
        ({"name": " "}, 422, "name"),
        ({"name": "hook"}, 409, None),
    ],
)
async def test_what_is_wrong_is_named(
    client: httpx.AsyncClient, given: dict[str, object], status: int, field: str | None
) -> None:
    if status == 409:
        await create(client)
    refused = await client.post(ROUTE, json={"name": "Other", "url": ADDRESS, **given})
    assert refused.status_code == status, refused.text
    error = refused.json()["error"]
    assert list(error.get("fields") or {}) == ([] if field is None else [field])
    assert not any(secret in refused.text for secret in SECRETS)


async def test_a_change_names_what_it_saw(client: httpx.AsyncClient, system: System) -> None:
    created = await create(client)
    tag = (await client.get(f"{ROUTE}/Hook")).headers["ETag"]
    body = {"name": "Hook", "url": ADDRESS.replace("s3cret", "other")}
    assert isinstance(system.clock, SetClock)
    changed = await client.put(f"{ROUTE}/Hook", json=body, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert changed.json()["data"]["destination"] == created["destination"]
    for method in ("PUT", "DELETE"):
        sent = body if method == "PUT" else None
        late = await client.request(method, f"{ROUTE}/Hook", headers={"If-Match": tag}, json=sent)
        assert late.status_code == 412, "another address that looks the same is a change"
    known = await client.get(f"{ROUTE}/Hook", headers={"If-None-Match": changed.headers["ETag"]})
    assert known.status_code == 304


async def test_a_deleted_channel_is_gone(client: httpx.AsyncClient) -> None:
    created = await create(client)
    removed = await client.delete(f"{ROUTE}/Hook")
    assert removed.json()["data"] == {"id": created["id"], "name": "Hook"}
    assert (await client.get(f"{ROUTE}/{created['id']}")).status_code == 404
    assert (await client.delete(f"{ROUTE}/{created['id']}")).status_code == 404
    await create(client)


async def test_a_test_message_arrives_and_how_it_went_is_shown(
    client: httpx.AsyncClient, webhook: Webhook
) -> None:
    await create(client, url=webhook.url, enabled=False)
    tried = await client.post(f"{ROUTE}/Hook/test")
    assert tried.status_code == 200
    assert Answer[ChannelTrial].model_validate_json(tried.text).data.success
    assert [body["title"] for body in webhook.bodies] == ["Wattledger: this is a test"]
    shown = (await client.get(f"{ROUTE}/Hook")).json()["data"]
    assert (shown["lastSentAt"], shown["lastError"]) == ("2026-03-15T11:00:00Z", None)


async def test_a_test_that_fails_answers_200_and_says_why(
    client: httpx.AsyncClient, webhook: Webhook
) -> None:
    await create(client, url=webhook.url)
    webhook.status = 404
    tried = await client.post(f"{ROUTE}/Hook/test")
    assert tried.status_code == 200
    trial = tried.json()["data"]
    assert trial["success"] is False
    assert "check it" in trial["message"]
    shown = (await client.get(f"{ROUTE}/Hook")).json()["data"]
    assert (shown["lastError"], shown["lastSentAt"]) == (trial["message"], None)
    assert shown["nextTryAt"] == "2026-03-15T11:01:00Z"
    assert (await client.post(f"{ROUTE}/Nobody/test")).status_code == 404


async def test_its_address_is_found_nowhere(
    client: httpx.AsyncClient,
    system: System,
    webhook: Webhook,
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = logging.getLogger().handlers
    begin_logs("json", "debug")
    try:
        await create(client, url=webhook.url)
        webhook.status = 500
        shown = [
            await client.post(f"{ROUTE}/Hook/test"),
            await client.put(f"{ROUTE}/Hook", json={"name": "Hook", "url": webhook.url}),
            await client.get(ROUTE),
            await client.get(f"{ROUTE}/Hook"),
            await client.get("/api/v1/audit"),
            await client.post(ROUTE, json={"name": "Hook", "url": webhook.url}),
            await client.post(
                ROUTE, json={"name": "X", "url": f"{webhook.url}?template=s3cret-hook"}
            ),
        ]
    finally:
        logging.getLogger().handlers = before
    told = capfd.readouterr()
    text = "".join(answer.text for answer in shown) + told.out + told.err
    assert '"kind":"channel"' in text.replace(" ", ""), "it is in the audit log"
    assert not any(secret in text for secret in SECRETS)
    files = [path for path in system.settings.data_dir.rglob("*") if path.is_file()]
    found = [path for path in files for secret in SECRETS if secret.encode() in path.read_bytes()]
    assert found == []
    with system.database.connect() as connection:
        stored = find_channel(connection, "Hook").address
    assert system.vault.decrypt(stored) == {"url": webhook.url}


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.ADMIN, 200, 201),
        (Role.OPERATOR, 200, 201),
        (Role.VIEWER, 200, 403),
        (Role.CLIENT, 403, 403),
    ],
)
async def test_operators_set_channels_up_and_clients_see_none(
    system: System,
    stranger: httpx.AsyncClient,
    add_endpoint: AddEndpoint,
    role: Role,
    reads: int,
    writes: int,
) -> None:
    add_endpoint("Rack A3")
    order = TokenOrder(name="one", role=role, client="Client XYZ" if role is Role.CLIENT else None)
    secret = make_token(system.database, order, NOW).secret
    stranger.headers["Authorization"] = f"Bearer {secret}"
    assert (await stranger.get(ROUTE)).status_code == reads
    sent = {"name": "Hook", "url": ADDRESS}
    assert (await stranger.post(ROUTE, json=sent)).status_code == writes


def test_the_example_is_one_that_is_taken(system: System) -> None:
    assert isinstance(CHANNEL_INPUT, dict)
    known = system.sender.look_at(str(CHANNEL_INPUT["url"]))
    assert (known.service, known.address) == ("Mail", "mailtos://mail.example.com")
