"""The attempts at an endpoint: how each went, how far it got, and pictures of what was answered."""

import hashlib
from collections.abc import Callable
from typing import Any

import httpx
from tests.web.api.conftest import RecordAttempt

from wattledger.domain.instant import parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.services.system import System
from wattledger.store.endpoints import find_endpoint
from wattledger.store.evidence import AttemptRecord, Captured, record_attempts
from wattledger.web.api.evidence_schemas import AttemptOutput
from wattledger.web.schema import Page

PAGE = "<script>alert('Zählerstand')</script> no value"
PNG = b"\x89PNG of a page"
HEADERS = [("Server", "PDU/2.4"), ("X-Long", "x" * 70_000)]


def record_failure(system: System, name: str, at: str) -> int:
    """Record an attempt that failed at a page, as collecting does."""
    with system.database.begin() as connection:
        failed = AttemptRecord(
            endpoint_id=find_endpoint(connection, name).id,
            run_id=None,
            started_at=parse_instant(at),
            milliseconds=950,
            transport="browser",
            outcome=Outcome.SELECTOR_MISSING,
            message="Nothing matches.",
            captured=Captured("http://10.0.0.5/", 200, PAGE, PNG, HEADERS),
            steps=[("open", 900), ("step 1: click #tab", 50)],
        )
        return record_attempts(connection, system.settings.evidence_dir, [failed])[0]


async def listed(client: httpx.AsyncClient, name: str, **params: str | int) -> dict[str, Any]:
    response = await client.get(f"/api/v1/endpoints/{name}/attempts", params=params)
    assert response.status_code == 200, response.text
    Page[AttemptOutput].model_validate_json(response.text)
    told: dict[str, Any] = response.json()
    return told


async def test_a_failure_tells_how_far_it_got_and_shows_the_page(
    client: httpx.AsyncClient, system: System, add_endpoint: Callable[..., str]
) -> None:
    add_endpoint("Rack B1")
    number = record_failure(system, "Rack B1", "2026-03-02T10:00:00Z")
    [shown] = (await listed(client, "Rack B1"))["data"]
    assert (shown["id"], shown["outcome"]) == (number, "selector_missing")
    assert shown["steps"] == [
        {"label": "open", "milliseconds": 900},
        {"label": "step 1: click #tab", "milliseconds": 50},
    ]
    capture, picture = shown["capture"], shown["picture"]
    assert capture["text"] is None
    assert capture["headers"][0] == {"name": "Server", "value": "PDU/2.4"}
    assert len(capture["headers"][1]["value"]) <= 500
    assert picture["sha256"] == hashlib.sha256(PNG).hexdigest()
    response = await client.get(f"/api/v1/captures/{picture['id']}/picture")
    assert response.content == PNG
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["ETag"] == f'"{picture["sha256"]}"'
    alone = (await client.get(f"/api/v1/attempts/{number}")).json()["data"]
    assert alone["capture"].pop("text") == PAGE
    assert alone == shown | {"capture": {k: v for k, v in capture.items() if k != "text"}}


async def test_a_picture_that_is_not_kept_is_told(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: Callable[..., str],
    record_attempt: RecordAttempt,
) -> None:
    add_endpoint("Rack B1")
    record_attempt("Rack B1", "2026-03-02T10:00:00Z", Outcome.ABSENT, PAGE)
    record_failure(system, "Rack B1", "2026-03-02T11:00:00Z")
    newest, oldest = (await listed(client, "Rack B1"))["data"]
    assert (oldest["picture"], oldest["steps"], oldest["capture"]["headers"]) == (None, None, None)
    for file in system.settings.evidence_dir.rglob("*.png"):
        file.unlink()
    for each in (newest, oldest):
        response = await client.get(f"/api/v1/captures/{each['capture']['id']}/picture")
        assert response.status_code == 404
        assert "picture" in response.json()["error"]["message"]


async def test_attempts_come_newest_first_in_pages(
    client: httpx.AsyncClient, add_endpoint: Callable[..., str], record_attempt: RecordAttempt
) -> None:
    add_endpoint("Rack B1")
    add_endpoint("Rack B2")
    numbers = [
        record_attempt("Rack B1", f"2026-03-02T{hour}:00:00Z", Outcome.OK, PAGE)
        for hour in (10, 12, 11, 12)
    ]
    record_attempt("Rack B2", "2026-03-02T12:00:00Z", Outcome.OK)
    first = await listed(client, "Rack B1", limit=3)
    second = await listed(client, "Rack B1", limit=3, cursor=first["nextCursor"])
    found = [each["id"] for each in first["data"] + second["data"]]
    assert found == [numbers[3], numbers[1], numbers[2], numbers[0]]
    assert second["nextCursor"] is None


async def test_attempts_are_found_by_how_and_when_they_ended(
    client: httpx.AsyncClient, add_endpoint: Callable[..., str], record_attempt: RecordAttempt
) -> None:
    add_endpoint("Rack B1")
    ends = (Outcome.OK, Outcome.HELD, Outcome.TIMEOUT, Outcome.BUSY)
    for day, outcome in enumerate(ends, start=1):
        record_attempt("Rack B1", f"2026-03-0{day}T23:30:00Z", outcome)

    async def found(**params: str) -> list[str]:
        return [each["outcome"] for each in (await listed(client, "Rack B1", **params))["data"]]

    assert await found(success="true") == ["held", "ok"]
    assert await found(success="false") == ["busy", "timeout"]
    assert await found(outcome="timeout") == ["timeout"]
    assert await found(outcome="timeout", success="true") == []
    # 23:30 in UTC is half an hour into the next local day.
    assert await found(**{"from": "2026-03-02", "to": "2026-03-03"}) == ["held", "ok"]
    assert await found(to="2026-03-02T23:30:00Z") == ["ok"]


async def test_what_is_asked_wrongly_is_refused(
    client: httpx.AsyncClient, add_endpoint: Callable[..., str]
) -> None:
    add_endpoint("Rack B1")
    route = "/api/v1/endpoints/Rack B1/attempts"
    for params in ({"outcome": "bad"}, {"cursor": "none"}, {"from": "yesterday"}, {"limit": "0"}):
        assert (await client.get(route, params=params)).status_code == 422, params
    assert (await client.get("/api/v1/endpoints/nothing/attempts")).status_code == 404
