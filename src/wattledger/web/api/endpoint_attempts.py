"""/endpoints/{endpoint}/attempts: how reading one device went, again and again."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from wattledger.domain.outcome import Outcome
from wattledger.domain.permission import Permission
from wattledger.services.list_readings import local_calendar
from wattledger.services.show_evidence import show_attempts
from wattledger.store.kept_evidence import AttemptFilter
from wattledger.web.answer import answer
from wattledger.web.api.evidence_schemas import AttemptOutput, attempt_output
from wattledger.web.api.parameters import Cursor, End, EndpointId, Limit, Start, moment
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.resource import Resource
from wattledger.web.schema import Page
from wattledger.web.system import TheSystem

endpoint_attempts = Resource(
    "/endpoints/{endpoint}/attempts",
    "evidence",
    read=Permission.SEE_ALL,
    write=Permission.SET_UP,
    errors=[HTTPStatus.NOT_FOUND],
)


@endpoint_attempts.get(
    "", response_model=Page[AttemptOutput], summary="Attempts to read an endpoint"
)
def attempts_of(
    system: TheSystem,
    endpoint: EndpointId,
    success: Annotated[
        bool | None, Query(description="Those that brought the register, or those that did not.")
    ] = None,
    outcome: Annotated[Outcome | None, Query(description="How they ended.")] = None,
    start: Start = None,
    end: End = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the tries at reading an endpoint, newest first; GET /captures/{capture} has the pages.

    A reading that is held counts as a success: the register was brought.
    """
    days = local_calendar(system.database, endpoint, None)
    wanted = AttemptFilter(
        success, outcome, moment(start, "from", days), moment(end, "to", days, end=True)
    )
    after = from_cursor(cursor, tuple[Number, Number])
    page = show_attempts(system.database, endpoint, wanted, after, limit)
    following = None if page.following is None else to_cursor(page.following)
    listed = [attempt_output(each) for each in page.attempts]
    return answer(Page(data=listed, next_cursor=following))
