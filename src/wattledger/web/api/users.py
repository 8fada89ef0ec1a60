"""/users: who may sign in, and as what."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Query, Request, Response

from wattledger.domain.permission import Permission
from wattledger.services.keep_user import (
    UserChange,
    change_user,
    create_user,
    show_user,
    user_page,
)
from wattledger.services.make_link import password_link
from wattledger.services.system import System
from wattledger.web.answer import answer
from wattledger.web.api.parameters import Cursor, Limit
from wattledger.web.api.user_schemas import (
    InvitedUser,
    UserInput,
    UserOutput,
    UserUpdate,
    invited_user,
    user_output,
)
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.etag import CHANGED_MEANWHILE, SHOWN, TAGGED, IfMatch, IfNoneMatch, shown
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem

users = Resource("/users", "users", read=Permission.ADMINISTER, write=Permission.ADMINISTER)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)
_CONFLICT = documented(HTTPStatus.CONFLICT)
_BODY = _CONFLICT | documented(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

UserId: TypeAlias = Annotated[str, Path(max_length=200, description="Id or name of a user.")]


@users.get("", response_model=Page[UserOutput], summary="List users")
def page(
    system: TheSystem,
    search: Annotated[str | None, Query(description="A part of a name.", max_length=200)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List users by name, disabled ones too."""
    after = from_cursor(cursor, tuple[str, Number])
    part = user_page(system.database, search, after, limit)
    following = None if part.following is None else to_cursor(part.following)
    return answer(Page(data=[user_output(row) for row in part.users], next_cursor=following))


@users.post(
    "",
    response_model=Answer[InvitedUser],
    status_code=HTTPStatus.CREATED,
    responses=_BODY,
    summary="Invite a user",
)
def create(request: Request, system: TheSystem, setup: UserInput) -> Response:
    """Create a user. The answer holds a link, shown this once, to choose a password with."""
    row, link = create_user(system.database, setup.name, setup.as_change(), system.clock.now())
    place = {"Location": f"/api/v1/users/{row.public_id}"}
    invited = invited_user(row, _base(request, system), link)
    return answer(Answer(data=invited), HTTPStatus.CREATED, place)


@users.get(
    "/{user}",
    response_model=Answer[UserOutput],
    responses=_NOT_FOUND | SHOWN,
    summary="Show a user",
)
def show(system: TheSystem, user: UserId, seen: IfNoneMatch = None) -> Response:
    """Show a user."""
    return shown(Answer(data=user_output(show_user(system.database, user))), seen)


@users.patch(
    "/{user}",
    response_model=Answer[UserOutput],
    responses=_NOT_FOUND | _BODY | TAGGED | CHANGED_MEANWHILE,
    summary="Change a user",
)
def change(system: TheSystem, user: UserId, changes: UserUpdate, precondition: IfMatch) -> Response:
    """Change a user. Another role or client, or being disabled, ends its sessions at once.

    The last administrator stays one.
    """
    check, now = precondition.of(user_output), system.clock.now()
    row = change_user(system.database, user, changes.as_change(), now, check)
    return shown(Answer(data=user_output(row)))


@users.post(
    "/{user}/link",
    response_model=Answer[InvitedUser],
    responses=_NOT_FOUND | _CONFLICT,
    summary="Make a link to choose a password",
)
def link(request: Request, system: TheSystem, user: UserId) -> Response:
    """Make a link with which a user chooses a password; links made before work no more.

    The password and the sessions of now stay until the link is used.
    """
    row, made = password_link(system.database, user, system.clock.now())
    return answer(Answer(data=invited_user(row, _base(request, system), made)))


@users.delete(
    "/{user}",
    response_model=Answer[UserOutput],
    responses=_NOT_FOUND | _CONFLICT | TAGGED | CHANGED_MEANWHILE,
    summary="Disable a user",
)
def disable(system: TheSystem, user: UserId, precondition: IfMatch) -> Response:
    """Keep a user from signing in, and its tokens from working; what it did stays its own."""
    check, now = precondition.of(user_output), system.clock.now()
    row = change_user(system.database, user, UserChange(disabled=True), now, check)
    return shown(Answer(data=user_output(row)))


def _base(request: Request, system: System) -> str:
    return system.settings.public_url or str(request.base_url)
