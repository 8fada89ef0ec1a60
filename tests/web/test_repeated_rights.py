"""What is given again is given only to who may see it, as of the moment of asking."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from tests.web.people import add_user, calling, enter, token_of

from wattledger.clock import SetClock
from wattledger.domain.permission import Permission, Role
from wattledger.services.issue_token import revoke_token, tokens
from wattledger.services.system import System
from wattledger.store.clients import find_or_create_client
from wattledger.store.tokens import NewToken
from wattledger.store.users import change_user, find_user
from wattledger.web.app import create_app
from wattledger.web.kept_answers import KEPT_FOR

CLIENTS_PAGE = "/api/v1/clients"


@pytest.fixture
def app(system: System) -> FastAPI:
    """Give the application."""
    return create_app(system)


@pytest.fixture
async def caller(system: System, app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Give an administrator's program."""
    async with calling(app, token_of(system, NewToken("program"))) as calls:
        yield calls


async def test_a_revoked_token_gets_no_answer_that_is_kept(
    system: System, caller: httpx.AsyncClient
) -> None:
    assert (await caller.get(CLIENTS_PAGE)).status_code == 200
    assert (await caller.get(CLIENTS_PAGE)).status_code == 200
    revoke_token(system.database, tokens(system.database)[0].id, system.clock.now())
    assert (await caller.get(CLIENTS_PAGE)).status_code == 401


async def test_a_token_ends_on_time_without_a_write(system: System, app: FastAPI) -> None:
    clock = system.clock
    assert isinstance(clock, SetClock)
    ends = clock.now() + KEPT_FOR // 2
    async with calling(app, token_of(system, NewToken("short", expires_at=ends))) as caller:
        for _ in range(3):
            assert (await caller.get(CLIENTS_PAGE)).status_code == 200
        clock.at = ends - 1
        assert (await caller.get(CLIENTS_PAGE)).status_code == 200
        clock.at = ends
        assert (await caller.get(CLIENTS_PAGE)).status_code == 401


async def test_another_role_holds_at_the_next_call(system: System, app: FastAPI) -> None:
    add_user(system, "anna", Role.OPERATOR)
    async with calling(app, "") as anna:
        del anna.headers["Authorization"]
        assert (await enter(anna, "anna")).status_code == 201
        for _ in range(2):
            assert (await anna.get(CLIENTS_PAGE)).status_code == 200
        with system.database.begin() as connection:
            number = find_user(connection, "anna").id
            change_user(connection, number, {"role": Role.CLIENT}, system.clock.now())
        assert (await anna.get(CLIENTS_PAGE)).status_code == 403


async def test_who_may_less_is_not_given_what_another_got(system: System, app: FastAPI) -> None:
    whole = token_of(system, NewToken("whole"))
    with system.database.begin() as connection:
        find_or_create_client(connection, "Alpha")
    less = token_of(system, NewToken("less", scopes=[Permission.SEE_OWN]))
    async with calling(app, whole) as admin, calling(app, less) as limited:
        for _ in range(2):
            assert (await admin.get(CLIENTS_PAGE)).status_code == 200
            assert (await limited.get(CLIENTS_PAGE)).status_code == 403
