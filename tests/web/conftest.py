"""A real system on a real database, its API called without a socket in between."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from tests.web.people import calling, token_of
from tests.web.tenancy import World, build
from tests.web.tenants import Callers
from tests.web.worked_out import WorkedOut

from wattledger.clock import SetClock
from wattledger.collect.address import AddressPolicy
from wattledger.collect.curl import CurlClient
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.collect.transport.http import HttpTransport
from wattledger.config import load_settings
from wattledger.domain.instant import parse_instant
from wattledger.domain.recipe import Engine
from wattledger.secrets import passwords
from wattledger.secrets.vault import Vault
from wattledger.services.issue_token import issue_token
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.store.tokens import NewToken
from wattledger.store.upgrade import upgrade
from wattledger.web.app import create_app

NOW = parse_instant("2026-03-15T12:00:00+01:00")


@pytest.fixture(autouse=True, scope="module")
def quick_passwords() -> Iterator[None]:
    """Hash passwords quickly: what a guess costs is tested in tests/secrets/test_passwords.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024))
        yield
    passwords._nobodys.cache_clear()  # noqa: SLF001 - it was made quickly


@pytest.fixture
def costly_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords as the product does."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher())


@pytest.fixture
async def system(tmp_path: Path, database: Database) -> AsyncIterator[System]:
    """Give a system in Berlin whose clock stands at noon of 15 March 2026."""
    settings = load_settings(data_dir=tmp_path, time_zone="Europe/Berlin")
    clock = SetClock(NOW)
    http = HttpTransport(CurlClient(concurrency=16), AddressPolicy(allow_loopback=True))
    reader = Reader({Engine.HTTP: http}, Undivided(), clock)
    yield System(settings, clock, database, Vault(tmp_path / "key"), reader)
    await reader.close()


@pytest.fixture
async def stranger(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """Give a caller without a token."""
    transport = httpx.ASGITransport(create_app(system), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://wattledger") as caller:
        yield caller


@pytest.fixture
def client(system: System, stranger: httpx.AsyncClient) -> httpx.AsyncClient:
    """Give a caller with a token."""
    token = issue_token(system.database, "tests", NOW)
    stranger.headers["Authorization"] = f"Bearer {token}"
    return stranger


@pytest.fixture(scope="session")
def tenancy(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """Make three clients whose meters moved between them, once, to be copied."""
    folder = tmp_path_factory.mktemp("tenancy")
    opened = Database(f"sqlite:///{folder / 'made.db'}")
    upgrade(opened)
    made = build(opened, folder)
    opened.close()
    return made, folder / "made.db"


@pytest.fixture
def world(tenancy: tuple[World, Path], tmp_path: Path) -> World:
    """Give the three clients in the database of the system."""
    made, file = tenancy
    with (
        closing(sqlite3.connect(file)) as source,
        closing(sqlite3.connect(tmp_path / "wattledger.db")) as target,
    ):
        source.backup(target)
    return made


@pytest.fixture
def api(system: System, world: World, stranger: httpx.AsyncClient) -> Callers:
    """Give callers who share the API with other clients."""
    assert world.clients
    return Callers(system, stranger)


@pytest.fixture
def app(system: System) -> FastAPI:
    """Give the application."""
    return create_app(system)


@pytest.fixture
def worked_out(app: FastAPI) -> WorkedOut:
    """Give what the application works out."""
    return WorkedOut(app)


@pytest.fixture
async def caller(
    system: System, app: FastAPI, worked_out: WorkedOut
) -> AsyncIterator[httpx.AsyncClient]:
    """Give an administrator's program, that was noted to call and to look at endpoints."""
    async with calling(app, token_of(system, NewToken("program"))) as calls:
        # Notes that the token was used, and that endpoints were looked at: these are writes.
        await calls.get("/api/v1/endpoints")
        worked_out.paths.clear()
        yield calls
