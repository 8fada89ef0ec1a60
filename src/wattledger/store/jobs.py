"""Jobs, their runs, and the chunks of endpoints that a run is cut into.

These tables are the truth; a courier only carries chunk ids and may lose or double them. A chunk
is claimed by raising its fence; only the holder of the last fence can finish it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update
from uuid_utils import uuid7

from wattledger.domain.errors import WattledgerError
from wattledger.domain.instant import SECOND, Instant
from wattledger.store.job_tables import job, job_run, run_chunk


class StaleFenceError(WattledgerError):
    """Another worker claimed the chunk meanwhile; what this one did is not kept."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job: which handler runs, how often, with which config."""

    id: int
    name: str
    module: str
    handler: str
    every_seconds: int
    config: Mapping[str, Any]
    next_due_at: Instant


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A claimed chunk: the endpoints to read, of which round of tries, under which fence."""

    id: int
    run_id: int
    endpoint_ids: Sequence[int]
    round: int
    fence: int
    module: str
    handler: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChunkEnd:
    """How a chunk ended; ``retry`` are endpoints to be tried again from ``retry_at`` on."""

    successful: int
    failed: int
    retry: Sequence[int]
    retry_at: Instant


def ensure_job(
    connection: Connection,
    *,
    name: str,
    module: str,
    handler: str,
    every_seconds: int,
    config: Mapping[str, Any],
    now: Instant,
) -> None:
    """Create a job unless one of its name exists."""
    if connection.scalar(select(job.c.id).where(job.c.name == name)) is None:
        connection.execute(
            insert(job).values(
                public_id=str(uuid7()),
                name=name,
                module=module,
                handler=handler,
                every_seconds=every_seconds,
                config=config,
                next_due_at=now,
            )
        )


def due_jobs(connection: Connection, now: Instant) -> list[JobRow]:
    """Return the enabled jobs that are due, locked for the rest of the transaction."""
    columns = (job.c[name] for name in JobRow.__slots__)
    rows = select(*columns).where(job.c.enabled, job.c.next_due_at <= now).with_for_update()
    return [JobRow(*row) for row in connection.execute(rows.order_by(job.c.next_due_at))]


def advance_job(connection: Connection, due: JobRow, now: Instant) -> None:
    """Set a job's next firing: on its grid, the first after ``now``; missed ones are one."""
    interval = due.every_seconds * SECOND
    missed = (now - due.next_due_at) // interval
    next_due_at = due.next_due_at + (missed + 1) * interval
    connection.execute(update(job).where(job.c.id == due.id).values(next_due_at=next_due_at))


def has_open_run(connection: Connection, job_id: int) -> bool:
    """Tell whether a run of the job is not finished."""
    open_run = select(job_run.c.id).where(
        job_run.c.job_id == job_id, job_run.c.finished_at.is_(None)
    )
    return connection.scalar(open_run.limit(1)) is not None


def skip_run(connection: Connection, due: JobRow, now: Instant) -> None:
    """Note a firing that was skipped because the run before is not finished."""
    connection.execute(
        insert(job_run).values(
            job_id=due.id, due_at=due.next_due_at, started_at=now, finished_at=now, state="skipped"
        )
    )


def open_run(
    connection: Connection, due: JobRow, chunks: Sequence[Sequence[int]], now: Instant
) -> list[int]:
    """Open a run over chunks of endpoint ids; returns the chunks' ids."""
    run_id = connection.execute(
        insert(job_run)
        .values(
            job_id=due.id,
            due_at=due.next_due_at,
            started_at=now,
            state="running",
            total=sum(map(len, chunks)),
            open_chunks=len(chunks),
        )
        .returning(job_run.c.id)
    ).scalar_one()
    return [_add_chunk(connection, run_id, chunk, 0, now) for chunk in chunks]


def _add_chunk(
    connection: Connection, run_id: int, endpoint_ids: Sequence[int], tries: int, at: Instant
) -> int:
    new = insert(run_chunk).values(
        run_id=run_id, endpoint_ids=list(endpoint_ids), round=tries, not_before=at, state="open"
    )
    return int(connection.execute(new.returning(run_chunk.c.id)).scalar_one())


def claim_chunk(
    connection: Connection, chunk_id: int, now: Instant, until: Instant
) -> ChunkRow | None:
    """Claim a chunk until an instant; ``None`` when it is done, too early or another's."""
    claimed = connection.execute(
        update(run_chunk)
        .where(run_chunk.c.id == chunk_id, _claimable(now))
        .values(state="claimed", fence=run_chunk.c.fence + 1, claimed_until=until)
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


def claimable_chunks(connection: Connection, now: Instant, limit: int) -> Sequence[int]:
    """Return the ids of chunks that nobody works on though they could be, oldest first."""
    rows = select(run_chunk.c.id).where(run_chunk.c.state != "done", _claimable(now))
    return connection.scalars(rows.order_by(run_chunk.c.not_before).limit(limit)).all()


def finish_chunk(connection: Connection, chunk: ChunkRow, end: ChunkEnd, now: Instant) -> None:
    """Close a chunk, open the one of its retries, and close the run with its last chunk.

    StaleFenceError when another worker claimed the chunk meanwhile: the caller's transaction is
    to be undone.
    """
    mine = and_(
        run_chunk.c.id == chunk.id,
        run_chunk.c.fence == chunk.fence,
        run_chunk.c.state == "claimed",
    )
    closed = update(run_chunk).where(mine).values(state="done", claimed_until=None)
    if connection.execute(closed).rowcount == 0:
        raise StaleFenceError(f"Chunk {chunk.id} was taken over by another worker.")
    if end.retry:
        _add_chunk(connection, chunk.run_id, end.retry, chunk.round + 1, end.retry_at)
    run = job_run.c
    connection.execute(
        update(job_run)
        .where(run.id == chunk.run_id)
        .values(
            successful=run.successful + end.successful,
            failed=run.failed + end.failed,
            open_chunks=run.open_chunks - (0 if end.retry else 1),
        )
    )
    finished = update(job_run).where(run.id == chunk.run_id, run.open_chunks == 0)
    connection.execute(finished.values(state="finished", finished_at=now))
