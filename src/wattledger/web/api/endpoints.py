"""/endpoints: the devices that are polled."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.permission import Permission
from wattledger.services.set_up_endpoint import (
    create_endpoint,
    remove_endpoint,
    replace_endpoint,
)
from wattledger.services.show_endpoint import show_endpoint, show_page
from wattledger.services.try_recipe import try_recipe
from wattledger.store.endpoints import EndpointFilter
from wattledger.web.answer import answer
from wattledger.web.api.endpoint_schemas import (
    EndpointInput,
    EndpointOutput,
    Removed,
    endpoint_output,
)
from wattledger.web.api.parameters import Cursor, EndpointId, Limit
from wattledger.web.api.trial_schemas import Trial, trial
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.recording import look
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem

endpoints = Resource("/endpoints", "endpoints", read=Permission.SEE_ALL, write=Permission.SET_UP)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@endpoints.get("", response_model=Page[EndpointOutput], summary="List endpoints")
def page(
    system: TheSystem,
    client: Annotated[str | None, Query(description="Name of the client.")] = None,
    location: Annotated[str | None, Query(description="Location, as it stands there.")] = None,
    status: Annotated[EndpointStatus | None, Query(description="How it is doing.")] = None,
    search: Annotated[
        str | None, Query(description="A part of name, address or location.", max_length=200)
    ] = None,
    enabled: Annotated[bool | None, Query(description="Whether it is polled.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List endpoints by name, those that pass all filters."""
    wanted = EndpointFilter(client=client, location=location, enabled=enabled, search=search)
    after = from_cursor(cursor, tuple[str, Number])
    part = show_page(system, wanted, status, after, limit)
    following = None if part.following is None else to_cursor(part.following)
    shown = [endpoint_output(endpoint) for endpoint in part.endpoints]
    return answer(Page(data=shown, next_cursor=following))


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
    responses=_NOT_FOUND,
    dependencies=[look("endpoint")],
    summary="Show an endpoint",
)
def show(system: TheSystem, endpoint: EndpointId) -> Response:
    """Show an endpoint as it is set up and how it is doing."""
    return answer(Answer(data=endpoint_output(show_endpoint(system, endpoint))))


@endpoints.put(
    "/{endpoint}",
    response_model=Answer[EndpointOutput],
    responses=_NOT_FOUND | _BODY,
    summary="Change an endpoint",
)
def replace(system: TheSystem, endpoint: EndpointId, setup: EndpointInput) -> Response:
    """Replace all of an endpoint but its secrets: without a password the stored one stays."""
    replaced = replace_endpoint(system, endpoint, setup.as_setup())
    return answer(Answer(data=endpoint_output(replaced)))


@endpoints.delete(
    "/{endpoint}",
    response_model=Answer[Removed],
    responses=_NOT_FOUND,
    summary="Delete an endpoint",
)
def remove(system: TheSystem, endpoint: EndpointId) -> Response:
    """Take an endpoint out of use. Its readings and months stay; its name becomes free."""
    row = remove_endpoint(system, endpoint)
    return answer(Answer(data=Removed(id=row.public_id, name=row.name)))


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
