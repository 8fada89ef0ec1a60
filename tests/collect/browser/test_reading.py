"""Reading devices in a real browser, from the address to the documents."""

import asyncio
import json
from dataclasses import replace

import pytest
from tests.collect.browser.conftest import QUICK, OpenTransport, Read, shows_energy, target
from tests.collect.conftest import Asked, RawDevice, StartDevice, reply, serve, site

from wattledger.collect.address import AddressPolicy
from wattledger.collect.errors import AttemptError
from wattledger.collect.transport.browser import BrowserTransport
from wattledger.domain.outcome import Outcome

pytestmark = pytest.mark.browser

METER = "<title>PDU</title><td id=total>12543.5 kWh</td>"
ENDLESS = "<p>hm</p><script>setTimeout(() => { for (;;); }, 100)</script>"


def late(milliseconds: int = 0) -> str:
    return f"""<b id=total>---</b><script>setTimeout(async () => {{
      const answer = await fetch("/figures");
      document.getElementById("total").textContent = await answer.text();
    }}, {milliseconds});</script>"""


async def failure(read: Read, device: RawDevice | str, **wanted: str) -> AttemptError:
    with pytest.raises(AttemptError) as caught:
        await read(target(device, **wanted))
    return caught.value


async def test_a_number_that_arrives_by_xhr_is_waited_for(
    start_device: StartDevice, read: Read
) -> None:
    device = await start_device(site({"/": late(500), "/figures": reply("12543.5 kWh")}))
    fetched = await read(target(device))
    assert '<b id="total">12543.5 kWh</b>' in fetched.documents[0].text
    assert fetched.status == 200
    assert fetched.screenshot is None


async def test_a_placeholder_is_not_taken_for_the_number(
    start_device: StartDevice, read: Read
) -> None:
    page = late().replace("---", "0.0 kWh")

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        if asked.path == "/figures":
            await asyncio.sleep(0.7)
        writer.write(reply(page if asked.path == "/" else "12543.5 kWh"))
        return True

    device = await start_device(answer)
    fetched = await read(target(device))
    assert ">12543.5 kWh<" in fetched.documents[0].text


async def test_a_number_that_runs_up_is_taken_when_it_stands_still(
    start_device: StartDevice, read: Read
) -> None:
    page = """<b id=total></b><script>let shown = 0; const timer = setInterval(() => {
      shown += 100; document.getElementById("total").textContent = shown + " kWh";
      if (shown === 1200) clearInterval(timer);
    }, 40)</script>"""
    device = await start_device(site({"/": page}))
    fetched = await read(target(device))
    assert ">1200 kWh<" in fetched.documents[0].text


async def test_frames_are_documents_after_the_page(start_device: StartDevice, read: Read) -> None:
    frameset = "<frameset cols='1,2'><frame src=/menu><frame src=/body></frameset>"
    pages = {"/": frameset, "/menu": "<p>menu", "/body": METER}
    device = await start_device(site(pages))
    fetched = await read(target(device))
    paths = [document.url.removeprefix(device.url) for document in fetched.documents]
    assert paths == ["/", "/menu", "/body"]
    assert "12543.5 kWh" in fetched.documents[2].text


@pytest.mark.parametrize("auth_type", ["basic", "digest"])
async def test_http_logins_are_answered_by_the_browser(
    start_device: StartDevice, read: Read, auth_type: str
) -> None:
    challenge = {"basic": 'Basic realm="PDU"', "digest": 'Digest realm="PDU", nonce="1", qop=auth'}

    def page(asked: Asked) -> bytes:
        given = asked.headers.get("authorization", "")
        if given.lower().startswith(auth_type) and "wrong" not in given:
            return reply(METER)
        return reply("no", "401 Unauthorized", WWW_Authenticate=challenge[auth_type])

    device = await start_device(serve(page))
    fetched = await read(
        target(device, auth_type=auth_type, username="admin", password="apc+Rack&7")
    )
    assert "12543.5 kWh" in fetched.documents[0].text


async def test_a_refused_http_login_is_tried_once(start_device: StartDevice, read: Read) -> None:
    no = reply("<h1>no</h1>", "401 Unauthorized", WWW_Authenticate='Basic realm="PDU"')
    device = await start_device(serve(lambda _: no))
    error = await failure(read, device, auth_type="basic", username="u", password="se-cret-7")
    assert error.outcome is Outcome.AUTH_FAILED
    assert "se-cret-7" not in error.message
    sent = [asked for asked in device.asked if "authorization" in asked.headers]
    assert len(sent) == 1


async def test_a_login_that_is_not_in_the_recipe_is_named(
    start_device: StartDevice, read: Read
) -> None:
    no = reply("<h1>no</h1>", "401 Unauthorized", WWW_Authenticate='Digest realm="PDU", nonce="1"')
    device = await start_device(serve(lambda _: no))
    error = await failure(read, device)
    assert error.outcome is Outcome.AUTH_FAILED
    assert "set it to 'digest'" in error.message


async def test_an_error_status_is_an_outcome_with_its_page_and_picture(
    start_device: StartDevice, read: Read
) -> None:
    broken = reply("<h1>Oops 77</h1>", "500 Internal Server Error")
    device = await start_device(serve(lambda _: broken))
    error = await failure(read, device)
    assert error.outcome is Outcome.HTTP_STATUS
    assert "HTTP 500" in error.message
    assert "Oops 77" in error.fetched.documents[0].text
    assert (error.fetched.screenshot or b"").startswith(b"\x89PNG")


async def test_what_is_missing_is_brought_as_it_is_with_a_picture(
    start_device: StartDevice, read: Read
) -> None:
    device = await start_device(site({"/": "<p>nothing here</p>"}))
    fetched = await read(target(device))
    assert "nothing here" in fetched.documents[0].text
    assert (fetched.screenshot or b"").startswith(b"\x89PNG")


async def test_a_picture_of_every_page_can_be_asked_for(
    start_device: StartDevice, open_transport: OpenTransport, read: Read
) -> None:
    device = await start_device(site({"/": METER}))
    fetched = await open_transport(pictures=True).fetch(target(device), shows_energy)
    assert (fetched.screenshot or b"").startswith(b"\x89PNG")
    fetched = await read(replace(target(device), picture=True))
    assert (fetched.screenshot or b"").startswith(b"\x89PNG")


CUT = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\n<p>12 kWh"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(CUT, Outcome.TRUNCATED), (b"SSH-2.0-dropbear_2019.78\r\n", Outcome.UNREACHABLE)],
)
async def test_a_broken_answer_is_never_read(
    start_device: StartDevice, read: Read, answer: bytes, outcome: Outcome
) -> None:
    async def break_off(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.write(answer)
        return False

    device = await start_device(break_off)
    assert (await failure(read, device)).outcome is outcome


async def test_a_page_that_still_comes_is_not_read(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    async def drip(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n")
        writer.write(b"<p>12 kWh and more digits")
        while True:
            await asyncio.sleep(0.2)
            writer.write(b"3")
            await writer.drain()

    device = await start_device(drip)
    hasty = open_transport(limits=QUICK.__class__(read_seconds=6, picture_seconds=1))
    with pytest.raises(AttemptError) as caught:
        await hasty.fetch(target(device), shows_energy)
    assert caught.value.outcome is Outcome.TIMEOUT
    assert "still coming" in caught.value.message


async def test_nobody_listening_is_unreachable(read: Read, unused_tcp_port: int) -> None:
    error = await failure(read, f"http://127.0.0.1:{unused_tcp_port}")
    assert error.outcome is Outcome.UNREACHABLE
    assert "refused the connection" in error.message


async def test_a_device_that_says_nothing_is_a_timeout(
    start_device: StartDevice, read: Read
) -> None:
    async def hang(_asked: Asked, _writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(60)
        return False

    device = await start_device(hang)
    error = await failure(read, device)
    assert error.outcome is Outcome.TIMEOUT
    assert "did not answer / within 3 s" in error.message


async def test_an_endless_script_ends_the_read_and_costs_others_nothing(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    stuck = await start_device(site({"/": ENDLESS}))
    healthy = await start_device(site({"/": late(300), "/figures": "12543.5 kWh"}))
    transport = open_transport(places=4)
    results = await asyncio.gather(
        transport.fetch(target(stuck), shows_energy),
        *(transport.fetch(target(healthy), shows_energy) for _ in range(3)),
        return_exceptions=True,
    )
    assert isinstance(results[0], AttemptError)
    assert results[0].outcome is Outcome.TIMEOUT
    assert "has not let go of the page" in results[0].message
    assert not [result for result in results[1:] if isinstance(result, BaseException)]
    assert healthy.connections > 0


async def test_dialogs_are_dismissed(start_device: StartDevice, read: Read) -> None:
    page = """<b id=total></b><script>alert("Firmware is old!"); confirm("Reset?");
      document.getElementById("total").textContent = "12543.5 kWh";</script>"""
    device = await start_device(site({"/": page}))
    assert "12543.5 kWh" in (await read(target(device))).documents[0].text


async def test_windows_that_open_by_themselves_do_not_take_the_page_s_place(
    start_device: StartDevice, read: Read
) -> None:
    page = "<script>open('/advert')</script>" + late(300)
    pages = {"/": page, "/advert": "<p>99 kWh", "/figures": "12543.5 kWh"}
    device = await start_device(site(pages))
    fetched = await read(target(device))
    assert [document.url for document in fetched.documents] == [f"{device.url}/"]
    assert ">12543.5 kWh<" in fetched.documents[0].text


async def test_a_download_is_no_page(start_device: StartDevice, read: Read) -> None:
    file = reply(b"1;2", Content_Type="application/octet-stream", Content_Disposition="attachment")
    device = await start_device(serve(lambda _: file))
    error = await failure(read, device)
    assert error.outcome is Outcome.STEP_FAILED
    assert "a download or nothing" in error.message


async def test_a_window_that_closes_itself_is_told_apart_from_a_crash(
    start_device: StartDevice, read: Read
) -> None:
    shy = "<script>setTimeout(close, 400)</script>"
    pages = {"/": "<a href=/shy target=_blank rel=opener>Energy</a>", "/shy": shy}
    device = await start_device(site(pages))
    with pytest.raises(AttemptError) as caught:
        await read(target(device, {"action": "click", "selector": "a"}))
    assert caught.value.outcome is Outcome.STEP_FAILED
    assert "closed its own window" in caught.value.message


async def test_eight_reads_at_once_keep_their_sessions_apart(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    def page(asked: Asked) -> bytes:
        if asked.path == "/figures":
            return reply(asked.headers.get("cookie", "no cookie") + " kWh")
        return reply(late(200), Set_Cookie=f"register={asked.path[1:]}; Path=/")

    device = await start_device(serve(page))
    transport = open_transport(places=8)
    shown = await asyncio.gather(
        *(transport.fetch(target(device, path=f"/{n}"), shows_energy) for n in range(8))
    )
    for number, fetched in enumerate(shown):
        assert f">register={number} kWh<" in fetched.documents[0].text


async def test_nothing_of_one_read_is_left_for_the_next(
    start_device: StartDevice, read: Read
) -> None:
    page = """<b id=total></b><script>const seen = Number(localStorage.seen ?? 0) + 1;
      localStorage.seen = seen; document.getElementById("total").textContent = seen + " kWh";
      </script>"""
    device = await start_device(
        serve(lambda asked: reply(page + asked.headers.get("cookie", ""), Set_Cookie="a=1"))
    )
    for _ in range(2):
        text = (await read(target(device))).documents[0].text
        assert ">1 kWh<" in text
        assert "a=1" not in text


async def test_without_a_browser_the_command_to_run_is_told() -> None:
    transport = BrowserTransport(None, AddressPolicy(allow_loopback=True), 1)
    with pytest.raises(AttemptError, match="apt-get install chromium-headless-shell") as caught:
        await transport.fetch(target("http://127.0.0.1"), shows_energy)
    assert caught.value.outcome is Outcome.BROWSER_MISSING
    await transport.close()


async def test_a_forbidden_address_is_refused_before_the_browser_starts(
    open_transport: OpenTransport,
) -> None:
    with pytest.raises(AttemptError) as caught:
        await open_transport().fetch(target("http://169.254.169.254/"), shows_energy)
    assert caught.value.outcome is Outcome.REFUSED


async def test_headers_that_hold_secrets_are_not_kept(
    start_device: StartDevice, read: Read
) -> None:
    device = await start_device(serve(lambda _: reply(METER, Set_Cookie="sid=1", Server="PDU/1")))
    names = dict((await read(target(device))).headers)
    assert names["server"] == "PDU/1"
    assert "set-cookie" not in names


async def test_json_is_read_as_it_was_sent(start_device: StartDevice, read: Read) -> None:
    text = json.dumps({"total": "12543.50 kWh", "html": "<b>&amp;</b>"})

    device = await start_device(serve(lambda _: reply(text, Content_Type="application/json")))
    document = (await read(target(device))).documents[0]
    assert (document.text, document.content_type) == (text, "application/json")
