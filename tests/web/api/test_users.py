"""Administrators invite people, change what they may do, and let nobody lock all out."""

import httpx
import pytest
from tests.web.people import PASSWORD, SESSION, add_user, browser, enter, signed_in

from wattledger.domain.permission import Role
from wattledger.services.issue_token import TokenOrder, make_token
from wattledger.services.system import System
from wattledger.web.api.user_schemas import InvitedUser, UserOutput
from wattledger.web.schema import Answer, Page
from wattledger.web.session_cookie import CSRF_HEADER

ROUTE = "/api/v1/users"


async def status(caller: httpx.AsyncClient) -> int:
    return (await caller.get(SESSION)).status_code


async def test_who_is_invited_chooses_a_password_and_is_in(
    system: System, client: httpx.AsyncClient
) -> None:
    setup = {"name": "Bert", "displayName": "Bert Example", "role": "operator"}
    created = await client.post(ROUTE, json=setup)
    assert created.status_code == 201
    invited = Answer[InvitedUser].model_validate_json(created.text).data
    assert (invited.user.name, invited.user.role) == ("bert", Role.OPERATOR)
    assert not invited.user.has_password
    page, _, secret = invited.link.url.partition("#")
    assert page == "http://wattledger/choose-password"
    given = {"token": secret, "password": PASSWORD}
    entered = await browser(system).post(f"{SESSION}/link", json=given)
    assert entered.json()["data"]["role"] == "operator"
    shown = await client.get(created.headers["Location"])
    user = Answer[UserOutput].model_validate_json(shown.text).data
    assert user.has_password
    assert user.signed_in_at is not None


async def test_names_are_taken_in_any_case(client: httpx.AsyncClient) -> None:
    assert (await client.post(ROUTE, json={"name": "Bert"})).status_code == 201
    again = await client.post(ROUTE, json={"name": "BERT"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    "setup",
    [
        {"name": "k", "role": "client"},
        {"name": "k", "role": "viewer", "clientId": "Client XYZ"},
        {"name": "k", "role": "client", "clientId": "Nobody"},
    ],
)
async def test_the_role_client_and_no_other_has_a_client(
    client: httpx.AsyncClient, setup: dict[str, str]
) -> None:
    await client.post("/api/v1/clients", json={"name": "Client XYZ"})
    refused = await client.post(ROUTE, json=setup)
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == ["clientId"]


async def test_another_role_is_in_force_and_ends_the_sessions_at_once(
    system: System, client: httpx.AsyncClient
) -> None:
    add_user(system, "bert", Role.OPERATOR)
    caller = await signed_in(system, "bert")
    assert (await caller.post("/api/v1/clients", json={"name": "X"})).status_code == 201
    changed = await client.patch(f"{ROUTE}/bert", json={"role": "client", "clientId": "X"})
    assert changed.json()["data"]["clientName"] == "X"
    assert await status(caller) == 401
    await enter(caller, "bert")
    assert (await caller.post("/api/v1/clients", json={"name": "Y"})).status_code == 403
    back = await client.patch(f"{ROUTE}/bert", json={"role": "viewer"})
    assert back.json()["data"]["clientId"] is None


async def test_another_name_ends_no_session(system: System, client: httpx.AsyncClient) -> None:
    add_user(system, "bert")
    caller = await signed_in(system, "bert")
    changed = await client.patch(f"{ROUTE}/bert", json={"displayName": "Bert B"})
    assert changed.json()["data"]["displayName"] == "Bert B"
    assert await status(caller) == 200


async def test_who_is_disabled_is_out_with_all_tokens_and_links(
    system: System, client: httpx.AsyncClient
) -> None:
    add_user(system, "anna")
    add_user(system, "bert", Role.VIEWER)
    caller = await signed_in(system, "bert")
    made = await caller.post("/api/v1/tokens", json={"name": "mine"})
    program = browser(system)
    program.headers["Authorization"] = f"Bearer {made.json()['data']['secret']}"
    assert await status(program) == 200
    link = (await client.post(f"{ROUTE}/bert/link")).json()["data"]["link"]["url"]
    gone = await client.delete(f"{ROUTE}/bert")
    assert gone.json()["data"]["disabled"] is True
    assert (await status(caller), await status(program)) == (401, 401)
    assert (await enter(browser(system), "bert")).status_code == 401
    given = {"token": link.partition("#")[2], "password": PASSWORD}
    assert (await browser(system).post(f"{SESSION}/link", json=given)).status_code == 401
    assert (await client.post(f"{ROUTE}/bert/link")).status_code == 409
    await client.patch(f"{ROUTE}/bert", json={"disabled": False})
    assert (await enter(browser(system), "bert")).status_code == 201
    assert await status(program) == 200


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"disabled": True}])
async def test_the_last_administrator_cannot_be_taken_away(
    system: System, client: httpx.AsyncClient, change: dict[str, object]
) -> None:
    add_user(system, "anna")
    add_user(system, "bert")
    assert (await client.patch(f"{ROUTE}/bert", json=change)).status_code == 200
    refused = await client.patch(f"{ROUTE}/anna", json=change)
    assert refused.status_code == 409
    assert "last administrator" in refused.json()["error"]["message"]
    assert (await client.delete(f"{ROUTE}/anna")).status_code == 409
    assert (await client.get(f"{ROUTE}/anna")).json()["data"]["role"] == "admin"


async def test_who_was_only_invited_is_no_other_administrator(
    system: System, client: httpx.AsyncClient
) -> None:
    add_user(system, "anna")
    await client.post(ROUTE, json={"name": "bert", "role": "admin"})
    assert (await client.delete(f"{ROUTE}/anna")).status_code == 409
    assert (await client.delete(f"{ROUTE}/bert")).status_code == 200


async def test_a_viewer_is_changed_where_there_is_no_administrator(
    system: System, client: httpx.AsyncClient
) -> None:
    add_user(system, "bert", Role.VIEWER)
    assert (await client.patch(f"{ROUTE}/bert", json={"role": "operator"})).status_code == 200


async def test_users_are_listed_by_name_in_pages_and_searched(
    system: System, client: httpx.AsyncClient
) -> None:
    for name in ("dora", "bert", "carl", "anna"):
        add_user(system, name)
    first = (await client.get(ROUTE, params={"limit": 3})).json()
    rest = (await client.get(ROUTE, params={"cursor": first["nextCursor"]})).json()
    names = [row["name"] for row in first["data"] + rest["data"]]
    assert names == ["anna", "bert", "carl", "dora"]
    found = await client.get(ROUTE, params={"search": "ER"})
    assert [row.name for row in Page[UserOutput].model_validate_json(found.text).data] == ["bert"]
    assert PASSWORD not in first
    assert "argon2" not in str(first)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
async def test_only_who_may_administer_sees_and_changes_users(system: System, role: Role) -> None:
    add_user(system, "bert", role)
    caller = await signed_in(system, "bert")
    for method, place in (("GET", ""), ("POST", ""), ("GET", "/bert"), ("POST", "/bert/link")):
        response = await caller.request(method, f"{ROUTE}{place}", json={"name": "x"})
        assert response.status_code == 403, place
    promoted = await caller.patch(f"{ROUTE}/bert", json={"role": "admin"})
    assert promoted.status_code == 403


async def test_a_scope_is_enough_and_its_lack_is_not(
    system: System, stranger: httpx.AsyncClient
) -> None:
    order = TokenOrder("no users", scopes=list(Role.OPERATOR.permissions))
    issued = make_token(system.database, order, system.clock.now())
    stranger.headers["Authorization"] = f"Bearer {issued.secret}"
    assert (await stranger.get(ROUTE)).status_code == 403
    assert (await stranger.get("/api/v1/endpoints")).status_code == 200


async def test_an_unknown_user_is_told(client: httpx.AsyncClient) -> None:
    for method, place in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/link")):
        response = await client.request(method, f"{ROUTE}/nobody{place}", json={})
        assert response.status_code == 404, method


async def test_a_signed_in_administrator_sends_the_csrf_token(system: System) -> None:
    add_user(system, "anna")
    caller = await signed_in(system, "anna")
    del caller.headers[CSRF_HEADER]
    assert (await caller.post(ROUTE, json={"name": "eve"})).status_code == 403
