"""Long work tells how far it is to who asks for it, then the same answer as ever."""

import json
from typing import Any

import httpx

IMPORT = "/api/v1/imports/endpoints"
TOLD = {"Content-Type": "text/csv", "Accept": "application/x-ndjson"}
MANY = 800


def listed(count: int) -> bytes:
    """Return a file of endpoints."""
    rows = (f"Rack {n},Client XYZ,10.1.{n // 250}.{n % 250 + 1}" for n in range(count))
    return "\n".join(("endpoint,client,address", *rows, "")).encode()


def lines(response: httpx.Response) -> list[dict[str, Any]]:
    """Return the lines of an answer."""
    assert response.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in response.text.splitlines()]


async def test_an_import_tells_how_far_it_is_and_then_what_became_of_it(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post(IMPORT, content=listed(MANY), headers=TOLD)
    *progress, last = lines(response)
    assert progress, "it took less than the time between two lines"
    done = [each["progress"]["done"] for each in progress]
    assert done == sorted(done)
    assert {each["progress"]["total"] for each in progress} == {MANY}
    assert (last["status"], last["body"]["data"]["created"]) == (200, MANY)
    plain = await client.post(IMPORT, content=listed(MANY), headers={"Content-Type": "text/csv"})
    assert plain.json()["data"]["unchanged"] == MANY


async def test_what_is_wrong_is_the_last_line(client: httpx.AsyncClient) -> None:
    response = await client.post(IMPORT, content=b"endpoint,address\n,10.1.1.1\n", headers=TOLD)
    [last] = lines(response)
    assert last["status"] == 422
    assert last["body"]["error"]["code"] == "invalid"
    assert "fields" in last["body"]["error"]


async def test_what_cannot_be_read_at_all_is_refused_as_ever(client: httpx.AsyncClient) -> None:
    headers = TOLD | {"Content-Type": "image/png"}
    response = await client.post(IMPORT, content=b"x", headers=headers)
    assert response.status_code == 415
    assert response.json()["error"]["code"] == "unsupported_media_type"
