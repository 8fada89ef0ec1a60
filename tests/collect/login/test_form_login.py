"""Logging in by a form, staying polite, and always logging out."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import parse_qs

import pytest
from tests.collect.conftest import Asked, RawDevice, StartDevice, reply, serve, site

from wattledger.collect.address import AddressPolicy
from wattledger.collect.attempt import Document, Fetched, Target
from wattledger.collect.curl import CurlClient
from wattledger.collect.errors import AttemptError, NeedsBrowserError
from wattledger.collect.limits import DEFAULT_LIMITS, Limits
from wattledger.collect.transport.http import HttpTransport
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Recipe

QUICK = Limits(connect_seconds=0.5, first_byte_seconds=0.5, read_seconds=1, logout_seconds=0.3)
METER = "<td id=total>12543.5 kWh</td><a id=logout href=/logout>Log out</a>"
PASSWORD = "grüße+1"


class CardDevice:
    """A PDU card: a form with a token, one session at a time, locked until somebody logs out."""

    def __init__(self) -> None:
        self.session: str | None = None
        self.logins = 0
        self.keeps_session = True

    def page(self, asked: Asked) -> str | bytes:
        """Answer as the card does."""
        inside = self.session is not None and f"sid={self.session}" in asked.headers.get(
            "cookie", ""
        )
        answer: str | bytes = reply("", "303 See Other", Location="/login")
        match asked.method, asked.path:
            case "GET", "/login":
                answer = self.login_page()
            case "POST", "/Forms/login1":
                answer = self.log_in(asked)
            case "GET", "/logout" if inside:
                self.session = None
            case "GET", "/energy" if inside and self.keeps_session:
                answer = METER
            case "GET", "/broken":
                answer = reply("oops", "500 Oops")
            case _:
                pass
        return answer

    def login_page(self) -> bytes:
        """Return the form, in a broken table as old cards have it."""
        page = f"""<html><meta charset=iso-8859-1><table><form method=post action="Forms/login1">
            <tr><td><input name=login_username value=guest></td>
            <td><input type=password name=login_password></td></tr>
            <input type=hidden name=token value="t&amp;{self.logins}">
            <input type=checkbox name=remember><select name=lang><option value=1>en
            <option value=2 selected>de</select><input type=reset name=clear value=Clear>
            <input type=submit name=submit value="Log On"></form></table>"""
        return reply(page, Content_Type="text/html")

    def log_in(self, asked: Asked) -> str | bytes:
        """Check the form as it must come from a browser."""
        self.logins += 1
        expected = {
            "login_username": ["admin"],
            "login_password": [PASSWORD],
            "token": [f"t&{self.logins - 1}"],
            "lang": ["2"],
            "submit": ["Log On"],
        }
        if parse_qs(asked.body.decode(), encoding="latin-1") != expected:
            return self.login_page()
        if self.session is not None:
            return "<h1>Note.</h1><p>Someone is currently logged into the card. Try later.</p>"
        self.session = f"s{self.logins}"
        cookie = f"sid={self.session}; Path=/"
        return reply("", "303 See Other", Location="/energy", Set_Cookie=cookie)


@pytest.fixture
async def transport(request: pytest.FixtureRequest) -> AsyncIterator[HttpTransport]:
    limits = getattr(request, "param", QUICK)
    opened = HttpTransport(CurlClient(limits), AddressPolicy(allow_loopback=True))
    yield opened
    await opened.close()


def target(device: RawDevice, *steps: str, **auth: str) -> Target:
    config: dict[str, Any] = {
        "loginUrl": "/login", "username": "admin", "password": PASSWORD, "logoutUrl": "/logout",
        **auth,
    }  # fmt: skip
    scraping = {
        "steps": [{"action": "navigate", "url": url} for url in steps],
        "valueSelector": "#total",
    }
    recipe = {"authType": "form", "authConfig": config, "scrapingConfig": scraping}
    return Target(device.url, Recipe.model_validate(recipe))


async def fetch(transport: HttpTransport, wanted: Target) -> Fetched:
    def shows_energy(documents: Sequence[Document]) -> bool:
        return any("kWh" in document.text for document in documents)

    return await transport.fetch(wanted, shows_energy)


async def failure(transport: HttpTransport, wanted: Target) -> AttemptError:
    with pytest.raises(AttemptError) as caught:
        await fetch(transport, wanted)
    assert PASSWORD not in caught.value.message
    return caught.value


async def test_a_form_is_sent_as_a_browser_sends_it_and_logged_out_of(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    card = CardDevice()
    device = await start_device(serve(card.page))
    for _ in range(2):
        fetched = await fetch(transport, target(device, loggedInWhen="#logout"))
        assert fetched.documents[0].text == METER
        assert [step.label for step in fetched.steps] == ["log in", "log out"]
    assert device.paths == ["GET /login", "POST /Forms/login1", "GET /energy", "GET /logout"] * 2
    assert device.asked[1].headers["referer"] == f"{device.url}/login"


async def test_selectors_of_the_recipe_name_the_fields_and_the_button(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(serve(CardDevice().page))
    wanted = target(
        device,
        "/energy",
        usernameField="[name=login_username]",
        passwordField="[name=login_password]",
        submitSelector="[name=submit]",
    )
    assert (await fetch(transport, wanted)).status == 200


async def test_a_wrong_password_is_tried_once_and_named(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    card = CardDevice()
    device = await start_device(serve(card.page))
    error = await failure(transport, target(device, password="wrong"))
    assert error.outcome is Outcome.AUTH_FAILED
    assert "as 'admin': wrong username or password?" in error.message
    assert card.logins == 1


async def test_a_card_that_somebody_else_uses_is_busy_and_left_alone(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    card = CardDevice()
    card.session = "somebody"
    device = await start_device(serve(card.page))
    error = await failure(transport, target(device))
    assert error.outcome is Outcome.BUSY
    assert "'Someone is currently logged into the card" in error.message
    assert "GET /logout" not in device.paths


async def test_a_session_the_device_does_not_keep_is_told_from_a_wrong_password(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    card = CardDevice()

    def forgetful(asked: Asked) -> str | bytes | None:
        if asked.path == "/energy" and asked.headers.get("referer", "").endswith("/energy"):
            card.keeps_session = False
        return card.page(asked)

    device = await start_device(serve(forgetful))
    error = await failure(transport, target(device, "/energy"))
    assert error.outcome is Outcome.LOGIN_PAGE_AGAIN
    assert "did not keep the session" in error.message


async def test_logout_follows_a_failed_step(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    card = CardDevice()
    device = await start_device(serve(card.page))
    error = await failure(transport, target(device, "/broken"))
    assert error.outcome is Outcome.HTTP_STATUS
    assert error.message.startswith("step 1 (navigate /broken): ")
    assert device.paths[-1] == "GET /logout"
    assert card.session is None


async def test_logout_follows_a_time_out(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    card = CardDevice()

    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        if asked.path == "/slow":
            await asyncio.sleep(30)
        return await serve(card.page)(asked, writer)

    device = await start_device(slow)
    error = await failure(transport, target(device, "/slow"))
    assert error.outcome is Outcome.TIMEOUT
    assert card.session is None


# A device that takes its time over the logout would miss the quick limit on a busy machine.
@pytest.mark.parametrize("transport", [DEFAULT_LIMITS], indirect=True)
async def test_logout_follows_a_cancellation_even_a_second_one(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    card = CardDevice()
    hanging, leaving = asyncio.Event(), asyncio.Event()

    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        if asked.path == "/slow":
            hanging.set()
            await asyncio.sleep(30)
        if asked.path == "/logout":
            leaving.set()
            await asyncio.sleep(0.1)
        return await serve(card.page)(asked, writer)

    device = await start_device(slow)
    task = asyncio.create_task(fetch(transport, target(device, "/slow")))
    await hanging.wait()
    task.cancel()
    await leaving.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert card.session is None


LOGIN = "<form method=post action=/in>{}<input type=password name=p>{}</form>"


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<div id=app></div><script src=app.js></script>", "scripts may draw it"),
        (LOGIN.format("", "<button onclick='p.value=md5(p.value)'>Go</button>"), "prepares"),
        (LOGIN.format("<input type=hidden name=challenge value=8f>", ""), "prepares"),
        ("<form id=login><input type=password></form><script>…</script>", "prepares"),
        ("<input type=password><button>Log in</button>", "stand in no form"),
    ],
)
async def test_a_login_by_script_needs_the_browser_before_a_password_is_wasted(
    page: str, why: str, transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({"/login": page}))
    error = await failure(transport, target(device))
    assert isinstance(error, NeedsBrowserError)
    assert why in error.message
    assert device.paths == ["GET /login"]


async def test_a_page_without_a_login_form_names_the_settings_to_check(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({"/login": "<title>Hello</title>"}))
    error = await failure(transport, target(device))
    assert error.outcome is Outcome.STEP_FAILED
    assert "title 'Hello'" in error.message
    assert "loginUrl" in error.message


async def test_a_login_form_in_a_frame_is_found(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    pages: dict[str, str | bytes] = {
        "/login": "<frameset><frame src=/top><frame src=/form></frameset>",
        "/top": "<h1>PDU</h1>",
        "/form": LOGIN.format("<input name=u>", ""),
        "/in": METER,
    }
    device = await start_device(site(pages))
    assert (await fetch(transport, target(device))).documents[0].text == METER
    assert device.asked[3].body.decode() == "u=admin&p=gr%C3%BC%C3%9Fe%2B1"


async def test_a_form_sent_by_get_leaves_no_password_in_any_url(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    def page(asked: Asked) -> str:
        if asked.path.startswith("/in?"):
            return METER
        return LOGIN.format("", "").replace("post", "get")

    device = await start_device(serve(page))
    fetched = await fetch(transport, target(device))
    assert fetched.documents[0].url == f"{device.url}/in"
    assert "gr%C3%BC" in device.asked[1].path
    assert all("gr%C3%BC" not in asked.headers.get("referer", "") for asked in device.asked)


async def test_a_device_that_knows_us_by_our_address_is_not_logged_into_again(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({"/login": METER}))
    await fetch(transport, target(device, loggedInWhen="#logout"))
    assert device.paths == ["GET /login", "GET /logout"]


async def test_a_missing_sign_of_the_login_is_named(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(
        site({"/login": LOGIN.format("", ""), "/in": "<title>Home</title>"})
    )
    error = await failure(transport, target(device, loggedInWhen="#logout"))
    assert error.outcome is Outcome.AUTH_FAILED
    assert "'#logout' (loggedInWhen) is not on the page 'Home'" in error.message


@pytest.mark.parametrize(
    ("page", "setting", "words"),
    [
        (LOGIN.format("", ""), {"submitSelector": "#go"}, "check authConfig.submitSelector"),
        (
            LOGIN.format("", "<a id=go onclick='f()'>Go</a>"),
            {"submitSelector": "#go"},
            "'#go' sends the login by a script",
        ),
        (LOGIN.format("", ""), {"usernameField": "#name"}, "usernameField"),
        (
            LOGIN.format("", ""),
            {"usernameField": "#name", "passwordField": "[name=p]"},
            "check authConfig.usernameField",
        ),
        (LOGIN.format("", ""), {"passwordField": "#pin"}, "passwordField"),
        (LOGIN.format("<p id=name>", ""), {"usernameField": "#name"}, "authConfig.usernameField"),
    ],
)
async def test_a_setting_of_the_login_that_finds_nothing_is_named(
    page: str,
    setting: dict[str, str],
    words: str,
    transport: HttpTransport,
    start_device: StartDevice,
) -> None:
    device = await start_device(site({"/login": page}))
    error = await failure(transport, target(device, **setting))
    assert words in error.message
    assert device.paths == ["GET /login"]


@pytest.mark.parametrize(
    ("frame", "outcome"),
    [
        (METER, None),
        (LOGIN.format("", ""), Outcome.AUTH_FAILED),
        ("Another user is logged in", Outcome.BUSY),
    ],
)
async def test_the_answer_to_a_login_is_also_looked_for_in_frames(
    frame: str, outcome: Outcome | None, transport: HttpTransport, start_device: StartDevice
) -> None:
    pages = {
        "/login": LOGIN.format("", ""),
        "/in": "<frameset><frame src=/a></frameset>",
        "/a": frame,
    }
    device = await start_device(site(pages))
    wanted = target(device, loggedInWhen="#logout")
    if outcome is None:
        assert len((await fetch(transport, wanted)).documents) == 2
    else:
        assert (await failure(transport, wanted)).outcome is outcome


async def test_a_login_answered_with_401_is_a_wrong_password(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    no = reply("no", "401 Unauthorized")
    pages: dict[str, str | bytes] = {"/login": LOGIN.format("", ""), "/in": no}
    error = await failure(transport, target(await start_device(site(pages))))
    assert error.outcome is Outcome.AUTH_FAILED
    assert "wrong username or password?" in error.message


async def test_a_password_is_not_sent_where_the_login_page_is_of_another_port(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    card = CardDevice()
    other = await start_device(serve(card.page))
    led_on = reply("", "302 Found", Location=f"{other.url}/login")
    device = await start_device(serve(lambda _: led_on))
    error = await failure(transport, target(device))
    assert error.outcome is Outcome.REFUSED
    assert f"not sent to {other.url}" in error.message
    assert other.paths == ["GET /login"]
    named = target(device, loginUrl=f"{other.url}/login", logoutUrl=f"{other.url}/logout")
    assert (await fetch(transport, named)).documents[0].text == METER
