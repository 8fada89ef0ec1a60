"""Nobody calls without a token, and no answer lets a browser do more than it should."""

import re

import httpx
import pytest

from wattledger.domain.instant import MINUTE, SECOND
from wattledger.services.check_token import check_token
from wattledger.services.issue_token import issue_token, revoke_token, tokens
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.web.app import create_app
from wattledger.web.errors import ErrorAnswer

OPEN = {"/healthz", "/readyz"}


def routes(system: System) -> list[tuple[str, str]]:
    """Return method and address of every operation in the document."""
    paths = create_app(system).openapi()["paths"]
    return [
        (method.upper(), re.sub(r"\{.*?\}", "some-endpoint", path))
        for path, operations in paths.items()
        for method in operations
    ]


async def test_no_route_answers_without_a_token(
    system: System, stranger: httpx.AsyncClient
) -> None:
    guarded = [route for route in routes(system) if route[1] not in OPEN]
    assert len(guarded) > 30
    for method, address in guarded:
        response = await stranger.request(method, address)
        assert response.status_code == 401, address
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert ErrorAnswer.model_validate_json(response.text).error.code == "unauthorized"


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer wl_wrong", "Basic d2w6d2w=", "wl_wrong", "Bearer " + "x" * 9000],
)
async def test_a_wrong_token_is_refused(stranger: httpx.AsyncClient, header: str) -> None:
    response = await stranger.get("/api/v1/endpoints", headers={"Authorization": header})
    assert response.status_code == 401


async def test_strangers_learn_nothing_of_what_is_there(stranger: httpx.AsyncClient) -> None:
    for address in ("/api/v1/nothing", "/api", "/apiary", "/api/v1/endpoints/x"):
        assert (await stranger.get(address)).status_code == 401, address
    broken = await stranger.post("/api/v1/endpoints", content=b"{broken")
    assert broken.status_code == 401


async def test_the_scheme_is_known_in_any_case(client: httpx.AsyncClient) -> None:
    client.headers["Authorization"] = client.headers["Authorization"].replace("Bearer", "bearer")
    assert (await client.get("/api/v1/endpoints")).status_code == 200


async def test_a_revoked_token_is_refused(client: httpx.AsyncClient, system: System) -> None:
    assert (await client.get("/api/v1/endpoints")).status_code == 200
    revoke_token(system.database, tokens(system.database)[0].id, system.clock.now())
    assert (await client.get("/api/v1/endpoints")).status_code == 401


async def test_the_use_of_a_token_is_noted_once_a_minute(database: Database) -> None:
    from_start = 1_000 * MINUTE
    secret = issue_token(database, "script", from_start)
    for wait, noted in ((0, 0), (30 * SECOND, 0), (MINUTE, MINUTE)):
        check_token(database, secret, from_start + wait)
        assert tokens(database)[0].last_used_at == from_start + noted


async def test_the_documentation_needs_no_token(stranger: httpx.AsyncClient) -> None:
    for address in ("/docs", "/openapi.json", "/healthz"):
        assert (await stranger.get(address)).status_code == 200, address
    root = await stranger.get("/")
    assert (root.status_code, root.headers["Location"]) == (307, "/docs")


async def test_every_answer_brings_the_security_headers(client: httpx.AsyncClient) -> None:
    for address in ("/api/v1/endpoints", "/docs", "/", "/nowhere", "/healthz"):
        headers = (await client.get(address)).headers
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-eval" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
