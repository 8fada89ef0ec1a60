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

import structlog

from wattledger.clock import Clock
from wattledger.collect.errors import AttemptError, NoTurnError
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

_log = structlog.get_logger(__name__)

_RUNS_OUT = 120 * SECOND
_RENEWED_EACH = 40 * SECOND
_PATIENCE = 30 * SECOND
_LOOK_AGAIN = SECOND


@dataclass(frozen=True, slots=True)
class _Asked:
    """A statement that waits for the next transaction, and where its answer goes."""

    statement: Callable[[Connection], object]
    answer: "asyncio.Future[Any]"


@dataclass(frozen=True, slots=True)
class _Patience:
    """How long a device is waited for, in microseconds, and what is said when that is over."""

    length: int
    is_told: bool

    @classmethod
    def until(cls, begin_by: float | None) -> "_Patience":
        """Return the patience of who must begin by a time on the loop's clock, or of a person."""
        if begin_by is None:
            return cls(_PATIENCE, is_told=True)
        left = begin_by - asyncio.get_running_loop().time()
        return cls(round(max(0, left) * SECOND), is_told=False)

    def over(self, host_port: str, owner: str | None, wait: int) -> AttemptError:
        """Return what to say: the device is read by somebody else of ours, for so long."""
        who, seconds = owner or "another job", max(1, wait // SECOND)
        message = f"{host_port} is being read by {who}; try again in {seconds} s."
        return AttemptError(Outcome.BUSY, message) if self.is_told else NoTurnError(message)


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

    def hold(
        self, host_port: str, begin_by: float | None = None
    ) -> AbstractAsyncContextManager[None]:
        """Hold the device while inside.

        NoTurnError after waiting until ``begin_by`` on the loop's clock in vain; without that,
        AttemptError ``busy`` after 30 s.
        """
        return self._hold(host_port, begin_by)

    @asynccontextmanager
    async def _hold(self, host_port: str, begin_by: float | None) -> AsyncIterator[None]:
        queue = self._queues.setdefault(host_port, asyncio.Lock())
        patience = _Patience.until(begin_by)
        deadline = self._clock.now() + patience.length
        await self._wait_in(queue, host_port, patience)
        try:
            fence = await self._take(host_port, deadline, patience)
            renewing = asyncio.create_task(self._renew(host_port, fence))
            try:
                yield
            finally:
                renewing.cancel()
                # Also after a cancellation: else the device stays held until the lease runs out.
                await uninterrupted(self._give_free(host_port, fence))
        finally:
            queue.release()

    async def _wait_in(self, queue: asyncio.Lock, host_port: str, patience: "_Patience") -> None:
        try:
            # Not wait_for: on Python 3.11 it can swallow a cancellation.
            async with asyncio.timeout(patience.length / SECOND):
                await queue.acquire()
        except TimeoutError:
            raise patience.over(host_port, self._owner, patience.length) from None

    async def _take(self, host_port: str, deadline: Instant, patience: "_Patience") -> int:
        while True:
            answer = await self._try_to_take(host_port)
            if isinstance(answer, Taken):
                return answer.fence
            now = self._clock.now()
            if now >= deadline:
                raise patience.over(host_port, answer.owner, answer.until - now)
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

    async def _give_free(self, host_port: str, fence: int) -> None:
        """Release a lease; where that fails, it runs out by itself, and the read was good."""
        try:
            await self._release(host_port, fence)
        except WattledgerError as error:
            _log.warning("lease_not_released", device=host_port, error=str(error))

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
            answering = asyncio.to_thread(self._answer, batch)
            [answers] = await asyncio.gather(answering, return_exceptions=True)
            for number, asked in enumerate(batch):
                if asked.answer.done():
                    continue  # who asked is gone
                if isinstance(answers, BaseException):
                    asked.answer.set_exception(answers)
                else:
                    asked.answer.set_result(answers[number])

    def _answer(self, batch: list[_Asked]) -> list[object]:
        with self._database.begin() as connection:
            return [asked.statement(connection) for asked in batch]


def this_process() -> str:
    """Return the name under which this process holds devices."""
    return f"{gethostname()}:{os.getpid()}"


def free_devices_of_the_dead(database: Database) -> None:
    """Free what processes of this machine held that ended without giving it back.

    Called as a process starts: what its own number holds is of one before it. Another number that
    is in use again counts as alive: its lease then runs out by itself.
    """
    with database.begin() as connection:
        owners = lease_owners(connection)
        dead = [owner for owner in owners if owner == this_process() or _is_dead(owner)]
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
