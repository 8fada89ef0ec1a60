"""Pictures of pages read over plain HTTP: drawn from what was answered, asking nobody anything."""

from collections.abc import Sequence
from io import BytesIO

import pytest
from PIL import Image
from tests.collect.conftest import StartDevice, site

from wattledger.collect.attempt import Document
from wattledger.collect.transport.browser import BrowserTransport

pytestmark = pytest.mark.browser

RED, GREEN, WHITE = (255, 0, 0), (0, 128, 0), (255, 255, 255)


def page(text: str, url: str = "http://10.0.0.7/", kind: str = "text/html") -> Document:
    return Document(url, kind, text)


def filled(colour: str) -> str:
    return f"<body style='margin:0;background:{colour}'></body>"


async def drawn(transport: BrowserTransport, documents: Sequence[Document]) -> Image.Image:
    picture = await transport.draw(documents)
    assert picture is not None
    return Image.open(BytesIO(picture)).convert("RGB")


async def test_the_page_is_drawn_with_its_frames_in_their_places(
    transport: BrowserTransport,
) -> None:
    frames = "<frameset cols='50%,50%' border=0><frame src=left><frame src=right></frameset>"
    documents = [
        page(frames),
        page(filled("red"), "http://10.0.0.7/left"),
        page(filled("green"), "http://10.0.0.7/right"),
    ]
    picture = await drawn(transport, documents)
    width, height = picture.size
    assert picture.getpixel((width // 4, height // 2)) == RED
    assert picture.getpixel((width * 3 // 4, height // 2)) == GREEN


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/octet-stream"])
async def test_what_is_no_page_is_drawn_as_text(transport: BrowserTransport, kind: str) -> None:
    picture = await drawn(transport, [page('{"kWh": 12}', kind=kind)])
    assert len(picture.getcolors(1_000_000) or []) > 1


async def test_bytes_that_are_no_text_are_drawn_too(transport: BrowserTransport) -> None:
    garbage = bytes(range(256)).decode("latin-1") * 20 + "</pre><b>x"
    picture = await drawn(transport, [page(garbage, kind="application/octet-stream")])
    assert len(picture.getcolors(1_000_000) or []) > 1


async def test_nothing_is_asked_of_the_device_and_no_script_runs(
    transport: BrowserTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({}))
    text = (
        filled("red")
        + f"<meta http-equiv=refresh content='0;url={device.url}/next'>"
        + f"<link rel=stylesheet href='{device.url}/green.css'><img src='{device.url}/x.png'>"
        + f"<link rel=preconnect href='{device.url}'><iframe src='{device.url}/f'></iframe>"
        + "<script>document.body.style.background='green'</script>"
    )
    picture = await drawn(transport, [page(text)])
    assert picture.getpixel((1000, 900)) == RED
    assert (device.asked, device.connections) == ([], 0)


async def test_a_password_a_device_prints_into_its_form_is_covered(
    transport: BrowserTransport,
) -> None:
    form = "<body style='margin:0'><input type=password value=x style='width:400px;height:200px'>"
    picture = await drawn(transport, [page(form)])
    assert picture.getpixel((200, 100)) not in {WHITE, (0, 0, 0)}


async def test_what_cannot_be_drawn_is_no_error(transport: BrowserTransport) -> None:
    assert await transport.draw([page("x", url="nowhere")]) is None
