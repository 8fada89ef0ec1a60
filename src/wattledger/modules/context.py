"""What a handler of a module gets: its endpoints, its config, the clock, and a way to read.

A handler is a file ``jobs/<handler>.py`` with ``async def run(context: Context) -> None``
(docs/how-to/write-a-module.md).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from wattledger.collect.attempt import Attempt
from wattledger.domain.errors import InvalidInputError, WattledgerError
from wattledger.domain.instant import to_datetime
from wattledger.domain.outcome import Outcome
from wattledger.jobs.core import ChunkResult
from wattledger.logs import telling
from wattledger.services.collect_readings import HELD_MESSAGE, Collected, collect_readings
from wattledger.services.system import System
from wattledger.store.chunks import ChunkRow, check_fence
from wattledger.store.database import Connection
from wattledger.store.endpoints import EndpointRow, load_endpoints
from wattledger.store.run_log import Level, Line, write_lines
from wattledger.store.targets import numbers_of

_MOST_LINES = 1_000


class ModuleError(WattledgerError):
    """What is wrong with a module, for who wrote or installed it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the read of an endpoint ended: ``outcome`` is ``ok`` or what went wrong.

    ``total_milliwh`` is the register of its first meter in milli-watt-hours; None where there is
    none.
    """

    endpoint_id: str
    outcome: str
    message: str | None
    total_milliwh: int | None


class Context:
    """What a handler may see and do; one for each chunk of a run."""

    def __init__(self, system: System, chunk: ChunkRow, endpoint_ids: Sequence[str]) -> None:
        self._system = system
        self._chunk = chunk
        self.endpoint_ids = endpoint_ids
        """The ids of the endpoints of this chunk; empty where the config names none."""
        self.config: Mapping[str, Any] = chunk.config
        """The job's config, checked by the manifest's schema, its defaults filled in."""
        self.run_id = chunk.run_id
        """The number of the run, as the API tells it."""
        self.outcomes: dict[int, Outcome] = {}
        self.lines: list[Line] = []

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        return to_datetime(self._system.clock.now())

    def log(self, level: str, message: str) -> None:
        """Add a line to the run's log; ``level`` is info, warning or error."""
        if level not in set(Level):
            raise InvalidInputError(f"The level '{level}' is none of {', '.join(Level)}.")
        if len(self.lines) < _MOST_LINES:
            self.lines.append(Line(self._system.clock.now(), Level(level), str(message)))

    async def read(self, endpoint_ids: Sequence[str], *, pictures: bool = True) -> list[Reading]:
        """Read endpoints and book what they showed; returns how each ended, in the order asked.

        Ids that are no endpoint's, or of one that was deleted, are left out.
        """
        numbers = await asyncio.to_thread(self._numbers, endpoint_ids)
        collected = await collect_readings(
            self._system, numbers, run_id=self._chunk.run_id, pictures=pictures
        )
        await asyncio.to_thread(self._book, collected)
        self.outcomes.update(collected.outcomes)
        found = {row.public_id: _reading(row, each, collected) for row, each in collected.attempts}
        return [found[endpoint_id] for endpoint_id in endpoint_ids if endpoint_id in found]

    def _numbers(self, endpoint_ids: Sequence[str]) -> list[int]:
        with self._system.database.connect() as connection:
            return list(numbers_of(connection, endpoint_ids).values())

    def _book(self, collected: Collected) -> None:
        with self._system.database.begin() as connection:
            check_fence(connection, self._chunk)
            collected.book(connection)


def _reading(row: EndpointRow, attempt: Attempt, collected: Collected) -> Reading:
    outcome = collected.outcomes[row.id]
    message = HELD_MESSAGE if outcome is Outcome.HELD else attempt.message
    total = attempt.samples[0].total_milliwh if attempt.samples else None
    return Reading(row.public_id, outcome.value, message, total)


Run: TypeAlias = Callable[[Context], Awaitable[object]]
"""The function ``run`` of a handler."""


async def run_in_context(system: System, run: Run, chunk: ChunkRow) -> ChunkResult:
    """Let a handler work on a chunk; what it read is booked already.

    Endpoints that it did not read count as ok when it ends without an exception.
    """
    context = Context(system, chunk, await asyncio.to_thread(_ids, system, chunk))
    try:
        with telling(run=chunk.run_id, chunk=chunk.id):
            await run(context)
    except SystemExit as error:
        raise ModuleError(f"its handler called exit({error.code})") from None
    finally:
        await asyncio.to_thread(_tell, system, chunk, context.lines)
    outcomes = dict.fromkeys(chunk.endpoint_ids, Outcome.OK) | context.outcomes
    return ChunkResult(outcomes, _nothing)


def _ids(system: System, chunk: ChunkRow) -> list[str]:
    with system.database.connect() as connection:
        return [row.public_id for row in load_endpoints(connection, chunk.endpoint_ids)]


def _tell(system: System, chunk: ChunkRow, lines: Sequence[Line]) -> None:
    if lines:
        with system.database.begin() as connection:
            write_lines(connection, chunk.run_id, lines)


def _nothing(_: Connection) -> None:
    """Book nothing."""
