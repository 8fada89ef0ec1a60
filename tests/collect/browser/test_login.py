"""Logins by form in the browser: filled and sent as a person would, judged, and left again."""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from tests.collect.browser.conftest import Read, target, until
from tests.collect.conftest import Asked, RawDevice, StartDevice, reply, serve

from wattledger.collect.attempt import Target
from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome

pytestmark = pytest.mark.browser

SECRET = "apc+Rack&7"
METER = "<b id=total>12543.5 kWh</b>"
FORM = """<title>Sign in</title><form method=post action=/login><input name=token type=hidden
  value=t1><input name=user><input name=secret type=password><button id=go>Go</button></form>"""

# Draws its form late, logs in by XHR, keeps the session in its memory alone.
SCRIPTED = """<div id=app></div><script>
const app = document.getElementById("app");
setTimeout(() => {
  app.innerHTML = `<p id=say></p><input id=u><input id=p type=password><button id=go>Go</button>`;
  document.getElementById("go").onclick = async () => {
    const u = document.getElementById("u").value, p = document.getElementById("p").value;
    const answer = await fetch("/session", {method: "POST", body: `user=${u}&secret=` +
      encodeURIComponent(p)});
    if (!answer.ok) { document.getElementById("say").textContent = "Wrong."; return; }
    app.innerHTML = `<a id=out>Sign out</a><b id=total>...</b>`;
    const figures = await fetch("/figures", {headers: {"x-key": await answer.text()}});
    document.getElementById("total").textContent = await figures.text();
  };
}, 200);</script>"""


def is_right(asked: Asked) -> bool:
    sent = parse_qs(asked.body.decode())
    return (sent["user"], sent["secret"]) == (["admin"], [SECRET])


def with_form(inside: str = METER, busy: str | None = None) -> Callable[[Asked], bytes | None]:
    """Return a device with a login form, whose pages need the cookie it gives."""

    def page(asked: Asked) -> bytes | None:
        if asked.path == "/login" and asked.method == "POST":
            if busy is not None:
                return reply(busy)
            if not is_right(asked):
                return reply(f"<p>Invalid.</p>{FORM}")
            return reply("", "303 See Other", Location="/home", Set_Cookie="sid=1; Path=/")
        if asked.path == "/logout":
            return reply("bye")
        known = "sid=1" in asked.headers.get("cookie", "")
        return reply(inside if known and asked.path != "/login" else FORM)

    return page


def scripted(asked: Asked) -> bytes | None:
    if asked.path == "/session":
        return reply("k-9") if is_right(asked) else reply("", "401 Unauthorized")
    if asked.path == "/figures":
        key = asked.headers.get("x-key")
        return reply("12543.5 kWh") if key == "k-9" else reply("", "403 Forbidden")
    return reply(SCRIPTED if asked.path == "/" else "bye")


def form_target(device: RawDevice, **auth: str) -> Target:
    wanted = {"login_url": "/login", "logout_url": "/logout", "username": "admin"}
    return target(device, auth_type="form", **{"password": SECRET, **wanted, **auth})


async def failure(read: Read, wanted: Target) -> AttemptError:
    with pytest.raises(AttemptError) as caught:
        await read(wanted)
    assert SECRET not in caught.value.message
    return caught.value


async def test_a_form_is_filled_sent_read_behind_and_left(
    start_device: StartDevice, read: Read
) -> None:
    device = await start_device(serve(with_form()))
    fetched = await read(form_target(device))
    assert "12543.5 kWh" in fetched.documents[0].text
    posted = next(asked for asked in device.asked if asked.method == "POST")
    assert parse_qs(posted.body.decode())["token"] == ["t1"]
    assert device.paths.count("POST /login") == 1
    assert device.paths[-1] == "GET /logout"
    assert [step.label for step in fetched.steps] == ["log in", "value", "log out"]


@pytest.mark.parametrize(
    "auth",
    [
        {"username_field": "[name=user]", "password_field": "[name=secret]"},
        {"submit_selector": "#go"},
        {"submit_selector": "text:Go", "logged_in_when": "#total"},
    ],
)
async def test_fields_and_button_may_be_named(
    start_device: StartDevice, read: Read, auth: dict[str, str]
) -> None:
    device = await start_device(serve(with_form()))
    assert "12543.5 kWh" in (await read(form_target(device, **auth))).documents[0].text


async def test_a_login_drawn_by_scripts_and_kept_in_memory_is_read(
    start_device: StartDevice, read: Read
) -> None:
    device = await start_device(serve(scripted))
    wanted = form_target(device, login_url="/", submit_selector="#go", logged_in_when="#out")
    assert ">12543.5 kWh<" in (await read(wanted)).documents[0].text
    assert device.paths.count("GET /") == 1
    assert device.paths[-1] == "GET /logout"


@pytest.mark.parametrize("kind", ["form", "script"])
async def test_a_wrong_password_is_tried_once(
    start_device: StartDevice, read: Read, kind: str
) -> None:
    device = await start_device(serve(with_form() if kind == "form" else scripted))
    button = {} if kind == "form" else {"login_url": "/", "submit_selector": "#go"}
    error = await failure(read, form_target(device, password="not-the-1", **button))
    assert error.outcome is Outcome.AUTH_FAILED
    assert "refused the login as 'admin'" in error.message
    assert "not-the-1" not in error.message
    assert len([asked for asked in device.asked if asked.method == "POST"]) == 1


async def test_a_busy_device_is_left_to_the_others(start_device: StartDevice, read: Read) -> None:
    page = with_form(busy="<p>Someone is currently logged in. Please try again later.</p>")
    device = await start_device(serve(page))
    error = await failure(read, form_target(device))
    assert error.outcome is Outcome.BUSY
    assert "GET /logout" not in device.paths


async def test_words_nobody_sees_do_not_make_a_device_busy(
    start_device: StartDevice, read: Read
) -> None:
    hidden = f"<p style='display:none'>Someone is currently logged in.</p>{METER}"
    device = await start_device(serve(with_form(inside=hidden)))
    assert "12543.5 kWh" in (await read(form_target(device))).documents[0].text


async def test_a_login_page_instead_of_the_value_is_told(
    start_device: StartDevice, read: Read
) -> None:
    page = with_form(inside=FORM.replace("Sign in", "Again"))
    device = await start_device(serve(page))
    error = await failure(read, form_target(device, logged_in_when="title"))
    assert error.outcome is Outcome.LOGIN_PAGE_AGAIN


async def test_a_page_without_a_form_is_told(start_device: StartDevice, read: Read) -> None:
    device = await start_device(serve(lambda _: "<p>Welcome"))
    error = await failure(read, form_target(device))
    assert error.outcome is Outcome.STEP_FAILED
    assert "no login form at /login" in error.message


async def test_a_form_nothing_sends_is_told(start_device: StartDevice, read: Read) -> None:
    page = "<input id=u><input id=p type=password><button>Go</button>"
    device = await start_device(serve(lambda _: page))
    error = await failure(read, form_target(device))
    assert error.outcome is Outcome.STEP_FAILED
    assert "authConfig.submitSelector" in error.message


@pytest.mark.parametrize("setting", ["submit_selector", "username_field"])
async def test_a_name_that_is_not_on_the_login_page_is_told(
    start_device: StartDevice, read: Read, setting: str
) -> None:
    device = await start_device(serve(with_form()))
    error = await failure(read, form_target(device, **{setting: "#nowhere"}))
    assert error.outcome is Outcome.STEP_FAILED
    assert "check authConfig." in error.message
    assert "POST /login" not in device.paths


async def test_the_device_is_left_also_after_a_failure(
    start_device: StartDevice, read: Read
) -> None:
    device = await start_device(serve(with_form()))
    wanted = target(
        device,
        {"action": "click", "selector": "#nowhere"},
        auth_type="form",
        login_url="/login",
        logout_url="/logout",
        username="admin",
        password=SECRET,
    )
    error = await failure(read, wanted)
    assert error.outcome is Outcome.STEP_FAILED
    assert device.paths[-1] == "GET /logout"


async def test_the_device_is_left_when_its_page_hangs(
    start_device: StartDevice, read: Read
) -> None:
    stuck = "<p>in</p><script>setTimeout(() => { for (;;); }, 300)</script>"
    device = await start_device(serve(with_form(inside=stuck)))
    error = await failure(read, form_target(device))
    assert error.outcome is Outcome.TIMEOUT
    assert device.paths[-1] == "GET /logout"


async def test_the_device_is_left_when_the_read_is_cancelled(
    start_device: StartDevice, read: Read
) -> None:
    device = await start_device(serve(with_form(inside="<p>no figures")))
    reading = asyncio.ensure_future(read(form_target(device)))
    await until(lambda: "GET /home" in device.paths)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert device.paths[-1] == "GET /logout"


async def test_after_the_login_nothing_is_sent_but_get(
    start_device: StartDevice, read: Read
) -> None:
    inside = f"{METER}<script>setTimeout(() => fetch('/save', {{method: 'POST'}}), 0)</script>"
    page = with_form(inside=inside)
    device = await start_device(serve(page))
    fetched = await read(form_target(device, logged_in_when="#total"))
    assert "12543.5 kWh" in fetched.documents[0].text
    steps = [{"action": "navigate", "url": "/energy"}]
    again = target(
        device,
        *steps,
        auth_type="form",
        login_url="/login",
        username="admin",
        password=SECRET,
        logged_in_when="#total",
    )
    device.asked.clear()
    await read(again)
    after = device.paths[device.paths.index("GET /energy") :]
    assert not [asked for asked in after if asked.startswith("POST")]


async def test_a_password_alone_is_enough_where_no_name_is_asked(
    start_device: StartDevice, read: Read
) -> None:
    form = "<form method=post action=/login><input name=secret type=password></form>"

    def page(asked: Asked) -> str:
        sent = parse_qs(asked.body.decode()).get("secret")
        return METER if sent == [SECRET] else form

    device = await start_device(serve(page))
    steps_done = await read(form_target(device, logged_in_when="#total", login_url="/"))
    assert "12543.5 kWh" in steps_done.documents[0].text


async def test_a_password_is_not_typed_where_the_login_page_is_of_another_port(
    start_device: StartDevice, read: Read
) -> None:
    other = await start_device(serve(with_form()))
    moved = reply("", "302 Found", Location=f"{other.url}/login")
    device = await start_device(serve(lambda _: moved))
    error = await failure(read, form_target(device))
    assert error.outcome is Outcome.REFUSED
    assert f"not sent to {other.url}" in error.message
    assert "POST /login" not in other.paths
    named = form_target(device, login_url=f"{other.url}/login", logout_url=f"{other.url}/logout")
    assert "12543.5 kWh" in (await read(named)).documents[0].text
