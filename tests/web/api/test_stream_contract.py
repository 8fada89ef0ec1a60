"""The stream is what the document says of it: its events, its refusals, and nothing else.

Calls made by document leave it out (tests/web/test_schemathesis.py), because it never ends.
"""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from tests.web.conftest import NOW
from tests.web.live_server import STREAM, Event, Reader, reading, serving

from wattledger.domain.permission import Permission, Role
from wattledger.services.system import System
from wattledger.store.tokens import NewToken, create
from wattledger.web.app import create_app
from wattledger.web.live import feed, seats

DELTA = {"changed", "removed", "totals"}


class Place:
    """A server, callers of it, and what its document says of the stream."""

    def __init__(self, address: str, document: dict[str, Any], token: str) -> None:
        self.address = address
        self.token = token
        self._document = document
        self.operation: dict[str, Any] = document["paths"][STREAM]

    def fits(self, schema: str, content: Any) -> None:  # noqa: ANN401 - JSON
        """Assert that something is as a schema of the document says."""
        components = {"components": self._document["components"]}
        rule = {"$ref": f"#/components/schemas/{schema}"} | components
        Draft202012Validator(rule).validate(json.loads(json.dumps(content, default=float)))

    def is_documented(self, answer: httpx.Response) -> None:
        """Assert that a refusal is one that the document names, in its form."""
        responses = self.operation["get"]["responses"]
        told = responses[str(answer.status_code)]
        [(kind, content)] = told["content"].items()
        assert answer.headers["content-type"] == kind == "application/json"
        self.fits(content["schema"]["$ref"].rpartition("/")[2], answer.json())


@pytest.fixture
async def place(system: System, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    """Run a server that looks more often than people need."""
    monkeypatch.setattr(feed, "EVERY_SECONDS", 0.1)
    app = create_app(system)
    document = json.loads(json.dumps(app.openapi()))
    async with serving(app) as address:
        yield Place(address, document, token_of(system, NewToken("tests")))


def token_of(system: System, new: NewToken) -> str:
    """Make a token."""
    with system.database.begin() as connection:
        return create(connection, new, NOW).secret


def caller(place: Place, token: str | None) -> httpx.AsyncClient:
    """Return a caller of the server."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=place.address, headers=headers)


async def test_its_events_are_as_the_document_says(
    place: Place, add_endpoint: Callable[..., str], book_readings: Callable[..., None]
) -> None:
    gone = add_endpoint("Rack B1")
    async with reading(place.address, place.token) as reader:
        first = await reader.next()
        assert (first.kind, first.content) == ("snapshot", {"snapshot": first.id})
        book_readings("Rack B1", [("2026-03-15T11:30:00+01:00", 103)], power_mw=1_250_123)
        changed = await reader.next()
        check_delta(place, changed)
        assert [each["endpointId"] for each in changed.content["changed"]] == [gone]
        async with caller(place, place.token) as calling:
            assert (await calling.delete(f"/api/v1/endpoints/{gone}")).status_code == 200
        removed = await reader.next()
        check_delta(place, removed)
        assert removed.content["removed"] == [gone]
    async with reading(place.address, place.token, last="unknown-1") as reader:
        reset = await reader.next()
        assert (reset.kind, reset.content) == ("reset", {"snapshot": reset.id})


def check_delta(place: Place, event: Event) -> None:
    """Assert that an event is a delta as the document says."""
    assert event.kind == "delta"
    assert event.content.keys() == DELTA
    assert all(isinstance(each, str) for each in event.content["removed"])
    place.fits("LiveTotalsOutput", event.content["totals"])
    for each in event.content["changed"]:
        place.fits("LiveConsumption", each)


async def test_the_example_is_what_a_stream_sends(place: Place) -> None:
    told = place.operation["get"]["responses"]["200"]
    assert list(told["content"]) == ["text/event-stream"]
    example = told["content"]["text/event-stream"]["example"]
    reader = Reader(httpx.Response(200, text=example))
    first, second = await reader.next(), await reader.next()
    assert (first.kind, first.content) == ("snapshot", {"snapshot": first.id})
    check_delta(place, second)
    for event in ("snapshot", "delta", "reset"):
        assert f"`{event}`" in place.operation["get"]["description"]


async def test_its_refusals_are_those_of_the_document(
    place: Place, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoped = NewToken("runs only", Role.OPERATOR, scopes=[Permission.RUN])
    refusals: dict[int, tuple[str | None, dict[str, str]]] = {
        401: (None, {}),
        403: (token_of(system, scoped), {}),
        422: (place.token, {"since": "x" * 101}),
    }
    for status, (token, query) in refusals.items():
        async with caller(place, token) as calling:
            refused = await calling.get(STREAM, params=query)
            assert refused.status_code == status
            place.is_documented(refused)
    async with caller(place, place.token) as calling:
        refused = await calling.get(STREAM, headers={"Last-Event-ID": "x" * 101})
        assert refused.status_code == 422
        place.is_documented(refused)
        monkeypatch.setattr(seats, "MOST_STREAMS", 0)
        full = await calling.get(STREAM)
        assert full.status_code == 503
        place.is_documented(full)
        monkeypatch.setattr(seats, "MOST_OF_ONE", 0)
        too_many = await calling.get(STREAM)
        assert too_many.status_code == 429
        place.is_documented(too_many)
    assert set(place.operation["get"]["responses"]) == {"200", "401", "403", "422", "429", "503"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_it_is_only_read(place: Place, method: str) -> None:
    assert place.operation.keys() - {"parameters"} == {"get"}
    async with caller(place, place.token) as calling:
        refused = await calling.request(method, STREAM)
    assert refused.status_code == 405
    assert "GET" in refused.headers["allow"]
