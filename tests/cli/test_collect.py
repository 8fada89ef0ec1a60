"""``wattledger collect``: endpoints read now, and an exit code that says how it went."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from wattledger.bootstrap.system import open_system
from wattledger.config import load_settings
from wattledger.domain.instant import parse_instant
from wattledger.services.stage_farm import stage_farm
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.lineup import standard_farm

NOW = parse_instant("2026-03-01T12:00:00Z")


@pytest.fixture(scope="module")
def devices() -> Iterator[dict[str, FarmDevice]]:
    with Farm.start(standard_farm(), frozen_at=NOW) as farm:
        yield {device.spec.kind: device for device in farm.devices}


@pytest.fixture
def names(
    run: Run, devices: dict[str, FarmDevice], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Return the endpoints' names by the kind of their device, on a machine without a browser."""
    monkeypatch.setenv("WATTLEDGER_BROWSER", "none")
    run("db", "upgrade")
    chosen = [devices[kind] for kind in ("plain-table", "json", "late-xhr", "http-500")]

    async def stage() -> None:
        async with open_system(load_settings(data_dir=tmp_path / "data")) as system:
            stage_farm(system, chosen)

    asyncio.run(stage())
    return {device.spec.kind: device.spec.name for device in chosen}


def test_what_was_read_is_counted_and_exits_0(run: Run, names: dict[str, str]) -> None:
    collected = run("collect", names["plain-table"], names["json"])
    assert (collected.code, collected.out) == (0, "2 endpoints collected: 2 ok\n")
    assert "collecting: 2 of 2" in collected.err


def test_a_failure_is_told_with_what_to_do_and_exits_1(run: Run, names: dict[str, str]) -> None:
    collected = run("collect", "--all")
    assert collected.code == 1
    assert "4 endpoints collected: 2 ok" in collected.out
    assert "1 http_status" in collected.out
    assert "1 browser_missing" in collected.out
    assert names["http-500"] in collected.out
    assert "restart the device" in " ".join(collected.out.split())


def test_who_rests_for_a_refused_login_is_left_out_and_told_of(
    run: Run, names: dict[str, str], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "wattledger.db")) as database, database:
        chosen = (names["http-500"], names["late-xhr"])
        database.execute("UPDATE endpoint SET login_tries = 0 WHERE name IN (?, ?)", chosen)
    collected = run("collect", "--all")
    assert (collected.code, collected.out) == (0, "2 endpoints collected: 2 ok\n")
    told = " ".join(collected.err.split())
    assert "2 endpoints left out, whose device refused the login" in told
    assert run("collect", names["http-500"]).code == 1, "who is named is read"


def test_what_needs_a_browser_is_left_out_and_exits_3(run: Run, names: dict[str, str]) -> None:
    collected = run("collect", names["json"], names["late-xhr"])
    assert collected.code == 3
    assert "1 browser_missing" in collected.out
    assert "apt-get install chromium-headless-shell" in " ".join(collected.out.split())
