"""People who sign in, for tests: users with a password, and callers with their session."""

from functools import cache, lru_cache

import httpx
from fastapi import FastAPI

from wattledger.domain.permission import Role
from wattledger.secrets.passwords import hash_password
from wattledger.services.system import System
from wattledger.store.clients import find_or_create_client
from wattledger.store.tokens import NewToken, create
from wattledger.store.users import NewUser, UserRow, insert_user
from wattledger.web.app import create_app
from wattledger.web.session_cookie import COOKIE, CSRF_HEADER

SESSION = "/api/v1/session"
PASSWORD = "four words of mine"


# To build one takes longer than most of what is asked of it.
_app = lru_cache(maxsize=1)(create_app)


@cache
def _hashed() -> str:
    return hash_password(PASSWORD)


def add_user(
    system: System, name: str, role: Role = Role.ADMIN, client: str | None = None
) -> UserRow:
    """Create a user with the password of the tests."""
    with system.database.begin() as connection:
        client_id = None if client is None else find_or_create_client(connection, client)
        new = NewUser(name, name.title(), role, client_id, _hashed())
        return insert_user(connection, new, system.clock.now())


def browser(system: System, address: str = "10.1.1.1") -> httpx.AsyncClient:
    """Return a browser somewhere, which keeps its cookies."""
    transport = httpx.ASGITransport(
        _app(system), raise_app_exceptions=False, client=(address, 50_000)
    )
    return httpx.AsyncClient(transport=transport, base_url="http://wattledger")


async def enter(caller: httpx.AsyncClient, name: str, password: str = PASSWORD) -> httpx.Response:
    """Sign in, and have the browser's page send the CSRF token from then on."""
    response = await caller.post(SESSION, json={"name": name, "password": password})
    if response.status_code == 201:
        caller.headers[CSRF_HEADER] = response.json()["data"]["csrfToken"]
    return response


async def signed_in(system: System, name: str) -> httpx.AsyncClient:
    """Return the browser of a user who signed in."""
    caller = browser(system)
    assert (await enter(caller, name)).status_code == 201
    return caller


def session_of(caller: httpx.AsyncClient) -> str:
    """Return the secret in a browser's cookie."""
    return caller.cookies[COOKIE]


def plant(caller: httpx.AsyncClient, secret: str) -> None:
    """Put a session's secret into a browser's cookie."""
    caller.cookies.set(COOKIE, secret, domain="wattledger.local")


def calling(app: FastAPI, token: str) -> httpx.AsyncClient:
    """Return who calls an application with a token."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=transport, base_url="http://wattledger", headers=headers)


def token_of(system: System, new: NewToken) -> str:
    """Return the secret of a new token."""
    with system.database.begin() as connection:
        return create(connection, new, system.clock.now()).secret
