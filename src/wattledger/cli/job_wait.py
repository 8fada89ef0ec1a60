"""Waiting in a terminal for a run that the server works off."""

import time

from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.domain.errors import ConflictError
from wattledger.services.scheduler_beat import is_alive, scheduler_beat
from wattledger.services.show_runs import show_run
from wattledger.store.database import Database
from wattledger.store.runs import RunRow, RunState

_EVERY_SECONDS = 0.5
_NOBODY = "No server works on jobs now"


def check_served(database: Database, *, waits: bool) -> None:
    """Say where no server would work a run off; ConflictError when that is waited for."""
    if _is_served(database):
        return
    if waits:
        raise ConflictError(f"{_NOBODY}: start 'wattledger serve', or leave out --wait.")
    console.note(f"{_NOBODY}: the run begins when 'wattledger serve' does.")


def wait_for(database: Database, opened: RunRow) -> RunRow:
    """Return a run once it is over; ConflictError when the server stops before that."""
    with console.progress(opened.job_name, opened.total) as advance:
        done = 0
        while True:
            run = show_run(database, opened.id)
            ended = run.successful + run.failed
            if ended > done:
                advance(ended - done)
                done = ended
            if run.state is not RunState.RUNNING:
                return run
            if not _is_served(database):
                raise ConflictError(
                    f"{_NOBODY}; run {run.id} stays open and goes on when 'wattledger serve' does."
                )
            time.sleep(_EVERY_SECONDS)


def _is_served(database: Database) -> bool:
    return is_alive(scheduler_beat(database), SystemClock().now())
