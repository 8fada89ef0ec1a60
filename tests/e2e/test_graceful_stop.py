"""Told to end in the middle of a run, the server ends what it began and leaves nobody logged in."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from wattledger.bootstrap.database import open_database, prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.clock import SystemClock
from wattledger.config import Settings, load_settings
from wattledger.domain.instant import SECOND
from wattledger.domain.outcome import Outcome
from wattledger.services.collect_now import collect_now
from wattledger.services.issue_token import issue_token
from wattledger.services.progress import unwatched
from wattledger.services.stage_farm import stage_farm
from wattledger.simulate.farm import Farm
from wattledger.simulate.spec import MeterSpec
from wattledger.store.recompute import all_meters, differences

CARDS = 150


def meters() -> list[MeterSpec]:
    """Return cards that let in one at a time, and one device that never answers to the end."""
    cards = [
        MeterSpec("one-session", f"Card {number}", "Client XYZ", "Hall 1", seed=number)
        for number in range(CARDS)
    ]
    return [*cards, MeterSpec("hangs", "Hanging", "Client XYZ", "Hall 1", seed=CARDS)]


def settings_in(folder: Path) -> Settings:
    return load_settings(data_dir=folder, allow_loopback=True, poll_gap_seconds=0, browser="none")


def stage(folder: Path, farm: Farm) -> None:
    async def put_in() -> None:
        async with open_system(settings_in(folder)) as system:
            stage_farm(system, farm.devices)

    prepare_database(settings_in(folder)).close()
    asyncio.run(put_in())


def stored(folder: Path, query: str) -> int:
    with sqlite3.connect(folder / "wattledger.db") as database:
        [(count,)] = database.execute(query)
    database.close()
    return int(count)


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_in_a_run_it_ends_what_it_began(tmp_path: Path, number: signal.Signals) -> None:
    log = tmp_path / "log"
    with Farm.start(meters()) as farm:
        stage(tmp_path / "data", farm)
        with (
            log.open("wb") as written,
            subprocess.Popen(
                [sys.executable, "-m", "wattledger", "serve"],
                env=os.environ
                | {
                    "WATTLEDGER_DATA_DIR": str(tmp_path / "data"),
                    "WATTLEDGER_ALLOW_LOOPBACK": "true",
                    "WATTLEDGER_POLL_GAP_SECONDS": "0",
                    "WATTLEDGER_BROWSER": "none",
                    "WATTLEDGER_PORT": "0",
                    "WATTLEDGER_LOG_LEVEL": "debug",
                },
                stderr=written,
            ) as process,
        ):
            begun = first_attempts(log, random.Random(int(number)).randrange(5, 40))
            process.send_signal(number)
            told = time.monotonic()
            assert process.wait(45) == 0, log.read_text("utf-8")
        assert begun < CARDS, "it was told in the middle of the run"
        assert time.monotonic() - told < 40
        assert nobody_is_logged_in(tmp_path / "data", farm)
    assert "Traceback" not in log.read_text("utf-8")
    assert faults(tmp_path / "data") == []


def first_attempts(log: Path, count: int) -> int:
    """Wait until so many attempts have ended; returns how many had."""
    until = time.monotonic() + 60
    seen = 0
    while seen < count and time.monotonic() < until:
        time.sleep(0.01)
        seen = log.read_bytes().count(b'"event": "attempt"')
    assert seen >= count, log.read_text("utf-8")
    return seen


def nobody_is_logged_in(folder: Path, farm: Farm) -> bool:
    """Tell whether no device is held any more, and each card lets the next one in."""
    latest = stored(folder, "SELECT max(until) FROM device_lease")
    assert latest < SystemClock().now() + SECOND
    names = [device.spec.name for device in farm.devices if device.spec.kind == "one-session"]

    async def collect() -> list[Outcome]:
        async with open_system(settings_in(folder)) as system:
            return [each.outcome for each in await collect_now(system, names, unwatched)]

    outcomes = asyncio.run(collect())
    return outcomes == [Outcome.OK] * CARDS


def faults(folder: Path) -> list[str]:
    with open_database(settings_in(folder)) as database, database.connect() as connection:
        return [fault for ids in all_meters(connection) for fault in differences(connection, ids)]


def test_told_to_end_in_a_long_import_it_ends_at_its_next_pause(tmp_path: Path) -> None:
    prepare_database(settings_in(tmp_path)).close()
    with open_database(settings_in(tmp_path)) as database:
        token = issue_token(database, "tests", SystemClock().now())
    lines = [f"Rack {number},2026-01-01T00:00:00Z,5" for number in range(5_000)]
    content = "\n".join(["endpoint,timestamp,total_kwh", *lines])
    head = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
    named = {"DATA_DIR": str(tmp_path), "BROWSER": "none", "PORT": "0"}
    with subprocess.Popen(
        [sys.executable, "-m", "wattledger", "serve"],
        env=os.environ | {f"WATTLEDGER_{name}": each for name, each in named.items()},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        address = process.stderr.readline().partition("Wattledger is at ")[2].split()[0]
        asked = f"{address}/api/v1/imports/readings?createMissing=true"
        with ThreadPoolExecutor(1) as threads:
            sent = threads.submit(httpx.post, asked, content=content, headers=head, timeout=60)
            until = time.monotonic() + 30
            while not stored(tmp_path, "SELECT count(*) FROM endpoint"):
                assert time.monotonic() < until
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            told = time.monotonic()
            answer = sent.result()
        assert process.wait(30) == 0
    assert time.monotonic() - told < 15
    assert (answer.status_code, "ask for the same again" in answer.text) == (503, True)
    assert 0 < stored(tmp_path, "SELECT count(*) FROM endpoint") < len(lines)
