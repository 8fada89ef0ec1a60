"""Tokens never do more than who makes them, and everybody keeps their own."""

import httpx
import pytest
from tests.web.people import SESSION, add_user, browser, signed_in

from wattledger.clock import SetClock
from wattledger.domain.instant import DAY, format_instant
from wattledger.domain.permission import Permission, Role
from wattledger.services.issue_token import TokenOrder, make_token
from wattledger.services.system import System
from wattledger.web.api.token_schemas import IssuedTokenOutput, TokenOutput
from wattledger.web.schema import Answer, Page

ROUTE = "/api/v1/tokens"


def program(system: System, secret: str) -> httpx.AsyncClient:
    """Return a caller with a token."""
    caller = browser(system)
    caller.headers["Authorization"] = f"Bearer {secret}"
    return caller


def program_of(system: System, **order: object) -> httpx.AsyncClient:
    """Return a caller with a token that a command made."""
    wanted = TokenOrder(name="program", **order)  # type: ignore[arg-type]
    return program(system, make_token(system.database, wanted, system.clock.now()).secret)


async def numbers(caller: httpx.AsyncClient) -> list[int]:
    listed = await caller.get(ROUTE)
    return [row.id for row in Page[TokenOutput].model_validate_json(listed.text).data]


async def permissions(caller: httpx.AsyncClient) -> set[str]:
    return set((await caller.get(SESSION)).json()["data"]["permissions"])


async def test_a_token_shows_its_secret_once_and_does_what_its_scopes_say(
    system: System, client: httpx.AsyncClient
) -> None:
    setup = {"name": "billing script", "role": "operator", "scopes": ["see-own", "bill"]}
    created = await client.post(ROUTE, json=setup)
    assert created.status_code == 201
    issued = Answer[IssuedTokenOutput].model_validate_json(created.text).data
    assert issued.secret not in (await client.get(ROUTE)).text
    assert await permissions(program(system, issued.secret)) == {"see-own", "bill"}
    assert (await program(system, issued.secret).get("/api/v1/clients")).status_code == 403


async def test_a_token_works_until_it_expires(system: System, client: httpx.AsyncClient) -> None:
    expires = format_instant(system.clock.now() + DAY)
    made = await client.post(ROUTE, json={"name": "short", "expiresAt": expires})
    caller = program(system, made.json()["data"]["secret"])
    assert (await caller.get(SESSION)).status_code == 200
    assert isinstance(system.clock, SetClock)
    system.clock.at += DAY
    assert (await caller.get(SESSION)).status_code == 401
    [_, row] = (await client.get(ROUTE)).json()["data"]
    assert (row["expiresAt"], row["works"]) == (expires, False)


@pytest.mark.parametrize(
    ("setup", "field"),
    [
        ({"role": "viewer", "scopes": ["bill"]}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
        ({"expiresAt": "tomorrow"}, "expiresAt"),
        ({"expiresAt": "9999-12-31T23:59:59-14:00"}, "expiresAt"),
        ({"expiresAt": "0001-01-01T00:00:00+14:00"}, "expiresAt"),
        ({"role": "client"}, "clientId"),
        ({"role": "viewer", "clientId": "Client XYZ"}, "clientId"),
    ],
)
async def test_what_no_token_can_be_is_told_by_field(
    client: httpx.AsyncClient, setup: dict[str, object], field: str
) -> None:
    refused = await client.post(ROUTE, json={"name": "x"} | setup)
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == [field]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
async def test_nobody_makes_a_token_that_may_more_than_they(system: System, role: Role) -> None:
    add_user(system, "bert", role)
    caller = await signed_in(system, "bert")
    refused = await caller.post(ROUTE, json={"name": "more", "role": "admin"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
    within = {"name": "same", "role": "admin", "scopes": ["see-own"]}
    assert (await caller.post(ROUTE, json=within)).status_code == 201
    made = await caller.post(ROUTE, json={"name": "mine"})
    assert made.json()["data"]["token"]["role"] == role
    mine = program(system, made.json()["data"]["secret"])
    assert await permissions(mine) == role.permissions


async def test_a_token_with_few_scopes_makes_none_with_more(system: System) -> None:
    caller = program_of(system, scopes=[Permission.ADMINISTER, Permission.SEE_OWN])
    assert (await caller.post(ROUTE, json={"name": "all"})).status_code == 403
    same = {"name": "same", "scopes": ["administer", "see-own"]}
    assert (await caller.post(ROUTE, json=same)).status_code == 201


async def test_a_token_makes_none_that_is_good_for_longer(system: System) -> None:
    until = system.clock.now() + DAY
    caller = program_of(system, expires_at=until)
    for longer in ({}, {"expiresAt": format_instant(until + 1)}):
        refused = await caller.post(ROUTE, json={"name": "child", **longer})
        assert refused.status_code == 403
        assert format_instant(until) in refused.json()["error"]["message"]
    sooner = {"name": "child", "expiresAt": format_instant(until)}
    assert (await caller.post(ROUTE, json=sooner)).status_code == 201


async def test_a_token_that_may_not_administer_makes_none(system: System) -> None:
    caller = program_of(system, role=Role.OPERATOR)
    refused = await caller.post(ROUTE, json={"name": "child"})
    assert refused.status_code == 403
    assert "sign in" in refused.json()["error"]["message"]


async def test_a_client_s_tokens_are_of_its_own_client(
    system: System, client: httpx.AsyncClient
) -> None:
    user = add_user(system, "kunde", Role.CLIENT, "Client XYZ")
    await client.post("/api/v1/clients", json={"name": "Other"})
    caller = await signed_in(system, "kunde")
    made = await caller.post(ROUTE, json={"name": "mine"})
    assert made.json()["data"]["token"]["clientId"] == user.client_id
    named = await caller.post(ROUTE, json={"name": "mine, too", "clientId": "CLIENT xyz"})
    assert named.json()["data"]["token"]["clientId"] == user.client_id
    for setup in (
        {"role": "client", "clientId": "Other"},
        {"role": "viewer", "scopes": ["see-own"]},
    ):
        refused = await caller.post(ROUTE, json={"name": "x"} | setup)
        assert refused.status_code == 403, setup


async def test_a_token_loses_what_its_user_loses(system: System, client: httpx.AsyncClient) -> None:
    add_user(system, "bert", Role.OPERATOR)
    made = await (await signed_in(system, "bert")).post(ROUTE, json={"name": "mine"})
    caller = program(system, made.json()["data"]["secret"])
    await client.patch("/api/v1/users/bert", json={"role": "viewer"})
    assert await permissions(caller) == {"see-own", "see-all"}
    await client.post("/api/v1/clients", json={"name": "Client XYZ"})
    await client.patch("/api/v1/users/bert", json={"role": "client", "clientId": "Client XYZ"})
    assert (await caller.get(SESSION)).status_code == 401, "it is bound to no client"


async def test_who_does_not_administer_sees_and_revokes_only_its_own(
    system: System, client: httpx.AsyncClient
) -> None:
    add_user(system, "bert", Role.VIEWER)
    add_user(system, "carl", Role.VIEWER)
    bert, carl = await signed_in(system, "bert"), await signed_in(system, "carl")
    his = (await bert.post(ROUTE, json={"name": "his"})).json()["data"]["token"]["id"]
    assert (await numbers(bert), await numbers(carl)) == ([his], [])
    assert (await carl.delete(f"{ROUTE}/{his}")).status_code == 404
    assert his in await numbers(client)
    revoked = await bert.delete(f"{ROUTE}/{his}")
    assert (revoked.status_code, revoked.json()["data"]["works"]) == (200, False)


async def test_a_token_sees_itself_and_can_end_itself(system: System) -> None:
    program_of(system)
    caller = program_of(system, role=Role.VIEWER)
    [own] = await numbers(caller)
    assert (await caller.delete(f"{ROUTE}/{own - 1}")).status_code == 404
    assert (await caller.delete(f"{ROUTE}/{own}")).status_code == 200
    assert (await caller.get(SESSION)).status_code == 401


async def test_tokens_are_listed_in_pages(client: httpx.AsyncClient) -> None:
    for number in range(4):
        await client.post(ROUTE, json={"name": f"token {number}"})
    first = (await client.get(ROUTE, params={"limit": 3})).json()
    rest = (await client.get(ROUTE, params={"cursor": first["nextCursor"]})).json()
    assert [row["id"] for row in first["data"] + rest["data"]] == [1, 2, 3, 4, 5]
    assert rest["nextCursor"] is None


async def test_a_token_that_is_not_there_is_told(client: httpx.AsyncClient) -> None:
    assert (await client.delete(f"{ROUTE}/99")).status_code == 404
