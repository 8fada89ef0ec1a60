"""Chunks of endpoints that a run is cut into.

These tables are the truth; a courier only carries chunk ids and may lose or double them. A chunk
is claimed by raising its fence; only the holder of the last fence can finish it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Update, and_, case, func, insert, or_, select, text, update

from wattledger.domain.errors import WattledgerError
from wattledger.domain.instant import Instant
from wattledger.store.job_tables import job, job_run, run_chunk

_UNFINISHED = text("run_chunk.state <> 'done'")
"""As the partial index has it: a bound parameter would not find it."""


class StaleFenceError(WattledgerError):
    """Another worker claimed the chunk meanwhile; what this one did is not kept."""


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A claimed chunk: the endpoints to read, of which round of tries, under which fence.

    ``is_poll`` tells that it belongs to the built-in poller, whose runs say only what is unusual.
    """

    id: int
    run_id: int
    endpoint_ids: Sequence[int]
    round: int
    fence: int
    module: str
    handler: str
    config: Mapping[str, Any]
    is_poll: bool


@dataclass(frozen=True, slots=True)
class ChunkEnd:
    """How a chunk ended; ``retry`` are endpoints to be tried again from ``retry_at`` on.

    ``unread`` are endpoints that were not tried, for another chunk at once. ``given_up`` says why
    the chunk itself is not tried again; its run has failed.
    """

    successful: int
    failed: int
    retry: Sequence[int]
    retry_at: Instant
    unread: Sequence[int] = ()
    given_up: str | None = None


@dataclass(frozen=True, slots=True)
class ClosedRun:
    """The figures of a run whose last chunk was closed."""

    total: int
    successful: int
    failed: int
    failed_chunks: int


def add_chunk(
    connection: Connection, run_id: int, endpoint_ids: Sequence[int], tries: int, at: Instant
) -> int:
    """Add a chunk to a run, to be worked on from an instant on; returns its number."""
    new = insert(run_chunk).values(
        run_id=run_id, endpoint_ids=list(endpoint_ids), round=tries, not_before=at, state="open"
    )
    return int(connection.execute(new.returning(run_chunk.c.id)).scalar_one())


def claim_chunk(
    connection: Connection, chunk_id: int, now: Instant, until: Instant, worker: str
) -> ChunkRow | None:
    """Claim a chunk until an instant; ``None`` when it is done, too early or another's."""
    claimed = connection.execute(
        update(run_chunk)
        .where(run_chunk.c.id == chunk_id, _claimable(now))
        .values(
            state="claimed",
            fence=run_chunk.c.fence + 1,
            claimed_until=until,
            claimed_by=worker,
        )
    )
    if claimed.rowcount == 0:
        return None
    row = connection.execute(
        select(
            run_chunk.c.id,
            run_chunk.c.run_id,
            run_chunk.c.endpoint_ids,
            run_chunk.c.round,
            run_chunk.c.fence,
            job.c.module,
            job.c.handler,
            job.c.config,
            job.c.every_seconds.is_not(None),
        )
        .select_from(run_chunk)
        .join(job_run)
        .join(job)
        .where(run_chunk.c.id == chunk_id)
    ).one()
    return ChunkRow(*row)


def _claimable(now: Instant) -> Any:  # noqa: ANN401 - SQLAlchemy's expression
    run_out = and_(run_chunk.c.state == "claimed", run_chunk.c.claimed_until <= now)
    return and_(run_chunk.c.not_before <= now, or_(run_chunk.c.state == "open", run_out))


def _held(chunk: ChunkRow) -> Any:  # noqa: ANN401 - SQLAlchemy's expression
    return and_(
        run_chunk.c.id == chunk.id,
        run_chunk.c.fence == chunk.fence,
        run_chunk.c.state == "claimed",
    )


def claimable_chunks(connection: Connection, now: Instant, limit: int) -> Sequence[int]:
    """Return the ids of chunks that nobody works on though they could be, oldest first."""
    rows = select(run_chunk.c.id).where(_UNFINISHED, _claimable(now))
    return connection.scalars(rows.order_by(run_chunk.c.not_before).limit(limit)).all()


def unfinished_polls(connection: Connection) -> list[tuple[Instant, list[int]]]:
    """Return of each unfinished chunk of the poller when it may begin, and its endpoints.

    Those of a run that was cancelled are not worked on any more.
    """
    rows = (
        select(run_chunk.c.not_before, run_chunk.c.endpoint_ids)
        .select_from(run_chunk)
        .join(job_run)
        .join(job)
        .where(_UNFINISHED, job_run.c.finished_at.is_(None), job.c.every_seconds.is_not(None))
    )
    return [(not_before, list(ids)) for not_before, ids in connection.execute(rows)]


def finish_chunk(
    connection: Connection, chunk: ChunkRow, end: ChunkEnd, now: Instant
) -> ClosedRun | None:
    """Close a chunk, open those of its retries and of the rest, close the run with its last chunk.

    Returns the figures of the run if that closed it. A chunk of a run that was cancelled
    meanwhile is counted and opens no other. StaleFenceError when another worker claimed the chunk:
    the caller's transaction is to be undone.
    """
    _close(connection, chunk)
    run = job_run.c
    others = [(end.retry, chunk.round + 1, end.retry_at), (end.unread, chunk.round, now)]
    opened = [other for other in others if other[0] and is_running(connection, chunk.run_id)]
    for other in opened:
        add_chunk(connection, chunk.run_id, *other)
    counted = update(job_run).where(run.id == chunk.run_id)
    connection.execute(
        counted.values(
            successful=run.successful + end.successful,
            failed=run.failed + end.failed,
            open_chunks=run.open_chunks + len(opened) - 1,
        )
    )
    if end.given_up is not None:
        connection.execute(_given_up(chunk.run_id, end.given_up))
    finished = (
        update(job_run)
        .where(run.id == chunk.run_id, run.open_chunks == 0, run.finished_at.is_(None))
        .values(state=case((run.failed_chunks > 0, "failed"), else_="finished"), finished_at=now)
        .returning(run.total, run.successful, run.failed, run.failed_chunks)
    )
    row = connection.execute(finished).first()
    return None if row is None else ClosedRun(*row)


def _given_up(run_id: int, why: str) -> Update:
    """Return the note that a run has a chunk that was given up; it says why of the first."""
    run = job_run.c
    told = func.coalesce(run.message + " ", "") + f"A chunk was given up: it {why}."
    return (
        update(job_run)
        .where(run.id == run_id)
        .values(
            failed_chunks=run.failed_chunks + 1,
            message=case((run.failed_chunks == 0, told), else_=run.message),
        )
    )


def _close(connection: Connection, chunk: ChunkRow) -> None:
    closed = update(run_chunk).where(_held(chunk)).values(state="done", claimed_until=None)
    if connection.execute(closed).rowcount == 0:
        raise _taken_over(chunk)


def _taken_over(chunk: ChunkRow) -> StaleFenceError:
    return StaleFenceError(f"Chunk {chunk.id} was taken over by another worker.")


def is_running(connection: Connection, run_id: int) -> bool:
    """Tell whether a run is neither finished nor cancelled."""
    unfinished = select(job_run.c.id).where(job_run.c.id == run_id, job_run.c.finished_at.is_(None))
    return connection.scalar(unfinished) is not None


def reopen_chunk(connection: Connection, chunk: ChunkRow, not_before: Instant) -> None:
    """Give a claimed chunk back, to be claimed again from an instant on.

    One of a run that was cancelled is closed. StaleFenceError as for ``finish_chunk``.
    """
    if not is_running(connection, chunk.run_id):
        _close(connection, chunk)
        return
    opened = update(run_chunk).where(_held(chunk))
    values = {"state": "open", "not_before": not_before, "claimed_until": None}
    if connection.execute(opened.values(values)).rowcount == 0:
        raise _taken_over(chunk)


def check_fence(connection: Connection, chunk: ChunkRow) -> None:
    """Raise StaleFenceError unless the chunk is still held by who claimed it under its fence."""
    if connection.scalar(select(run_chunk.c.id).where(_held(chunk))) is None:
        raise _taken_over(chunk)


def claimers(connection: Connection) -> Sequence[str]:
    """Return the workers that hold chunks, each once."""
    holders = select(run_chunk.c.claimed_by).where(
        run_chunk.c.state == "claimed", run_chunk.c.claimed_by.is_not(None)
    )
    return [worker for worker in connection.scalars(holders.distinct()) if worker is not None]


def end_claims(connection: Connection, workers: Sequence[str], now: Instant) -> None:
    """Let the claims of workers that are no more run out now."""
    theirs = update(run_chunk).where(
        run_chunk.c.state == "claimed", run_chunk.c.claimed_by.in_(workers)
    )
    connection.execute(theirs.values(claimed_until=now))


def endpoints_of_run(connection: Connection, run_id: int) -> list[int]:
    """Return the endpoints a run is about, ascending."""
    first_round = select(run_chunk.c.endpoint_ids).where(
        run_chunk.c.run_id == run_id, run_chunk.c.round == 0
    )
    chunks: Iterable[Sequence[int]] = connection.scalars(first_round)
    return sorted({endpoint_id for ids in chunks for endpoint_id in ids})
