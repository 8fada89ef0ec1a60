"""Works off chunks: claim, run the handler, finish. One bad chunk never ends it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from wattledger.domain.errors import WattledgerError
from wattledger.jobs.core import ChunkResult, Handler, Handlers, claim, fail, finish, give_up
from wattledger.jobs.courier import Courier
from wattledger.services.hold_device import this_process
from wattledger.services.system import System
from wattledger.store.chunks import ChunkRow

CHUNKS_AT_ONCE = 6

_GRACE_SECONDS = 20
_BOOKING_SECONDS = 60
"""A claim outlasts its handler's time by so much, for booking what it read."""

_log = structlog.get_logger(__name__)


class Collectors:
    """Works off the chunks a courier brings, some at once."""

    def __init__(self, system: System, courier: Courier, handlers: Handlers) -> None:
        self._system = system
        self._courier = courier
        self._handlers = handlers
        self._worker = this_process()
        self._busy: set[asyncio.Task[Any]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until told to stop, then finish what is begun, for 20 s at most.

        What is not finished by then is claimed again when its claim runs out.
        """
        workers = {asyncio.create_task(self._work(stopping)) for _ in range(CHUNKS_AT_ONCE)}
        await stopping.wait()
        for idle in workers - self._busy:
            idle.cancel()
        _, late = await asyncio.wait(workers, timeout=_GRACE_SECONDS)
        for worker in late:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            chunk_id = await self._courier.receive()
            with self._counted_as_busy():
                [end] = await asyncio.gather(self._collect(chunk_id), return_exceptions=True)
            _tell_of_failure(chunk_id, end)

    @contextmanager
    def _counted_as_busy(self) -> Iterator[None]:
        worker = asyncio.current_task()
        if worker is None:
            raise RuntimeError("Chunks are collected in tasks.")
        self._busy.add(worker)
        try:
            yield
        finally:
            self._busy.discard(worker)

    async def _collect(self, chunk_id: int) -> None:
        chunk = await self._claim(chunk_id)
        if chunk is None:
            return
        handler = self._handlers.get((chunk.module, chunk.handler))
        if handler is None:
            why = f"has no handler: {chunk.module}/{chunk.handler} is gone or broken (GET /modules)"
            await self._fail(chunk, 0, why)
            return
        if await asyncio.to_thread(self._give_up, chunk, handler):
            _log.error("chunk_given_up", chunk=chunk_id, run=chunk.run_id)
            return
        result = await self._handled(chunk, handler)
        if result is not None:
            await self._finish(chunk, result, handler.retries)

    async def _finish(self, chunk: ChunkRow, result: ChunkResult, retries: int) -> None:
        """Book what was read; what a defect keeps from the book is read again by a later try."""
        now = self._system.clock.now()
        booking = asyncio.to_thread(finish, self._system.database, chunk, result, retries, now)
        [end] = await asyncio.gather(booking, return_exceptions=True)
        if isinstance(end, Exception) and not isinstance(end, WattledgerError):
            _log.error("defect_while_booking", chunk=chunk.id, run=chunk.run_id, exc_info=end)
            await self._fail(chunk, retries, f"could not be booked ({_told(end)})")
        elif end is not None:
            raise end

    async def _claim(self, chunk_id: int) -> ChunkRow | None:
        now, longest = self._system.clock.now(), self._longest_seconds() + _BOOKING_SECONDS
        return await asyncio.to_thread(
            claim, self._system.database, chunk_id, now, longest, self._worker
        )

    def _longest_seconds(self) -> float:
        return max((handler.timeout_seconds for handler in self._handlers.values()), default=0)

    def _give_up(self, chunk: ChunkRow, handler: Handler) -> bool:
        return give_up(self._system.database, chunk, handler.retries, self._system.clock.now())

    async def _fail(self, chunk: ChunkRow, retries: int, why: str) -> None:
        now = self._system.clock.now()
        await asyncio.to_thread(fail, self._system.database, chunk, retries, why, now)

    async def _handled(self, chunk: ChunkRow, handler: Handler) -> ChunkResult | None:
        """Run a handler; None when it failed or took too long, which the run's log says."""
        try:
            async with asyncio.timeout(handler.timeout_seconds):
                [result] = await asyncio.gather(handler.run(chunk), return_exceptions=True)
        except TimeoutError:
            _log.warning("chunk_timed_out", chunk=chunk.id, seconds=handler.timeout_seconds)
            why = f"took longer than {handler.timeout_seconds:g} s and was stopped"
            await self._fail(chunk, handler.retries, why)
            return None
        if isinstance(result, BaseException):
            # A module's defect is its own.
            _log.error("handler_failed", chunk=chunk.id, run=chunk.run_id, exc_info=result)
            await self._fail(chunk, handler.retries, f"failed ({_told(result)})")
            return None
        return result


def _tell_of_failure(chunk_id: int, end: BaseException | None) -> None:
    """Log what went wrong; the chunk stays claimed and is sent again when its claim runs out."""
    if isinstance(end, WattledgerError):
        _log.warning("chunk_failed", chunk=chunk_id, error=str(end))
    elif isinstance(end, Exception):
        _log.error("defect_in_chunk", chunk=chunk_id, exc_info=end)
    elif end is not None:
        raise end  # told to stop


def _told(error: BaseException) -> str:
    """Return what to say of an error; of a defect its kind alone: its text may hold a secret."""
    return str(error) if isinstance(error, WattledgerError) else type(error).__name__
