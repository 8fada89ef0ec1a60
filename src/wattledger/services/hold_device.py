"""Hold a device: one reader at a time over all jobs, tests and processes (SOURCES 6).

Within this process readers queue for a device; between processes the lease in the database
decides. Takes and releases that come while a transaction runs go together into the next one, so
that hundreds of readers cost a few transactions.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias
from weakref import WeakValueDictionary

from wattledger.clock import Clock
from wattledger.collect.errors import AttemptError
from wattledger.domain.errors import WattledgerError
from wattledger.domain.instant import SECOND, Instant
from wattledger.domain.outcome import Outcome
from wattledger.store.database import Connection, Database
from wattledger.store.leases import Refused, Taken, release_lease, take_lease

_Answer: TypeAlias = Taken | Refused | None
_Statement: TypeAlias = Callable[[Connection], _Answer]

_LONGEST_READ = 120 * SECOND
_PATIENCE = 30 * SECOND
_LOOK_AGAIN = SECOND


@dataclass(frozen=True, slots=True)
class _Asked:
    statement: _Statement
    answer: "asyncio.Future[_Answer]"


class DeviceLease:
    """Leases devices through the database for one process, whose name is ``owner``."""

    def __init__(self, database: Database, clock: Clock, owner: str, gap_seconds: int) -> None:
        self._database = database
        self._clock = clock
        self._owner = owner
        self._gap = gap_seconds * SECOND
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._asked: list[_Asked] = []
        self._asking: asyncio.Task[None] | None = None

    def hold(self, host_port: str) -> AbstractAsyncContextManager[None]:
        """Hold the device while inside; AttemptError ``busy`` after waiting 30 s in vain."""
        return self._hold(host_port)

    @asynccontextmanager
    async def _hold(self, host_port: str) -> AsyncIterator[None]:
        queue = self._queues.setdefault(host_port, asyncio.Lock())
        deadline = self._clock.now() + _PATIENCE
        await self._wait_in(queue, host_port)
        try:
            fence = await self._take(host_port, deadline)
            try:
                yield
            finally:
                # Also after a cancellation: else the device stays held until the lease runs out.
                await asyncio.shield(self._release(host_port, fence))
        finally:
            queue.release()

    async def _wait_in(self, queue: asyncio.Lock, host_port: str) -> None:
        try:
            await asyncio.wait_for(queue.acquire(), _PATIENCE // SECOND)
        except TimeoutError:
            raise _busy(host_port, None, self._clock.now() + _PATIENCE, self._clock.now()) from None

    async def _take(self, host_port: str, deadline: Instant) -> int:
        while True:
            now = self._clock.now()

            def take(connection: Connection, at: Instant = now) -> _Answer:
                return take_lease(connection, host_port, self._owner, at, at + _LONGEST_READ)

            answer = await self._ask(take)
            if isinstance(answer, Taken):
                return answer.fence
            if not isinstance(answer, Refused) or self._clock.now() >= deadline:
                until = answer.until if isinstance(answer, Refused) else deadline
                owner = answer.owner if isinstance(answer, Refused) else None
                raise _busy(host_port, owner, until, now)
            wait = min(_LOOK_AGAIN, max(0, answer.until - now))
            await asyncio.sleep(wait / SECOND)

    async def _release(self, host_port: str, fence: int) -> None:
        rest_until = self._clock.now() + self._gap

        def release(connection: Connection) -> _Answer:
            release_lease(connection, host_port, fence, rest_until)
            return None

        await self._ask(release)

    async def _ask(self, statement: _Statement) -> _Answer:
        asked = _Asked(statement, asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._answer_all())
        return await asked.answer

    async def _answer_all(self) -> None:
        while self._asked:
            batch, self._asked = self._asked, []
            try:
                answers = await asyncio.to_thread(self._answer, batch)
            except WattledgerError as error:
                for asked in batch:
                    if not asked.answer.done():
                        asked.answer.set_exception(error)
            else:
                for asked, answer in zip(batch, answers, strict=True):
                    if not asked.answer.done():
                        asked.answer.set_result(answer)

    def _answer(self, batch: list[_Asked]) -> list[_Answer]:
        with self._database.begin() as connection:
            return [asked.statement(connection) for asked in batch]


def _busy(host_port: str, owner: str | None, until: Instant, now: Instant) -> AttemptError:
    who = f"by {owner}" if owner else "by another job"
    seconds = max(1, (until - now) // SECOND)
    return AttemptError(Outcome.BUSY, f"{host_port} is being read {who}; try again in {seconds} s.")
