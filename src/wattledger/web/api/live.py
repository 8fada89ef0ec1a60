"""/consumption/live: every endpoint as it is now, once or as a stream of what changes."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Header, Query, Request, Response

from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.permission import Permission
from wattledger.web.accepted import takes
from wattledger.web.answer import JSON
from wattledger.web.errors import documented
from wattledger.web.etag import SHOWN, IfNoneMatch
from wattledger.web.live.event_stream import PATIENCE_SECONDS, EventStream
from wattledger.web.live.feed import A_SEAT, TheFeed
from wattledger.web.live.schemas import LiveAnswer
from wattledger.web.live.snapshot import EVERYTHING, LiveFilter
from wattledger.web.live.subscription import Subscription
from wattledger.web.resource import Resource
from wattledger.web.view import TheClient

_ANSWER_HEADERS = {
    # Kept by the browser, but asked for each time whether it is still so.
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Encoding, Authorization, Cookie",
}

_EXAMPLE = """\
id: 5f0c2a9e-17
event: snapshot
data: {"snapshot":"5f0c2a9e-17"}

id: 5f0c2a9e-18
event: delta
data: {"changed":[],"removed":["0199f3a4-5b6c-7d8e-9f01-23456789abcd"],"totals":{"endpoints":0,\
"reporting":0,"needAttention":0,"power":null,"currentKwh":null,"statuses":{},\
"limitPower":null,"loadPercent":null,"changePercent":null,"places":[]}}

"""

live = Resource(
    "/consumption/live", "consumption", read=Permission.SEE_OWN, write=Permission.SET_UP
)


@live.get(
    "",
    response_model=LiveAnswer,
    summary="All as it is now",
    responses=SHOWN,
)
async def now(
    feed: TheFeed,
    only: TheClient,
    client: Annotated[str | None, Query(max_length=200, description="Name of the client.")] = None,
    location: Annotated[
        str | None, Query(max_length=300, description="Location, all of it; capitals do not count.")
    ] = None,
    site: Annotated[
        str | None, Query(max_length=200, description="Name or id of the site.")
    ] = None,
    status: Annotated[EndpointStatus | None, Query(description="How it is doing.")] = None,
    search: Annotated[
        str | None, Query(max_length=200, description="A part of name, address or location.")
    ] = None,
    if_none_match: IfNoneMatch = None,
    accept_encoding: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Show every endpoint by name: its latest reading and how it is doing; 1.25 s old at most.

    `totals` sums up the endpoints that pass all filters. A client sees the endpoints whose meters
    serve it now, as far as they do.
    """
    channel = await feed.channel(only)
    tag = f'W/"{channel.name}"'
    headers = _ANSWER_HEADERS | {"ETag": tag}
    if if_none_match is not None and tag in map(str.strip, if_none_match.split(",")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    wanted = LiveFilter(client, location, site, status, search)
    if wanted == EVERYTHING and takes("gzip", accept_encoding):
        headers |= {"Content-Encoding": "gzip"}
        return Response(await channel.packed(), headers=headers, media_type=JSON)
    return Response(channel.body(wanted), headers=headers, media_type=JSON)


@live.get(
    "/stream",
    response_class=Response,
    summary="What changes, as it changes",
    responses={
        HTTPStatus.OK: {
            "description": "Server-sent events, until the caller goes.",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        },
        **documented(HTTPStatus.TOO_MANY_REQUESTS),
    },
    dependencies=[A_SEAT],
)
async def stream(
    feed: TheFeed,
    only: TheClient,
    request: Request,
    since: Annotated[
        str | None,
        Query(max_length=100, description="`snapshot` of an answer: go on from there."),
    ] = None,
    last_event_id: Annotated[
        str | None,
        Header(max_length=100, description="Id of the last event received: go on from there."),
    ] = None,
) -> Response:
    """Send what changes of /consumption/live, each second in one event, until the caller goes.

    Event `snapshot` begins a new stream and names where it begins. Event `delta` has
    `{"changed", "removed", "totals"}`: endpoints as /consumption/live shows them, in whole, ids of
    those that are gone, and the totals of all. Event `reset` says that too much changed, or that
    what was missed is forgotten: ask /consumption/live again. A comment comes when nothing did for
    15 seconds. Streams end when the server stops, when the token is good no more, and for who
    reads too slowly; what was missed within the last 5 minutes is sent on return, up to 256 kB. One
    user or token has 20 streams at most.
    """
    channel = await feed.channel(only)
    subscription = Subscription(
        feed, channel, last_event_id or since or None, request.state.ask_again
    )
    return EventStream(subscription.events(), PATIENCE_SECONDS)
