"""/endpoints: the devices that are polled."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.permission import Permission
from wattledger.domain.recipe import MAX_STEPS
from wattledger.services.restore_endpoint import undo_deletion
from wattledger.services.set_up_endpoint import (
    create_endpoint,
    remove_endpoint,
    replace_endpoint,
)
from wattledger.services.show_endpoint import show_endpoint, show_page
from wattledger.services.try_recipe import try_recipe
from wattledger.services.try_setup import TrialOrder, try_setup
from wattledger.store.endpoints import EndpointFilter
from wattledger.web.answer import answer
from wattledger.web.api.endpoint_schemas import (
    EndpointInput,
    EndpointOutput,
    Removed,
    Restored,
    endpoint_output,
    removed_output,
)
from wattledger.web.api.parameters import Cursor, EndpointId, Limit
from wattledger.web.api.trial_schemas import Trial, trial
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.etag import CHANGED_MEANWHILE, SHOWN, TAGGED, IfMatch, IfNoneMatch, shown
from wattledger.web.noted_clock import by_the_time
from wattledger.web.recording import list_look, look
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem

endpoints = Resource("/endpoints", "endpoints", read=Permission.SEE_ALL, write=Permission.SET_UP)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@endpoints.get(
    "",
    response_model=Page[EndpointOutput],
    dependencies=[list_look("endpoint")],
    summary="List endpoints",
)
def page(
    system: TheSystem,
    client: Annotated[
        str | None, Query(max_length=200, description="Id or name of the client.")
    ] = None,
    site: Annotated[
        str | None, Query(max_length=200, description="Id or name of the site.")
    ] = None,
    location: Annotated[
        str | None, Query(max_length=200, description="Location, all of it; capitals do not count.")
    ] = None,
    status: Annotated[EndpointStatus | None, Query(description="How it is doing.")] = None,
    search: Annotated[
        str | None, Query(description="A part of name, address or location.", max_length=200)
    ] = None,
    enabled: Annotated[bool | None, Query(description="Whether it is polled.")] = None,
    deleted: Annotated[  # noqa: FBT002 - a parameter of the address
        bool, Query(description="Those out of use instead of those in use.")
    ] = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List endpoints by name, those that pass all filters."""
    wanted = EndpointFilter(client, site, location, enabled, search, deleted)
    after = from_cursor(cursor, tuple[str, Number])
    part = by_the_time(
        system.clock, lambda now: show_page(system, wanted, status, after, limit, now)
    )
    following = None if part.following is None else to_cursor(part.following)
    listed = [endpoint_output(endpoint) for endpoint in part.endpoints]
    return answer(Page(data=listed, next_cursor=following))


@endpoints.post(
    "",
    response_model=Answer[EndpointOutput],
    status_code=HTTPStatus.CREATED,
    responses=_BODY,
    summary="Create an endpoint",
)
def create(system: TheSystem, setup: EndpointInput) -> Response:
    """Create an endpoint; it is read soon, then every `pollInterval` minutes."""
    created = endpoint_output(create_endpoint(system, setup.as_setup()))
    place = {"Location": f"/api/v1/endpoints/{created.id}"}
    return answer(Answer(data=created), HTTPStatus.CREATED, place)


@endpoints.get(
    "/{endpoint}",
    response_model=Answer[EndpointOutput],
    responses=_NOT_FOUND | SHOWN,
    dependencies=[look("endpoint")],
    summary="Show an endpoint",
)
def show(system: TheSystem, endpoint: EndpointId, seen: IfNoneMatch = None) -> Response:
    """Show an endpoint as it is set up and how it is doing."""
    return shown(Answer(data=endpoint_output(show_endpoint(system, endpoint))), seen)


@endpoints.put(
    "/{endpoint}",
    response_model=Answer[EndpointOutput],
    responses=_NOT_FOUND | _BODY | TAGGED | CHANGED_MEANWHILE,
    summary="Change an endpoint",
)
def replace(
    system: TheSystem, endpoint: EndpointId, setup: EndpointInput, precondition: IfMatch
) -> Response:
    """Replace all of an endpoint but its secrets: without a password the stored one stays."""
    check = precondition.of(endpoint_output)
    replaced = replace_endpoint(system, endpoint, setup.as_setup(), check)
    return shown(Answer(data=endpoint_output(replaced)))


@endpoints.delete(
    "/{endpoint}",
    response_model=Answer[Removed],
    responses=_NOT_FOUND | CHANGED_MEANWHILE,
    summary="Delete an endpoint",
)
def remove(system: TheSystem, endpoint: EndpointId, precondition: IfMatch) -> Response:
    """Take an endpoint out of use; its name becomes free.

    Its readings and months stay as they are. Its meters serve nobody from now on. `undoUntil` says
    how long all of that can be undone.
    """
    row = remove_endpoint(system, endpoint, precondition.of(endpoint_output))
    return answer(Answer(data=removed_output(row)))


@endpoints.post(
    "/{endpoint}/restore",
    response_model=Answer[Restored],
    responses=_NOT_FOUND | documented(HTTPStatus.CONFLICT),
    summary="Undo the deletion of an endpoint",
)
def restore(system: TheSystem, endpoint: EndpointId) -> Response:
    """Bring a deleted endpoint back within 30 days, with its schedule and its client.

    It is as if it had not been deleted; `notices` says where that touches closed months. Of several
    deleted ones of a name it is the one deleted last. 409 when its name is taken meanwhile.
    """
    back, notices = undo_deletion(system, endpoint)
    return answer(Answer(data=Restored(endpoint=endpoint_output(back), notices=notices)))


@endpoints.post(
    "/{endpoint}/test",
    response_model=Answer[Trial],
    responses=_NOT_FOUND | documented(HTTPStatus.CONFLICT),
    summary="Try to read an endpoint",
)
async def test(system: TheSystem, endpoint: EndpointId) -> Response:
    """Read the device once and show how it went; nothing is stored.

    The answer is 200 also when the reading failed: `data.success` tells.
    """
    return answer(Answer(data=trial(await try_recipe(system, endpoint))))


@endpoints.post(
    "/try",
    response_model=Answer[Trial],
    responses=_NOT_FOUND | documented(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    summary="Try an endpoint before it is saved",
)
async def try_unsaved(
    system: TheSystem,
    setup: EndpointInput,
    endpoint: Annotated[
        str | None,
        Query(
            alias="endpointId",
            max_length=200,
            description="Id or name of the endpoint that is being changed: its stored password is "
            "used where none is sent, for the address, port and login host it was given for.",
        ),
    ] = None,
    steps: Annotated[
        int | None,
        Query(ge=0, le=MAX_STEPS, description="Take the first steps alone, then a picture."),
    ] = None,
    picture: Annotated[  # noqa: FBT002 - a parameter of the address
        bool, Query(description="Show a picture of the page also when it was read well.")
    ] = False,
) -> Response:
    """Read the device once as it is described and show how it went; nothing is stored.

    The answer is 200 also when the reading failed: `data.success` tells. With fewer `steps` than
    there are, it succeeds when these were taken, and `value` is null on a page that shows none.
    """
    order = TrialOrder(setup.as_setup(), endpoint, steps, picture)
    attempt = await try_setup(system, order)
    return answer(Answer(data=trial(attempt, picture=order.pictured)))
