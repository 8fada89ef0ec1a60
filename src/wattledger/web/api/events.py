"""/meters/{meter}/events: what people declared of a register, and what it changed."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Query, Response

from wattledger.domain.permission import Permission
from wattledger.domain.register import INT64_MAX
from wattledger.services.correct_register import declare, register_events, withdraw
from wattledger.services.local_moment import local_moment
from wattledger.services.meter_readings import meter_days
from wattledger.web.answer import answer
from wattledger.web.api.event_schemas import (
    CorrectionOutput,
    EventInput,
    EventOutput,
    correction_output,
    event_output,
)
from wattledger.web.api.parameters import MeterId
from wattledger.web.errors import documented
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer
from wattledger.web.system import TheCaller, TheSystem

events = Resource(
    "/meters/{meter}/events",
    "meters",
    read=Permission.SEE_ALL,
    write=Permission.CORRECT,
    errors=[HTTPStatus.NOT_FOUND],
)
_CONFLICT = documented(HTTPStatus.CONFLICT)
_BODY = _CONFLICT | documented(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

_DryRun: TypeAlias = Annotated[
    bool, Query(alias="dryRun", description="Tell what would change, and change nothing.")
]


@events.get("", response_model=Answer[list[EventOutput]], summary="List register events")
def listed(system: TheSystem, meter: MeterId) -> Response:
    """List all that was declared of a meter in order of time, withdrawn or not."""
    stored = register_events(system.database, meter)
    return answer(Answer(data=[event_output(each) for each in stored]))


@events.post(
    "",
    response_model=Answer[CorrectionOutput],
    status_code=HTTPStatus.CREATED,
    responses=_BODY
    | {200: {"model": Answer[CorrectionOutput], "description": "What a dry run found."}},
    summary="Declare a register event",
)
def create(
    system: TheSystem,
    caller: TheCaller,
    meter: MeterId,
    declared: EventInput,
    *,
    dry_run: _DryRun = False,
) -> Response:
    """Declare a swap, check reading, accepted or rejected reading, settings from a date, or end.

    The ledger judges the readings around it anew; the answer says what changed. The event is the
    token's: its name stands as who declared it. With `dryRun` the answer is 200.
    """
    at = local_moment(declared.at, "at", meter_days(system.database, meter, None))
    declaration = declared.as_declaration(at, caller.name)
    now = system.clock.now()
    correction = declare(system.database, meter, declaration, now, dry_run=dry_run)
    status = HTTPStatus.OK if dry_run else HTTPStatus.CREATED
    return answer(Answer(data=correction_output(correction)), status)


@events.delete(
    "/{event}",
    response_model=Answer[CorrectionOutput],
    summary="Withdraw a register event",
)
def remove(
    system: TheSystem,
    caller: TheCaller,
    meter: MeterId,
    event: Annotated[int, Path(ge=1, le=INT64_MAX, description="Number of the event.")],
    why: Annotated[
        str, Query(min_length=1, max_length=2000, description="Why it counts no longer.")
    ],
    *,
    dry_run: _DryRun = False,
) -> Response:
    """Let an event count no longer; it stays listed, with who withdrew it and why.

    A check reading is not deleted with its event: it is rejected, by an event of its own.
    """
    now = system.clock.now()
    correction = withdraw(system.database, meter, event, caller.name, why, now, dry_run=dry_run)
    return answer(Answer(data=correction_output(correction)))
