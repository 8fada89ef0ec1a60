"""Collect endpoints at once, because somebody asked: in chunks, each booked in one transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from wattledger.collect.attempt import Attempt
from wattledger.domain.outcome import Outcome
from wattledger.jobs.targets import chunks_of
from wattledger.services.collect_readings import HELD_MESSAGE, Collected, collect_readings
from wattledger.services.progress import Advance, Progress
from wattledger.services.read_devices import ReadingTime
from wattledger.services.refused_login import said
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.store.endpoints import find_endpoint
from wattledger.store.targets import readable_endpoints

_CHUNKS_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class CollectedEndpoint:
    """An endpoint's name and its attempt; ``outcome`` is ``held`` where the ledger doubts it.

    ``rests`` says why it is not read again for now.
    """

    name: str
    attempt: Attempt
    outcome: Outcome
    rests: str | None = None

    @property
    def message(self) -> str | None:
        """Return what to know of the outcome."""
        if self.outcome is Outcome.HELD:
            return HELD_MESSAGE
        return said(self.attempt.message, self.rests)


async def collect_now(
    system: System, names: Sequence[str], progress: Progress
) -> list[CollectedEndpoint]:
    """Collect the endpoints of these names or public ids; all enabled ones when there are none.

    Returns them by name. NotFoundError when a name is unknown, before anything is read.
    """
    time = ReadingTime(is_asked_for=bool(names))
    chunks = await asyncio.to_thread(_chunks, system, names)
    places = asyncio.Semaphore(_CHUNKS_AT_ONCE)
    with progress("collecting", sum(map(len, chunks))) as advance:

        async def collect_chunk(chunk: Sequence[int]) -> list[CollectedEndpoint]:
            async with places:
                return await _collect_chunk(system, chunk, advance, time)

        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(collect_chunk(chunk)) for chunk in chunks]
    results = [one for task in running for one in task.result()]
    return sorted(results, key=attrgetter("name"))


def _chunks(system: System, names: Sequence[str]) -> list[list[int]]:
    """Return the endpoints to collect; those at one device stay together."""
    with system.database.connect() as connection:
        if names:
            rows = {row.id: row for row in (find_endpoint(connection, name) for name in names)}
            return chunks_of(rows.values(), {})
        return chunks_of(readable_endpoints(connection, system.clock.now()), {})


async def _collect_chunk(
    system: System, chunk: Sequence[int], advance: Advance, time: ReadingTime
) -> list[CollectedEndpoint]:
    collected = await collect_readings(system, chunk, each=advance, time=time)
    await asyncio.to_thread(_book, system.database, collected)
    return [
        CollectedEndpoint(
            row.name, attempt, collected.outcomes[row.id], collected.resting.get(row.id)
        )
        for row, attempt in collected.attempts
    ]


def _book(database: Database, collected: Collected) -> None:
    with database.begin() as connection:
        collected.book(connection)
