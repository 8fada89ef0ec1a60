"""Claiming and finishing chunks: each one transaction, exact whatever a courier does."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from wattledger.domain.instant import SECOND, Instant, format_instant
from wattledger.domain.outcome import Outcome
from wattledger.jobs.wording import counted
from wattledger.store.chunks import (
    ChunkEnd,
    ChunkRow,
    ClosedRun,
    claim_chunk,
    claimable_chunks,
    finish_chunk,
    is_running,
    reopen_chunk,
)
from wattledger.store.database import Connection, Database
from wattledger.store.run_log import Level, Line, write_lines

_LATE_AT_ONCE = 1_000
_FIRST_RETRY = 30 * SECOND
_NOT_READ = "deleted meanwhile, or not read again as their device refused the login"
_MOST_CRASHES = 2
"""So often a chunk may break its worker."""


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What a handler did: how each endpoint ended, and how to write it in a transaction.

    ``unread`` are endpoints that it had no time for: another chunk takes them. ``final`` are, once
    it is booked, endpoints that are not tried again, however they ended.
    """

    outcomes: Mapping[int, Outcome]
    book: Callable[[Connection], None]
    unread: Sequence[int] = ()
    final: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Handler:
    """What runs a chunk, for how long at most, and how often a failed endpoint is tried again."""

    run: Callable[[ChunkRow], Awaitable[ChunkResult]]
    timeout_seconds: float
    retries: int


Handlers = Mapping[tuple[str, str], Handler]
"""Handlers by (module, handler)."""


def late_chunks(database: Database, now: Instant) -> Sequence[int]:
    """Return the chunks to be sent again: retries whose time came, and what a crash left."""
    with database.connect() as connection:
        return claimable_chunks(connection, now, _LATE_AT_ONCE)


def claim(
    database: Database, chunk_id: int, now: Instant, claim_seconds: float, worker: str = ""
) -> ChunkRow | None:
    """Claim a chunk; ``None`` when there is nothing to do about it (any more, or yet)."""
    until = now + int(claim_seconds * SECOND)
    with database.begin() as connection:
        chunk = claim_chunk(connection, chunk_id, now, until, worker)
        if chunk is not None and not chunk.is_poll:
            again = f" (try {chunk.round + 1})" if chunk.round else ""
            _tell(connection, chunk, now, f"begun: {_count(chunk.endpoint_ids)}{again}.")
        return chunk


def finish(
    database: Database, chunk: ChunkRow, result: ChunkResult, retries: int, now: Instant
) -> None:
    """Book a chunk's result and close it: one transaction; StaleFenceError undoes all of it."""
    with database.begin() as connection:
        result.book(connection)
        goes_on = is_running(connection, chunk.run_id)
        end = _end(chunk, result, retries if goes_on else 0, now)
        closed = finish_chunk(connection, chunk, end, now)
        _tell_of_end(connection, chunk, end, _failures(result.outcomes), now)
        if end.unread and goes_on:
            told = f"left {_count(end.unread)} for another chunk: there was no time for more."
            _tell(connection, chunk, now, told)
        _tell_of_close(connection, chunk, closed, now)


def _end(chunk: ChunkRow, result: ChunkResult, retries: int, now: Instant) -> ChunkEnd:
    """Count how a chunk ended; an endpoint that was deleted meanwhile has failed."""
    outcomes, unread = result.outcomes, set(result.unread)
    ended = [i for i in chunk.endpoint_ids if i not in unread]
    failed = [i for i in ended if outcomes.get(i) is not Outcome.OK]
    again = {i for i, outcome in outcomes.items() if outcome.retryable} - set(result.final)
    retry = [i for i in failed if i in again and chunk.round < retries]
    return ChunkEnd(
        successful=len(ended) - len(failed),
        failed=len(failed) - len(retry),
        retry=retry,
        retry_at=now + _back_off(chunk.round),
        unread=[i for i in chunk.endpoint_ids if i in unread],
    )


def _back_off(tries: int) -> int:
    """Return how long to wait before the next try: doubled each time, spread by a quarter."""
    wait = _FIRST_RETRY << tries
    return wait + random.randrange(wait // 4)  # noqa: S311 - a spread, no secret


def give_up(database: Database, chunk: ChunkRow, retries: int, now: Instant) -> bool:
    """Close a chunk that broke its worker time and again; tells whether it did."""
    if chunk.fence <= max(_MOST_CRASHES, retries + 1):
        return False
    _close_failed(database, chunk, now, f"broke its worker {chunk.fence - 1} times")
    return True


def fail(database: Database, chunk: ChunkRow, retries: int, why: str, now: Instant) -> None:
    """Give a chunk whose handler failed or took too long back, or close it after its last try.

    ``why`` goes into the run's log, and in the end into its message. StaleFenceError when another
    worker claimed it meanwhile.
    """
    if chunk.fence > retries:
        _close_failed(database, chunk, now, why)
        return
    again_at = now + _back_off(chunk.fence - 1)
    with database.begin() as connection:
        reopen_chunk(connection, chunk, again_at)
        told = f"{why}; it is tried again at {_at(again_at)}, in {_seconds(again_at - now)} s."
        _tell(connection, chunk, now, told, Level.WARNING)


def _close_failed(database: Database, chunk: ChunkRow, now: Instant, why: str) -> None:
    failed = len(chunk.endpoint_ids)
    end = ChunkEnd(successful=0, failed=failed, retry=(), retry_at=now, given_up=why)
    with database.begin() as connection:
        closed = finish_chunk(connection, chunk, end, now)
        told = f"{why}; it is given up; {_count(chunk.endpoint_ids)} failed with it."
        _tell(connection, chunk, now, told, Level.ERROR)
        _tell_of_close(connection, chunk, closed, now)


def _tell(
    connection: Connection, chunk: ChunkRow, now: Instant, told: str, level: Level = Level.INFO
) -> None:
    write_lines(connection, chunk.run_id, [Line(now, level, f"Chunk {chunk.id} {told}")])


def _tell_of_end(
    connection: Connection, chunk: ChunkRow, end: ChunkEnd, failures: str, now: Instant
) -> None:
    if end.retry:
        told = (
            f"{_count(end.retry)} failed and will be tried again at {_at(end.retry_at)}, in "
            f"{_seconds(end.retry_at - now)} s ({failures})."
        )
        _tell(connection, chunk, now, f"finished: {end.successful} ok; {told}", Level.WARNING)
    elif end.failed:
        told = f"finished: {end.successful} ok, {end.failed} failed ({failures})."
        _tell(connection, chunk, now, told, Level.WARNING)
    elif not chunk.is_poll:
        _tell(connection, chunk, now, f"finished: {end.successful} ok.")


def _tell_of_close(
    connection: Connection, chunk: ChunkRow, closed: ClosedRun | None, now: Instant
) -> None:
    if closed is not None and not chunk.is_poll:
        told = (
            f"{counted(closed.total, 'endpoint')}, {closed.successful} successful, "
            f"{closed.failed} failed."
        )
        line = Line(now, Level.INFO, f"Finished: {told}")
        if closed.failed_chunks:
            given_up = counted(closed.failed_chunks, "chunk")
            line = Line(now, Level.ERROR, f"Failed: {given_up} given up; {told}")
        write_lines(connection, chunk.run_id, [line])


def _failures(outcomes: Mapping[int, Outcome]) -> str:
    failed = Counter(outcome for outcome in outcomes.values() if outcome is not Outcome.OK)
    return ", ".join(f"{outcome} {count}" for outcome, count in failed.most_common()) or _NOT_READ


def _count(endpoint_ids: Sequence[int]) -> str:
    return counted(len(endpoint_ids), "endpoint")


def _at(instant: Instant) -> str:
    return format_instant(instant // SECOND * SECOND)


def _seconds(wait: int) -> int:
    return wait // SECOND
