"""What pages may ask for: of their own device only, nothing that changes it, and not too much."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
import pytest_asyncio
from tests.collect.browser.conftest import QUICK, OpenTransport, Read, shows_energy, target
from tests.collect.conftest import Asked, StartDevice, reply, serve, site

from wattledger.collect.address import Address, AddressPolicy, Device
from wattledger.collect.attempt import Document
from wattledger.collect.browser.guard import Guard, confined
from wattledger.collect.errors import AttemptError
from wattledger.collect.password_places import PasswordPlaces
from wattledger.domain.outcome import Outcome

pytestmark = pytest.mark.browser

METER = "<b id=total>12543.5 kWh</b>"
STRANGER = "127.0.0.2"


class Stranger:
    """Another host that counts who knocks."""

    def __init__(self) -> None:
        self.knocks = 0
        self.port = 0

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://{STRANGER}:{self.port}"

    async def answer(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Count a knock."""
        self.knocks += 1
        writer.close()


@pytest_asyncio.fixture(loop_scope="module")
async def stranger() -> AsyncIterator[Stranger]:
    """Give another host, listening."""
    other = Stranger()
    server = await asyncio.start_server(other.answer, STRANGER, 0)
    other.port = server.sockets[0].getsockname()[1]
    yield other
    server.close()


def never(_documents: Sequence[Document]) -> bool:
    return False


async def test_nothing_reaches_another_host_by_any_way(
    start_device: StartDevice, read: Read, stranger: Stranger
) -> None:
    socket_url = stranger.url.replace("http", "ws")
    page = f"""<link rel=preconnect href="{stranger.url}"><link rel=dns-prefetch href="//x.test">
      <link rel=prefetch href="{stranger.url}/prefetch"><link rel=stylesheet href="{stranger.url}">
      <script src="{stranger.url}/script.js"></script><img src="{stranger.url}/image.png">
      <iframe src="{stranger.url}/frame"></iframe><b id=total></b><script>
      fetch("{stranger.url}/fetch").catch(() => 0);
      fetch("/away").catch(() => 0);
      new WebSocket("{socket_url}/socket");
      navigator.sendBeacon("{stranger.url}/beacon");
      new Worker(URL.createObjectURL(new Blob([`new WebSocket("{socket_url}");
        fetch("{stranger.url}/worker")`])));
      setTimeout(() => {{ document.getElementById("total").textContent = "12543.5 kWh" }}, 900);
      </script>"""
    away = reply("", "302 Found", Location=f"{stranger.url}/redirected")
    device = await start_device(site({"/": page, "/away": away}))
    fetched = await read(target(device))
    assert "12543.5 kWh" in fetched.documents[0].text
    assert stranger.knocks == 0


async def test_no_packet_leaves_by_webrtc(start_device: StartDevice, read: Read) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stun:
        stun.bind((STRANGER, 0))
        stun.setblocking(False)
        port = stun.getsockname()[1]
        page = f"""<b id=total></b><script>
          const peer = new RTCPeerConnection({{iceServers: [{{urls: "stun:{STRANGER}:{port}"}}]}});
          peer.createDataChannel("x");
          peer.createOffer().then(offer => peer.setLocalDescription(offer));
          setTimeout(() => {{ document.getElementById("total").textContent = "1 kWh" }}, 900);
          </script>"""
        device = await start_device(site({"/": page}))
        await read(target(device))
        with pytest.raises(BlockingIOError):
            stun.recv(100)


@pytest.mark.parametrize("way", ["302", "script", "meta", "step"])
async def test_a_page_on_another_host_is_refused(
    start_device: StartDevice, read: Read, stranger: Stranger, way: str
) -> None:
    pages: dict[str, str | bytes] = {
        "302": reply("", "302 Found", Location=f"{stranger.url}/login"),
        "script": f"<script>location = '{stranger.url}/login'</script>",
        "meta": f"<meta http-equiv=refresh content='0;url={stranger.url}/login'>",
        "step": METER,
    }
    device = await start_device(site({"/": pages[way]}))
    steps = [{"action": "navigate", "url": f"{stranger.url}/login"}] if way == "step" else []
    with pytest.raises(AttemptError) as caught:
        await read(target(device, *steps))
    assert caught.value.outcome is Outcome.REFUSED
    assert "another host" in caught.value.message
    assert stranger.knocks == 0


@pytest.mark.parametrize("url", ["file:///etc/passwd", "data:text/html,1 kWh", "chrome://version"])
async def test_only_http_addresses_are_opened(
    start_device: StartDevice, read: Read, url: str
) -> None:
    device = await start_device(site({"/": "<p>x"}))
    with pytest.raises(AttemptError) as caught:
        await read(target(device, {"action": "navigate", "url": url}))
    assert caught.value.outcome is Outcome.REFUSED
    assert caught.value.message.startswith("step 1 (navigate ")


async def test_images_fonts_and_films_are_not_fetched(
    start_device: StartDevice, read: Read
) -> None:
    page = f"""<style>@font-face {{ font-family: f; src: url(/f.woff2) }} b {{ font-family: f }}
      </style><img src=/logo.png><video src=/film.mp4></video>{METER}"""
    device = await start_device(site({"/": page}))
    await read(target(device))
    assert device.paths == ["GET /"]


async def test_a_read_sends_nothing_that_may_change_the_device_and_says_so(
    start_device: StartDevice, read: Read
) -> None:
    page = """<b id=total></b><script>fetch("/cgi/figures", {method: "POST"})
      .then(a => a.text()).then(text => document.getElementById("total").textContent = text)
      .catch(() => 0)</script>"""
    device = await start_device(site({"/": page, "/cgi/figures": "12543.5 kWh"}))
    with pytest.raises(AttemptError) as caught:
        await read(target(device))
    assert device.paths == ["GET /"]
    assert caught.value.outcome is Outcome.SELECTOR_MISSING
    assert "POST /cgi/figures, which may change the device" in caught.value.message


async def test_a_button_that_posts_leaves_the_page_as_it_is(
    start_device: StartDevice, read: Read
) -> None:
    page = f"<form method=post action=/reset><button id=reset>Reset</button></form>{METER}"
    device = await start_device(site({"/": page}))
    fetched = await read(target(device, {"action": "click", "selector": "#reset"}))
    assert "12543.5 kWh" in fetched.documents[0].text
    assert device.paths == ["GET /"]


async def test_our_own_port_is_never_read(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    own = await start_device(site({"/secret": "77 kWh"}))
    page = f"""<b id=total></b><script>fetch("http://127.0.0.1:{own.port}/secret")
      .then(a => a.text()).then(t => document.getElementById("total").textContent = t)
      .catch(() => 0)</script>"""
    device = await start_device(site({"/": page}))
    transport = open_transport(own_ports=frozenset({own.port}))
    with pytest.raises(AttemptError, match=f"127.0.0.1:{own.port}"):
        await transport.fetch(target(device), shows_energy)
    assert own.asked == []


async def test_a_read_brings_only_so_many_bytes(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    async def endless(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        if asked.path == "/":
            writer.write(reply("<p>x<script>fetch('/big').then(a => a.text())</script>"))
            return True
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    device = await start_device(endless)
    limits = replace(QUICK, read_bytes=1_000_000, script_seconds=10)
    with pytest.raises(AttemptError) as caught:
        await open_transport(limits=limits).fetch(target(device), never)
    assert caught.value.outcome is Outcome.TOO_LARGE
    assert "1,000,000 bytes" in caught.value.message


async def test_a_read_asks_only_so_many_things(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    page = "<p>x<script>let n = 0; setInterval(() => fetch(`/${n++}`).catch(() => 0), 5)</script>"
    device = await start_device(serve(lambda asked: page if asked.path == "/" else ""))
    limits = replace(QUICK, requests=20, script_seconds=10)
    with pytest.raises(AttemptError) as caught:
        await open_transport(limits=limits).fetch(target(device), never)
    assert caught.value.outcome is Outcome.TOO_LARGE
    assert len(device.asked) <= 20


async def test_a_page_of_too_many_characters_is_refused(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    page = "<p id=p></p><script>p.textContent = 'x'.repeat(3e6)</script>"
    device = await start_device(site({"/": page}))
    unhurried = open_transport(limits=replace(QUICK, script_seconds=10))
    with pytest.raises(AttemptError, match="more than 2,000,000 characters") as caught:
        await unhurried.fetch(target(device), never)
    assert caught.value.outcome is Outcome.TOO_LARGE


async def test_a_name_that_leads_elsewhere_by_now_is_refused() -> None:
    class Answered:
        async def server_addr(self) -> dict[str, object]:
            return {"ipAddress": "169.254.169.254", "port": 80}

    device = Device(Address("http", "pdu-3.example", 80), "10.0.0.5")
    guard = Guard(AddressPolicy(), QUICK, PasswordPlaces(device, frozenset()))
    with pytest.raises(AttemptError) as caught:
        await guard.verify(Answered())  # type: ignore[arg-type]
    assert caught.value.outcome is Outcome.REFUSED


def test_a_context_reaches_its_device_and_nothing_else() -> None:
    device = Device(Address("https", "pdu-3.example", 443), "fd00::7")
    assert confined(device)["bypass"] == "<-loopback>,[fd00::7],pdu-3.example"


async def test_a_device_given_by_name_is_read(start_device: StartDevice, read: Read) -> None:
    device = await start_device(site({"/": METER}))
    fetched = await read(target(f"http://localhost:{device.port}"))
    assert "12543.5 kWh" in fetched.documents[0].text
