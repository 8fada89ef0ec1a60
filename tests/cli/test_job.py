"""Jobs at the command line: what runs when, run now, cancelled, tried again, and how it went."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.docs.test_api_script import serving

from wattledger.bootstrap.database import open_database
from wattledger.bootstrap.system import open_system
from wattledger.cli import job_wait
from wattledger.config import load_settings
from wattledger.domain.name import parse_name_field
from wattledger.modules.loaded import LoadedModules
from wattledger.services.keep_job import JobSetup, create_job
from wattledger.services.stage_farm import stage_farm
from wattledger.simulate.farm import Farm
from wattledger.simulate.lineup import plain_farm
from wattledger.store.endpoints import find_endpoint, update_endpoint
from wattledger.worker.scheduler import POLLER, ensure_poller

JOB = "Hourly collection"


@pytest.fixture
def meters() -> Iterator[Farm]:
    """Give two simulated meters."""
    with Farm.start(plain_farm(2)) as farm:
        yield farm


@pytest.fixture
def names(run: Run, meters: Farm, tmp_path: Path) -> list[str]:
    """Set up the meters, the second one wrongly, and a job that reads them; give their names."""
    run("db", "upgrade")
    settings = load_settings(data_dir=tmp_path / "data")

    async def stage() -> None:
        async with open_system(settings) as system:
            # Polled so seldom that whoever works here has only the job to do.
            stage_farm(system, meters.devices, poll_minutes=1440)
            LoadedModules(system).look()
            ensure_poller(system)
            setup = JobSetup(
                JOB, "consumption-monitor", "collect-consumption", "@yearly", time_zone="UTC"
            )
            create_job(system.database, setup, "UTC", system.clock.now())
            with system.database.begin() as connection:
                row = find_endpoint(connection, meters.devices[1].spec.name)
                # What is no number is not tried again, which would take a minute and more.
                wrong = {"engine": "http", "valueSelector": "title"}
                recipe = (row.recipe or {}) | {"scrapingConfig": wrong}
                update_endpoint(connection, row.id, system.clock.now(), recipe=recipe)

    asyncio.run(stage())
    return [parse_name_field(device.spec.name, "endpoint") for device in meters.devices]


def listed(run: Run, *arguments: str) -> Any:  # noqa: ANN401 - whatever a command prints
    shown = run("job", *arguments, "--json")
    assert shown.code == 0, shown.err
    return json.loads(shown.out)


def one_line(text: str) -> str:
    return " ".join(text.split())


def audited(tmp_path: Path) -> list[tuple[str, str, str | None]]:
    """Return action, kind and name of the entries about jobs and runs, the first one first."""
    with closing(sqlite3.connect(tmp_path / "data/wattledger.db")) as database:
        query = "select action, kind, object_name from audit where kind in ('job', 'run')"
        return database.execute(f"{query} order by id").fetchall()


def test_jobs_are_listed_with_when_they_fire(run: Run, names: list[str]) -> None:
    assert len(names) == 2
    shown = one_line(run("job", "list").out)
    assert f"{JOB} At 00:00 on the 1st of January" in shown or f"{JOB} " in shown
    assert "none yet" in shown
    jobs = listed(run, "list")
    assert [each["name"] for each in jobs] == [JOB, POLLER]
    assert jobs[0]["nextRunAt"].endswith("-01-01T00:00:00Z")
    assert [each["name"] for each in listed(run, "list", "--search", "hour")] == [JOB]


def test_a_job_is_paused_and_resumed(run: Run, names: list[str], tmp_path: Path) -> None:
    assert names
    paused = run("job", "pause", POLLER)
    assert (paused.code, paused.out) == (0, "")
    assert "'wattledger job resume' takes that back" in paused.err
    assert [each["enabled"] for each in listed(run, "list")] == [True, False]
    assert "paused" in run("job", "list").out
    assert run("job", "resume", POLLER).code == 0
    assert [each["enabled"] for each in listed(run, "list")] == [True, True]
    assert audited(tmp_path) == [("pause", "job", POLLER), ("resume", "job", POLLER)]
    unknown = run("job", "pause", "nothing")
    assert (unknown.code, unknown.err) == (1, "error: There is no job 'nothing'.\n")


def test_without_a_server_a_run_waits_for_one(run: Run, names: list[str], tmp_path: Path) -> None:
    refused = run("job", "run", JOB, "--wait")
    assert refused.code == 1
    assert "start 'wattledger serve', or leave out --wait" in refused.err
    assert listed(run, "runs") == [], "what is refused leaves nothing behind"
    opened = run("job", "run", JOB)
    assert (opened.code, opened.out) == (0, "1\n")
    assert "the run begins when 'wattledger serve' does" in opened.err
    again = run("job", "run", JOB)
    assert (again.code, again.out) == (1, "")
    [shown] = listed(run, "runs", JOB)
    assert (shown["id"], shown["state"], shown["cause"]) == (1, "running", "manual")
    assert shown["progress"] == {"total": 2, "successful": 0, "failed": 0, "pending": 2}
    told = run("job", "show", "1").out
    assert f"Run 1 of '{JOB}' is running: 0 of 2 endpoints read, 0 failed, 2 not finished." in told
    assert names[0] in told
    assert told.count("not read (yet)") == 2
    cancelled = run("job", "cancel", "1")
    assert cancelled.code == 0
    assert "'wattledger job retry 1' reads what it left" in cancelled.err
    assert "2 endpoints not finished." in run("job", "log", "1").out
    assert run("job", "retry", "1").out == "2\n"
    assert [each["retryOf"] for each in listed(run, "runs", "--limit", "1")] == [1]
    assert "--limit 10 shows them" in run("job", "runs", "--limit", "1").err
    assert [each["id"] for each in listed(run, "runs", "--state", "cancelled")] == [1]
    assert audited(tmp_path) == [("run", "job", JOB), ("cancel", "run", "1"), ("retry", "run", "1")]


@pytest.mark.parametrize("command", ["show", "log", "cancel", "retry"])
def test_a_run_that_is_not_there_is_told(run: Run, names: list[str], command: str) -> None:
    assert names
    shown = run("job", command, "7")
    assert (shown.code, shown.out) == (1, "")
    assert "There is no run 7" in shown.err
    assert run("job", command, "x").code == 2
    assert run("job", command, "0").code == 2


@pytest.mark.long
def test_a_server_works_off_what_is_waited_for(run: Run, names: list[str], tmp_path: Path) -> None:
    with serving(tmp_path, WATTLEDGER_ALLOW_LOOPBACK="true", WATTLEDGER_POLL_GAP_SECONDS="0"):
        ran = run("job", "run", JOB, "--wait", "--json")
        assert ran.code == 1, "an endpoint was not read"
        ended = json.loads(ran.out)
        assert (ended["state"], ended["summary"]["successful"]) == ("finished", 1)
        assert f"{JOB}: 2 of 2" in ran.err
        assert f"Run {ended['id']} is finished: 1 of 2 endpoints read, 1 failed." in one_line(
            ran.err
        )
        shown = listed(run, "show", str(ended["id"]))
        assert {end["endpointName"]: end["outcome"] for end in shown["endpoints"]} == {
            names[0]: "ok",
            names[1]: "not_a_number",
        }
        failed = run("job", "show", str(ended["id"]), "--outcome", "not_a_number").out
        assert names[1] in failed
        assert names[0] not in failed
        lines = listed(run, "log", str(ended["id"]))
        assert lines[-1]["message"].startswith("Finished: 2 endpoints, 1 successful, 1 failed")
        mend(tmp_path, names[1], names[0])
        retried = run("job", "retry", str(ended["id"]), "--wait")
        assert retried.code == 0, retried.err
        assert "1 of 1 endpoints read, 0 failed." in one_line(retried.err)
        assert JOB in run("job", "list").out


def mend(tmp_path: Path, wrong: str, right: str) -> None:
    """Give an endpoint the recipe of another one."""
    with (
        open_database(load_settings(data_dir=tmp_path / "data")) as database,
        database.begin() as connection,
    ):
        recipe = find_endpoint(connection, right).recipe
        number = find_endpoint(connection, wrong).id
        update_endpoint(connection, number, 0, recipe=recipe)


@pytest.mark.long
def test_who_waits_is_told_when_the_server_has_ended(
    run: Run, names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert names
    with serving(tmp_path, WATTLEDGER_ALLOW_LOOPBACK="true"):
        pass
    # A heartbeat of the server stands for a while after it has ended.
    seen = iter([True, True, False])
    monkeypatch.setattr(job_wait, "is_alive", lambda *_: next(seen))
    shown = run("job", "run", JOB, "--wait")
    assert shown.code == 1
    assert "stays open and goes on when 'wattledger serve' does" in one_line(shown.err)
