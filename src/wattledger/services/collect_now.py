"""Collect endpoints at once, because somebody asked: in chunks, each booked in one transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from wattledger.collect.attempt import Attempt
from wattledger.domain.outcome import Outcome
from wattledger.services.collect_readings import HELD_MESSAGE, Collected, collect_readings
from wattledger.services.progress import Advance, Progress
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.store.endpoints import enabled_endpoint_ids, find_endpoint

_CHUNK = 50
_CHUNKS_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class CollectedEndpoint:
    """An endpoint's name and its attempt; ``outcome`` is ``held`` where the ledger doubts it."""

    name: str
    attempt: Attempt
    outcome: Outcome

    @property
    def message(self) -> str | None:
        """Return what to know of the outcome."""
        return HELD_MESSAGE if self.outcome is Outcome.HELD else self.attempt.message


async def collect_now(
    system: System, names: Sequence[str], progress: Progress
) -> list[CollectedEndpoint]:
    """Collect the endpoints of these names or public ids; all enabled ones when there are none.

    Returns them by name. NotFoundError when a name is unknown, before anything is read.
    """
    ids = await asyncio.to_thread(_endpoint_ids, system.database, names)
    chunks = [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]
    places = asyncio.Semaphore(_CHUNKS_AT_ONCE)
    with progress("collecting", len(ids)) as advance:

        async def collect_chunk(chunk: Sequence[int]) -> list[CollectedEndpoint]:
            async with places:
                return await _collect_chunk(system, chunk, advance)

        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(collect_chunk(chunk)) for chunk in chunks]
    results = [one for task in running for one in task.result()]
    return sorted(results, key=attrgetter("name"))


def _endpoint_ids(database: Database, names: Sequence[str]) -> Sequence[int]:
    with database.connect() as connection:
        if names:
            return [find_endpoint(connection, name).id for name in names]
        return enabled_endpoint_ids(connection)


async def _collect_chunk(
    system: System, chunk: Sequence[int], advance: Advance
) -> list[CollectedEndpoint]:
    collected = await collect_readings(system, chunk, each=advance)
    await asyncio.to_thread(_book, system.database, collected)
    return [
        CollectedEndpoint(row.name, attempt, collected.outcomes[row.id])
        for row, attempt in collected.attempts
    ]


def _book(database: Database, collected: Collected) -> None:
    with database.begin() as connection:
        collected.book(connection)
