"""Endpoints are created, shown, listed, changed and deleted."""

import json
from typing import Any

import httpx
import pytest

from wattledger.services.system import System
from wattledger.store.endpoints import advance_due, due_endpoints, find_endpoint
from wattledger.web.api.endpoint_schemas import EndpointOutput
from wattledger.web.schema import Answer, Page

# As it stands in the contract with those who call us: byte for byte.
RACK_A3 = """{"name": "Rack A3 - Client XYZ", "ipAddress": "192.168.1.100", "type": "PDU", "clientName": "Client XYZ", "location": "Hall 1, Row 3, Rack A3", "authType": "none", "scrapingConfig": {"steps": [], "valueSelector": ".total-consumption", "valuePattern": "([0-9.]+)"}, "enabled": true, "pollInterval": 30}"""  # noqa: E501 - one call
ROUTE = "/api/v1/endpoints"
JSON = {"Content-Type": "application/json"}


def body(name: str, **changes: object) -> dict[str, object]:
    scraping = {"valueSelector": "#kwh"}
    return {"name": name, "ipAddress": "10.0.0.5", "scrapingConfig": scraping, **changes}


async def create(client: httpx.AsyncClient, name: str, **changes: object) -> dict[str, Any]:
    response = await client.post(ROUTE, json=body(name, **changes))
    assert response.status_code == 201, response.text
    Answer[EndpointOutput].model_validate_json(response.text)
    created: dict[str, Any] = response.json()["data"]
    return created


async def names(caller: httpx.AsyncClient, /, **filters: str) -> list[str]:
    response = await caller.get(ROUTE, params=filters)
    Page[EndpointOutput].model_validate_json(response.text)
    return [endpoint["name"] for endpoint in response.json()["data"]]


async def test_the_call_of_the_contract_creates_an_endpoint(client: httpx.AsyncClient) -> None:
    response = await client.post(ROUTE, content=RACK_A3, headers=JSON)
    assert response.status_code == 201
    created = response.json()["data"]
    assert response.headers["Location"] == f"{ROUTE}/{created['id']}"
    assert created["ipAddress"] == "192.168.1.100"
    assert created["clientName"] == "Client XYZ"
    assert created["pollInterval"] == 30
    assert (created["status"], created["lastReadAt"]) == ("never", None)
    assert created["scrapingConfig"]["valuePattern"] == "([0-9.]+)"
    assert (await client.get(response.headers["Location"])).json() == response.json()


async def test_a_created_endpoint_has_the_documented_defaults(client: httpx.AsyncClient) -> None:
    created = await create(client, "Rack B1")
    assert created["type"] == "PDU"
    assert created["pollInterval"] == 15
    assert created["enabled"] is True
    assert created["clientName"] is None
    assert created["authConfig"]["hasPassword"] is False


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("pdu-3.example:8080", "pdu-3.example:8080"),
        (" 10.0.0.7 ", "10.0.0.7"),
        ("http://10.0.0.7/energy?page=2", "http://10.0.0.7/energy?page=2"),
        ("https://10.0.0.7", "https://10.0.0.7/"),
        ("[fd00::7]:81", "[fd00::7]:81"),
    ],
)
async def test_an_address_is_shown_the_way_it_is_typed(
    client: httpx.AsyncClient, typed: str, shown: str
) -> None:
    assert (await create(client, "Rack B1", ipAddress=typed))["ipAddress"] == shown


async def test_what_was_shown_can_be_sent_back(client: httpx.AsyncClient) -> None:
    steps = [
        {"action": "navigate", "url": "/energy"},
        {"action": "click", "selector": "#tab"},
        {"action": "wait", "milliseconds": 10},
        {"action": "type", "selector": "#q", "value": "{username}"},
    ]
    scraping = {"steps": steps, "valueSelector": "#kwh", "fields": {"power": {"selector": "#w"}}}
    created = await create(client, "Rack B1", scrapingConfig=scraping, vendor="APC")
    response = await client.put(f"{ROUTE}/{created['id']}", json=created)
    assert response.status_code == 200, response.text
    assert response.json()["data"] == created


async def test_a_client_is_found_again_whatever_its_case(client: httpx.AsyncClient) -> None:
    await create(client, "Rack B1", clientName="Client XYZ")
    again = await create(client, "Rack B2", clientName="  client   xyz")
    assert again["clientName"] == "Client XYZ"
    assert await names(client, client="Client XYZ") == ["Rack B1", "Rack B2"]


async def test_a_name_is_taken_only_while_its_endpoint_lives(client: httpx.AsyncClient) -> None:
    created = await create(client, "Rack B1")
    taken = await client.post(ROUTE, json=body("Rack B1"))
    assert taken.status_code == 409
    assert taken.json()["error"]["code"] == "conflict"
    removed = await client.delete(f"{ROUTE}/{created['id']}")
    assert removed.json()["data"].items() >= {"id": created["id"], "name": "Rack B1"}.items()
    assert (await client.get(f"{ROUTE}/{created['id']}")).status_code == 404
    assert (await client.delete(f"{ROUTE}/{created['id']}")).status_code == 404
    await create(client, "Rack B1")


async def test_renaming_to_a_taken_name_is_a_conflict(client: httpx.AsyncClient) -> None:
    await create(client, "Rack B1")
    second = await create(client, "Rack B2")
    renamed = await client.put(f"{ROUTE}/{second['id']}", json=body("Rack B1"))
    assert renamed.status_code == 409
    assert await names(client) == ["Rack B1", "Rack B2"]


async def test_a_list_is_filtered(client: httpx.AsyncClient) -> None:
    await create(client, "Rack B1", clientName="North", location="Hall 1")
    await create(client, "Rack B2", clientName="South", location="Hall 2", enabled=False)
    await create(client, "Chiller_1", clientName="North", ipAddress="10.9.9.9")
    assert await names(client, client="North") == ["Chiller_1", "Rack B1"]
    assert await names(client, location="Hall 2") == ["Rack B2"]
    assert await names(client, search="rack b") == ["Rack B1", "Rack B2"]
    assert await names(client, search="10.9.9") == ["Chiller_1"]
    assert await names(client, search="k_B") == []
    assert await names(client, enabled="false") == ["Rack B2"]
    assert await names(client, status="disabled") == ["Rack B2"]
    assert await names(client, status="never", client="North") == ["Chiller_1", "Rack B1"]
    assert await names(client, status="ok") == []


@pytest.mark.parametrize("filters", [{}, {"status": "never"}])
async def test_pages_show_every_endpoint_once(
    client: httpx.AsyncClient, filters: dict[str, str]
) -> None:
    created = [(await create(client, f"Rack {number}"))["name"] for number in range(7)]
    part = (await client.get(ROUTE, params={"limit": "3", **filters})).json()
    listed = part["data"]
    while part["nextCursor"] is not None:
        assert len(part["data"]) == 3
        following = {"limit": "3", "cursor": part["nextCursor"], **filters}
        part = (await client.get(ROUTE, params=following)).json()
        listed += part["data"]
    assert [endpoint["name"] for endpoint in listed] == created


async def test_a_disabled_endpoint_is_not_due_and_an_enabled_one_soon(
    client: httpx.AsyncClient, system: System
) -> None:
    created = await create(client, "Rack B1", enabled=False)

    def due() -> int:
        with system.database.connect() as connection:
            return len(due_endpoints(connection, system.clock.now(), 10))

    assert due() == 0
    await client.put(f"{ROUTE}/{created['id']}", json=body("Rack B1"))
    assert due() == 1


async def test_endpoints_changed_together_are_not_due_together_afterwards(
    client: httpx.AsyncClient, system: System
) -> None:
    names = ["Rack B1", "Rack B2", "Rack B3"]
    made = [await create(client, name) for name in names]
    for name, each in zip(names, made, strict=True):
        sent = body(name, ipAddress="10.0.0.99", pollInterval=20)
        answered = await client.put(f"{ROUTE}/{each['id']}", json=sent)
        assert answered.status_code == 200, answered.text
    now = system.clock.now()
    with system.database.begin() as connection:
        rows = due_endpoints(connection, now, 10)
        assert len(rows) == 3, "read at once"
        advance_due(connection, rows, now)
        following = {find_endpoint(connection, name).next_due_at for name in names}
    assert len(following) == 3


async def test_an_unchanged_endpoint_keeps_its_place_in_the_grid(
    client: httpx.AsyncClient, system: System
) -> None:
    created = await create(client, "Rack B1")
    with system.database.connect() as connection:
        before = find_endpoint(connection, "Rack B1")
    await client.put(f"{ROUTE}/{created['id']}", json=body("Rack B1", vendor="APC"))
    with system.database.connect() as connection:
        after = find_endpoint(connection, "Rack B1")
    assert (before.next_due_at, before.vendor) == (after.next_due_at, None)
    assert after.vendor == "APC"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": None}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"ipAddress": "http://"}, "ipAddress"),
        ({"ipAddress": "ftp://10.0.0.5"}, "ipAddress"),
        ({"ipAddress": "http://admin:secret@10.0.0.5"}, "ipAddress"),
        ({"pollInterval": 0}, "pollInterval"),
        ({"pollInterval": 1441}, "pollInterval"),
        ({"pollInterval": "often"}, "pollInterval"),
        ({"authType": "magic"}, "authType"),
        ({"authType": "form"}, "authConfig"),
        ({"authConfig": {"pasword": "x"}}, "authConfig.pasword"),
        ({"scrapingConfig": None}, "scrapingConfig"),
        ({"scrapingConfig": {}}, "scrapingConfig.valueSelector"),
        ({"scrapingConfig": {"valueSelector": " "}}, "scrapingConfig.valueSelector"),
        (
            {"scrapingConfig": {"valueSelector": "a", "valuePattern": "("}},
            "scrapingConfig.valuePattern",
        ),
        ({"pollIntervall": 5}, "pollIntervall"),
    ],
)
async def test_a_wrong_field_is_named(
    client: httpx.AsyncClient, changes: dict[str, object], field: str
) -> None:
    sent = json.dumps(body("Rack B1") | changes)
    response = await client.post(ROUTE, content=sent, headers=JSON)
    assert response.status_code == 422
    error = response.json()["error"]
    assert error["code"] == "invalid"
    assert list(error["fields"]) == [field]
    assert error["message"]
    assert await names(client) == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "many"},
        {"status": "fine"},
        {"enabled": "perhaps"},
        {"cursor": "x"},
        {"cursor": "WzFd"},
        {"cursor": "é"},
        {"cursor": "WyJhIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"},
    ],
)
async def test_a_wrong_parameter_is_named(
    client: httpx.AsyncClient, parameters: dict[str, str]
) -> None:
    response = await client.get(ROUTE, params=parameters)
    assert response.status_code == 422
    assert list(response.json()["error"]["fields"]) == list(parameters)


async def test_an_endpoint_that_is_not_there_is_not_found(client: httpx.AsyncClient) -> None:
    for method, route in (
        ("GET", f"{ROUTE}/nobody"),
        ("PUT", f"{ROUTE}/nobody"),
        ("DELETE", f"{ROUTE}/nobody"),
        ("POST", f"{ROUTE}/nobody/test"),
        ("GET", "/api/v1/consumption/monthly/nobody?year=2026&month=3"),
        ("GET", "/api/v1/consumption/readings?endpointId=nobody"),
    ):
        sent = body("Rack B1") if method == "PUT" else None
        response = await client.request(method, route, json=sent)
        assert response.status_code == 404, route
        assert response.json() == {
            "success": False,
            "error": {"code": "not_found", "message": "There is no endpoint 'nobody'."},
        }
