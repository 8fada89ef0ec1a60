"""/runs: how far a run is, how each endpoint ended, cancelled, and tried again."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.web.api.conftest import AddEndpoint
from tests.web.api.jobs_at_work import all_ok, make_job, work_off
from tests.web.api.test_modules import write_module

from wattledger.clock import SetClock
from wattledger.domain.instant import HOUR, MINUTE
from wattledger.domain.outcome import Outcome
from wattledger.jobs.core import claim, late_chunks
from wattledger.jobs.courier.local import LocalCourier
from wattledger.jobs.fire import fire_due
from wattledger.modules.loaded import LoadedModules
from wattledger.services.system import System
from wattledger.worker.collector import Collectors
from wattledger.worker.scheduler import ensure_poller

JOBS, RUNS = "/api/v1/jobs", "/api/v1/runs"


async def run_of(client: httpx.AsyncClient, job: dict[str, Any]) -> dict[str, Any]:
    response = await client.post(f"{JOBS}/{job['id']}/run")
    assert response.status_code == 202, response.text
    run: dict[str, Any] = response.json()["data"]
    assert response.headers["Location"] == f"{RUNS}/{run['id']}"
    return run


async def shown(client: httpx.AsyncClient, run: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"{RUNS}/{run['id']}")).json()["data"]
    return found


async def log_of(client: httpx.AsyncClient, run: dict[str, Any]) -> list[str]:
    page = (await client.get(f"{RUNS}/{run['id']}/log")).json()
    return [line["message"] for line in page["data"]]


def later(system: System, microseconds: int) -> None:
    assert isinstance(system.clock, SetClock)
    system.clock.at += microseconds


async def test_a_run_is_followed_from_its_opening_to_its_summary(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint, tmp_path: Path
) -> None:
    for number in range(12):
        add_endpoint(f"Rack {number:02}")
    job = await make_job(client, system)
    run = await run_of(client, job)
    assert (run["state"], run["cause"], run["startedBy"]) == ("running", "manual", "tests")
    assert run["progress"] == {"total": 12, "successful": 0, "failed": 0, "pending": 12}
    again = await client.post(f"{JOBS}/{job['id']}/run")
    assert again.status_code == 409
    assert f"Run {run['id']} of this job is still open" in again.json()["error"]["message"]

    ends = {3: Outcome.TIMEOUT, 4: Outcome.AUTH_FAILED}
    work_off(system, tmp_path, lambda number: ends.get(number, Outcome.OK))
    waiting = await shown(client, run)
    assert waiting["progress"] == {"total": 12, "successful": 10, "failed": 1, "pending": 1}
    later(system, 5 * MINUTE)
    work_off(system, tmp_path, lambda _: Outcome.TIMEOUT)
    over = await shown(client, run)
    assert over["summary"] == {"total": 12, "successful": 10, "failed": 2}
    assert over["milliseconds"] == 301_000

    log = await log_of(client, run)
    assert log[0] == "Opened by tests (manual): 12 endpoints in 1 chunk."
    assert any("1 endpoint failed and will be tried again at 2026-03-15T11:00:" in x for x in log)
    assert log[-1] == "Finished: 12 endpoints, 10 successful, 2 failed."

    ended = (await client.get(f"{RUNS}/{run['id']}/endpoints")).json()["data"]
    assert [end["endpointName"] for end in ended] == [f"Rack {number:02}" for number in range(12)]
    assert (ended[2]["outcome"], ended[2]["attempts"]) == ("timeout", 2)
    assert (ended[3]["outcome"], ended[3]["attempts"]) == ("auth_failed", 1)
    assert ended[3]["message"] == "It ended with auth_failed."
    chosen = await client.get(f"{RUNS}/{run['id']}/endpoints", params={"outcome": "timeout"})
    assert [end["endpointName"] for end in chosen.json()["data"]] == ["Rack 02"]

    listed = (await client.get(f"{JOBS}/{job['id']}")).json()["data"]["lastRun"]
    assert (listed["id"], listed["summary"]) == (run["id"], over["summary"])


async def test_only_what_failed_is_tried_again(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint, tmp_path: Path
) -> None:
    names = [f"Rack {number}" for number in range(4)]
    ids = [add_endpoint(name) for name in names]
    run = await run_of(client, await make_job(client, system))
    assert (await client.post(f"{RUNS}/{run['id']}/retry")).status_code == 409, "it runs"
    work_off(system, tmp_path, lambda n: Outcome.OK if n % 2 else Outcome.AUTH_FAILED)
    response = await client.post(f"{RUNS}/{run['id']}/retry")
    assert response.status_code == 202
    second = response.json()["data"]
    assert (second["cause"], second["retryOf"]) == ("retry", run["id"])
    assert second["progress"]["total"] == 2
    ended = (await client.get(f"{RUNS}/{second['id']}/endpoints")).json()["data"]
    assert [end["endpointId"] for end in ended] == [ids[1], ids[3]]
    assert [end["outcome"] for end in ended] == [None, None], "not read yet"
    work_off(system, tmp_path, all_ok)
    assert (await shown(client, second))["summary"] == {"total": 2, "successful": 2, "failed": 0}
    nothing = await client.post(f"{RUNS}/{second['id']}/retry")
    assert nothing.status_code == 409
    assert "left no endpoint unread" in nothing.json()["error"]["message"]


async def test_a_cancelled_run_begins_nothing_else(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint, tmp_path: Path
) -> None:
    for number in range(3):
        add_endpoint(f"Rack {number}")
    job = await make_job(client, system)
    run = await run_of(client, job)
    cancelled = (await client.post(f"{RUNS}/{run['id']}/cancel")).json()["data"]
    assert cancelled["state"] == "cancelled"
    assert cancelled["finishedAt"] == cancelled["cancelledAt"] is not None
    assert late_chunks(system.database, system.clock.now() + HOUR) == []
    assert (await log_of(client, run))[-1] == ("Cancelled by tests; 3 endpoints not finished.")
    assert (await client.post(f"{RUNS}/{run['id']}/cancel")).status_code == 409
    resumed = await client.post(f"{RUNS}/{run['id']}/retry")
    assert resumed.json()["data"]["progress"]["total"] == 3
    work_off(system, tmp_path, all_ok)
    assert (await shown(client, resumed.json()["data"]))["state"] == "finished"


async def test_a_deleted_job_begins_nothing_else_and_its_runs_stay(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("Rack 1")
    job = await make_job(client, system)
    run = await run_of(client, job)
    await client.delete(f"{JOBS}/{job['id']}")
    assert (await shown(client, run))["state"] == "cancelled"
    assert (await log_of(client, run))[-1] == "Cancelled: tests deleted the job."
    assert fire_due(system.database, system.clock.now() + HOUR) == []
    [kept] = (await client.get(f"{JOBS}/{job['id']}/runs")).json()["data"]
    assert kept["id"] == run["id"]
    refused = await client.post(f"{RUNS}/{run['id']}/retry")
    assert refused.status_code == 409
    assert "was deleted" in refused.json()["error"]["message"]


async def test_a_firing_while_a_run_is_open_is_skipped_and_says_so(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint, tmp_path: Path
) -> None:
    add_endpoint("Rack 1")
    job = await make_job(client, system)
    run = await run_of(client, job)
    later(system, 30 * MINUTE)
    assert fire_due(system.database, system.clock.now()) == []
    skipped, open_run = (await client.get(f"{JOBS}/{job['id']}/runs")).json()["data"]
    assert (skipped["state"], open_run["id"]) == ("skipped", run["id"])
    assert skipped["message"].startswith(f"Skipped: run {run['id']}, which began 2026-03-15T11:00")
    only = await client.get(f"{JOBS}/{job['id']}/runs", params={"state": "skipped"})
    assert [each["id"] for each in only.json()["data"]] == [skipped["id"]]
    work_off(system, tmp_path, all_ok)
    later(system, 30 * MINUTE)
    assert len(fire_due(system.database, system.clock.now())) == 1
    last = (await client.get(f"{JOBS}/{job['id']}")).json()["data"]["lastRun"]
    assert last["state"] == "running"


async def test_the_list_of_all_runs_leaves_the_polls_out_unless_they_are_asked_for(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint, tmp_path: Path
) -> None:
    add_endpoint("Rack 1", poll_minutes=1)
    ensure_poller(system)
    job = await make_job(client, system)
    for _ in range(3):
        fire_due(system.database, system.clock.now())
        work_off(system, tmp_path, all_ok)
        later(system, MINUTE)
    mine = [await run_of(client, job)]
    work_off(system, tmp_path, all_ok)
    mine.append(await run_of(client, job))
    listed = (await client.get(RUNS)).json()["data"]
    assert [run["id"] for run in listed] == [mine[1]["id"], mine[0]["id"]]
    running = (await client.get(RUNS, params={"state": "running"})).json()["data"]
    assert [run["id"] for run in running] == [mine[1]["id"]]
    first = (await client.get(RUNS, params={"polls": True, "limit": 3})).json()
    rest = await client.get(RUNS, params={"polls": True, "cursor": first["nextCursor"]})
    causes = [run["cause"] for run in [*first["data"], *rest.json()["data"]]]
    assert causes == ["manual", "manual", "poll", "poll", "poll"]
    polls = [run for run in rest.json()["data"] if run["cause"] == "poll"]
    assert await log_of(client, polls[0]) == [], "a poll that went well says nothing"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("    raise RuntimeError('secret')", "failed (RuntimeError)"),
        ("    await asyncio.sleep(60)", "took longer than 1 s and was stopped"),
    ],
)
async def test_a_run_of_a_module_that_fails_says_so(
    client: httpx.AsyncClient, system: System, source: str, why: str
) -> None:
    folder = system.settings.data_dir / "modules/checks"
    write_module(folder, f"import asyncio\n\n\nasync def run(context):\n{source}\n", timeout=1_000)
    modules = LoadedModules(system)
    modules.look()
    setup = {"name": "Look", "moduleId": "checks", "handler": "look", "schedule": "@daily"}
    job = (await client.post(JOBS, json=setup)).json()["data"]
    run = await run_of(client, job)
    assert (run["state"], run["failedChunks"], run["message"]) == ("running", 0, None)
    courier, stopping = LocalCourier(), asyncio.Event()
    courier.send(late_chunks(system.database, system.clock.now()))
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(Collectors(system, courier, modules.handlers).run(stopping))
        while (await shown(client, run))["state"] == "running":  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        stopping.set()
    over = await shown(client, run)
    assert (over["state"], over["failedChunks"]) == ("failed", 1)
    assert over["message"] == f"A chunk was given up: it {why}."
    assert over["summary"] == {"total": 0, "successful": 0, "failed": 0}
    assert (await client.get(f"{JOBS}/{job['id']}")).json()["data"]["lastRun"]["state"] == "failed"
    told = "Failed: 1 chunk given up; 0 endpoints, 0 successful, 0 failed."
    assert (await log_of(client, run))[-1] == told
    listed = (await client.get(RUNS, params={"state": "failed"})).json()["data"]
    assert [each["id"] for each in listed] == [run["id"]]
    assert (await client.get(RUNS, params={"state": "finished"})).json()["data"] == []
    again = await client.post(f"{RUNS}/{run['id']}/cancel")
    assert again.json()["error"]["message"] == f"Run {run['id']} has failed already."


async def test_pages_of_endpoints_and_lines_go_on_where_the_last_ended(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint, tmp_path: Path
) -> None:
    for number in range(7):
        add_endpoint(f"Rack {number}")
    run = await run_of(client, await make_job(client, system, config={"batchSize": 1}))
    work_off(system, tmp_path, all_ok)
    for what, key in (("endpoints", "endpointName"), ("log", "message")):
        whole = (await client.get(f"{RUNS}/{run['id']}/{what}")).json()
        assert whole["nextCursor"] is None
        parts: list[str] = []
        cursor: str | None = None
        while True:
            query = {"limit": "3", **({"cursor": cursor} if cursor else {})}
            page = (await client.get(f"{RUNS}/{run['id']}/{what}", params=query)).json()
            parts += [each[key] for each in page["data"]]
            cursor = page["nextCursor"]
            if cursor is None:
                break
        assert parts == [each[key] for each in whole["data"]]


async def test_a_run_that_is_not_there_is_not_found(client: httpx.AsyncClient) -> None:
    for path in ("", "/endpoints", "/log"):
        assert (await client.get(f"{RUNS}/4711{path}")).status_code == 404
    for path in ("cancel", "retry"):
        assert (await client.post(f"{RUNS}/4711/{path}")).status_code == 404
    assert (await client.get(f"{JOBS}/nothing/runs")).status_code == 404
    assert (await client.post(f"{JOBS}/nothing/run")).status_code == 404


async def test_what_is_read_when_its_run_is_cancelled_is_still_counted(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint, tmp_path: Path
) -> None:
    add_endpoint("Rack 1")
    run = await run_of(client, await make_job(client, system))
    now = system.clock.now()
    [chunk_id] = late_chunks(system.database, now)
    chunk = claim(system.database, chunk_id, now, 60)
    assert chunk is not None
    await client.post(f"{RUNS}/{run['id']}/cancel")
    later(system, HOUR)
    work_off(system, tmp_path, all_ok)
    assert (await shown(client, run))["progress"]["pending"] == 1, "nobody else takes it"
