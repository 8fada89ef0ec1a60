"""What a reading rests on: how the device was read, and what it answered, byte for byte."""

import hashlib
from collections.abc import Callable

import httpx

from wattledger.domain.outcome import Outcome
from wattledger.web.api.evidence_schemas import AttemptOutput
from wattledger.web.schema import Answer

PAGE = "<script>alert('Zählerstand')</script> 103,5 kWh"


async def test_an_attempt_shows_how_it_ended_and_what_was_answered(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    record_attempt: Callable[..., int],
) -> None:
    endpoint = add_endpoint("Rack B1")
    number = record_attempt("Rack B1", "2026-03-02T10:00:00Z", Outcome.ABSENT, PAGE)
    response = await client.get(f"/api/v1/attempts/{number}")
    Answer[AttemptOutput].model_validate_json(response.text)
    shown = response.json()["data"]
    capture = shown.pop("capture")
    assert shown == {
        "id": number,
        "endpointId": endpoint,
        "endpointName": "Rack B1",
        "runId": None,
        "startedAt": "2026-03-02T10:00:00Z",
        "milliseconds": 40,
        "transport": "http",
        "outcome": "absent",
        "message": "It ended with absent.",
        "steps": None,
        "picture": None,
    }
    assert capture["text"] == PAGE
    assert capture["sha256"] == hashlib.sha256(PAGE.encode()).hexdigest()
    assert (capture["url"], capture["status"]) == ("http://10.0.0.5/", 200)


async def test_a_capture_is_text_and_never_a_page(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    record_attempt: Callable[..., int],
) -> None:
    add_endpoint("Rack B1")
    number = record_attempt("Rack B1", "2026-03-02T10:00:00Z", Outcome.OK, PAGE)
    attempt = (await client.get(f"/api/v1/attempts/{number}")).json()["data"]
    response = await client.get(f"/api/v1/captures/{attempt['capture']['id']}")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.content == PAGE.encode()
    assert response.headers["ETag"] == f'"{attempt["capture"]["sha256"]}"'


async def test_an_attempt_may_have_captured_nothing(
    client: httpx.AsyncClient,
    add_endpoint: Callable[..., str],
    record_attempt: Callable[..., int],
) -> None:
    add_endpoint("Rack B1")
    number = record_attempt("Rack B1", "2026-03-02T10:00:00Z", Outcome.UNREACHABLE)
    shown = (await client.get(f"/api/v1/attempts/{number}")).json()["data"]
    assert (shown["outcome"], shown["capture"]) == ("unreachable", None)


async def test_evidence_that_is_not_kept_is_told(client: httpx.AsyncClient) -> None:
    for address in ("/api/v1/attempts/7", "/api/v1/captures/7"):
        response = await client.get(address)
        assert response.status_code == 404
        assert "kept no longer" in response.json()["error"]["message"]
    assert (await client.get(f"/api/v1/captures/{2**63}")).status_code == 422
