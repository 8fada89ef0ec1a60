"""Every error has the one shape, says what to do, and keeps what is inside inside."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from wattledger.services.system import System
from wattledger.store.database import DatabaseBusyError, StoreError
from wattledger.web.app import create_app
from wattledger.web.body_limit import LARGEST_BODY
from wattledger.web.errors import ErrorAnswer

ROOT = "/api/v1"
ROUTE = f"{ROOT}/endpoints"
JSON = {"Content-Type": "application/json"}


def code_of(response: httpx.Response) -> str:
    return ErrorAnswer.model_validate_json(response.text).error.code


async def test_an_address_without_a_route_is_not_found(client: httpx.AsyncClient) -> None:
    for address in ("/api/nowhere", "/api/v1/nowhere", "/api/v1/endpoints/", "/docs/nowhere"):
        response = await client.get(address)
        assert (response.status_code, code_of(response)) == (404, "not_found"), address


async def test_a_method_that_a_route_does_not_take_is_refused(client: httpx.AsyncClient) -> None:
    for method, address, allowed in (
        ("PATCH", ROUTE, "GET, POST"),
        ("POST", f"{ROOT}/clients/x", "GET, PATCH"),
        ("PATCH", f"{ROUTE}/bulk", "POST"),
        ("TRACE", f"{ROUTE}/x", "DELETE, GET, PUT"),
        ("MADE-UP", "/healthz", "GET, HEAD"),
    ):
        response = await client.request(method, address)
        assert (response.status_code, code_of(response)) == (405, "method_not_allowed")
        assert response.headers["Allow"] == allowed


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{broken", 422),
        (b"", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b'{"name": "\xff"}', 400),
        (b"[" * 100_000, 400),
    ],
)
async def test_a_body_that_is_no_endpoint_is_refused(
    client: httpx.AsyncClient, content: bytes, status: int
) -> None:
    response = await client.post(ROUTE, content=content, headers=JSON)
    assert response.status_code == status
    assert code_of(response) in {"invalid", "bad_request"}


async def test_a_body_of_another_type_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post(ROUTE, data={"name": "Rack B1"})
    assert (response.status_code, code_of(response)) == (422, "invalid")


async def test_a_body_that_says_it_is_too_large_is_not_read(client: httpx.AsyncClient) -> None:
    response = await client.post(ROUTE, content=b" " * (LARGEST_BODY + 1), headers=JSON)
    assert (response.status_code, code_of(response)) == (413, "too_large")


async def test_a_body_that_does_not_say_how_large_it_is_is_read_no_further(
    client: httpx.AsyncClient,
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1_000):
            sent += 1
            yield b" " * 100_000

    response = await client.post(ROUTE, content=endless(), headers=JSON)
    assert (response.status_code, code_of(response)) == (413, "too_large")
    assert sent < 20


async def test_a_fault_of_ours_tells_no_details(
    system: System, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise StoreError("The database refused: no such table: secret_table.")

    monkeypatch.setattr(system.database, "connect", fail)
    client.headers["Authorization"] = "Bearer wl_any"
    response = await client.get(ROUTE)
    assert (response.status_code, code_of(response)) == (500, "internal")
    assert "secret_table" not in response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_database_that_is_busy_asks_to_come_back(system: System) -> None:
    app = create_app(system)

    @app.get("/busy")
    def busy() -> None:
        raise DatabaseBusyError("Busy.") from OperationalError("", {}, ValueError())

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://wattledger") as caller:
        response = await caller.get("/busy")
    assert (response.status_code, code_of(response)) == (503, "unavailable")


async def test_a_body_of_a_type_that_a_route_cannot_read_is_refused(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post(f"{ROOT}/imports/endpoints", data={"file": "x"})
    assert (response.status_code, code_of(response)) == (415, "unsupported_media_type")
