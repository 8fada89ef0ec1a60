"""/jobs: created, changed, paused, run and deleted while all goes on."""

import json
import time
from typing import Any

import httpx
import pytest
from tests.web.api.conftest import AddEndpoint
from tests.web.api.jobs_at_work import OUR_CALL, make_job

from wattledger.clock import SetClock
from wattledger.domain.instant import MINUTE, SECOND
from wattledger.jobs.fire import fire_due
from wattledger.modules.loaded import LoadedModules
from wattledger.services.system import System
from wattledger.worker.scheduler import POLLER, ensure_poller

JOBS = "/api/v1/jobs"


def error_of(response: httpx.Response) -> dict[str, Any]:
    error: dict[str, Any] = response.json()["error"]
    return error


async def test_the_call_of_the_contract_makes_a_job(
    client: httpx.AsyncClient, system: System
) -> None:
    job = await make_job(client, system)
    assert job["name"] == "Hourly Consumption Collection"
    assert (job["module"], job["handler"]) == ("consumption-monitor", "collect-consumption")
    assert job["scheduleText"] == "Every 30th minute of every hour"
    assert job["timeZone"] == "Europe/Berlin", "that of the first site"
    assert job["nextRunAt"] == "2026-03-15T11:30:00Z"
    assert job["config"] == {"endpoints": "all", "batchSize": 10, "screenshotOnError": True}
    assert (job["builtIn"], job["lastRun"]) == (False, None)
    shown = await client.get(f"{JOBS}/{job['id']}")
    assert shown.json()["data"] == job
    assert (await client.get(f"{JOBS}/{job['name']}")).json()["data"] == job


@pytest.mark.parametrize(
    "handler",
    ["jobs/collect-consumption.js", "jobs/collect_consumption.py", "collect-consumption"],
)
async def test_a_handler_has_many_spellings(
    client: httpx.AsyncClient, system: System, handler: str
) -> None:
    job = await make_job(client, system, handler=handler, moduleId="consumption-monitor")
    assert job["handler"] == "collect-consumption"


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"handler": "jobs/close-month.js"}, "handler", "it has collect-consumption"),
        ({"moduleId": "weather"}, "moduleId", "GET /modules lists them"),
        ({"schedule": "every hour"}, "schedule", "five fields"),
        ({"schedule": "0 0 12 * * *"}, "schedule", "names no seconds"),
        ({"schedule": "0 0 31 2 *"}, "schedule", "Bad day-of-month"),
        ({"schedule": "61 * * * *"}, "schedule", "Bad minute"),
        ({"timeZone": "Berlin"}, "timeZone", "Europe/Berlin"),
        ({"timeZone": "localtime"}, "timeZone", "Europe/Berlin"),
        ({"config": {"batchsize": 10}}, "config.batchsize", "it takes endpoints, batchSize"),
        ({"config": {"batchSize": 0}}, "config.batchSize", "minimum of 1"),
        ({"config": {"batchSize": 501}}, "config.batchSize", "maximum of 500"),
        ({"config": {"batchSize": 1e400}}, "config", "too large"),
        ({"config": {"endpoints": ["\ud800"]}}, "config", "half a character"),
        ({"config": {"\ud800": 1}}, "config", "half a character"),
        ({"config": {"endpoints": ["a\x00b"]}}, "config.endpoints", "no endpoint"),
        ({"description": "\ud800"}, "description", ""),
        ({"schedule": "\ud800 * * * *"}, "schedule", ""),
        ({"handler": "\ud800"}, "handler", ""),
        ({"timeZone": "\ud800"}, "timeZone", ""),
        ({"config": {"screenshotOnError": "yes"}}, "config.screenshotOnError", "boolean"),
        ({"config": {"endpoints": "some"}}, "config.endpoints", ""),
        ({"config": {"endpoints": ["0199"]}}, "config.endpoints", "no endpoint '0199'"),
        ({"name": "a\nb"}, "name", "Line breaks"),
        ({"cron": "* * * * *"}, "cron", ""),
    ],
)
async def test_what_is_wrong_with_a_job_is_named(
    client: httpx.AsyncClient, system: System, changes: dict[str, Any], field: str, told: str
) -> None:
    LoadedModules(system).look()
    sent = {**OUR_CALL, "moduleId": "consumption-monitor", **changes}
    # As text: the client itself would refuse what is no number in JSON.
    body = json.dumps(sent).replace("Infinity", "1e400")
    headers = {"Content-Type": "application/json"}
    response = await client.post(JOBS, content=body, headers=headers)
    assert response.status_code == 422, response.text
    error = error_of(response)
    assert field in error["fields"], error
    assert told in error["message"]


async def test_a_large_config_that_is_wrong_is_refused_soon_and_in_few_words(
    client: httpx.AsyncClient, system: System
) -> None:
    LoadedModules(system).look()
    endpoints = [{"a": number} for number in range(5_000)]
    sent = {**OUR_CALL, "moduleId": "consumption-monitor", "config": {"endpoints": endpoints}}
    begun = time.monotonic()
    response = await client.post(JOBS, json=sent)
    assert time.monotonic() - begun < 5, "it took more than a minute"
    assert response.status_code == 422
    assert "config.endpoints" in error_of(response)["fields"]
    assert len(response.content) < 1_000


async def test_two_jobs_have_not_one_name_until_one_is_deleted(
    client: httpx.AsyncClient, system: System
) -> None:
    first = await make_job(client, system)
    again = await client.post(JOBS, json={**OUR_CALL, "moduleId": first["moduleId"]})
    assert again.status_code == 409
    assert "choose another name" in error_of(again)["message"]
    gone = await client.delete(f"{JOBS}/{first['id']}")
    assert gone.json()["data"] == {"id": first["id"], "name": first["name"]}
    assert (await client.get(f"{JOBS}/{first['id']}")).status_code == 404
    await make_job(client, system)


async def test_a_deleted_job_comes_back_paused_unless_its_name_is_taken(
    client: httpx.AsyncClient, system: System
) -> None:
    job = await make_job(client, system)
    place = f"{JOBS}/{job['id']}"
    await client.delete(place)
    other = await make_job(client, system)
    taken = await client.post(f"{place}/restore")
    assert taken.status_code == 409
    assert "choose another name" in error_of(taken)["message"]
    await client.delete(f"{JOBS}/{other['id']}")
    back = (await client.post(f"{place}/restore")).json()["data"]
    assert (back["id"], back["schedule"], back["config"]) == (
        job["id"],
        job["schedule"],
        job["config"],
    )
    assert (back["enabled"], back["nextRunAt"]) == (False, None)
    on = await client.patch(place, json={"enabled": True})
    assert on.json()["data"]["nextRunAt"] == job["nextRunAt"]
    again = await client.post(f"{place}/restore")
    assert again.json()["data"]["enabled"] is True, "what was not deleted stays as it is"
    assert (await client.post(f"{JOBS}/nobody/restore")).status_code == 404


async def test_a_changed_schedule_counts_at_once(client: httpx.AsyncClient, system: System) -> None:
    job = await make_job(client, system)
    place = f"{JOBS}/{job['id']}"
    changed = (await client.patch(place, json={"schedule": "15 6 * * 1-5"})).json()["data"]
    assert changed["nextRunAt"] == "2026-03-16T05:15:00Z"
    assert changed["scheduleText"] == "At 06:15 on Monday through Friday"
    assert changed["config"] == job["config"]
    moved = (await client.patch(place, json={"timeZone": "Asia/Tokyo"})).json()["data"]
    assert moved["nextRunAt"] == "2026-03-15T21:15:00Z"
    put = await client.put(place, json={**moved, "schedule": "@daily", "description": "Once"})
    assert put.json()["data"]["nextRunAt"] == "2026-03-15T15:00:00Z", "midnight in Tokyo"
    assert put.json()["data"]["description"] == "Once"


async def test_a_job_that_is_paused_fires_not_and_misses_nothing_when_it_goes_on(
    client: httpx.AsyncClient, system: System
) -> None:
    job = await make_job(client, system)
    place = f"{JOBS}/{job['id']}"
    paused = (await client.patch(place, json={"enabled": False})).json()["data"]
    assert (paused["enabled"], paused["nextRunAt"]) == (False, None)
    assert (await client.get(f"{place}/next")).json()["data"] == {"firings": []}
    assert isinstance(system.clock, SetClock)
    system.clock.at += 95 * MINUTE
    assert fire_due(system.database, system.clock.now()) == []
    resumed = (await client.patch(place, json={"enabled": True})).json()["data"]
    assert resumed["nextRunAt"] == "2026-03-15T13:00:00Z"
    assert (await client.get(f"{place}/runs")).json()["data"] == []


async def test_a_job_tells_its_next_firings_over_a_change_of_clocks(
    client: httpx.AsyncClient, system: System
) -> None:
    job = await make_job(client, system, schedule="30 2 * * 6,0")
    told = (await client.get(f"{JOBS}/{job['id']}/next", params={"count": 4})).json()["data"]
    assert told["firings"] == [
        "2026-03-21T01:30:00Z",
        "2026-03-22T01:30:00Z",
        "2026-03-28T01:30:00Z",
        "2026-03-29T01:00:00Z",
    ]


async def test_a_schedule_is_checked_before_a_job_is_made(client: httpx.AsyncClient) -> None:
    sent = {"schedule": "0 6 * * 1-5", "timeZone": "Asia/Tokyo"}
    told = (await client.post(f"{JOBS}/check", json=sent)).json()["data"]
    assert told["scheduleText"] == "At 06:00 on Monday through Friday"
    assert told["timeZone"] == "Asia/Tokyo"
    assert len(told["firings"]) == 5
    assert told["firings"][0] == "2026-03-15T21:00:00Z"
    at_home = (await client.post(f"{JOBS}/check", json={"schedule": "@hourly"})).json()["data"]
    assert at_home["timeZone"] == "Europe/Berlin"
    refused = await client.post(f"{JOBS}/check", json={"schedule": "* * *"})
    assert refused.status_code == 422
    assert "'*/30 * * * *' (every 30 minutes)" in error_of(refused)["fields"]["schedule"]


async def test_the_poller_is_listed_can_be_paused_and_not_deleted(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("Rack A1")
    ensure_poller(system)
    [poller] = (await client.get(JOBS)).json()["data"]
    assert (poller["name"], poller["builtIn"], poller["schedule"]) == (POLLER, True, None)
    assert poller["scheduleText"] == "Every 2 seconds, where an endpoint is due"
    place = f"{JOBS}/{poller['id']}"
    assert (await client.delete(place)).status_code == 409
    assert (await client.patch(place, json={"name": "Mine"})).status_code == 409
    put = {**OUR_CALL, "moduleId": "consumption-monitor"}
    assert (await client.put(place, json=put)).status_code == 409
    paused = (await client.patch(place, json={"enabled": False})).json()["data"]
    assert (paused["enabled"], paused["nextRunAt"]) == (False, None)
    assert fire_due(system.database, system.clock.now() + 10 * SECOND) == []
    resumed = (await client.patch(place, json={"enabled": True})).json()["data"]
    assert resumed["nextRunAt"] == "2026-03-15T11:00:00Z"
    assert len((await client.get(f"{place}/next", params={"count": 3})).json()["data"]["firings"])
    assert len(fire_due(system.database, system.clock.now())) == 1


async def test_jobs_come_in_pages_by_name(client: httpx.AsyncClient, system: System) -> None:
    for number in range(5):
        await make_job(client, system, name=f"Job {number}")
    names: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await client.get(JOBS, params=query)).json()
        names += [job["name"] for job in page["data"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert names == [f"Job {number}" for number in range(5)]
    found = await client.get(JOBS, params={"search": "job 3"})
    assert [job["name"] for job in found.json()["data"]] == ["Job 3"]


@pytest.mark.parametrize("depth", [50, 200, 900, 5_000])
async def test_a_config_that_is_nested_deeply_is_refused(
    client: httpx.AsyncClient, system: System, depth: int
) -> None:
    LoadedModules(system).look()
    sent = json.dumps({**OUR_CALL, "moduleId": "consumption-monitor", "config": {}})
    nested = '{"endpoints": ' + "[" * depth + "]" * depth + "}"
    body = sent.replace('"config": {}', f'"config": {nested}')
    response = await client.post(JOBS, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in {400, 422}, response.text


async def test_a_job_is_paused_and_named_though_an_endpoint_it_names_was_deleted(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint
) -> None:
    kept, gone = add_endpoint("kept"), add_endpoint("gone")
    job = await make_job(client, system, config={"endpoints": [kept, gone]})
    await client.delete(f"/api/v1/endpoints/{gone}")
    path = f"{JOBS}/{job['id']}"
    paused = await client.patch(
        path, json={"enabled": False, "name": "On paper", "description": ""}
    )
    assert paused.status_code == 200, paused.text
    shown = paused.json()["data"]
    assert (shown["enabled"], shown["name"], shown["nextRunAt"]) == (False, "On paper", None)
    later = await client.patch(path, json={"enabled": True, "schedule": "0 6 * * *"})
    assert later.status_code == 200, "what it named already may stay"
    refused = await client.patch(path, json={"config": {"endpoints": [kept, "0199"]}})
    assert error_of(refused)["fields"].keys() == {"config.endpoints"}


async def test_a_job_is_paused_though_its_module_is_gone_and_begins_only_when_it_is_back(
    client: httpx.AsyncClient, system: System
) -> None:
    folder = system.settings.data_dir / "modules" / "nightly"
    (folder / "jobs").mkdir(parents=True)
    (folder / "jobs" / "look.py").write_text("async def run(context): ...\n")
    manifest = {
        "name": "nightly",
        "version": "1.0.0",
        "displayName": "Nightly",
        "description": "Looks.",
        "jobs": [
            {
                "handler": "look",
                "displayName": "Look",
                "description": "Looks.",
                "timeout": 1000,
                "retries": 0,
                "configSchema": {"type": "object"},
            }
        ],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    modules = LoadedModules(system)
    modules.look()
    sent = {**OUR_CALL, "moduleId": "nightly", "handler": "look", "config": {}}
    job = (await client.post(JOBS, json=sent)).json()["data"]
    folder.rename(folder.with_name("away"))
    modules.look()
    path = f"{JOBS}/{job['id']}"
    paused = await client.patch(path, json={"enabled": False})
    assert paused.status_code == 200, paused.text
    assert paused.json()["data"]["nextRunAt"] is None
    again = await client.patch(path, json={"enabled": True})
    assert again.status_code == 409
    assert "put it back" in error_of(again)["message"]
    run = await client.post(f"{path}/run")
    assert run.status_code == 409, "it could do nothing but fail"
