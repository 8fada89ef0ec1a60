"""Firing jobs and finishing chunks: each one transaction, exact whatever a courier does."""

import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from wattledger.domain.instant import SECOND, Instant
from wattledger.domain.outcome import Outcome
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import AnyRow, advance_due, due_endpoints
from wattledger.store.jobs import (
    ChunkEnd,
    ChunkRow,
    advance_job,
    claim_chunk,
    claimable_chunks,
    due_jobs,
    finish_chunk,
    open_run,
)

CHUNK_SIZE = 50
_DUE_AT_ONCE = 5_000
_LATE_AT_ONCE = 1_000
_FIRST_RETRY = 30 * SECOND
_MOST_CLAIMS = 3


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What a handler did: how each endpoint ended, and how to write it in a transaction."""

    outcomes: Mapping[int, Outcome]
    book: Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """What runs a chunk, for how long at most, and how often a failed endpoint is tried again."""

    run: Callable[[ChunkRow], Awaitable[ChunkResult]]
    timeout_seconds: int
    retries: int


Handlers = Mapping[tuple[str, str], Handler]
"""Handlers by (module, handler)."""


def fire_due(database: Database, now: Instant) -> list[int]:
    """Open a run for each job that is due and has something to do; returns the chunks' ids.

    In the same transaction the endpoints' due times advance, so of two schedulers one fires.
    """
    chunk_ids: list[int] = []
    with database.begin() as connection:
        for due in due_jobs(connection, now):
            rows = due_endpoints(connection, now, _DUE_AT_ONCE)
            if rows:
                chunk_ids += open_run(connection, due, _chunks(rows), now)
                advance_due(connection, rows, now)
            advance_job(connection, due, now)
    return chunk_ids


def _chunks(rows: Sequence[AnyRow]) -> list[list[int]]:
    """Cut endpoints into chunks per site; those at one device stay together."""
    by_device: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for row in rows:
        by_device[row.site_id, row.host_port].append(row.id)
    chunks: list[list[int]] = []
    last_site: int | None = None
    for (site_id, _), endpoint_ids in sorted(by_device.items(), key=lambda pair: pair[0][0]):
        if site_id != last_site or len(chunks[-1]) >= CHUNK_SIZE:
            chunks.append([])
            last_site = site_id
        chunks[-1].extend(endpoint_ids)
    return chunks


def late_chunks(database: Database, now: Instant) -> Sequence[int]:
    """Return the chunks to be sent again: retries whose time came, and what a crash left."""
    with database.connect() as connection:
        return claimable_chunks(connection, now, _LATE_AT_ONCE)


def claim(database: Database, chunk_id: int, now: Instant, claim_seconds: int) -> ChunkRow | None:
    """Claim a chunk; ``None`` when there is nothing to do about it (any more, or yet)."""
    with database.begin() as connection:
        return claim_chunk(connection, chunk_id, now, now + claim_seconds * SECOND)


def finish(
    database: Database, chunk: ChunkRow, result: ChunkResult, retries: int, now: Instant
) -> None:
    """Book a chunk's result and close it: one transaction; StaleFenceError undoes all of it."""
    with database.begin() as connection:
        result.book(connection)
        finish_chunk(connection, chunk, _end(chunk, result.outcomes, retries, now), now)


def _end(chunk: ChunkRow, outcomes: Mapping[int, Outcome], retries: int, now: Instant) -> ChunkEnd:
    failed = [i for i in chunk.endpoint_ids if i in outcomes and outcomes[i] is not Outcome.OK]
    retry = [i for i in failed if outcomes[i].retryable] if chunk.round < retries else []
    return ChunkEnd(
        successful=sum(1 for outcome in outcomes.values() if outcome is Outcome.OK),
        failed=len(failed) - len(retry),
        retry=retry,
        retry_at=now + _back_off(chunk.round),
    )


def _back_off(tries: int) -> int:
    """Return how long to wait before the next try: doubled each time, spread by a quarter."""
    wait = _FIRST_RETRY << tries
    return wait + random.randrange(wait // 4)  # noqa: S311 - a spread, no secret


def give_up(database: Database, chunk: ChunkRow, now: Instant) -> bool:
    """Close a chunk that broke its worker time and again; tells whether it did."""
    if chunk.fence < _MOST_CLAIMS:
        return False
    end = ChunkEnd(successful=0, failed=len(chunk.endpoint_ids), retry=(), retry_at=now)
    with database.begin() as connection:
        finish_chunk(connection, chunk, end, now)
    return True
