"""People get in with what is theirs, are told who they are, and get out."""

import asyncio
import json
import time

import httpx
import pytest
from argon2 import PasswordHasher
from tests.web.people import (
    PASSWORD,
    SESSION,
    add_user,
    browser,
    enter,
    plant,
    session_of,
    signed_in,
)

from wattledger.clock import SetClock
from wattledger.domain.instant import DAY, HOUR, MINUTE, SECOND
from wattledger.domain.permission import Permission, Role
from wattledger.secrets.passwords import is_password
from wattledger.services import change_password as change_password_service
from wattledger.services import sign_in as sign_in_service
from wattledger.services.make_link import demo_link, password_link, set_up_link
from wattledger.services.sign_in import TRIES_OF_ADDRESS
from wattledger.services.system import System
from wattledger.store.links import VALID, Purpose
from wattledger.store.sessions import IDLE, LONGEST
from wattledger.store.users import change_user, find_user
from wattledger.web.api.session_schemas import SessionOutput
from wattledger.web.schema import Answer

WRONG = "four words of yours"


def wait(system: System, time: int) -> None:
    """Let time pass."""
    assert isinstance(system.clock, SetClock)
    system.clock.at += time


def secret_of_set_up(system: System) -> str:
    link = set_up_link(system.database, system.clock.now())
    assert link is not None
    return link.secret


async def status(caller: httpx.AsyncClient) -> int:
    return (await caller.get(SESSION)).status_code


async def test_who_signs_in_is_told_who_it_is(system: System) -> None:
    user = add_user(system, "anna", Role.VIEWER)
    caller = browser(system)
    response = await enter(caller, " ANNA ")
    assert response.status_code == 201
    told = Answer[SessionOutput].model_validate_json(response.text).data
    assert (told.user_id, told.name, told.display_name) == (user.public_id, "anna", "Anna")
    assert set(told.permissions) == {Permission.SEE_OWN, Permission.SEE_ALL}
    assert (await caller.get(SESSION)).json() == response.json()
    assert (await caller.get("/api/v1/endpoints")).status_code == 200


async def test_a_client_user_is_told_its_client(system: System) -> None:
    user = add_user(system, "kunde", Role.CLIENT, "Client XYZ")
    told = (await (await signed_in(system, "kunde")).get(SESSION)).json()["data"]
    assert told["clientId"] == user.client_id is not None


async def test_a_token_is_told_who_it_is_and_needs_no_csrf_token(client: httpx.AsyncClient) -> None:
    told = (await client.get(SESSION)).json()["data"]
    assert (told["name"], told["userId"], told["csrfToken"]) == ("tests", None, None)
    assert (await client.post("/api/v1/clients", json={"name": "X"})).status_code == 201
    assert (await client.delete(SESSION)).status_code == 409


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(system: System) -> None:
    add_user(system, "anna")
    [cookie] = (await enter(browser(system), "anna")).headers.get_list("set-cookie")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "samesite=lax", "path=/", f"max-age={LONGEST // SECOND}"}


async def test_the_cookie_of_https_goes_over_tls_only(system: System) -> None:
    add_user(system, "anna")
    caller = browser(system)
    caller.base_url = httpx.URL("https://wattledger")
    [cookie] = (await enter(caller, "anna")).headers.get_list("set-cookie")
    assert "; Secure" in cookie


async def test_each_sign_in_opens_a_session_of_a_new_id(system: System) -> None:
    add_user(system, "anna")
    caller = browser(system)
    plant(caller, "planted-by-somebody")
    await enter(caller, "anna")
    first = session_of(caller)
    assert first != "planted-by-somebody"
    await enter(caller, "anna")
    assert session_of(caller) != first
    old = browser(system)
    plant(old, first)
    assert await status(old) == 401, "the session before has ended"


async def test_who_signs_out_is_out_whoever_has_the_cookie(system: System) -> None:
    add_user(system, "anna")
    caller = await signed_in(system, "anna")
    thief = browser(system)
    thief.cookies.update(caller.cookies)
    assert await status(thief) == 200
    response = await caller.delete(SESSION)
    assert response.status_code == 200
    assert 'wattledger_session=""' in response.headers["set-cookie"]
    assert (await status(thief), await status(caller)) == (401, 401)


@pytest.mark.parametrize(("name", "password"), [("anna", WRONG), ("nobody", PASSWORD)])
async def test_a_wrong_name_and_a_wrong_password_are_told_alike(
    system: System, monkeypatch: pytest.MonkeyPatch, name: str, password: str
) -> None:
    add_user(system, "anna")
    checked: list[bool] = []

    def watched(stored: str | None, shown: str) -> bool:
        checked.append(stored is None)
        return is_password(stored, shown)

    monkeypatch.setattr(sign_in_service, "is_password", watched)
    response = await enter(browser(system), name, password)
    assert response.status_code == 401
    error = response.json()["error"]
    assert (error["code"], error["message"][:38]) == (
        "unauthorized",
        "The name or the password is wrong. Aft",
    )
    assert checked == [name == "nobody"], "a hash is checked where there is no such user too"


@pytest.mark.usefixtures("costly_passwords")
async def test_strangers_at_the_door_keep_nobody_inside_from_working(system: System) -> None:
    add_user(system, "anna")
    caller = await signed_in(system, "anna")
    strangers = [browser(system, f"10.6.6.{number}") for number in range(60)]
    tries = [
        asyncio.create_task(enter(stranger, f"name {number}", WRONG))
        for number, stranger in enumerate(strangers)
    ]
    await asyncio.sleep(0)
    assert await status(caller) == 200
    assert not all(each.done() for each in tries), "it did not wait for all of them"
    assert {(await each).status_code for each in tries} == {401}


async def test_few_passwords_are_checked_at_once_whoever_asks(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    checking, most = 0, 0

    def slow(*_: object) -> bool:
        nonlocal checking, most
        checking += 1
        most = max(most, checking)
        time.sleep(0.05)
        checking -= 1
        return False

    add_user(system, "anna")
    caller = await signed_in(system, "anna")
    monkeypatch.setattr(change_password_service, "is_right_password", slow)
    body = {"currentPassword": "four other words here", "newPassword": "six words that nobody has"}
    asked = [caller.post(f"{SESSION}/password", json=body) for _ in range(12)]
    assert {each.status_code for each in await asyncio.gather(*asked)} == {422}
    assert most <= 2, "each takes a thread and 64 MiB"


@pytest.mark.usefixtures("costly_passwords")
async def test_an_outdated_hash_is_replaced_when_its_user_signs_in(system: System) -> None:
    user = add_user(system, "anna")
    weak = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    with system.database.begin() as connection:
        change_user(connection, user.id, {"password_hash": weak}, system.clock.now())
    assert (await enter(browser(system), "anna")).status_code == 201
    with system.database.connect() as connection:
        stored = find_user(connection, "anna").password_hash
    assert stored is not None
    assert "m=65536,t=3" in stored
    assert (await enter(browser(system), "anna")).status_code == 201


async def test_who_was_invited_but_chose_no_password_cannot_sign_in(system: System) -> None:
    demo_link(system.database, system.clock.now())
    assert (await enter(browser(system), "demo", PASSWORD)).status_code == 401


async def test_a_name_is_closed_for_a_while_after_wrong_passwords(system: System) -> None:
    add_user(system, "anna")
    caller = browser(system)
    for _ in range(5):
        await enter(caller, "anna", WRONG)
    assert (await enter(caller, "anna")).status_code == 401, "closed also to the right password"
    wait(system, 31 * SECOND)
    await enter(caller, "anna", WRONG)
    wait(system, 31 * SECOND)
    assert (await enter(caller, "anna")).status_code == 401, "each further one closes it longer"
    wait(system, 30 * SECOND)
    assert (await enter(caller, "anna")).status_code == 201
    await enter(caller, "anna", WRONG)
    assert (await enter(caller, "anna")).status_code == 201, "a right one forgets the wrong ones"


async def test_an_address_from_which_many_fail_has_to_wait(system: System) -> None:
    add_user(system, "anna")
    guesser = browser(system, "10.6.6.6")
    for number in range(TRIES_OF_ADDRESS):
        assert (await enter(guesser, f"name {number}", WRONG)).status_code == 401
        wait(system, SECOND)
    refused = await enter(guesser, "anna")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many")
    assert int(refused.headers["Retry-After"]) == 15 * 60 - TRIES_OF_ADDRESS
    assert (await enter(browser(system, "10.7.7.7"), "anna")).status_code == 201
    wait(system, 15 * MINUTE)
    assert (await enter(guesser, "anna")).status_code == 201


async def test_a_session_that_is_not_used_ends(system: System) -> None:
    add_user(system, "anna")
    caller = await signed_in(system, "anna")
    for _ in range(3):
        wait(system, IDLE - HOUR)
        assert await status(caller) == 200
    wait(system, IDLE)
    assert await status(caller) == 401


async def test_a_session_ends_however_busily_it_is_used(system: System) -> None:
    add_user(system, "anna")
    caller = await signed_in(system, "anna")
    for _ in range(LONGEST // (6 * HOUR) - 1):
        wait(system, 6 * HOUR)
        assert await status(caller) == 200
    wait(system, 6 * HOUR)
    assert await status(caller) == 401


async def test_the_first_administrator_is_made_with_the_link_that_serve_prints(
    system: System,
) -> None:
    token = secret_of_set_up(system)
    setup = {"token": token, "name": "Anna", "displayName": "Anna B", "password": PASSWORD}
    caller = browser(system)
    response = await caller.post(f"{SESSION}/set-up", json=setup)
    assert response.status_code == 201
    told = response.json()["data"]
    assert (told["name"], told["displayName"], told["role"]) == ("anna", "Anna B", "admin")
    assert await status(caller) == 200
    assert (await enter(browser(system), "anna")).status_code == 201
    again = await browser(system).post(f"{SESSION}/set-up", json=setup | {"name": "eve"})
    assert (again.status_code, again.json()["error"]["code"]) == (401, "unauthorized")
    assert set_up_link(system.database, system.clock.now()) is None, "no link where there is a user"


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("too short", "12 to 500 characters"),
        ("anna of berlin", "not the name"),
        ("aaaaaaaaaaaaa", "one character again and again"),
        ("x" * 501, "12 to 500 characters"),
    ],
)
async def test_a_bad_password_is_told_and_leaves_the_link_good(
    system: System, password: str, told: str
) -> None:
    setup = {"token": secret_of_set_up(system), "name": "Anna of Berlin", "password": password}
    caller = browser(system)
    refused = await caller.post(f"{SESSION}/set-up", json=setup)
    assert refused.status_code == 422
    assert told in refused.json()["error"]["fields"]["password"]
    setup["password"] = PASSWORD
    assert (await caller.post(f"{SESSION}/set-up", json=setup)).status_code == 201


async def test_a_newer_set_up_link_replaces_the_one_before_and_each_expires(system: System) -> None:
    first, second = secret_of_set_up(system), secret_of_set_up(system)
    setup = {"token": first, "name": "anna", "password": PASSWORD}
    caller = browser(system)
    assert (await caller.post(f"{SESSION}/set-up", json=setup)).status_code == 401
    wait(system, VALID[Purpose.SET_UP])
    setup["token"] = second
    assert (await caller.post(f"{SESSION}/set-up", json=setup)).status_code == 401


async def test_a_link_signs_in_once(system: System) -> None:
    link = demo_link(system.database, system.clock.now())
    caller = browser(system)
    response = await caller.post(f"{SESSION}/link", json={"token": link.secret})
    assert (response.status_code, response.json()["data"]["name"]) == (201, "demo")
    assert await status(caller) == 200
    again = await browser(system).post(f"{SESSION}/link", json={"token": link.secret})
    assert again.status_code == 401
    assert "works no more" in again.json()["error"]["message"]


async def test_a_link_to_choose_a_password_asks_for_one_and_ends_the_other_sessions(
    system: System,
) -> None:
    add_user(system, "anna")
    before = await signed_in(system, "anna")
    _, link = password_link(system.database, "anna", system.clock.now())
    caller = browser(system)
    asked = await caller.post(f"{SESSION}/link", json={"token": link.secret})
    assert list(asked.json()["error"]["fields"]) == ["password"]
    given = {"token": link.secret, "password": "another four words"}
    assert (await caller.post(f"{SESSION}/link", json=given)).status_code == 201
    assert (await status(before), await status(caller)) == (401, 200)
    assert (await enter(browser(system), "anna")).status_code == 401
    assert (await enter(browser(system), "anna", "another four words")).status_code == 201
    assert (await browser(system).post(f"{SESSION}/link", json=given)).status_code == 401


async def test_a_link_expires(system: System) -> None:
    add_user(system, "anna")
    _, link = password_link(system.database, "anna", system.clock.now())
    wait(system, 3 * DAY)
    given = {"token": link.secret, "password": "another four words"}
    assert (await browser(system).post(f"{SESSION}/link", json=given)).status_code == 401


async def test_a_set_up_link_signs_nobody_in_and_others_set_nothing_up(system: System) -> None:
    token = secret_of_set_up(system)
    caller = browser(system)
    assert (await caller.post(f"{SESSION}/link", json={"token": token})).status_code == 401
    link = demo_link(system.database, system.clock.now())
    setup = {"token": link.secret, "name": "anna", "password": PASSWORD}
    assert (await caller.post(f"{SESSION}/set-up", json=setup)).status_code == 401


async def test_people_change_their_own_password(system: System) -> None:
    add_user(system, "anna")
    other, caller = await signed_in(system, "anna"), await signed_in(system, "anna")
    place, old = f"{SESSION}/password", session_of(caller)
    wrong = {"currentPassword": WRONG, "newPassword": "another four words"}
    refused = await caller.post(place, json=wrong)
    assert list(refused.json()["error"]["fields"]) == ["currentPassword"]
    short = await caller.post(place, json={"currentPassword": PASSWORD, "newPassword": "short"})
    assert list(short.json()["error"]["fields"]) == ["newPassword"]
    right = {"currentPassword": PASSWORD, "newPassword": "another four words"}
    assert (await caller.post(place, json=right)).status_code == 200
    assert session_of(caller) != old
    assert (await status(caller), await status(other)) == (200, 401)
    assert (await enter(browser(system), "anna", "another four words")).status_code == 201


async def test_a_wrong_present_password_counts_as_a_failed_sign_in(system: System) -> None:
    add_user(system, "anna")
    caller = await signed_in(system, "anna")
    wrong = {"currentPassword": WRONG, "newPassword": "another four words"}
    for _ in range(5):
        await caller.post(f"{SESSION}/password", json=wrong)
    right = {"currentPassword": PASSWORD, "newPassword": "another four words"}
    assert (await caller.post(f"{SESSION}/password", json=right)).status_code == 422


async def test_a_token_has_no_password_to_change(client: httpx.AsyncClient) -> None:
    change = {"currentPassword": PASSWORD, "newPassword": "another four words"}
    assert (await client.post(f"{SESSION}/password", json=change)).status_code == 409


@pytest.mark.parametrize("text", ["\ud800", "\0", "pass\x00word and more"])
async def test_text_that_nobody_types_is_no_fault_of_the_server(system: System, text: str) -> None:
    caller = browser(system)
    for place, body in (
        (SESSION, {"name": text, "password": text}),
        (SESSION, {"name": "anna", "password": text}),
        (f"{SESSION}/link", {"token": text, "password": text}),
        (f"{SESSION}/set-up", {"token": text, "name": "anna", "password": text * 12}),
    ):
        headers = {"Content-Type": "application/json"}
        response = await caller.post(place, content=json.dumps(body), headers=headers)
        assert response.status_code in {401, 422}, place
