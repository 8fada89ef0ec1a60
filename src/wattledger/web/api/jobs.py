"""/jobs: what runs when, with which config."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Query, Response

from wattledger.domain.instant import format_instant
from wattledger.domain.permission import Permission
from wattledger.services.keep_job import (
    change_job,
    check_schedule,
    create_job,
    delete_job,
    job_page,
    next_firings,
    replace_job,
    restore_job,
    show_job,
)
from wattledger.services.run_job import run_now
from wattledger.services.show_runs import job_runs
from wattledger.store.runs import RunState
from wattledger.web.answer import answer
from wattledger.web.api.job_schemas import (
    Firings,
    JobChange,
    JobInput,
    JobOutput,
    RemovedJob,
    ScheduleInput,
    ScheduleOutput,
    job_output,
    schedule_output,
)
from wattledger.web.api.parameters import Cursor, Limit
from wattledger.web.api.run_schemas import RunOutput, run_output
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.etag import CHANGED_MEANWHILE, SHOWN, TAGGED, IfMatch, IfNoneMatch, shown
from wattledger.web.permit import needs
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheCaller, TheSystem

jobs = Resource("/jobs", "jobs", read=Permission.SEE_ALL, write=Permission.RUN)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)
_CONFLICT = documented(HTTPStatus.CONFLICT)
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

JobId: TypeAlias = Annotated[str, Path(max_length=200, description="Id or name of a job.")]
InState: TypeAlias = Annotated[RunState | None, Query(description="Only runs in this state.")]


@jobs.get("", response_model=Page[JobOutput], summary="List jobs")
def page(
    system: TheSystem,
    search: Annotated[str | None, Query(description="A part of the name.", max_length=200)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List jobs by name, each with its next firing and its last run."""
    after = from_cursor(cursor, tuple[str, Number])
    part = job_page(system.database, search, after, limit)
    following = None if part.following is None else to_cursor(part.following)
    return answer(Page(data=[job_output(each) for each in part.jobs], next_cursor=following))


@jobs.post(
    "",
    response_model=Answer[JobOutput],
    status_code=HTTPStatus.CREATED,
    responses=_CONFLICT | _BODY,
    summary="Create a job",
)
def create(system: TheSystem, setup: JobInput) -> Response:
    """Create a job; it fires from now on by its schedule unless it is not enabled."""
    zone, now = system.settings.time_zone, system.clock.now()
    created = job_output(create_job(system.database, setup.as_setup(), zone, now))
    place = {"Location": f"/api/v1/jobs/{created.id}"}
    return answer(Answer(data=created), HTTPStatus.CREATED, place)


@jobs.post(
    "/check",
    response_model=Answer[ScheduleOutput],
    responses=_BODY,
    dependencies=[needs(Permission.SEE_ALL)],
    summary="Check a schedule",
)
def check(system: TheSystem, schedule: ScheduleInput) -> Response:
    """Tell what a schedule means: in words, and its next firings. Nothing is stored."""
    zone, now = system.settings.time_zone, system.clock.now()
    checked = check_schedule(
        system.database, schedule.schedule, schedule.time_zone or None, zone, now
    )
    return answer(Answer(data=schedule_output(checked)))


@jobs.get(
    "/{job}",
    response_model=Answer[JobOutput],
    responses=_NOT_FOUND | SHOWN,
    summary="Show a job",
)
def show(system: TheSystem, job: JobId, seen: IfNoneMatch = None) -> Response:
    """Show a job with its next firing and its last run."""
    return shown(Answer(data=job_output(show_job(system.database, job))), seen)


@jobs.put(
    "/{job}",
    response_model=Answer[JobOutput],
    responses=_NOT_FOUND | _CONFLICT | _BODY | TAGGED | CHANGED_MEANWHILE,
    summary="Replace a job",
)
def replace(system: TheSystem, job: JobId, setup: JobInput, precondition: IfMatch) -> Response:
    """Let a job be as sent. A changed schedule counts at once; a run that is open goes on."""
    zone, now = system.settings.time_zone, system.clock.now()
    check = precondition.of(job_output)
    replaced = replace_job(system.database, job, setup.as_setup(), zone, now, check)
    return shown(Answer(data=job_output(replaced)))


@jobs.patch(
    "/{job}",
    response_model=Answer[JobOutput],
    responses=_NOT_FOUND | _CONFLICT | _BODY | TAGGED | CHANGED_MEANWHILE,
    summary="Change, pause or resume a job",
)
def change(system: TheSystem, job: JobId, changes: JobChange, precondition: IfMatch) -> Response:
    """Change some of a job; `enabled: false` pauses it. What was missed meanwhile is not run."""
    zone, now = system.settings.time_zone, system.clock.now()
    check = precondition.of(job_output)
    changed = change_job(system.database, job, changes.as_changes(), zone, now, check)
    return shown(Answer(data=job_output(changed)))


@jobs.delete(
    "/{job}",
    response_model=Answer[RemovedJob],
    responses=_NOT_FOUND | _CONFLICT | CHANGED_MEANWHILE,
    summary="Delete a job",
)
def remove(system: TheSystem, caller: TheCaller, job: JobId, precondition: IfMatch) -> Response:
    """Delete a job. It fires no more and its open run is cancelled; its runs stay."""
    check = precondition.of(job_output)
    row = delete_job(system.database, job, caller.name, system.clock.now(), check)
    return answer(Answer(data=RemovedJob(id=row.public_id, name=row.name)))


@jobs.post(
    "/{job}/restore",
    response_model=Answer[JobOutput],
    responses=_NOT_FOUND | _CONFLICT,
    summary="Bring back a deleted job",
)
def restore(system: TheSystem, job: JobId) -> Response:
    """Undo a deletion, by the id. The job comes back paused: `enabled: true` lets it fire again."""
    return answer(Answer(data=job_output(restore_job(system.database, job, system.clock.now()))))


@jobs.get(
    "/{job}/next",
    response_model=Answer[Firings],
    responses=_NOT_FOUND,
    summary="Tell when a job fires next",
)
def following(
    system: TheSystem,
    job: JobId,
    count: Annotated[int, Query(ge=1, le=100, description="So many firings.")] = 10,
) -> Response:
    """Tell the next firings of a job, in order; none while it is paused."""
    found = next_firings(system.database, job, count, system.clock.now())
    return answer(Answer(data=Firings(firings=[format_instant(at) for at in found])))


@jobs.get(
    "/{job}/runs",
    response_model=Page[RunOutput],
    responses=_NOT_FOUND,
    summary="List the runs of a job",
)
def runs(
    system: TheSystem,
    job: JobId,
    state: InState = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the runs of a job, the newest first; by its id also of a job that was deleted."""
    before = from_cursor(cursor, tuple[Number])
    part = job_runs(system.database, job, state, None if before is None else before[0], limit)
    behind = None if part.following is None else to_cursor((part.following,))
    return answer(Page(data=[run_output(run) for run in part.runs], next_cursor=behind))


@jobs.post(
    "/{job}/run",
    response_model=Answer[RunOutput],
    status_code=HTTPStatus.ACCEPTED,
    responses=_NOT_FOUND | _CONFLICT,
    summary="Run a job now",
)
def run(system: TheSystem, caller: TheCaller, job: JobId) -> Response:
    """Open a run at once, of all endpoints the job names; refused while one of it is open."""
    opened = run_now(system.database, job, caller.name, system.clock.now())
    place = {"Location": f"/api/v1/runs/{opened.id}"}
    return answer(Answer(data=run_output(opened)), HTTPStatus.ACCEPTED, place)
