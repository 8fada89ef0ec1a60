"""Firing: a job that is due opens a run, exactly once, however many schedulers look."""

from collections.abc import Sequence

import structlog

from wattledger.domain.errors import ConflictError, InvalidInputError
from wattledger.domain.instant import DAY, HOUR, MINUTE, SECOND, Instant, format_instant
from wattledger.jobs.schedule import Schedule
from wattledger.jobs.targets import Targets, polled, targets_of
from wattledger.jobs.wording import counted
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import pull_back_due
from wattledger.store.jobs import JobRow, advance_job, due_jobs, scheduled_jobs
from wattledger.store.run_log import Level, Line, write_lines
from wattledger.store.runs import (
    Cause,
    NewRun,
    OpenedRun,
    find_open_run,
    has_run,
    open_run,
    skip_run,
)

_LATE = MINUTE
"""A firing that comes later than this says so."""

_log = structlog.get_logger(__name__)


def fire_due(database: Database, now: Instant) -> list[int]:
    """Open a run for each job that is due and has something to do; returns the chunks' ids.

    In the same transaction the job's and the endpoints' due times advance, so of two schedulers
    one fires. Firings that were missed become one.
    """
    with database.begin() as connection:
        return [id_ for due in due_jobs(connection, now) for id_ in _fire(connection, due, now)]


def next_firing(job: JobRow, after: Instant) -> Instant | None:
    """Return when a job fires next: the poller on its grid, others by their schedule."""
    if job.every_seconds is not None:
        interval = job.every_seconds * SECOND
        due_at = after if job.next_due_at is None else job.next_due_at
        return due_at + max(0, (after - due_at) // interval + 1) * interval
    try:
        return Schedule(job.schedule or "", job.time_zone or "").next(after)
    except InvalidInputError as error:
        # Checked when it was made: a zone that its region gave up since. The others go on.
        _log.error("job_without_schedule", job=job.public_id, error=str(error))
        return None


def _fire(connection: Connection, job: JobRow, now: Instant) -> Sequence[int]:
    due_at = job.next_due_at or now
    following = next_firing(job, now)
    advance_job(connection, job.id, following)
    if job.is_built_in:
        chunks = polled(connection, job.config, due_at, following or now, now)
        new = NewRun(job.id, due_at, Cause.POLL)
        return open_run(connection, new, chunks, now).chunk_ids if chunks else ()
    if has_run(connection, job.id, due_at):
        return ()  # the clock was set back over a firing
    opened = find_open_run(connection, job.id)
    if opened is not None:
        why = (
            f"Skipped: run {opened.id}, which began {format_instant(opened.started_at)}, was not "
            "finished. Let the job fire less often, or give it fewer endpoints."
        )
        skip_run(connection, NewRun(job.id, due_at, Cause.SCHEDULE, message=why), now)
        return ()
    targets = targets_of(connection, job.config, now, rested=True)
    new = NewRun(job.id, due_at, Cause.SCHEDULE, message=_message(targets, now - due_at))
    return open_and_tell(connection, new, targets, now).chunk_ids


def _message(targets: Targets, late: int) -> str | None:
    told = [] if targets.note is None else [targets.note]
    if late > _LATE:
        told.insert(0, f"{duration(late)} late: nobody was there to start it, or the clock jumped.")
    return " ".join(told) or None


def duration(microseconds: int) -> str:
    """Return a length of time for people, in its largest unit.

    >>> duration(90 * MINUTE), duration(3 * SECOND)
    ('1 h', '3 s')
    """
    for unit, sign in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if microseconds >= unit:
            return f"{microseconds // unit} {sign}"
    return f"{microseconds // SECOND} s"


def open_and_tell(connection: Connection, new: NewRun, targets: Targets, now: Instant) -> OpenedRun:
    """Open a run and let its log begin with what it is about."""
    opened = open_run(connection, new, targets.chunks, now)
    endpoints = counted(sum(map(len, targets.chunks)), "endpoint")
    by = f" by {new.started_by}" if new.started_by else ""
    chunks = counted(len(targets.chunks), "chunk")
    told = f"Opened{by} ({new.cause}): {endpoints} in {chunks}."
    lines = [Line(now, Level.INFO, told)]
    if new.message:
        lines.append(Line(now, Level.INFO, new.message))
    write_lines(connection, opened.id, lines)
    return opened


def open_by_hand(
    connection: Connection, job: JobRow, new: NewRun, targets: Targets, now: Instant
) -> OpenedRun:
    """Open a run that somebody asked for; ConflictError while one of the job is open."""
    opened = None if job.is_built_in else find_open_run(connection, job.id)
    if opened is not None:
        raise ConflictError(
            f"Run {opened.id} of this job is still open; let it finish, or cancel it first."
        )
    due_at = new.due_at
    while has_run(connection, job.id, due_at):
        due_at += 1
    asked = NewRun(job.id, due_at, new.cause, new.started_by, new.retry_of, new.message)
    return open_and_tell(connection, asked, targets, now)


def pull_back(database: Database, now: Instant) -> None:
    """Bring due times near again after the clock was set back, so that nothing rests meanwhile."""
    with database.begin() as connection:
        for job in scheduled_jobs(connection):
            if job.every_seconds is not None:
                following: Instant | None = now
            else:
                following = next_firing(job, now)
            if following is not None and (job.next_due_at is None or following < job.next_due_at):
                advance_job(connection, job.id, following)
        pull_back_due(connection, now)
