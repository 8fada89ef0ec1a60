"""Run a job because somebody asks: now, again where it failed, or no further."""

from collections.abc import Mapping
from typing import Any

from wattledger.domain.errors import ConflictError
from wattledger.domain.instant import Instant
from wattledger.domain.outcome import Outcome
from wattledger.jobs.fire import open_by_hand
from wattledger.jobs.targets import Targets, chunks_of, targets_of
from wattledger.jobs.wording import counted
from wattledger.services.keep_modules import handler_of
from wattledger.store.chunks import endpoints_of_run
from wattledger.store.database import Connection, Database
from wattledger.store.jobs import find_job, job_of_id
from wattledger.store.run_log import Level, Line, write_lines
from wattledger.store.runs import Cause, NewRun, RunRow, RunState, cancel_run, find_run
from wattledger.store.targets import ends_in_run, readable_of


def run_now(database: Database, job: str, by: str, now: Instant) -> RunRow:
    """Open a run of a job, of all endpoints it names.

    ConflictError while one is open, or when the job's module cannot be used.
    """
    with database.begin() as connection:
        row = find_job(connection, job)
        handler_of(connection, row.module, row.handler)
        targets = targets_of(connection, row.config, now, rested=False)
        new = NewRun(row.id, now, Cause.MANUAL, started_by=by, message=targets.note)
        opened = open_by_hand(connection, row, new, targets, now)
        return find_run(connection, opened.id)


def cancel(database: Database, run_id: int, by: str, now: Instant) -> RunRow:
    """Cancel a run; ConflictError when it is over.

    What is being read just now is still booked; nothing else of the run is begun.
    """
    with database.begin() as connection:
        run = find_run(connection, run_id)
        if run.state is not RunState.RUNNING:
            raise ConflictError(f"Run {run_id} {run.state.words} already.")
        cancel_run(connection, run_id, now)
        pending = run.total - run.successful - run.failed
        told = f"Cancelled by {by}; {counted(pending, 'endpoint')} not finished."
        write_lines(connection, run_id, [Line(now, Level.WARNING, told)])
        return find_run(connection, run_id)


def retry(database: Database, run_id: int, by: str, now: Instant) -> RunRow:
    """Open a new run of the endpoints that a run did not read.

    ConflictError while one of the job is open, when nothing failed, the job was deleted, or its
    module cannot be used.
    """
    with database.begin() as connection:
        run = find_run(connection, run_id)
        if run.state is RunState.RUNNING:
            raise ConflictError(f"Run {run_id} is not finished; let it finish, or cancel it.")
        row = job_of_id(connection, run.job_id)
        if row.deleted_at is not None:
            raise ConflictError(f"The job '{row.name}' was deleted; create one like it.")
        handler_of(connection, row.module, row.handler)
        targets = _unread(connection, row.config, run_id, now)
        new = NewRun(row.id, now, Cause.RETRY, by, run_id, targets.note)
        opened = open_by_hand(connection, row, new, targets, now)
        return find_run(connection, opened.id)


def _unread(
    connection: Connection, config: Mapping[str, Any], run_id: int, now: Instant
) -> Targets:
    ends = ends_in_run(connection, run_id, endpoints_of_run(connection, run_id))
    unread = [each.endpoint_id for each in ends if each.outcome is not Outcome.OK]
    rows = readable_of(connection, unread, now)
    if not rows:
        raise ConflictError(f"Run {run_id} left no endpoint unread that can be read now.")
    left_out = len(unread) - len(rows)
    note = f"{left_out} endpoints are not polled any more and are left out." if left_out else None
    return Targets(chunks_of(rows, config), note)
