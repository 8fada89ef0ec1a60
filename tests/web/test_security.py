"""Nobody calls without a token or session, and no answer lets a browser do more than it should."""

import re
from dataclasses import replace

import httpx
import pytest
from tests.web.people import PASSWORD, SESSION, add_user, browser, enter, signed_in

from wattledger.domain.instant import MINUTE, SECOND
from wattledger.services.check_token import check_token
from wattledger.services.issue_token import issue_token, revoke_token, tokens
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.web.app import create_app
from wattledger.web.errors import ErrorAnswer
from wattledger.web.open_routes import OPEN_ROUTES
from wattledger.web.session_cookie import COOKIE, CSRF_HEADER

OPEN = {("GET", "/healthz"), ("GET", "/readyz"), *OPEN_ROUTES}


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
    guarded = [route for route in routes(system) if route not in OPEN]
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


async def test_every_answer_brings_the_security_headers(client: httpx.AsyncClient) -> None:
    for address in ("/api/v1/endpoints", "/docs", "/api/nowhere", "/healthz"):
        headers = (await client.get(address)).headers
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-eval" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", [None, "", "wrong", "0" * 64, "\xe9"])
async def test_a_write_with_the_cookie_needs_the_csrf_token(
    system: System, token: str | None
) -> None:
    add_user(system, "anna")
    caller = await signed_in(system, "anna")
    del caller.headers[CSRF_HEADER]
    headers: dict[bytes, bytes] = {}
    if token is not None:
        headers[CSRF_HEADER.encode()] = token.encode("latin-1")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = await caller.request(method, "/api/v1/clients/x", headers=headers)
        assert response.status_code == 403, method
        assert CSRF_HEADER in response.json()["error"]["message"]
    assert (await caller.get("/api/v1/clients")).status_code == 200, "to read needs none"


async def test_the_csrf_token_of_another_session_does_not_do(system: System) -> None:
    add_user(system, "anna")
    add_user(system, "eve")
    anna, eve = await signed_in(system, "anna"), await signed_in(system, "eve")
    anna.headers[CSRF_HEADER] = eve.headers[CSRF_HEADER]
    assert (await anna.post("/api/v1/clients", json={"name": "X"})).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://wattledger"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Origin": "http://wattledger"}, 201),
        ({"Origin": "http://power.example.com"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://wattledger"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_another_site_s_writes_are_refused_even_with_the_csrf_token(
    system: System, headers: dict[str, str], status: int
) -> None:
    settings = system.settings.model_copy(update={"public_url": "http://power.example.com"})
    add_user(system, "anna")
    caller = await signed_in(replace(system, settings=settings), "anna")
    written = await caller.post("/api/v1/clients", json={"name": "X"}, headers=headers)
    assert written.status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
    ],
)
async def test_another_site_cannot_sign_somebody_in(
    system: System, headers: dict[str, str]
) -> None:
    add_user(system, "anna")
    body = {"name": "anna", "password": PASSWORD}
    refused = await browser(system).post(SESSION, json=body, headers=headers)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_behind_tls_the_cookie_is_secure(system: System) -> None:
    settings = system.settings.model_copy(update={"public_url": "https://power.example.com"})
    add_user(system, "anna")
    entered = await enter(browser(replace(system, settings=settings)), "anna")
    assert "; Secure" in entered.headers["set-cookie"]


async def test_a_bad_token_is_refused_though_the_cookie_is_good(system: System) -> None:
    add_user(system, "anna")
    caller = await signed_in(system, "anna")
    for header in ("Bearer wl_wrong", "Basic d2w6d2w=", ""):
        response = await caller.get("/api/v1/endpoints", headers={"Authorization": header})
        assert response.status_code == 401, header


@pytest.mark.parametrize("secret", ["", "wrong", '"', "x" * 4000, "\xe9"])
async def test_a_wrong_cookie_is_refused(stranger: httpx.AsyncClient, secret: str) -> None:
    cookie = f"{COOKIE}={secret}".encode("latin-1")
    response = await stranger.get("/api/v1/endpoints", headers={b"Cookie": cookie})
    assert response.status_code == 401


async def test_only_the_named_doors_are_open_and_each_is_there(system: System) -> None:
    known = {
        (method.upper(), path)
        for path, operations in create_app(system).openapi()["paths"].items()
        for method in operations
    }
    assert known >= OPEN_ROUTES.keys()
    assert {path for _, path in OPEN_ROUTES} == {SESSION, f"{SESSION}/set-up", f"{SESSION}/link"}
    assert {method for method, _ in OPEN_ROUTES} == {"POST"}
