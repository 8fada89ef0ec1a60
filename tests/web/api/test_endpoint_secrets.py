"""Passwords go in and never come out, and stay with the device they were given for."""

from typing import Any

import httpx
import pytest

from wattledger.secrets.keys import new_key
from wattledger.services.stored_login import stored_login
from wattledger.services.system import System
from wattledger.store.endpoints import find_endpoint

ROUTE = "/api/v1/endpoints"
SECRET = "T0p-secret&Marker"
FORM = {
    "name": "Rack B1",
    "ipAddress": "10.0.0.5",
    "authType": "form",
    "authConfig": {"loginUrl": "/login", "username": "admin", "password": SECRET},
    "scrapingConfig": {"valueSelector": "#kwh"},
}


LED_AWAY = {"action": "navigate", "url": "http://10.0.0.5:9977/"}
TYPED = {"action": "type", "selector": "#p", "text": "{password}"}


@pytest.fixture
async def created(client: httpx.AsyncClient) -> dict[str, Any]:
    """Create an endpoint with a form login and give it as it is shown."""
    response = await client.post(ROUTE, json=FORM)
    assert response.status_code == 201
    assert SECRET not in response.text
    shown: dict[str, Any] = response.json()["data"]
    return shown


def password(system: System) -> str | None:
    with system.database.connect() as connection:
        row = find_endpoint(connection, "Rack B1")
    stored = stored_login(row, system.vault).password
    return None if stored is None else stored.get_secret_value()


async def test_a_password_is_never_shown(
    client: httpx.AsyncClient, created: dict[str, Any]
) -> None:
    assert created["authConfig"]["username"] == "admin"
    assert created["authConfig"]["hasPassword"] is True
    assert "password" not in created["authConfig"]
    for address in (ROUTE, f"{ROUTE}/{created['id']}", "/api/v1/consumption/live"):
        assert SECRET not in (await client.get(address)).text


async def test_a_password_is_encrypted_where_it_lies(
    system: System, created: dict[str, Any]
) -> None:
    assert password(system) == SECRET, created
    files = [path for path in system.settings.data_dir.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []


async def test_a_change_without_the_password_keeps_it(
    client: httpx.AsyncClient, system: System, created: dict[str, Any]
) -> None:
    sent = created | {"location": "Hall 2"}
    response = await client.put(f"{ROUTE}/{created['id']}", json=sent)
    assert response.status_code == 200, response.text
    assert response.json()["data"]["location"] == "Hall 2"
    assert password(system) == SECRET
    del sent["authConfig"]
    response = await client.put(f"{ROUTE}/{created['id']}", json=sent)
    assert response.json()["data"]["authConfig"] == created["authConfig"]
    assert password(system) == SECRET


async def test_a_new_password_replaces_the_old(
    client: httpx.AsyncClient, system: System, created: dict[str, Any]
) -> None:
    login = FORM["authConfig"] | {"password": "another"}  # type: ignore[operator] # a dict
    sent = FORM | {"authConfig": login, "ipAddress": "10.0.0.6"}
    assert (await client.put(f"{ROUTE}/{created['id']}", json=sent)).status_code == 200
    assert password(system) == "another"


@pytest.mark.parametrize(
    "moved",
    [
        {"ipAddress": "10.0.0.6"},
        {"ipAddress": "10.0.0.5:8080"},
        {"ipAddress": "https://10.0.0.5"},
        {"authConfig": {"loginUrl": "http://10.6.6.6/login", "username": "admin"}},
        {"authConfig": {"loginUrl": "//10.6.6.6/login", "username": "admin"}},
        {"authConfig": {"username": "admin", "logoutUrl": "http://10.0.0.5:81/logout"}},
        {"ipAddress": "10.0.0.6", "authType": "basic"},
        {"scrapingConfig": {"steps": [LED_AWAY, TYPED], "valueSelector": "#kwh"}},
        {"scrapingConfig": {"steps": [LED_AWAY], "valueSelector": "#kwh"}},
    ],
)
async def test_a_stored_password_is_not_sent_to_another_place(
    client: httpx.AsyncClient,
    system: System,
    created: dict[str, Any],
    moved: dict[str, object],
) -> None:
    response = await client.put(f"{ROUTE}/{created['id']}", json=created | moved)
    assert response.status_code == 422
    assert list(response.json()["error"]["fields"]) == ["authConfig.password"]
    shown = (await client.get(f"{ROUTE}/{created['id']}")).json()["data"]
    assert shown == created
    assert password(system) == SECRET


async def test_another_page_of_the_same_device_is_the_same_place(
    client: httpx.AsyncClient, created: dict[str, Any], system: System
) -> None:
    moved = created | {"ipAddress": "http://10.0.0.5/energy"}
    assert (await client.put(f"{ROUTE}/{created['id']}", json=moved)).status_code == 200
    assert password(system) == SECRET


async def test_a_password_that_nothing_uses_any_more_is_forgotten(
    client: httpx.AsyncClient, created: dict[str, Any], system: System
) -> None:
    sent = created | {"authType": "none", "ipAddress": "10.0.0.6"}
    response = await client.put(f"{ROUTE}/{created['id']}", json=sent)
    assert response.json()["data"]["authConfig"]["hasPassword"] is False
    assert password(system) is None


async def test_a_password_that_a_step_types_is_kept(
    client: httpx.AsyncClient, created: dict[str, Any], system: System
) -> None:
    steps = [{"action": "type", "selector": "#password", "text": "{password}"}]
    sent = created | {
        "authType": "none",
        "scrapingConfig": {"steps": steps, "valueSelector": "#kwh"},
    }
    assert (await client.put(f"{ROUTE}/{created['id']}", json=sent)).status_code == 200
    assert password(system) == SECRET


@pytest.mark.parametrize("selector", ["#password", "input[type=password]", "#pwd", "#secret-box"])
async def test_a_password_written_into_a_step_is_refused(
    client: httpx.AsyncClient, selector: str
) -> None:
    steps = [
        {"action": "type", "selector": "#user", "text": "{username}"},
        {"action": "type", "selector": selector, "value": "hunter2"},
    ]
    sent = FORM | {
        "authConfig": {"username": "a", "password": "b", "passwordField": "#secret-box"},
        "scrapingConfig": {"steps": steps, "valueSelector": "#kwh"},
    }
    response = await client.post(ROUTE, json=sent)
    assert response.status_code == 422
    assert list(response.json()["error"]["fields"]) == ["scrapingConfig.steps.1.text"]
    assert "hunter2" not in response.text


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"action": "type", "selector": "#code", "text": SECRET}, "text"),
        ({"action": "type", "selector": "#code", "text": f"x{SECRET}"}, "text"),
        ({"action": "navigate", "url": f"/enter?with={SECRET}"}, "url"),
    ],
)
async def test_the_very_password_is_refused_wherever_steps_have_it(
    client: httpx.AsyncClient, step: dict[str, str], field: str
) -> None:
    sent = FORM | {"scrapingConfig": {"steps": [step], "valueSelector": "#kwh"}}
    response = await client.post(ROUTE, json=sent)
    assert response.status_code == 422
    assert list(response.json()["error"]["fields"]) == [f"scrapingConfig.steps.0.{field}"]
    assert SECRET not in response.text


async def test_a_word_that_is_the_password_too_may_stand_in_an_address(
    client: httpx.AsyncClient,
) -> None:
    steps = [{"action": "navigate", "url": "/admin/login.html"}]
    login = {"loginUrl": "/login", "username": "admin", "password": "admin"}
    sent = FORM | {
        "authConfig": login,
        "scrapingConfig": {"steps": steps, "valueSelector": "#kwh"},
    }
    assert (await client.post(ROUTE, json=sent)).status_code == 201


@pytest.mark.parametrize("route", ["", "/try", "/detect"])
@pytest.mark.parametrize("name", ["username", "password", "loginUrl", "logoutUrl"])
async def test_a_login_longer_than_any_device_asks_for_is_refused(
    client: httpx.AsyncClient, route: str, name: str
) -> None:
    """To keep it out of all texts would take the whole server for minutes."""
    sent = FORM | {"authConfig": FORM["authConfig"] | {name: "%" * 20_000}}  # type: ignore[operator] # a dict
    response = await client.post(f"{ROUTE}{route}", json=sent)
    assert response.status_code == 422
    assert f"authConfig.{name}" in response.json()["error"]["fields"]
    assert len(response.text) < 1_000


async def test_a_password_that_no_key_opens_any_more_is_told_with_what_to_do(
    system: System, client: httpx.AsyncClient, created: dict[str, Any]
) -> None:
    (system.settings.key_file).write_text(new_key(), encoding="ascii")
    one = f"{ROUTE}/{created['id']}"
    for asked in (
        client.get(f"{ROUTE}/export"),
        client.post(f"{one}/test"),
        client.put(one, json=FORM | {"authConfig": {"username": "root"}}),
    ):
        refused = await asked
        assert refused.status_code == 503, refused.text
        assert "put back the key file" in refused.json()["error"]["message"]
    assert (await client.put(one, json=FORM)).status_code == 200, "a new one can take its place"
