"""Runs of jobs: opened by a firing or by a person, closed with their last chunk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
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
from wattledger.store.listing import Listing, key_part
from wattledger.store.slices import slices

_AnySelect: TypeAlias = Select[*tuple[Any, ...]]


class RunState(StrEnum):
    """How far a run is; one has failed of which a chunk was given up."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"

    @property
    def words(self) -> str:
        """Return what a run in this state does.

        >>> RunState.FINISHED.words, RunState.FAILED.words
        ('is finished', 'has failed')
        """
        return "has failed" if self is RunState.FAILED else f"is {self}"


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
    failed_chunks: int
    job: str
    job_name: str


_CAUSES = {each.value: each for each in Cause}
_RUN_STATES = {each.value: each for each in RunState}
_OWN = [name for name in RunRow.__slots__ if name not in {"job", "job_name"}]
_ROWS: _AnySelect = select(
    *(job_run.c[name] for name in _OWN), job.c.public_id, job.c.name
).join_from(job_run, job)

_STATES: dict[str, ColumnElement[bool]] = {
    "open": job_run.c.finished_at.is_(None),
    "state": job_run.c.state == bindparam("state"),
}
_OF_JOB = Listing(
    _ROWS.where(job_run.c.job_id == bindparam("job_id")),
    (job_run.c.due_at.desc(),),
    job_run.c.due_at < key_part(0, job_run.c.due_at),
    _STATES,
)
_OF_ALL = Listing(
    _ROWS,
    (job_run.c.id.desc(),),
    job_run.c.id < key_part(0, job_run.c.id),
    # As the partial index has it: a bound parameter would not find it.
    {**_STATES, "asked": literal_column("job_run.cause <> 'poll'")},
)


def _row(values: Sequence[Any]) -> RunRow:
    number, job_id, due_at, cause, by, retry_of, begun, over, cancelled, state, *beside = values
    times = (begun, over, cancelled)
    return RunRow(
        number, job_id, due_at, _CAUSES[cause], by, retry_of, *times, _RUN_STATES[state], *beside
    )


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
    key = None if before is None else (before,)
    given = {"job_id": job_id, **_in_state(state)}
    return list(map(_row, _OF_JOB.page(connection, given, key, limit)))


def all_runs(
    connection: Connection, state: RunState | None, before: int | None, limit: int, *, polls: bool
) -> list[RunRow]:
    """Return a page of runs, newest first, of numbers below ``before``; with or without polls."""
    key = None if before is None else (before,)
    given = {"asked": None if polls else True, **_in_state(state)}
    return list(map(_row, _OF_ALL.page(connection, given, key, limit)))


def _in_state(state: RunState | None) -> dict[str, object]:
    return {
        "open": True if state is RunState.RUNNING else None,
        "state": None if state is None else state.value,
    }


_SAME_JOB = job_run.alias("same")
_LAST = (
    select(_SAME_JOB.c.id)
    .where(_SAME_JOB.c.job_id == job.c.id, _SAME_JOB.c.state != RunState.SKIPPED.value)
    .order_by(_SAME_JOB.c.due_at.desc())
    .limit(1)
    .correlate(job)
    .scalar_subquery()
)
_LAST_RUNS = _ROWS.where(job.c.id.in_(bindparam("job_ids", expanding=True)), job_run.c.id == _LAST)


def last_runs(connection: Connection, job_ids: Iterable[int]) -> Mapping[int, RunRow]:
    """Return the last run of each of these jobs that was not skipped, by the job's number."""
    found = {}
    for ids in slices(job_ids):
        for run in map(_row, connection.execute(_LAST_RUNS, {"job_ids": ids}).all()):
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
