"""/tokens: with which programs call. Who does not administer sees only its own."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Response

from wattledger.domain.permission import Permission
from wattledger.domain.register import INT64_MAX
from wattledger.services.issue_token import make_token, revoke_token, token_page
from wattledger.web.answer import answer
from wattledger.web.api.parameters import Cursor, Limit
from wattledger.web.api.token_schemas import (
    IssuedTokenOutput,
    TokenInput,
    TokenOutput,
    issued_token,
    token_output,
)
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheCaller, TheSystem

tokens = Resource("/tokens", "tokens", read=Permission.SEE_OWN, write=Permission.SEE_OWN)

TokenId: TypeAlias = Annotated[
    int, Path(ge=1, le=INT64_MAX, description="Number of a token, as GET /tokens tells.")
]


@tokens.get("", response_model=Page[TokenOutput], summary="List tokens")
def page(
    system: TheSystem, caller: TheCaller, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List tokens in order of creation: all of them to who may administer, else one's own."""
    after = from_cursor(cursor, tuple[Number])
    rows, last = token_page(system.database, caller, 0 if after is None else after[0], limit)
    following = None if last is None else to_cursor((last,))
    now = system.clock.now()
    return answer(Page(data=[token_output(row, now) for row in rows], next_cursor=following))


@tokens.post(
    "",
    response_model=Answer[IssuedTokenOutput],
    status_code=HTTPStatus.CREATED,
    responses=documented(
        HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    ),
    summary="Make a token",
)
def create(system: TheSystem, caller: TheCaller, setup: TokenInput) -> Response:
    """Make a token with at most the caller's own permissions. Its secret is shown this once."""
    now = system.clock.now()
    order = setup.as_order(caller.role, caller.client_id)
    issued = make_token(system.database, order, now, caller)
    return answer(Answer(data=issued_token(issued, now)), HTTPStatus.CREATED)


@tokens.delete(
    "/{token}",
    response_model=Answer[TokenOutput],
    responses=documented(HTTPStatus.NOT_FOUND),
    summary="Revoke a token",
)
def revoke(system: TheSystem, caller: TheCaller, token: TokenId) -> Response:
    """Make a token useless from now on. One made with it stays good: revoke it too."""
    now = system.clock.now()
    row = revoke_token(system.database, token, now, caller)
    return answer(Answer(data=token_output(row, now)))
