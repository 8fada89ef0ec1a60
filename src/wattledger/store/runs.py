"""Runs of jobs: opened by a firing or by a person, closed with their last chunk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import (
    Connection,
    Select,
    delete,
    insert,
    literal_column,
    select,
    update,
)

from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import Instant
from wattledger.domain.register import INT64_MAX
from wattledger.store.chunks import add_chunk
from wattledger.store.job_tables import job, job_run, run_chunk, run_log
from wattledger.store.slices import slices

_AnySelect: TypeAlias = Select[*tuple[Any, ...]]


class RunState(StrEnum):
    """How far a run is."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


class Cause(StrEnum):
    """What opened a run: the poller, a schedule, a person, or a person for what had failed."""

    POLL = "poll"
    SCHEDULE = "schedule"
    MANUAL = "manual"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a run is made from."""

    job_id: int
    due_at: Instant
    cause: Cause
    started_by: str | None = None
    retry_of: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """A run that was opened: its number and those of its chunks."""

    id: int
    chunk_ids: list[int]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as stored, with the id and the name of its job."""

    id: int
    job_id: int
    due_at: Instant
    cause: Cause
    started_by: str | None
    retry_of: int | None
    started_at: Instant
    finished_at: Instant | None
    cancelled_at: Instant | None
    state: RunState
    message: str | None
    total: int
    successful: int
    failed: int
    job: str
    job_name: str


_OWN = [name for name in RunRow.__slots__ if name not in {"job", "job_name"}]
_ROWS: _AnySelect = select(
    *(job_run.c[name] for name in _OWN), job.c.public_id, job.c.name
).join_from(job_run, job)


def _row(values: Sequence[Any]) -> RunRow:
    fields = dict(zip(RunRow.__slots__, values, strict=True))
    cause, state = Cause(fields.pop("cause")), RunState(fields.pop("state"))
    return RunRow(cause=cause, state=state, **fields)


def open_run(
    connection: Connection, new: NewRun, chunks: Sequence[Sequence[int]], now: Instant
) -> OpenedRun:
    """Open a run over chunks of endpoint ids; one without chunks is finished at once."""
    over = not chunks
    run_id = connection.execute(
        insert(job_run)
        .values(
            job_id=new.job_id,
            due_at=new.due_at,
            cause=new.cause.value,
            started_by=new.started_by,
            retry_of=new.retry_of,
            message=new.message,
            started_at=now,
            finished_at=now if over else None,
            state=(RunState.FINISHED if over else RunState.RUNNING).value,
            total=sum(map(len, chunks)),
            open_chunks=len(chunks),
        )
        .returning(job_run.c.id)
    ).scalar_one()
    return OpenedRun(run_id, [add_chunk(connection, run_id, chunk, 0, now) for chunk in chunks])


def has_run(connection: Connection, job_id: int, due_at: Instant) -> bool:
    """Tell whether a job has fired for a due time."""
    same = select(job_run.c.id).where(job_run.c.job_id == job_id, job_run.c.due_at == due_at)
    return connection.scalar(same) is not None


def find_open_run(connection: Connection, job_id: int) -> RunRow | None:
    """Return the first run of a job that is not finished."""
    rows = _ROWS.where(job_run.c.job_id == job_id, job_run.c.finished_at.is_(None))
    row = connection.execute(rows.order_by(job_run.c.id).limit(1)).first()
    return None if row is None else _row(row)


def skip_run(connection: Connection, new: NewRun, now: Instant) -> None:
    """Note a firing that was skipped; the message says why."""
    connection.execute(
        insert(job_run).values(
            job_id=new.job_id,
            due_at=new.due_at,
            cause=new.cause.value,
            message=new.message,
            started_at=now,
            finished_at=now,
            state=RunState.SKIPPED.value,
        )
    )


def cancel_run(connection: Connection, run_id: int, now: Instant) -> None:
    """Close a run and its chunks that nobody works on.

    A chunk in work can still be finished by who claimed it, and by nobody else.
    """
    mine = run_chunk.c.run_id == run_id
    idle = update(run_chunk).where(mine, run_chunk.c.state == "open")
    connection.execute(idle.values(state="done"))
    claimed = update(run_chunk).where(mine, run_chunk.c.state == "claimed")
    connection.execute(claimed.values(not_before=INT64_MAX))
    cancelled = update(job_run).where(job_run.c.id == run_id)
    state = RunState.CANCELLED.value
    connection.execute(cancelled.values(state=state, cancelled_at=now, finished_at=now))


def find_run(connection: Connection, run_id: int) -> RunRow:
    """Return a run; NotFoundError when it is not kept."""
    row = connection.execute(_ROWS.where(job_run.c.id == run_id)).first()
    if row is None:
        raise NotFoundError(f"There is no run {run_id}, or it is kept no longer.")
    return _row(row)


def runs_of_job(
    connection: Connection,
    job_id: int,
    state: RunState | None,
    before: Instant | None,
    limit: int,
) -> list[RunRow]:
    """Return a page of the runs of a job, those due last first, due before ``before``."""
    rows = _ROWS.where(job_run.c.job_id == job_id).order_by(job_run.c.due_at.desc()).limit(limit)
    if before is not None:
        rows = rows.where(job_run.c.due_at < before)
    return [_row(row) for row in connection.execute(_in_state(rows, state))]


def all_runs(
    connection: Connection, state: RunState | None, before: int | None, limit: int, *, polls: bool
) -> list[RunRow]:
    """Return a page of runs, newest first, of numbers below ``before``; with or without polls."""
    rows = _ROWS.order_by(job_run.c.id.desc()).limit(limit)
    if not polls:
        # As the partial index has it: a bound parameter would not find it.
        rows = rows.where(literal_column("job_run.cause <> 'poll'"))
    if before is not None:
        rows = rows.where(job_run.c.id < before)
    return [_row(row) for row in connection.execute(_in_state(rows, state))]


def _in_state(rows: _AnySelect, state: RunState | None) -> _AnySelect:
    if state is RunState.RUNNING:
        rows = rows.where(job_run.c.finished_at.is_(None))
    return rows if state is None else rows.where(job_run.c.state == state.value)


def last_runs(connection: Connection, job_ids: Iterable[int]) -> Mapping[int, RunRow]:
    """Return the last run of each of these jobs that was not skipped, by the job's number."""
    same = job_run.alias("same")
    last = (
        select(same.c.id)
        .where(same.c.job_id == job.c.id, same.c.state != RunState.SKIPPED.value)
        .order_by(same.c.due_at.desc())
        .limit(1)
        .correlate(job)
        .scalar_subquery()
    )
    found = {}
    for ids in slices(job_ids):
        for row in connection.execute(_ROWS.where(job.c.id.in_(ids), job_run.c.id == last)):
            run = _row(row)
            found[run.job_id] = run
    return found


def expired_runs(
    connection: Connection, polled_before: Instant, others_before: Instant, limit: int
) -> list[int]:
    """Return the finished runs that are kept no longer, oldest first."""
    poller = select(job.c.id).where(job.c.every_seconds.is_not(None)).scalar_subquery()
    polls = select(job_run.c.id).where(
        job_run.c.job_id.in_(poller),
        job_run.c.due_at < polled_before,
        job_run.c.finished_at < polled_before,
    )
    others = select(job_run.c.id).where(
        literal_column("job_run.cause <> 'poll'"), job_run.c.finished_at < others_before
    )
    found = list(connection.scalars(polls.order_by(job_run.c.due_at).limit(limit)))
    return found + list(connection.scalars(others.order_by(job_run.c.id).limit(limit)))


def delete_runs(connection: Connection, run_ids: Iterable[int]) -> None:
    """Delete runs with their chunks and what they said; attempts and readings stay."""
    for ids in slices(run_ids):
        for table, column in ((run_log, "run_id"), (run_chunk, "run_id"), (job_run, "id")):
            connection.execute(delete(table).where(table.c[column].in_(ids)))
