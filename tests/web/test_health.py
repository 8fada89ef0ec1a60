"""Who watches the server learns whether it lives and whether it can work, and nothing else."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from wattledger.domain.instant import SECOND
from wattledger.secrets.vault import Vault
from wattledger.services import readiness
from wattledger.services.scheduler_beat import beat
from wattledger.services.system import System
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.sites import first_site
from wattledger.web import health


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_FRESH_SECONDS", 0)


def tick(system: System, seconds: int = 0) -> None:
    system.clock.at += seconds * SECOND  # type: ignore[attr-defined]  # a clock that is set
    beat(system)


async def test_a_server_whose_scheduler_ticks_is_ready(
    stranger: httpx.AsyncClient, system: System
) -> None:
    tick(system)
    response = await stranger.get("/readyz")
    assert response.status_code == 200
    assert response.json()["data"] == {
        "database": True,
        "scheduler": True,
        "key": True,
        "disk": True,
    }


async def test_without_a_scheduler_it_is_not_ready(
    stranger: httpx.AsyncClient, system: System
) -> None:
    assert (await failed(stranger)) == {"scheduler"}
    tick(system)
    assert (await failed(stranger)) == set()
    system.clock.at += 31 * SECOND  # type: ignore[attr-defined]
    assert (await failed(stranger)) == {"scheduler"}


async def test_a_key_of_another_database_is_not_ready(
    stranger: httpx.AsyncClient, system: System, tmp_path: Path
) -> None:
    tick(system)
    with system.database.begin() as connection:
        site_id = first_site(connection, "UTC")
        auth = Vault(tmp_path / "another").encrypt({"password": "s3cret"})
        insert_endpoint(connection, NewEndpoint(name="Rack 1", site_id=site_id, auth=auth), 0)
    assert (await failed(stranger)) == {"key"}


async def test_a_database_of_another_version_is_not_ready(
    stranger: httpx.AsyncClient, system: System
) -> None:
    tick(system)
    with system.database.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    assert (await failed(stranger)) == {"database"}


async def test_a_full_disk_is_not_ready(
    stranger: httpx.AsyncClient, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick(system)
    full = SimpleNamespace(free=readiness.LEAST_ROOM - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    assert (await failed(stranger)) == {"disk"}


async def failed(stranger: httpx.AsyncClient) -> set[str]:
    """Return what /readyz says does not hold; it never says where anything lies."""
    response = await stranger.get("/readyz")
    if response.status_code == 200:
        return set()
    assert response.status_code == 503
    error = response.json()["error"]
    assert error["code"] == "unavailable"
    assert "/" not in error["message"]
    return set(error["fields"])


async def test_many_who_ask_at_once_are_one_look(
    stranger: httpx.AsyncClient, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_FRESH_SECONDS", 60)
    assert (await failed(stranger)) == {"scheduler"}
    tick(system)
    assert (await failed(stranger)) == {"scheduler"}


async def test_it_lives_whatever_the_database_does(
    stranger: httpx.AsyncClient, system: System
) -> None:
    system.database.close()
    assert (await stranger.get("/healthz")).json()["data"]["status"] == "ok"


async def test_monitors_may_ask_by_head(stranger: httpx.AsyncClient) -> None:
    for address in ("/healthz", "/readyz"):
        head, got = await stranger.head(address), await stranger.get(address)
        assert head.status_code == got.status_code
        assert head.headers["Content-Type"] == got.headers["Content-Type"]
    refused = await stranger.delete("/healthz")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
