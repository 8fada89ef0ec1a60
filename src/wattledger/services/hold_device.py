"""Hold a device: one reader at a time over all jobs, tests and processes (SOURCES 6).

Within this process readers queue for a device; between processes the lease in the database
decides; it is renewed for as long as the device is held, so that it runs out only where a process
ended without giving it back. Takes and releases that come while a transaction runs go together
into the next one, so that hundreds of readers cost a few transactions.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from socket import gethostname
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from wattledger.clock import Clock
from wattledger.collect.errors import AttemptError
from wattledger.collect.uninterrupted import uninterrupted
from wattledger.domain.errors import WattledgerError
from wattledger.domain.instant import SECOND, Instant
from wattledger.domain.outcome import Outcome
from wattledger.store.chunks import claimers, end_claims
from wattledger.store.database import Connection, Database
from wattledger.store.leases import (
    Refused,
    Taken,
    free_leases,
    lease_owners,
    release_lease,
    renew_lease,
    take_lease,
)

_Answer = TypeVar("_Answer")

_RUNS_OUT = 120 * SECOND
_RENEWED_EACH = 40 * SECOND
_PATIENCE = 30 * SECOND
_LOOK_AGAIN = SECOND


@dataclass(frozen=True, slots=True)
class _Asked:
    """A statement that waits for the next transaction, and where its answer goes."""

    statement: Callable[[Connection], object]
    answer: "asyncio.Future[Any]"


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
            renewing = asyncio.create_task(self._renew(host_port, fence))
            try:
                yield
            finally:
                renewing.cancel()
                # Also after a cancellation: else the device stays held until the lease runs out.
                await uninterrupted(self._release(host_port, fence))
        finally:
            queue.release()

    async def _wait_in(self, queue: asyncio.Lock, host_port: str) -> None:
        try:
            # Not wait_for: on Python 3.11 it can swallow a cancellation.
            async with asyncio.timeout(_PATIENCE / SECOND):
                await queue.acquire()
        except TimeoutError:
            raise _busy(host_port, self._owner, _PATIENCE) from None

    async def _take(self, host_port: str, deadline: Instant) -> int:
        while True:
            answer = await self._try_to_take(host_port)
            if isinstance(answer, Taken):
                return answer.fence
            now = self._clock.now()
            if now >= deadline:
                raise _busy(host_port, answer.owner, answer.until - now)
            await asyncio.sleep(max(0, min(_LOOK_AGAIN, answer.until - now)) / SECOND)

    async def _try_to_take(self, host_port: str) -> Taken | Refused:
        now = self._clock.now()

        def take(connection: Connection) -> Taken | Refused:
            return take_lease(connection, host_port, self._owner, now, now + _RUNS_OUT)

        asking = asyncio.create_task(self._ask(take))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            await uninterrupted(self._give_back(host_port, asking))
            raise

    async def _give_back(self, host_port: str, asking: "asyncio.Task[Taken | Refused]") -> None:
        """Release what nobody waits for any more."""
        answer = await asking
        if isinstance(answer, Taken):
            await self._release(host_port, answer.fence)

    async def _renew(self, host_port: str, fence: int) -> None:
        """Keep a lease from running out: a read may wait long for a place in the browser."""
        while True:
            await asyncio.sleep(_RENEWED_EACH / SECOND)
            until = self._clock.now() + _RUNS_OUT
            with suppress(WattledgerError):  # the database may answer the next time
                await self._ask(partial(renew_lease, host_port=host_port, fence=fence, until=until))

    async def _release(self, host_port: str, fence: int) -> None:
        rest_until = self._clock.now() + self._gap
        await self._ask(lambda connection: release_lease(connection, host_port, fence, rest_until))

    async def _ask(self, statement: Callable[[Connection], _Answer]) -> _Answer:
        """Have a statement run in the next transaction, and return what it returns."""
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._asked.append(_Asked(statement, answer))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._answer_all())
        return await answer

    async def _answer_all(self) -> None:
        while self._asked:
            batch, self._asked = self._asked, []
            try:
                answers = await asyncio.to_thread(self._answer, batch)
            except WattledgerError as error:
                for asked in batch:
                    asked.answer.set_exception(error)
            else:
                for asked, answer in zip(batch, answers, strict=True):
                    asked.answer.set_result(answer)

    def _answer(self, batch: list[_Asked]) -> list[object]:
        with self._database.begin() as connection:
            return [asked.statement(connection) for asked in batch]


def this_process() -> str:
    """Return the name under which this process holds devices."""
    return f"{gethostname()}:{os.getpid()}"


def free_devices_of_the_dead(database: Database) -> None:
    """Free what processes of this machine held that ended without giving it back.

    A process number that is in use again counts as alive: its lease then runs out by itself.
    """
    with database.begin() as connection:
        dead = [owner for owner in lease_owners(connection) if _is_dead(owner)]
        free_leases(connection, dead)


def end_claims_of_the_dead(database: Database, now: Instant) -> None:
    """Let the chunks that processes of this machine worked on when they ended be taken at once.

    Called as a process starts: what its own number claims is of one before it.
    """
    with database.begin() as connection:
        dead = [each for each in claimers(connection) if each == this_process() or _is_dead(each)]
        end_claims(connection, dead, now)


def _is_dead(owner: str) -> bool:
    host, _, number = owner.rpartition(":")
    if host != gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _busy(host_port: str, owner: str | None, wait: int) -> AttemptError:
    who = owner or "another job"
    seconds = max(1, wait // SECOND)
    return AttemptError(
        Outcome.BUSY, f"{host_port} is being read by {who}; try again in {seconds} s."
    )
