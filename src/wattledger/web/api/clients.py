"""/clients: whose energy it is."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Response

from wattledger.domain.permission import Permission
from wattledger.services.keep_client import (
    change_client,
    client_page,
    create_client,
    show_client,
)
from wattledger.web.answer import answer
from wattledger.web.api.client_schemas import (
    ClientChange,
    ClientInput,
    ClientOutput,
    client_output,
)
from wattledger.web.api.parameters import Cursor, Limit, Search
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.etag import CHANGED_MEANWHILE, SHOWN, TAGGED, IfMatch, IfNoneMatch, shown
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem

clients = Resource("/clients", "clients", read=Permission.SEE_ALL, write=Permission.SET_UP)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

ClientId: TypeAlias = Annotated[str, Path(max_length=200, description="Id or name of a client.")]


@clients.get("", response_model=Page[ClientOutput], summary="List clients")
def page(
    system: TheSystem,
    search: Search = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List clients by name."""
    after = from_cursor(cursor, tuple[str, Number])
    part = client_page(system.database, search, after, limit)
    following = None if part.following is None else to_cursor(part.following)
    return answer(Page(data=[client_output(row) for row in part.clients], next_cursor=following))


@clients.post(
    "",
    response_model=Answer[ClientOutput],
    status_code=HTTPStatus.CREATED,
    responses=_NOT_FOUND | _BODY,
    summary="Create a client",
)
def create(system: TheSystem, setup: ClientInput) -> Response:
    """Create a client; meters serve it once they are assigned to it."""
    created = client_output(create_client(system.database, setup.name, setup.tariff_id or None))
    place = {"Location": f"/api/v1/clients/{created.id}"}
    return answer(Answer(data=created), HTTPStatus.CREATED, place)


@clients.get(
    "/{client}",
    response_model=Answer[ClientOutput],
    responses=_NOT_FOUND | SHOWN,
    summary="Show a client",
)
def show(system: TheSystem, client: ClientId, seen: IfNoneMatch = None) -> Response:
    """Show a client and its tariff."""
    return shown(Answer(data=client_output(show_client(system.database, client))), seen)


@clients.patch(
    "/{client}",
    response_model=Answer[ClientOutput],
    responses=_NOT_FOUND | _BODY | TAGGED | CHANGED_MEANWHILE,
    summary="Change a client",
)
def change(
    system: TheSystem, client: ClientId, changes: ClientChange, precondition: IfMatch
) -> Response:
    """Change a client's name or tariff. Closed statements keep what they were closed with."""
    changed = change_client(
        system.database,
        client,
        changes.name,
        changes.tariff_id or None,
        changes_tariff=changes.changes_tariff,
        check=precondition.of(client_output),
    )
    return shown(Answer(data=client_output(changed)))
