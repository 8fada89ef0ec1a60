"""Login by form: the token, the cookie, the way out; and the card with one session."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest

from wattledger.domain.instant import Instant
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.lineup import standard_farm

Find = Callable[[str], FarmDevice]
Visit = Callable[[FarmDevice], httpx.Client]
Shown = Callable[[httpx.Response, str], str | None]

TOTAL = ".total-consumption"
LOGGED_IN = "#logout"


def log_in(
    client: httpx.Client,
    meter: FarmDevice,
    *,
    password: str | None = None,
    token: str | None = None,
) -> httpx.Response:
    found = re.search('name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found is not None
    fields = {
        "csrf_token": found[1] if token is None else token,
        "user": meter.spec.username,
        "pass": meter.spec.password if password is None else password,
        "action": "login",
    }
    return client.post("/login", data=fields)


def test_the_form_leads_to_the_number_and_logout_ends_it(
    device: Find, visit: Visit, shown: Shown, noon: Instant
) -> None:
    meter = device("form-login")
    client = visit(meter)
    assert client.get("/energy").url.path == "/login"
    assert shown(log_in(client, meter), LOGGED_IN) == "Log off"
    assert shown(client.get("/energy"), TOTAL) == f"{meter.face(noon).kwh} kWh"
    client.get("/logout")
    assert client.get("/energy").url.path == "/login"


def test_the_form_refuses_a_wrong_password(device: Find, visit: Visit, shown: Shown) -> None:
    meter = device("form-login")
    client = visit(meter)
    answer = log_in(client, meter, password="wrong")
    assert answer.status_code == 200
    assert shown(answer, ".notice") == "Invalid user name or password."
    assert shown(client.get("/energy"), TOTAL) is None


def test_the_form_refuses_a_wrong_token_even_with_the_right_password(
    device: Find, visit: Visit, shown: Shown
) -> None:
    meter = device("form-login")
    client = visit(meter)
    assert log_in(client, meter, token="0" * 32).status_code == 403
    assert shown(client.get("/energy"), TOTAL) is None


def test_a_token_of_the_form_is_good_once(device: Find, visit: Visit) -> None:
    meter = device("form-login")
    client = visit(meter)
    first = log_in(client, meter)
    spent = re.search("csrf_token=([0-9a-f]+)", first.history[0].request.content.decode())
    assert spent is not None
    assert log_in(client, meter, token=spent[1]).status_code == 403


def test_the_form_wants_its_button(device: Find, visit: Visit) -> None:
    meter = device("form-login")
    client = visit(meter)
    found = re.search('name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found is not None
    assert client.post("/login", data={"csrf_token": found[1]}).status_code == 400


def test_a_made_up_cookie_opens_nothing(device: Find, visit: Visit) -> None:
    client = visit(device("form-login"))
    client.cookies.set("PDUSESSION", "0" * 32)
    assert client.get("/energy").url.path == "/login"


@pytest.fixture
def card(noon: Instant) -> Iterator[FarmDevice]:
    """Give a card with one session that locks for a second only."""
    specs = [replace(s, lock_seconds=1) for s in standard_farm() if s.kind == "one-session"]
    with Farm.start(specs, frozen_at=noon) as farm:
        yield farm.devices[0]


def log_on(client: httpx.Client, meter: FarmDevice, *, password: str = "") -> httpx.Response:
    fields = {
        "login_username": meter.spec.username,
        "login_password": password or meter.spec.password,
        "prefLanguage": "00000000",
        "submit": "Log On",
    }
    return client.post("/Forms/login1", data=fields)


def test_the_card_shows_the_number_to_its_session(
    card: FarmDevice, visit: Visit, shown: Shown, noon: Instant
) -> None:
    client = visit(card)
    assert client.get("/").url.path == "/logon.htm"
    assert shown(log_on(client, card), "#logoff") == "Log Off"
    assert shown(client.get("/rPDUmeter.htm"), TOTAL) == f"{card.face(noon).kwh} kWh"


def test_the_card_refuses_a_second_login_until_the_first_logs_out(
    card: FarmDevice, visit: Visit
) -> None:
    first, second = visit(card), visit(card)
    log_on(first, card)
    assert "Someone is currently logged in" in log_on(second, card).text
    assert second.get("/rPDUmeter.htm").url.path == "/logon.htm"
    assert "logged off" in first.get("/logout.htm").text
    assert "Log Off" in log_on(second, card).text


def test_the_card_stays_locked_for_a_time_when_nobody_logs_out(
    card: FarmDevice, visit: Visit
) -> None:
    first, second = visit(card), visit(card)
    log_on(first, card)
    assert "Someone is currently logged in" in log_on(second, card).text
    time.sleep(1.1)
    assert "Log Off" in log_on(second, card).text
    assert first.get("/rPDUmeter.htm").url.path == "/logon.htm"


def test_a_stranger_cannot_log_the_session_out(card: FarmDevice, visit: Visit) -> None:
    first, second = visit(card), visit(card)
    log_on(first, card)
    second.get("/logout.htm")
    assert first.get("/rPDUmeter.htm").url.path == "/rPDUmeter.htm"


def test_a_wrong_password_does_not_lock_the_card(card: FarmDevice, visit: Visit) -> None:
    client = visit(card)
    assert "not valid" in log_on(client, card, password="wrong").text
    assert "Log Off" in log_on(client, card).text


def test_the_standard_card_locks_for_three_minutes(device: Find) -> None:
    assert device("one-session").spec.lock_seconds == 180
