"""Show the runs of jobs: how far they are, how each endpoint ended, and what they say."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.instant import Instant
from wattledger.domain.outcome import Outcome
from wattledger.store.chunks import endpoints_of_run
from wattledger.store.database import Database
from wattledger.store.jobs import find_job
from wattledger.store.run_log import StoredLine, read_lines
from wattledger.store.runs import RunRow, RunState, all_runs, find_run, runs_of_job
from wattledger.store.targets import EndpointEnd, ended_so, ends_in_run


@dataclass(frozen=True, slots=True)
class RunPage:
    """Runs, newest first, and the number that the next page goes on from."""

    runs: Sequence[RunRow]
    following: int | None


@dataclass(frozen=True, slots=True)
class EndPage:
    """How endpoints ended, by number, and the number that the next page goes on from."""

    ends: Sequence[EndpointEnd]
    following: int | None


@dataclass(frozen=True, slots=True)
class LinePage:
    """Lines in order, and the number that the next page goes on from."""

    lines: Sequence[StoredLine]
    following: int | None


def job_runs(
    database: Database, job: str, state: RunState | None, before: Instant | None, limit: int
) -> RunPage:
    """Return a page of the runs of a job, those due last first; also of one that was deleted."""
    with database.connect() as connection:
        row = find_job(connection, job, deleted=True)
        runs = runs_of_job(connection, row.id, state, before, limit + 1)
    page = runs[:limit]
    return RunPage(page, page[-1].due_at if len(runs) > limit else None)


def run_page(
    database: Database, state: RunState | None, before: int | None, limit: int, *, polls: bool
) -> RunPage:
    """Return a page of the runs of all jobs, newest first, with or without the poller's."""
    with database.connect() as connection:
        runs = all_runs(connection, state, before, limit + 1, polls=polls)
    page = runs[:limit]
    return RunPage(page, page[-1].id if len(runs) > limit else None)


def show_run(database: Database, run_id: int) -> RunRow:
    """Return a run; NotFoundError when it is not kept."""
    with database.connect() as connection:
        return find_run(connection, run_id)


def run_ends(
    database: Database, run_id: int, outcome: Outcome | None, after: int, limit: int
) -> EndPage:
    """Return a page of how the endpoints of a run ended, of one outcome where it is given."""
    with database.connect() as connection:
        find_run(connection, run_id)
        if outcome is None:
            ahead = [each for each in endpoints_of_run(connection, run_id) if each > after]
        else:
            ahead = ended_so(connection, run_id, outcome, after, limit + 1)
        page = ends_in_run(connection, run_id, ahead[:limit])
    return EndPage(page, page[-1].endpoint_id if len(ahead) > limit else None)


def run_lines(database: Database, run_id: int, after: int, limit: int) -> LinePage:
    """Return a page of what a run says, in order."""
    with database.connect() as connection:
        find_run(connection, run_id)
        lines = read_lines(connection, run_id, after, limit + 1)
    page = lines[:limit]
    return LinePage(page, page[-1].id if len(lines) > limit else None)
