"""Jobs whose newest run failed: what they do is not done until a later run ends well."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from wattledger.domain.instant import Instant
from wattledger.store.job_tables import job, job_run
from wattledger.store.runs import RunState


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job in use, its newest run, which failed, and since when none has ended well."""

    id: str
    name: str
    run_id: int
    message: str | None
    since: Instant


_MINE = job_run.c.job_id == job.c.id
# Runs that were skipped or cancelled say nothing, nor do those under way. By the due time: that has
# an index, and the newest run of the poller has hundreds of thousands before it.
_NEWEST = (
    select(job_run.c.id)
    .where(_MINE, job_run.c.state.in_((RunState.FINISHED.value, RunState.FAILED.value)))
    .order_by(job_run.c.due_at.desc())
    .limit(1)
    .correlate(job)
    .scalar_subquery()
)
_LAST_WELL = (
    select(job_run.c.due_at)
    .where(_MINE, job_run.c.state == RunState.FINISHED.value)
    .order_by(job_run.c.due_at.desc())
    .limit(1)
    .correlate(job)
    .scalar_subquery()
)
_same = job_run.alias("same")
_SINCE = (
    select(func.min(_same.c.finished_at))
    .where(
        _same.c.job_id == job.c.id,
        _same.c.state == RunState.FAILED.value,
        _same.c.due_at > func.coalesce(_LAST_WELL, -1),
    )
    .correlate(job)
    .scalar_subquery()
)
_FAILED = (
    select(job.c.public_id, job.c.name, job_run.c.id, job_run.c.message, _SINCE)
    .join_from(job, job_run, job_run.c.id == _NEWEST)
    .where(job.c.deleted_at.is_(None), job.c.enabled, job_run.c.state == RunState.FAILED.value)
    .order_by(job.c.id)
)


def failed_jobs(connection: Connection) -> list[FailedJob]:
    """Return the jobs whose newest run failed, but those that are paused or deleted."""
    return [FailedJob(*row) for row in connection.execute(_FAILED)]
