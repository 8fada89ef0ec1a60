"""/alerts: what somebody should look at now."""

from typing import Annotated

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool

from wattledger.domain.alert import AlertKind
from wattledger.domain.permission import Permission
from wattledger.services.show_alerts import AlertFilter, AlertPage, show_alerts
from wattledger.web.answer import answer
from wattledger.web.api.alert_schemas import AlertPageOutput, alert_page_output
from wattledger.web.api.parameters import Cursor, Limit
from wattledger.web.cursor import Number, from_cursor
from wattledger.web.live.feed import TheFeed
from wattledger.web.resource import Resource
from wattledger.web.system import TheRisks, TheSystem

alerts = Resource("/alerts", "alerts", read=Permission.SEE_ALL, write=Permission.SET_UP)


@alerts.get("", response_model=AlertPageOutput, summary="What to look at now")
async def page(
    system: TheSystem,
    feed: TheFeed,
    risks: TheRisks,
    kind: Annotated[AlertKind | None, Query(description="What is the matter.")] = None,
    client: Annotated[
        str | None,
        Query(alias="clientId", max_length=200, description="Id or name of the client."),
    ] = None,
    search: Annotated[
        str | None,
        Query(max_length=200, description="A part of endpoint, meter, client, job or sentence."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the open conditions that pass all filters: critical ones first, then the oldest.

    How endpoints are doing is at most a second old; bills at risk, of the running month and of the
    one before where it is not closed, at most a minute.
    """
    after = from_cursor(cursor, tuple[Number, Number, str])
    wanted = AlertFilter(kind, client, search)
    pieces = (await feed.channel(None)).snapshot.pieces
    live = {number: piece.endpoint for number, piece in pieces.items()}

    def look() -> AlertPage:
        return show_alerts(system.database, live, risks.now(), wanted, after, limit)

    return answer(alert_page_output(await run_in_threadpool(look)))
