"""Reading devices over plain HTTP, from the address to the documents."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from tests.collect.conftest import Asked, RawDevice, StartDevice, reply, serve, site

from wattledger.collect.address import AddressPolicy
from wattledger.collect.attempt import Document, Fetched, Target
from wattledger.collect.curl import CurlClient
from wattledger.collect.errors import AttemptError, NeedsBrowserError
from wattledger.collect.limits import Limits
from wattledger.collect.transport.http import HttpTransport
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Recipe

METER = "<title>PDU</title><td id=total>12543.5 kWh</td>"
QUICK = Limits(connect_seconds=0.5, first_byte_seconds=0.5, read_seconds=1, logout_seconds=0.3)


@pytest.fixture
async def transport() -> AsyncIterator[HttpTransport]:
    opened = HttpTransport(CurlClient(QUICK), AddressPolicy(allow_loopback=True))
    yield opened
    await opened.close()


def shows_energy(documents: Sequence[Document]) -> bool:
    return any("kWh" in document.text for document in documents)


def target(
    device: RawDevice | str,
    *steps: dict[str, Any],
    engine: str = "auto",
    auth_type: str = "none",
    **auth: str,
) -> Target:
    address = device if isinstance(device, str) else device.url
    recipe = {
        "authType": auth_type,
        "authConfig": auth,
        "scrapingConfig": {"engine": engine, "steps": list(steps), "valueSelector": "#total"},
    }
    return Target(address, Recipe.model_validate(recipe))


async def fetch(transport: HttpTransport, wanted: Target) -> Fetched:
    return await transport.fetch(wanted, shows_energy)


async def failure(transport: HttpTransport, wanted: Target) -> AttemptError:
    with pytest.raises(AttemptError) as caught:
        await fetch(transport, wanted)
    return caught.value


def navigate(url: str) -> dict[str, Any]:
    return {"action": "navigate", "url": url}


def click(selector: str) -> dict[str, Any]:
    return {"action": "click", "selector": selector}


async def test_a_plain_page_is_one_request(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({"/energy?x=1": METER}))
    fetched = await fetch(transport, target(f"{device.url}/energy?x=1"))
    assert device.paths == ["GET /energy?x=1"]
    assert [document.text for document in fetched.documents] == [METER]
    assert fetched.status == 200
    assert [step.label for step in fetched.steps] == ["open"]


async def test_secret_headers_are_left_out(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    page = reply(METER, Set_Cookie="sid=secret", X_Auth_Token="secret", Server="PDU/1")
    fetched = await fetch(transport, target(await start_device(site({"/": page}))))
    assert ("Server", "PDU/1") in fetched.headers
    assert "secret" not in str(fetched)


async def test_an_address_that_is_none_is_refused(transport: HttpTransport) -> None:
    with pytest.raises(InvalidInputError):
        await fetch(transport, target("ftp://127.0.0.1"))


async def test_link_local_is_refused_before_anything_is_sent(transport: HttpTransport) -> None:
    error = await failure(transport, target("http://169.254.169.254/latest/meta-data"))
    assert error.outcome is Outcome.REFUSED


async def test_a_redirect_to_another_host_is_refused(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    other = await start_device(site({"/": METER}))
    away = reply("", "302 Found", Location=f"http://127.0.0.2:{other.port}/")
    error = await failure(transport, target(await start_device(site({"/": away}))))
    assert error.outcome is Outcome.REFUSED
    assert "another host" in error.message
    assert other.asked == []
    assert error.fetched.status == 302


async def test_a_redirect_loop_ends(transport: HttpTransport, start_device: StartDevice) -> None:
    device = await start_device(site({"/": reply("", "302 Found", Location="/")}))
    error = await failure(transport, target(device))
    assert error.outcome is Outcome.STEP_FAILED
    assert "more than 10 times" in error.message
    assert len(device.asked) == 11


async def test_redirects_carry_cookies_along(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    def page(asked: Asked) -> str | bytes:
        if asked.headers.get("cookie") == "sid=7":
            return METER
        return reply("", "303 See Other", Set_Cookie="sid=7", Location="home.htm#top")

    device = await start_device(serve(page))
    assert (await fetch(transport, target(device))).documents[0].url == f"{device.url}/home.htm"


async def test_a_page_that_soon_refreshes_elsewhere_is_followed(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    pages = {"/": '<META HTTP-EQUIV="Refresh" CONTENT="1; URL=\'main.htm\'">', "/main.htm": METER}
    device = await start_device(site(pages))
    assert (await fetch(transport, target(device))).documents[0].text == METER


async def test_a_page_that_reloads_itself_is_read_once(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    page = '<meta http-equiv="refresh" content="5; url=/">' + METER
    device = await start_device(site({"/": page}))
    await fetch(transport, target(device))
    assert device.paths == ["GET /"]


async def test_an_error_status_is_named_with_the_page_as_evidence(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    page = reply("<h1>Internal error 7</h1>", "500 Oops")
    error = await failure(transport, target(await start_device(site({"/": page}))))
    assert error.outcome is Outcome.HTTP_STATUS
    assert "HTTP 500" in error.message
    assert error.fetched.status == 500
    assert "Internal error 7" in error.fetched.documents[0].text


async def test_the_body_that_came_before_the_time_was_over_is_kept_as_evidence(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    async def drip(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n<html>Loading")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    error = await failure(transport, target(await start_device(drip), navigate("/x")))
    assert error.outcome is Outcome.TIMEOUT
    assert error.message.startswith("step 1 (navigate /x): ")
    assert error.fetched.documents[0].text.startswith("<html>Loading..")


async def test_many_quick_steps_end_with_the_read(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    async def slow(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(0.3)
        writer.write(reply(METER))
        return True

    steps = [navigate(f"/{number}") for number in range(9)]
    error = await failure(transport, target(await start_device(slow), *steps))
    assert error.outcome is Outcome.TIMEOUT
    assert "whole read took more than 1 s" in error.message


async def test_basic_login_is_sent_with_the_first_request(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({"/": METER}))
    await fetch(transport, target(device, auth_type="basic", username="admin", password="pä:s"))
    assert device.asked[0].headers["authorization"] == "Basic YWRtaW46cMOkOnM="


async def test_a_wrong_basic_password_is_tried_once(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    no = reply("", "401 Unauthorized", WWW_Authenticate='Basic realm="APC Management Card"')
    device = await start_device(site({"/": no}))
    error = await failure(
        transport, target(device, auth_type="basic", username="admin", password="hunter2")
    )
    assert error.outcome is Outcome.AUTH_FAILED
    assert "Basic, realm 'APC Management Card'" in error.message
    assert "hunter2" not in str(error) + str(error.fetched)
    assert len(device.asked) == 1


@pytest.mark.parametrize(("configured", "offered"), [("none", "Basic"), ("basic", "Digest")])
async def test_a_login_of_another_kind_is_named(
    configured: str, offered: str, transport: HttpTransport, start_device: StartDevice
) -> None:
    no = reply("", "401 Unauthorized", WWW_Authenticate=f'{offered} realm="r", nonce="n"')
    error = await failure(
        transport,
        target(
            await start_device(site({"/": no})), auth_type=configured, username="a", password="b"
        ),
    )
    assert error.outcome is Outcome.AUTH_FAILED
    assert f"set it to '{offered.lower()}'" in error.message


class DigestDevice:
    """Checks RFC 7616 digest logins (MD5, qop auth) as real devices do."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.nonces: set[str] = set()

    def page(self, asked: Asked) -> bytes:
        """Return the page, or the challenge with a new nonce."""
        given = asked.headers.get("authorization", "")
        fields = {
            name.strip(): text.strip('" ')
            for name, _, text in (part.partition("=") for part in given[7:].split(","))
        }
        if fields.get("nonce") in self.nonces and fields["response"] == self.expected(
            asked, fields
        ):
            return reply(METER)
        nonce = f"n{len(self.nonces)}"
        self.nonces.add(nonce)
        offer = f'Digest realm="PDU", qop="auth", algorithm=MD5, nonce="{nonce}"'
        return reply("no", "401 Unauthorized", WWW_Authenticate=offer)

    def expected(self, asked: Asked, fields: dict[str, str]) -> str:
        """Return the response the right password gives."""
        identity = _md5(f"admin:PDU:{self.password}")
        request = _md5(f"{asked.method}:{asked.path}")
        count, mine = fields["nc"], fields["cnonce"]
        return _md5(f"{identity}:{fields['nonce']}:{count}:{mine}:auth:{request}")


async def test_digest_login(transport: HttpTransport, start_device: StartDevice) -> None:
    device = await start_device(serve(DigestDevice("secret").page))
    wanted = target(
        device, navigate("/a"), navigate("/b"), auth_type="digest", username="admin",
        password="secret",
    )  # fmt: skip
    assert (await fetch(transport, wanted)).status == 200
    assert device.paths == ["GET /a", "GET /a", "GET /b"]


async def test_a_wrong_digest_password_is_tried_once(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(serve(DigestDevice("secret").page))
    error = await failure(
        transport, target(device, auth_type="digest", username="admin", password="wrong")
    )
    assert error.outcome is Outcome.AUTH_FAILED
    assert "refused this one" in error.message
    assert len([asked for asked in device.asked if "authorization" in asked.headers]) == 1


FRAMES = {
    "/": "<frameset><frame name=menu src=menu.htm><frame name=main src='a/start.htm'></frameset>",
    "/menu.htm": "<a href='energy.htm' target=main>Energy</a><a href=away.htm target=_top>Home</a>",
    "/a/start.htm": "<h1>Welcome</h1><iframe src='/a/deep.htm'></iframe>",
    "/a/deep.htm": "<p>deep</p>",
    "/energy.htm": METER,
    "/away.htm": "<b>0 kWh</b>",
}


async def test_frames_are_fetched_only_when_the_page_lacks_the_value(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    pages = {"/": "<frameset><frame src=/energy.htm><frame src=http://127.0.0.2/></frameset>"}
    device = await start_device(site({**FRAMES, **pages}))
    fetched = await fetch(transport, target(device))
    assert [document.url.rpartition("/")[2] for document in fetched.documents] == ["", "energy.htm"]
    assert device.asked[1].headers["referer"] == f"{device.url}/"


async def test_a_link_in_a_menu_frame_opens_in_the_frame_it_names(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site(FRAMES))
    fetched = await fetch(transport, target(device, navigate("/"), click("text:energy")))
    names = [document.url.rpartition("/")[2] for document in fetched.documents]
    assert names == ["", "menu.htm", "energy.htm"]
    fetched = await fetch(transport, target(device, navigate("/"), click("text:Home")))
    assert [document.text for document in fetched.documents] == ["<b>0 kWh</b>"]


async def test_a_frameset_that_shows_itself_ends(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    def page(asked: Asked) -> str:
        number = len(asked.path)
        return "".join(f"<iframe src='{asked.path}{number}{n}'></iframe>" for n in range(9))

    device = await start_device(serve(page))
    await fetch(transport, target(device))
    assert len(device.asked) == 21


async def test_a_value_drawn_by_a_script_needs_the_browser(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({"/": "<div id=total></div><script src=x.js></script>"}))
    error = await failure(transport, target(device))
    assert isinstance(error, NeedsBrowserError)
    assert "scripts" in error.message
    assert error.fetched.documents
    fetched = await fetch(transport, target(device, engine="http"))
    assert len(fetched.documents) == 1


async def test_a_plain_page_without_the_value_is_brought_as_it_is(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({"/": "<p>Internal error, please reload</p>"}))
    assert (await fetch(transport, target(device))).status == 200


async def test_a_page_that_asks_for_a_login_says_which_setting_is_missing(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({"/": "<form><input type=password></form>"}))
    error = await failure(transport, target(device))
    assert error.outcome is Outcome.AUTH_FAILED
    assert "set it to 'form'" in error.message


async def test_logout_follows_a_read_with_basic_login(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({"/": METER, "/logout.htm": "bye"}))
    fetched = await fetch(
        transport,
        target(device, auth_type="basic", username="a", password="b", logoutUrl="/logout.htm"),
    )
    assert device.paths == ["GET /", "GET /logout.htm"]
    assert [step.label for step in fetched.steps] == ["open", "log out"]
    assert fetched.documents[0].text == METER


async def test_a_hanging_logout_does_not_fail_the_read(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        if asked.path == "/logout":
            await asyncio.sleep(30)
        writer.write(reply(METER))
        return True

    device = await start_device(answer)
    fetched = await fetch(transport, target(device, logoutUrl="/logout"))
    assert fetched.documents[0].text == METER


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("auth_type", ["basic", "digest"])
async def test_a_login_of_http_is_not_sent_to_another_port(
    transport: HttpTransport, start_device: StartDevice, auth_type: str
) -> None:
    other = await start_device(serve(lambda _: METER))
    device = await start_device(site({"/": reply("", "302 Found", Location=other.url)}))
    login = target(device, auth_type=auth_type, username="admin", password="secret")
    error = await failure(transport, login)
    assert error.outcome is Outcome.REFUSED
    assert f"not sent to {other.url}" in error.message
    assert other.paths == []
