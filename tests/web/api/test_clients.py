"""Clients are created, found, renamed and priced."""

import httpx

from wattledger.web.api.client_schemas import ClientOutput
from wattledger.web.schema import Answer, Page

ROUTE = "/api/v1/clients"
TARIFF = {
    "name": "Rack",
    "prices": [{"fromOn": "2026-01-01", "currency": "EUR", "energyPrice": "0.25"}],
}


async def names(caller: httpx.AsyncClient, **filters: str) -> list[str]:
    response = await caller.get(ROUTE, params=filters)
    return [row.name for row in Page[ClientOutput].model_validate_json(response.text).data]


async def test_a_client_is_created_and_shown(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/tariffs", json=TARIFF)
    created = await client.post(ROUTE, json={"name": "Client  XYZ", "tariffId": "Rack"})
    assert created.status_code == 201
    Answer[ClientOutput].model_validate_json(created.text)
    shown = created.json()["data"]
    assert (shown["name"], shown["tariffName"]) == ("Client XYZ", "Rack")
    assert (await client.get(created.headers["Location"])).json() == created.json()
    again = await client.post(ROUTE, json={"name": "client xyz"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")


async def test_what_is_left_out_of_a_change_stays(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/tariffs", json=TARIFF)
    place = (await client.post(ROUTE, json={"name": "X", "tariffId": "Rack"})).headers["Location"]
    renamed = (await client.patch(place, json={"name": "Y"})).json()["data"]
    assert (renamed["name"], renamed["tariffName"]) == ("Y", "Rack")
    unpriced = (await client.patch(place, json={"tariffId": None})).json()["data"]
    assert (unpriced["name"], unpriced["tariffName"], unpriced["tariffId"]) == ("Y", None, None)
    unknown = await client.patch(place, json={"tariffId": "Hall"})
    assert unknown.status_code == 404
    assert unknown.json()["error"]["message"] == "There is no tariff 'Hall'."


async def test_clients_are_listed_in_pages_and_searched(client: httpx.AsyncClient) -> None:
    for number in range(5):
        await client.post(ROUTE, json={"name": f"Client {number}"})
    first = (await client.get(ROUTE, params={"limit": 2})).json()
    rest = (await client.get(ROUTE, params={"cursor": first["nextCursor"]})).json()
    listed = [row["name"] for row in first["data"] + rest["data"]]
    assert listed == [f"Client {number}" for number in range(5)]
    assert rest["nextCursor"] is None
    assert await names(client, search="T 3") == ["Client 3"]


async def test_a_client_that_is_not_there_is_said(client: httpx.AsyncClient) -> None:
    missing = await client.get(f"{ROUTE}/Nobody")
    assert missing.status_code == 404
    assert missing.json()["error"]["message"] == "There is no client 'Nobody'."
    nameless = await client.post(ROUTE, json={"name": " "})
    assert nameless.status_code == 422
    assert list(nameless.json()["error"]["fields"]) == ["name"]
