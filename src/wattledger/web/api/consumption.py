"""/consumption: what the meters showed, and the energy that follows from it."""

from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from wattledger.domain.instant import FIRST_YEAR, LAST_YEAR
from wattledger.domain.permission import Permission
from wattledger.services.list_readings import HistoryAsk, list_readings
from wattledger.services.monthly_consumption import monthly_consumption
from wattledger.services.summarise_consumption import Period, summarise_consumption
from wattledger.store.history import HistoryKey
from wattledger.web.answer import answer
from wattledger.web.api.consumption_schemas import (
    Monthly,
    ReadingOutput,
    SummaryOutput,
    monthly_output,
    reading_output,
    summary_output,
)
from wattledger.web.api.parameters import (
    Cursor,
    EndpointId,
    Limit,
    Moment,
)
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem
from wattledger.web.view import TheView

consumption = Resource(
    "/consumption", "consumption", read=Permission.SEE_OWN, write=Permission.SET_UP
)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)


class PeriodName(StrEnum):
    """How far a summary looks back: 24 hours, 7 days or 30 days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@consumption.get(
    "/readings",
    response_model=Page[ReadingOutput],
    responses=_NOT_FOUND,
    summary="Readings of an endpoint",
)
def readings(
    system: TheSystem,
    view: TheView,
    endpoint_id: Annotated[
        str, Query(alias="endpointId", max_length=200, description="Id or name of an endpoint.")
    ],
    start: Annotated[
        Moment, Query(alias="from", description="First date, or timestamp with offset.")
    ] = None,
    end: Annotated[
        Moment,
        Query(
            alias="to",
            description="Last date, which is included, or timestamp with offset, which is not. "
            "Dates are local days at the endpoint's site.",
        ),
    ] = None,
    success: Annotated[
        bool | None, Query(description="Readings only, or failed attempts only.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the readings of an endpoint's meters and its failed attempts, newest first.

    Those of a deleted endpoint are there by its id.
    """
    ask = HistoryAsk(start, end, success, _history_key(cursor))
    listed = list_readings(system.database, endpoint_id, ask, limit, view)
    following = None if listed.following is None else to_cursor(listed.following)
    outputs = [reading_output(listed.endpoint_id, reading) for reading in listed.readings]
    return answer(Page(data=outputs, next_cursor=following))


def _history_key(cursor: str | None) -> HistoryKey | None:
    key = from_cursor(cursor, tuple[Number, Number, Number])
    return None if key is None else HistoryKey(*key)


@consumption.get(
    "/monthly/{endpoint}",
    response_model=Answer[Monthly],
    responses=_NOT_FOUND,
    summary="A month of an endpoint",
)
def monthly(
    system: TheSystem,
    view: TheView,
    endpoint: EndpointId,
    year: Annotated[int, Query(ge=FIRST_YEAR, le=LAST_YEAR, description="As 2026.")],
    month: Annotated[int, Query(ge=1, le=12, description="1 is January.")],
) -> Response:
    """Show the energy of a local month and the registers at its edges.

    A deleted endpoint's months are there by its id.
    """
    first = date(year, month, 1)
    shown = monthly_consumption(system.database, endpoint, first, system.clock.now(), view)
    return answer(Answer(data=monthly_output(shown)))


@consumption.get("/summary", response_model=Answer[SummaryOutput], summary="What was used lately")
def summary(
    system: TheSystem,
    view: TheView,
    period: Annotated[
        PeriodName, Query(description="The last 24 hours, 7 days or 30 days.")
    ] = PeriodName.DAY,
) -> Response:
    """Show the energy that each endpoint used in the period, exact to the cut intervals."""
    used = summarise_consumption(system.database, Period[period.name], system.clock.now(), view)
    return answer(Answer(data=summary_output(used)))
