"""Jobs and runs as a terminal shows them; for programs as the API does."""

from collections.abc import Sequence
from typing import Any

import typer

from wattledger.cli import console
from wattledger.domain.instant import SECOND, Instant, format_instant
from wattledger.domain.outcome import Outcome
from wattledger.services.keep_job import ShownJob, words_of
from wattledger.store.run_log import StoredLine
from wattledger.store.runs import RunRow
from wattledger.store.targets import EndpointEnd
from wattledger.web.api.job_schemas import job_output
from wattledger.web.api.run_schemas import run_endpoint, run_line, run_output
from wattledger.web.schema import Schema


def _document(shown: Schema) -> dict[str, Any]:
    return shown.model_dump(mode="json", by_alias=True)


def run_document(run: RunRow, ends: Sequence[EndpointEnd] | None = None) -> dict[str, Any]:
    """Return a run for programs, with how its endpoints ended where that is given."""
    document = _document(run_output(run))
    if ends is not None:
        document["endpoints"] = [_document(run_endpoint(end)) for end in ends]
    return document


def print_jobs(jobs: Sequence[ShownJob], *, as_json: bool) -> None:
    """Print jobs, when each fires next, and how its last run went."""
    if as_json:
        console.print_json([_document(job_output(job)) for job in jobs])
        return
    table = console.table("Jobs", ("job", "fires", "next", "last run"), ())
    for job in jobs:
        row, last = job.row, job.last_run
        following = _second(row.next_due_at) or ("never" if row.enabled else "paused")
        table.add_row(row.name, words_of(row), following, _last(last))
    console.out.print(table)


def _last(run: RunRow | None) -> str:
    return "none yet" if run is None else f"{run.id}: {run.state}, {figures(run)}"


def print_runs(runs: Sequence[RunRow], *, as_json: bool) -> None:
    """Print runs, each with its number, by which it is named."""
    if as_json:
        console.print_json([run_document(run) for run in runs])
        return
    texts, counts = ("run", "job", "state", "cause", "began"), ("read", "failed", "of")
    table = console.table("Runs", texts, counts)
    for run in runs:
        told = (str(run.id), run.job_name, run.state, run.cause, _second(run.started_at))
        table.add_row(*told, *map(str, (run.successful, run.failed, run.total)))
    console.out.print(table)


def print_run(run: RunRow) -> None:
    """Print how far a run is."""
    typer.echo(f"Run {run.id} of '{run.job_name}' {run.state.words}: {figures(run)}.")
    by = f" by {run.started_by}" if run.started_by else ""
    again = f", of what run {run.retry_of} left" if run.retry_of else ""
    typer.echo(f"Began {_second(run.started_at)} ({run.cause}{by}{again}).")
    if run.finished_at is not None:
        typer.echo(f"Ended {_second(run.finished_at)}.")
    if run.message:
        typer.echo(run.message)


def print_ends(ends: Sequence[EndpointEnd]) -> None:
    """Print how the endpoints of a run ended."""
    table = console.table("Endpoints", ("endpoint", "outcome", "message"), ("tries", "ms"))
    for end in ends:
        outcome = "not read (yet)" if end.outcome is None else end.outcome
        message = "" if end.outcome is Outcome.OK else end.message or ""
        took = "" if end.milliseconds is None else str(end.milliseconds)
        table.add_row(end.name, outcome, message, str(end.attempts), took)
    console.out.print(table)


def print_lines(lines: Sequence[StoredLine], *, as_json: bool) -> None:
    """Print what a run says, in order."""
    if as_json:
        console.print_json([_document(run_line(line)) for line in lines])
        return
    for stored in lines:
        line = stored.line
        typer.echo(f"{_second(line.at)} {line.level}: {line.message}")


def figures(run: RunRow) -> str:
    """Return how many endpoints of a run were read and how many were not, in words."""
    if not run.total:
        return (run.message or "nothing to read").removesuffix(".")
    pending = run.total - run.successful - run.failed
    left = f", {pending} not finished" if pending else ""
    return f"{run.successful} of {run.total} endpoints read, {run.failed} failed{left}"


def _second(at: Instant | None) -> str:
    return "" if at is None else format_instant(at // SECOND * SECOND)
