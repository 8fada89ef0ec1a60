"""Pages that need a browser: what stands in them before a script ran, and what the script gets."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from wattledger.domain.instant import Instant
from wattledger.simulate.farm import Farm, FarmDevice

Find = Callable[[str], FarmDevice]
Visit = Callable[[FarmDevice], httpx.Client]
Shown = Callable[[httpx.Response, str], str | None]

TOTAL = ".total-consumption"


def test_what_needs_a_browser_does_not_have_the_number_on_its_page(
    farm: Farm, visit: Visit, noon: Instant
) -> None:
    scripted = [device for device in farm.devices if device.needs_browser]
    assert {device.spec.kind for device in scripted} == {"script-tab", "late-xhr", "script-login"}
    for device in scripted:
        page = visit(device).get("/").text
        assert device.face(noon).kwh not in page
        assert "<script" in page


def test_the_scripted_tab_is_drawn_from_a_panel(
    device: Find, visit: Visit, shown: Shown, noon: Instant
) -> None:
    meter = device("script-tab")
    panel = visit(meter).get("/panel/energy")
    assert shown(panel, TOTAL) == f"{meter.face(noon).kwh} kWh"


def test_the_late_number_takes_two_seconds_and_holds_nobody_up(
    device: Find, visit: Visit, noon: Instant
) -> None:
    meter = device("late-xhr")
    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: visit(meter).get("/cgi/figures"), range(4)))
    assert 1.9 < time.monotonic() - started < 4
    assert all(answer.json()["total"] == f"{meter.face(noon).kwh} kWh" for answer in answers)


def test_the_scripted_login_opens_a_session_by_cookie(
    device: Find, visit: Visit, noon: Instant
) -> None:
    meter = device("script-login")
    client, spec = visit(meter), meter.spec
    assert client.get("/api/figures").status_code == 401
    login = {"user": spec.username, "secret": spec.password}
    assert client.post("/api/session", json={**login, "secret": "wrong"}).status_code == 401
    assert client.post("/api/session", json=login).status_code == 200
    assert client.get("/api/figures").json()["energy-total"] == f"{meter.face(noon).kwh} kWh"
    client.get("/api/sign-out")
    assert client.get("/api/figures").status_code == 401


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "7"])
def test_the_scripted_login_refuses_what_is_no_login(device: Find, visit: Visit, body: str) -> None:
    assert visit(device("script-login")).post("/api/session", content=body).status_code == 400
