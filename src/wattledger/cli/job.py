"""``wattledger job``: what runs when, and how it went. A run is worked off by the server."""

from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.cli.job_view import (
    figures,
    print_ends,
    print_jobs,
    print_lines,
    print_run,
    print_runs,
    run_document,
)
from wattledger.cli.job_wait import check_served, wait_for
from wattledger.cli.output import login_name
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.instant import Instant
from wattledger.domain.outcome import Outcome
from wattledger.services import run_job, show_runs
from wattledger.services.keep_job import change_job, job_page
from wattledger.store.database import Database
from wattledger.store.runs import RunRow, RunState

app = typer.Typer(help="Jobs: what runs when, and how it went.", no_args_is_help=True)

_MOST = 100_000

_Job = Annotated[str, typer.Argument(help="Name or id of a job.")]
_Run = Annotated[int, typer.Argument(help="Number of a run, as 'job runs' lists them.", min=1)]
_Json = Annotated[bool, typer.Option("--json", help="For programs.")]
_Wait = Annotated[
    bool,
    typer.Option("--wait", help="Wait until it ends; exit 1 unless every endpoint was read."),
]
_Limit = Annotated[int, typer.Option(help="So many at most.", min=1, max=_MOST)]


@app.command("list")
def list_(
    search: Annotated[str | None, typer.Option(help="A part of the name.")] = None,
    as_json: _Json = False,
) -> None:
    """List the jobs, when each fires next, and how its last run went."""
    with open_database(load_settings()) as database:
        print_jobs(job_page(database, search, None, _MOST).jobs, as_json=as_json)


@app.command()
def run(job: _Job, wait: _Wait = False, as_json: _Json = False) -> None:
    """Run a job now; refused while a run of it is open. Prints the number of the run."""
    with open_database(load_settings()) as database:
        check_served(database, waits=wait)
        opened = run_job.run_now(database, job, login_name(), _now())
        _told(database, opened, wait=wait, as_json=as_json)


@app.command()
def retry(run: _Run, wait: _Wait = False, as_json: _Json = False) -> None:
    """Open a new run of only the endpoints that a run did not read. Prints its number."""
    with open_database(load_settings()) as database:
        check_served(database, waits=wait)
        opened = run_job.retry(database, run, login_name(), _now())
        _told(database, opened, wait=wait, as_json=as_json)


@app.command()
def cancel(run: _Run) -> None:
    """Cancel a run: what is being read is still booked, nothing else of it is begun."""
    with open_database(load_settings()) as database:
        run_job.cancel(database, run, login_name(), _now())
    console.note(f"Run {run} is cancelled; 'wattledger job retry {run}' reads what it left.")


@app.command()
def pause(job: _Job) -> None:
    """Let a job fire no more by itself until it is resumed; an open run of it goes on."""
    name = _enable(job, enabled=False)
    console.note(f"The job '{name}' is paused; 'wattledger job resume' takes that back.")


@app.command()
def resume(job: _Job) -> None:
    """Let a job fire again by its schedule; what it missed is not run."""
    name = _enable(job, enabled=True)
    console.note(f"The job '{name}' fires again.")


@app.command()
def runs(
    job: Annotated[str | None, typer.Argument(help="Name or id of a job; all without.")] = None,
    state: Annotated[RunState | None, typer.Option(help="Only runs in this state.")] = None,
    polls: Annotated[
        bool, typer.Option("--polls", help="Without a job: list the poller's runs, too.")
    ] = False,
    limit: _Limit = 20,
    as_json: _Json = False,
) -> None:
    """List the runs of a job, or of all jobs, the newest first."""
    with open_database(load_settings()) as database:
        if job is None:
            page = show_runs.run_page(database, state, None, limit, polls=polls)
        else:
            page = show_runs.job_runs(database, job, state, None, limit)
    print_runs(page.runs, as_json=as_json)
    if page.following is not None:
        console.note(f"There are more; --limit {min(10 * limit, _MOST)} shows them.")


@app.command()
def show(
    run: _Run,
    outcome: Annotated[
        Outcome | None, typer.Option(help="Only endpoints that ended so, as 'timeout'.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Show a run: how far it is, and how each of its endpoints ended."""
    with open_database(load_settings()) as database:
        row = show_runs.show_run(database, run)
        ends = show_runs.run_ends(database, run, outcome, 0, _MOST).ends
    if as_json:
        console.print_json(run_document(row, ends))
    else:
        print_run(row)
        print_ends(ends)


@app.command()
def log(run: _Run, as_json: _Json = False) -> None:
    """Print what a run says: what began, failed, and is tried again when and why."""
    with open_database(load_settings()) as database:
        print_lines(show_runs.run_lines(database, run, 0, _MOST).lines, as_json=as_json)


def _enable(job: str, *, enabled: bool) -> str:
    settings = load_settings()
    with open_database(settings) as database:
        changes = {"enabled": enabled}
        return change_job(database, job, changes, settings.time_zone, _now()).row.name


def _told(database: Database, opened: RunRow, *, wait: bool, as_json: bool) -> None:
    """Print a run that was opened: at its end where that is waited for."""
    ended = wait_for(database, opened) if wait else opened
    if as_json:
        console.print_json(run_document(ended))
    else:
        typer.echo(str(opened.id))
    if wait:
        console.note(f"Run {ended.id} {ended.state.words}: {figures(ended)}.")
        if ended.state is not RunState.FINISHED or ended.failed:
            raise typer.Exit(1)


def _now() -> Instant:
    return SystemClock().now()
