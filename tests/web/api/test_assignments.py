"""Meters are assigned to clients: with names, local dates and shares in percent."""

from typing import Any

import httpx
from tests.web.api.conftest import AddEndpoint

from wattledger.web.api.assignment_schemas import AssignedOutput, AssignmentOutput
from wattledger.web.schema import Answer, Page

ROUTE = "/api/v1/assignments"


async def assign(client: httpx.AsyncClient, **order: object) -> dict[str, Any]:
    response = await client.post(ROUTE, json={"endpointId": "Rack", "clientId": "Y", **order})
    assert response.status_code == 201, response.text
    Answer[AssignedOutput].model_validate_json(response.text)
    assigned: dict[str, Any] = response.json()["data"]
    return assigned


async def listed(client: httpx.AsyncClient, **filters: str) -> list[dict[str, Any]]:
    response = await client.get(ROUTE, params=filters)
    Page[AssignmentOutput].model_validate_json(response.text)
    rows: list[dict[str, Any]] = response.json()["data"]
    return rows


async def test_an_endpoint_moves_to_another_client(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    endpoint = add_endpoint("Rack", "X")
    other = (await client.post("/api/v1/clients", json={"name": "Y"})).json()["data"]["id"]
    moved = await assign(client, endpointId=endpoint, clientId=other, **{"from": "2026-03-10"})
    assert moved["notices"] == []
    before, after = moved["assignments"]
    assert (before["clientName"], before["from"]) == ("X", None)
    assert before["to"] == after["from"] == "2026-03-09T23:00:00Z"
    assert after == {
        "id": 2,
        "meterId": 1,
        "meter": "total",
        "endpointId": endpoint,
        "endpointName": "Rack",
        "clientId": other,
        "clientName": "Y",
        "from": "2026-03-09T23:00:00Z",
        "to": None,
        "sharePercent": 100,
    }
    shown = await client.get("/api/v1/endpoints/Rack")
    assert shown.json()["data"]["clientName"] == "Y"
    assert await listed(client, clientId=other) == [after]
    assert await listed(client, clientId="X", meterId="1") == [before]
    assert await listed(client, clientId="x", meterId="1") == [before]
    assert await listed(client, endpointId="Elsewhere") == []
    page = (await client.get(ROUTE, params={"limit": 1})).json()
    assert await listed(client, cursor=page["nextCursor"]) == [after]


async def test_a_changed_client_name_assigns_from_now(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("Rack", "X")
    setup = {"name": "Rack", "ipAddress": "10.0.0.5", "scrapingConfig": {"valueSelector": "#kwh"}}
    for name in ("X", "Y", "Y"):
        await client.put("/api/v1/endpoints/Rack", json=setup | {"clientName": name})
    now = "2026-03-15T11:00:00Z"
    assert [(row["clientName"], row["from"], row["to"]) for row in await listed(client)] == [
        ("X", None, now),
        ("Y", now, None),
    ]


async def test_clients_share_a_meter(client: httpx.AsyncClient, add_endpoint: AddEndpoint) -> None:
    add_endpoint("Rack", "X")
    await client.post("/api/v1/clients", json={"name": "Y"})
    await assign(client, clientId="X", sharePercent=33.3333, **{"from": "beginning"})
    shared = await assign(client, sharePercent=66.6667, **{"from": "beginning", "to": "2026-03-31"})
    shares = {row["clientName"]: row["sharePercent"] for row in shared["assignments"]}
    assert shares == {"X": 33.3333, "Y": 66.6667}
    assert shared["assignments"][1]["to"] == "2026-03-31T22:00:00Z"
    order = {"endpointId": "Rack", "clientId": "Y", "from": "2026-04-02", "sharePercent": 70}
    refused = await client.post(ROUTE, json=order)
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == ["share"]


async def test_an_assignment_is_ended_and_deleted(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("Rack", "X")
    ended = await client.patch(f"{ROUTE}/1", json={"to": "2026-03-14"})
    assert ended.json()["data"]["assignments"][0]["to"] == "2026-03-14T23:00:00Z"
    open_again = await client.patch(f"{ROUTE}/1", json={"to": None})
    assert open_again.json()["data"]["assignments"][0]["to"] is None
    assert (await client.patch(f"{ROUTE}/1", json={})).status_code == 422
    removed = await client.delete(f"{ROUTE}/1")
    Answer[AssignmentOutput].model_validate_json(removed.text)
    assert (await client.delete(f"{ROUTE}/1")).status_code == 404
    assert (await client.patch(f"{ROUTE}/1", json={"to": None})).status_code == 404
    assert await listed(client) == []
