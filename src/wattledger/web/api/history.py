"""/consumption/history and /trend: energy and power bucket by bucket, as charts draw them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from wattledger.domain.bucket import BucketLength
from wattledger.domain.permission import Permission
from wattledger.services.energy_history import energy_history
from wattledger.services.history_ask import Grouping, HistoryAsk
from wattledger.services.power_trend import power_trend
from wattledger.web.answer import answer
from wattledger.web.api.history_schemas import (
    HistoryOutput,
    TrendOutput,
    history_output,
    trend_output,
)
from wattledger.web.errors import documented
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer
from wattledger.web.system import TheSystem
from wattledger.web.view import TheView

MOST_ENDPOINTS = 200

_Name = Annotated[str, Query(max_length=200)]

history = Resource("/consumption", "consumption", read=Permission.SEE_OWN, write=Permission.SET_UP)


@history.get(
    "/history",
    response_model=Answer[HistoryOutput],
    responses=documented(HTTPStatus.NOT_FOUND),
    summary="Energy and power bucket by bucket",
)
def energy_by_bucket(
    system: TheSystem,
    view: TheView,
    start: Annotated[
        str,
        Query(alias="from", max_length=40, description="First date, or timestamp with offset."),
    ],
    end: Annotated[
        str | None,
        Query(
            alias="to",
            max_length=40,
            description="Last date, which is included, or timestamp with offset, which is not; "
            "now, where it is not given.",
        ),
    ] = None,
    step: Annotated[
        BucketLength, Query(description="How long a bucket is, on the local clock.")
    ] = (BucketLength.DAY),
    by: Annotated[Grouping, Query(description="What one series is of.")] = Grouping.ENDPOINT,
    endpoint_id: Annotated[
        list[_Name] | None,
        Query(alias="endpointId", max_length=MOST_ENDPOINTS, description="Ids or names; else all."),
    ] = None,
    client_id: Annotated[
        list[_Name] | None,
        Query(
            alias="clientId",
            max_length=MOST_ENDPOINTS,
            description="Ids or names: only what served these clients counts.",
        ),
    ] = None,
    *,
    total: Annotated[
        bool, Query(description="Add a series `total`, which is all the others together.")
    ] = False,
) -> Response:
    """Show what the ledger says of each bucket: days and months are those of the reports.

    An endpoint's energy is that of its meter `total`, else of all its meters. What served clients
    counts by the dates and shares of the assignments, as on their statements. All of everything
    (`by=total` alone) is what the month's report adds up. At most 3,000 buckets and 50 series.
    """
    ask = HistoryAsk(
        start=start,
        end=end,
        length=step,
        by=by,
        endpoints=endpoint_id or (),
        clients=client_id or (),
        with_total=total,
    )
    shown = energy_history(system.database, ask, system.clock.now(), view)
    return answer(Answer(data=history_output(shown)))


@history.get("/trend", response_model=Answer[TrendOutput], summary="The last day in half hours")
def trend(
    system: TheSystem,
    view: TheView,
    endpoint_id: Annotated[
        list[_Name],
        Query(alias="endpointId", max_length=MOST_ENDPOINTS, description="Ids of endpoints."),
    ],
) -> Response:
    """Show the mean power of endpoints, as small charts beside their names draw it.

    Ids that are unknown, or not the caller's, are left out.
    """
    shown = power_trend(system.database, endpoint_id, system.clock.now(), view)
    return answer(Answer(data=trend_output(shown)))
