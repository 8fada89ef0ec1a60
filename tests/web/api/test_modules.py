"""/modules: what ships, and what is found in the data folder, with what is wrong with it."""

import json
from pathlib import Path

import httpx
from tests.web.api.jobs_at_work import OUR_CALL

from wattledger.modules.loaded import LoadedModules
from wattledger.services.system import System

MODULES = "/api/v1/modules"


def write_module(folder: Path, source: str, timeout: int = 5000) -> None:
    manifest = {
        "name": folder.name,
        "version": "0.1.0",
        "displayName": "Check",
        "description": "",
        "jobs": [
            {
                "handler": "look",
                "displayName": "Look",
                "description": "",
                "timeout": timeout,
                "retries": 0,
            }
        ],
    }
    (folder / "jobs").mkdir(mode=0o755, parents=True)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / "jobs/look.py").write_text(source, "utf-8")


async def test_the_module_that_ships_tells_the_schema_of_its_config(
    client: httpx.AsyncClient, system: System
) -> None:
    LoadedModules(system).look()
    [module] = (await client.get(MODULES)).json()["data"]
    assert (module["name"], module["builtIn"], module["problem"]) == (
        "consumption-monitor",
        True,
        None,
    )
    [job] = module["jobs"]
    assert job["configSchema"]["properties"]["batchSize"]["maximum"] == 500
    for name in (module["id"], module["name"]):
        assert (await client.get(f"{MODULES}/{name}")).json()["data"] == module
    assert (await client.get(f"{MODULES}/nothing")).status_code == 404


async def test_a_broken_module_is_shown_with_its_problem_and_makes_no_jobs(
    client: httpx.AsyncClient, system: System
) -> None:
    folder = system.settings.data_dir / "modules"
    write_module(folder / "good", "async def run(context):\n    pass\n")
    write_module(folder / "broken", "async def run(context:\n")
    LoadedModules(system).look()
    found = {each["name"]: each for each in (await client.get(MODULES)).json()["data"]}
    assert found["good"]["problem"] is None
    assert found["broken"]["problem"] == "jobs/look.py: line 1: '(' was never closed."
    job = {**OUR_CALL, "handler": "look", "config": {}}
    refused = await client.post("/api/v1/jobs", json={**job, "moduleId": found["broken"]["id"]})
    assert refused.status_code == 409
    assert "'(' was never closed" in refused.json()["error"]["message"]
    made = await client.post("/api/v1/jobs", json={**job, "moduleId": "good"})
    assert made.status_code == 201
    assert made.json()["data"]["config"] == {}
