"""Jobs as the tests of their routes need them: made through the API, worked off by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from wattledger.domain.instant import SECOND
from wattledger.domain.outcome import Outcome
from wattledger.jobs.core import ChunkResult, claim, finish, late_chunks
from wattledger.modules.loaded import LoadedModules
from wattledger.services.system import System
from wattledger.store.database import Connection
from wattledger.store.evidence import AttemptRecord, record_attempts

OUR_CALL: dict[str, Any] = {
    "name": "Hourly Consumption Collection",
    "description": "Reads all meters",
    "handler": "jobs/collect-consumption.js",
    "schedule": "*/30 * * * *",
    "enabled": True,
    "config": {"batchSize": 10, "screenshotOnError": True},
}


async def make_job(client: httpx.AsyncClient, system: System, **changes: object) -> dict[str, Any]:
    """Create the job of the contract, with changes; returns it as shown."""
    LoadedModules(system).look()
    [module] = (await client.get("/api/v1/modules")).json()["data"]
    sent = {**OUR_CALL, "moduleId": module["id"], **changes}
    response = await client.post("/api/v1/jobs", json=sent)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()["data"]
    return made


def work_off(system: System, folder: Path, ends: Callable[[int], Outcome]) -> None:
    """Let every chunk that can be worked on now end, its endpoints as ``ends`` says."""
    now = system.clock.now()
    for chunk_id in late_chunks(system.database, now):
        chunk = claim(system.database, chunk_id, now, 60)
        assert chunk is not None
        outcomes = {number: ends(number) for number in chunk.endpoint_ids}
        records = [
            AttemptRecord(
                endpoint_id=number,
                run_id=chunk.run_id,
                started_at=now,
                milliseconds=41,
                transport="http",
                outcome=outcome,
                message=None if outcome is Outcome.OK else f"It ended with {outcome}.",
                captured=None,
            )
            for number, outcome in outcomes.items()
        ]

        def book(connection: Connection, records: list[AttemptRecord] = records) -> None:
            record_attempts(connection, folder, records)

        finish(system.database, chunk, ChunkResult(outcomes, book), 1, now + SECOND)


def all_ok(_: int) -> Outcome:
    """Let each endpoint be read."""
    return Outcome.OK
