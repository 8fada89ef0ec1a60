"""/assignments: which client a meter serves, from when, until when."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Query, Response

from wattledger.domain.permission import Permission
from wattledger.services.assign_meter import (
    assign_meter,
    assignment_page,
    change_end,
    find_assignment,
    withdraw_assignment,
)
from wattledger.store.assignment_list import AssignmentFilter
from wattledger.web.answer import answer
from wattledger.web.api.assignment_schemas import (
    AssignedOutput,
    AssignmentEnd,
    AssignmentInput,
    AssignmentOutput,
    assigned_output,
    assignment_output,
)
from wattledger.web.api.parameters import Cursor, Limit
from wattledger.web.cursor import LARGEST, Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.etag import CHANGED_MEANWHILE, SHOWN, TAGGED, IfMatch, IfNoneMatch, shown
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem

assignments = Resource(
    "/assignments", "assignments", read=Permission.SEE_ALL, write=Permission.SET_UP
)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

AssignmentId: TypeAlias = Annotated[
    int, Path(ge=1, le=LARGEST, description="Number of an assignment.")
]


@assignments.get("", response_model=Page[AssignmentOutput], summary="List assignments")
def page(
    system: TheSystem,
    meter_id: Annotated[
        int | None, Query(alias="meterId", ge=1, le=LARGEST, description="Number of a meter.")
    ] = None,
    client_id: Annotated[
        str | None, Query(alias="clientId", max_length=200, description="Id or name of a client.")
    ] = None,
    endpoint_id: Annotated[
        str | None,
        Query(alias="endpointId", max_length=200, description="Id or name of an endpoint."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List assignments, past and present, in the order in which they were made."""
    wanted = AssignmentFilter(meter_id=meter_id, client=client_id, endpoint=endpoint_id)
    after = from_cursor(cursor, tuple[Number])
    part = assignment_page(system.database, wanted, after[0] if after else None, limit)
    following = None if part.following is None else to_cursor((part.following,))
    listed = [assignment_output(row) for row in part.assignments]
    return answer(Page(data=listed, next_cursor=following))


@assignments.post(
    "",
    response_model=Answer[AssignedOutput],
    status_code=HTTPStatus.CREATED,
    responses=_NOT_FOUND | _BODY,
    summary="Assign a meter to a client",
)
def create(system: TheSystem, order: AssignmentInput) -> Response:
    """Let a meter serve a client from an instant on; what others have of it ends then.

    A move inside a month cuts the energy at that instant. Months that are closed stay as they
    were billed: `notices` names them, and the next close books the difference.
    """
    assigned = assign_meter(system.database, order.as_move(), system.clock.now())
    return answer(Answer(data=assigned_output(assigned)), HTTPStatus.CREATED)


@assignments.get(
    "/{assignment}",
    response_model=Answer[AssignmentOutput],
    responses=_NOT_FOUND | SHOWN,
    summary="Show an assignment",
)
def show(system: TheSystem, assignment: AssignmentId, seen: IfNoneMatch = None) -> Response:
    """Show which client a meter serves, from when, until when."""
    return shown(Answer(data=assignment_output(find_assignment(system.database, assignment))), seen)


@assignments.patch(
    "/{assignment}",
    response_model=Answer[AssignedOutput],
    responses=_NOT_FOUND | _BODY | TAGGED | CHANGED_MEANWHILE,
    summary="Set when an assignment ends",
)
def end(
    system: TheSystem, assignment: AssignmentId, change: AssignmentEnd, precondition: IfMatch
) -> Response:
    """Let an assignment end, or go on; the meter serves nobody afterwards."""
    check = precondition.of(assignment_output)
    changed = change_end(system.database, assignment, change.end, system.clock.now(), check)
    of = assignment_output(changed.assignments[0])
    return shown(Answer(data=assigned_output(changed)), of=of)


@assignments.delete(
    "/{assignment}",
    response_model=Answer[AssignmentOutput],
    responses=_NOT_FOUND | documented(HTTPStatus.CONFLICT) | CHANGED_MEANWHILE,
    summary="Delete an assignment",
)
def remove(system: TheSystem, assignment: AssignmentId, precondition: IfMatch) -> Response:
    """Delete an assignment that was a mistake, unless a closed month rests on it."""
    check = precondition.of(assignment_output)
    removed = withdraw_assignment(system.database, assignment, system.clock.now(), check)
    return answer(Answer(data=assignment_output(removed)))
