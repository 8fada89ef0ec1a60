"""A run of a job is killed in its middle: it goes on where it was, and nothing is read twice."""

import random
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from tests.e2e.test_collect_and_kill import (
    command,
    environment,
    faults,
    settings_in,
    staged,
    stored,
)

from wattledger.bootstrap.database import open_database
from wattledger.clock import SystemClock
from wattledger.services.issue_token import issue_token
from wattledger.store.database import Database
from wattledger.store.job_tables import run_chunk
from wattledger.store.tables import attempt, device_lease, reading

ENDPOINTS = 60
PATIENCE = 600
"""No speed is asked for here: so long something may take on a machine with much else to do."""


@contextmanager
def served(folder: Path, token: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Give a server as a process of its own, and a client of its API."""
    with subprocess.Popen(
        command("serve"), env=environment(folder), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"http://[0-9.:]+", process.stderr.readline())
            assert found is not None
            headers = {"Authorization": f"Bearer {token}"}
            base = f"{found[0]}/api/v1"
            with httpx.Client(base_url=base, headers=headers, timeout=PATIENCE) as client:
                yield process, client
        finally:
            process.kill()


def wait_until(so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def tried(database: Database, run_id: int) -> int:
    with database.connect() as connection:
        count = select(func.count()).where(attempt.c.run_id == run_id)
        return int(connection.scalar(count) or 0)


def wait_until_tried(database: Database, run_id: int, count: int) -> None:
    wait_until(lambda: tried(database, run_id) >= count, f"{count} endpoints to be read")


def wanted(response: httpx.Response) -> Any:  # noqa: ANN401 - what a route shows
    assert response.is_success, response.text
    return response.json()["data"]


def kill_in_the_middle(folder: Path, times: int, moments: random.Random) -> None:
    with open_database(settings_in(folder)) as database:
        token = issue_token(database, "tests", SystemClock().now())
        runs: list[int] = []
        cut = 0
        for _ in range(times):
            with served(folder, token) as (process, client):
                # What is due, and what was cut before, is read first.
                wait_until(lambda: is_calm(database, runs, client), "the last run to end")
                runs.append(open_run(client))
                wait_until_tried(database, runs[-1], moments.randrange(1, ENDPOINTS - 10))
                process.send_signal(signal.SIGKILL)
                process.wait()
            cut += 0 < tried(database, runs[-1]) < ENDPOINTS
        assert cut >= times // 2 + 1, "most runs were cut between two of their chunks"
        with served(folder, token) as (process, client):
            wait_until(lambda: is_calm(database, runs, client), "the last run to end")
            for run_id in runs:
                check_run(client, database, run_id)
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        check_readings(database)
    assert faults(folder) == []


def is_calm(database: Database, runs: list[int], client: httpx.Client) -> bool:
    """Tell whether the poller has read all once, and no run of the job is open."""
    if stored(database) < ENDPOINTS:
        return False
    return all(wanted(client.get(f"/runs/{run}"))["state"] == "finished" for run in runs[-1:])


def open_run(client: httpx.Client) -> int:
    """Let the job run, which is made the first time; it never fires by itself meanwhile."""
    name = "Yearly collection"
    if not wanted(client.get("/jobs", params={"search": name})):
        job = {
            "name": name,
            "moduleId": "consumption-monitor",
            "handler": "jobs/collect-consumption.js",
            "schedule": "@yearly",
            "config": {"batchSize": 2},
        }
        wanted(client.post("/jobs", json=job))
    return int(wanted(client.post(f"/jobs/{name}/run"))["id"])


def check_run(client: httpx.Client, database: Database, run_id: int) -> None:
    run = wanted(client.get(f"/runs/{run_id}"))
    assert run["state"] == "finished"
    assert run["summary"] == {"total": ENDPOINTS, "successful": ENDPOINTS, "failed": 0}
    ends = wanted(client.get(f"/runs/{run_id}/endpoints"))
    assert Counter(end["outcome"] for end in ends) == {"ok": ENDPOINTS}
    assert {end["attempts"] for end in ends} == {1}, "what was booked is not read again"
    lines = wanted(client.get(f"/runs/{run_id}/log", params={"limit": 1000}))
    assert lines[-1]["message"].startswith("Finished: 60 endpoints, 60 successful")
    with database.connect() as connection:
        states = select(run_chunk.c.state).where(run_chunk.c.run_id == run_id)
        assert set(connection.scalars(states)) == {"done"}


def check_readings(database: Database) -> None:
    """Every attempt that went well brought one reading; no device is held."""
    with database.connect() as connection:
        went_well = set(connection.scalars(select(attempt.c.id).where(attempt.c.outcome == "ok")))
        brought = list(connection.scalars(select(reading.c.attempt_id)))
        assert len(brought) == len(set(brought))
        assert set(brought) == went_well
        held = select(device_lease.c.host_port).where(device_lease.c.owner.is_not(None))
        assert connection.scalars(held).all() == []


def test_a_run_that_is_killed_three_times_reads_each_endpoint_once(tmp_path: Path) -> None:
    with staged(tmp_path, ENDPOINTS, frozen=False, poll_minutes=1440):
        kill_in_the_middle(tmp_path, 3, random.Random(3))


@pytest.mark.soak
@pytest.mark.timeout(12 * PATIENCE)
def test_a_run_that_is_killed_ten_times_reads_each_endpoint_once(tmp_path: Path) -> None:
    with staged(tmp_path, ENDPOINTS, frozen=False, poll_minutes=1440):
        kill_in_the_middle(tmp_path, 10, random.Random())
