"""/channels: whom alerts are told, by mail, chat or webhook."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Response

from wattledger.domain.permission import Permission
from wattledger.services.keep_channel import (
    channel_page,
    create_channel,
    remove_channel,
    replace_channel,
    show_channel,
)
from wattledger.services.send_to_channel import try_channel
from wattledger.web.answer import answer
from wattledger.web.api.channel_schemas import (
    ChannelInput,
    ChannelOutput,
    ChannelTrial,
    RemovedChannel,
    channel_output,
    channel_trial,
)
from wattledger.web.api.parameters import Cursor, Limit, Search
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.etag import CHANGED_MEANWHILE, SHOWN, TAGGED, IfMatch, IfNoneMatch, shown
from wattledger.web.recording import list_look, look
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem

channels = Resource("/channels", "channels", read=Permission.SEE_ALL, write=Permission.SET_UP)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

ChannelId: TypeAlias = Annotated[str, Path(max_length=200, description="Id or name of a channel.")]


@channels.get(
    "",
    response_model=Page[ChannelOutput],
    dependencies=[list_look("channel")],
    summary="List channels",
)
def page(
    system: TheSystem, search: Search = None, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List channels by name, each with how its last message went."""
    after = from_cursor(cursor, tuple[str, Number])
    part = channel_page(system.database, search, after, limit)
    following = None if part.following is None else to_cursor(part.following)
    return answer(Page(data=list(map(channel_output, part.channels)), next_cursor=following))


@channels.post(
    "",
    response_model=Answer[ChannelOutput],
    status_code=HTTPStatus.CREATED,
    responses=_BODY,
    summary="Create a channel",
)
def create(system: TheSystem, setup: ChannelInput) -> Response:
    """Create a channel. It is told soon of what is open by then, and of what comes and goes."""
    created = channel_output(create_channel(system, setup.as_setup()))
    place = {"Location": f"/api/v1/channels/{created.id}"}
    return answer(Answer(data=created), HTTPStatus.CREATED, place)


@channels.get(
    "/{channel}",
    response_model=Answer[ChannelOutput],
    responses=_NOT_FOUND | SHOWN,
    dependencies=[look("channel")],
    summary="Show a channel",
)
def show(system: TheSystem, channel: ChannelId, seen: IfNoneMatch = None) -> Response:
    """Show a channel; of its address only what is no secret."""
    return shown(Answer(data=channel_output(show_channel(system.database, channel))), seen)


@channels.put(
    "/{channel}",
    response_model=Answer[ChannelOutput],
    responses=_NOT_FOUND | _BODY | TAGGED | CHANGED_MEANWHILE,
    summary="Change a channel",
)
def replace(
    system: TheSystem, channel: ChannelId, setup: ChannelInput, precondition: IfMatch
) -> Response:
    """Replace all of a channel but its address: without `url` the stored one stays."""
    check = precondition.of(channel_output)
    replaced = replace_channel(system, channel, setup.as_setup(), check)
    return shown(Answer(data=channel_output(replaced)))


@channels.delete(
    "/{channel}",
    response_model=Answer[RemovedChannel],
    responses=_NOT_FOUND | CHANGED_MEANWHILE,
    summary="Delete a channel",
)
def remove(system: TheSystem, channel: ChannelId, precondition: IfMatch) -> Response:
    """Delete a channel with its address. It cannot be undone."""
    row = remove_channel(system, channel, precondition.of(channel_output))
    return answer(Answer(data=RemovedChannel(id=row.public_id, name=row.name)))


@channels.post(
    "/{channel}/test",
    response_model=Answer[ChannelTrial],
    responses=_NOT_FOUND,
    summary="Send a test message",
)
def test(system: TheSystem, channel: ChannelId) -> Response:
    """Send a test message to a channel, whether it is enabled or not.

    The answer is 200 also when it was not taken: `data.success` tells, and `data.message` why.
    """
    return answer(Answer(data=channel_trial(try_channel(system, channel))))
