"""/runs: how jobs went."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Query, Response

from wattledger.domain.outcome import Outcome
from wattledger.domain.permission import Permission
from wattledger.domain.register import INT64_MAX
from wattledger.services.run_job import cancel as cancel_run
from wattledger.services.run_job import retry as retry_run
from wattledger.services.show_runs import run_ends, run_lines, run_page, show_run
from wattledger.store.runs import RunState
from wattledger.web.answer import answer
from wattledger.web.api.parameters import Cursor, Limit
from wattledger.web.api.run_schemas import (
    RunEndpoint,
    RunLine,
    RunOutput,
    run_endpoint,
    run_line,
    run_output,
)
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheCaller, TheSystem

runs = Resource("/runs", "runs", read=Permission.SEE_ALL, write=Permission.RUN)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)
_CONFLICT = documented(HTTPStatus.CONFLICT)

RunId: TypeAlias = Annotated[int, Path(ge=1, le=INT64_MAX, description="Number of a run.")]


@runs.get("", response_model=Page[RunOutput], summary="List runs")
def page(
    system: TheSystem,
    state: Annotated[RunState | None, Query(description="Only runs in this state.")] = None,
    polls: Annotated[  # noqa: FBT002 - a query parameter
        bool, Query(description="Whether the poller's runs are listed, too: one every 2 s.")
    ] = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the runs of all jobs, the newest first."""
    before = from_cursor(cursor, tuple[Number])
    part = run_page(
        system.database, state, None if before is None else before[0], limit, polls=polls
    )
    behind = None if part.following is None else to_cursor((part.following,))
    return answer(Page(data=[run_output(run) for run in part.runs], next_cursor=behind))


@runs.get("/{run}", response_model=Answer[RunOutput], responses=_NOT_FOUND, summary="Show a run")
def show(system: TheSystem, run: RunId) -> Response:
    """Show a run: its state, how far it is, and its figures."""
    return answer(Answer(data=run_output(show_run(system.database, run))))


@runs.post(
    "/{run}/cancel",
    response_model=Answer[RunOutput],
    responses=_NOT_FOUND | _CONFLICT,
    summary="Cancel a run",
)
def cancel(system: TheSystem, caller: TheCaller, run: RunId) -> Response:
    """Cancel a run. What is being read just now is still booked; nothing else is begun."""
    cancelled = cancel_run(system.database, run, caller.name, system.clock.now())
    return answer(Answer(data=run_output(cancelled)))


@runs.post(
    "/{run}/retry",
    response_model=Answer[RunOutput],
    status_code=HTTPStatus.ACCEPTED,
    responses=_NOT_FOUND | _CONFLICT,
    summary="Read again what a run could not",
)
def retry(system: TheSystem, caller: TheCaller, run: RunId) -> Response:
    """Open a new run of only the endpoints that this one did not read."""
    opened = retry_run(system.database, run, caller.name, system.clock.now())
    place = {"Location": f"/api/v1/runs/{opened.id}"}
    return answer(Answer(data=run_output(opened)), HTTPStatus.ACCEPTED, place)


@runs.get(
    "/{run}/endpoints",
    response_model=Page[RunEndpoint],
    responses=_NOT_FOUND,
    summary="List how the endpoints of a run ended",
)
def endpoints(
    system: TheSystem,
    run: RunId,
    outcome: Annotated[Outcome | None, Query(description="Only those that ended so.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the endpoints of a run, each with its newest attempt in it."""
    after = from_cursor(cursor, tuple[Number])
    part = run_ends(system.database, run, outcome, 0 if after is None else after[0], limit)
    behind = None if part.following is None else to_cursor((part.following,))
    return answer(Page(data=[run_endpoint(end) for end in part.ends], next_cursor=behind))


@runs.get(
    "/{run}/log",
    response_model=Page[RunLine],
    responses=_NOT_FOUND,
    summary="Read what a run says",
)
def log(system: TheSystem, run: RunId, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """List the lines of a run's log in order: what began, failed, is tried again, and when."""
    after = from_cursor(cursor, tuple[Number])
    part = run_lines(system.database, run, 0 if after is None else after[0], limit)
    behind = None if part.following is None else to_cursor((part.following,))
    return answer(Page(data=[run_line(line) for line in part.lines], next_cursor=behind))
