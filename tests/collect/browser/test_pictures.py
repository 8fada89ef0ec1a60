"""No picture shows a password: of two devices that differ in nothing else, pictures are the same.

That holds wherever the password stands, and so finds what no search in the bytes of a picture can.
"""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from tests.collect.browser.conftest import QUICK, target
from tests.collect.conftest import Asked, StartDevice, reply, serve

from wattledger.clock import SystemClock
from wattledger.collect.attempt import Attempt, Target
from wattledger.collect.browser.limits import ReadLimits
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.collect.transport.browser import BrowserTransport
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Engine

pytestmark = pytest.mark.browser

UNHURRIED = replace(QUICK, read_seconds=120, picture_seconds=60, drawing_seconds=60)
"""What is not pictured in time has no picture: here each is to have one."""
PASSWORDS = ("iiiiiiii-1", "WWWWWWWW-2")
STYLE = "<style>body{margin:0}input,p{font:40px monospace;width:900px;height:80px}</style>"
FIELDS = """<form id=f method=post action=/login><input name=user><input id=pw name=secret
  type=%s><button>Go</button></form>"""
# Stays where it is, with what was typed, as a page does that says no without being asked anew.
STAYS = """<p id=say></p><script>document.getElementById("f").onsubmit = async event => {
  event.preventDefault();
  const sent = new FormData(event.target);
  await fetch("/login", {method: "POST", body: new URLSearchParams(sent)});
  %s
  document.getElementById("say").textContent = "Wrong password.";
};</script>"""

PAGES = {
    "hidden field": FIELDS % "password" + STAYS % "",
    "plain field": FIELDS % "text" + STAYS % "",
    "field made readable": FIELDS % "password"
    + STAYS % "document.getElementById('pw').type='text'",
    "words": FIELDS % "password"
    + STAYS % "document.body.append('No: ' + document.getElementById('pw').value)",
    "another field": FIELDS % "password"
    + STAYS % "document.getElementById('f').user.value = document.getElementById('pw').value",
    "frame": "<iframe width=1000 height=600 srcdoc='"
    + (STYLE + FIELDS % "password").replace("'", '"')
    + "'></iframe>"
    + """<script>setInterval(() => { const f = frames[0].document.getElementById("pw");
       if (f && f.value) f.type = "text"; }, 20)</script>""",
}


@pytest.fixture(scope="module")
def limits() -> ReadLimits:
    return UNHURRIED


def device_of(page: str) -> Callable[[Asked], bytes | None]:
    """Return a device that shows one page and takes no password."""

    def answer(asked: Asked) -> bytes | None:
        if asked.method == "POST":
            return reply("no", "403 Forbidden")
        return reply(STYLE + page)

    return answer


async def pictured(
    transport: BrowserTransport, wanted: Target
) -> tuple[Attempt, Image.Image | None]:
    """Read a device, have what failed pictured as it is kept, and return both."""
    reader = Reader({Engine.BROWSER: transport}, Undivided(), SystemClock(), painter=transport)
    attempt = await reader.picture(await reader.read(wanted))
    picture = attempt.fetched.screenshot
    shown = None if picture is None else Image.open(BytesIO(picture)).convert("RGB")
    return attempt, shown


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
async def test_a_picture_is_the_same_whatever_the_password(
    transport: BrowserTransport, start_device: StartDevice, name: str
) -> None:
    device = await start_device(serve(device_of(PAGES[name])))
    seen = []
    for password in PASSWORDS:
        wanted = target(
            device,
            auth_type="form",
            login_url="/",
            username="admin",
            password=password,
            password_field="#pw",
            username_field="[name=user]",
        )
        attempt, picture = await pictured(transport, wanted)
        assert attempt.outcome is not Outcome.OK
        assert password not in repr(attempt)
        seen.append(picture)
    assert seen[0] is not None, "what failed has a picture"
    assert seen[0] == seen[1]


async def test_a_picture_does_show_what_is_no_secret(
    transport: BrowserTransport, start_device: StartDevice
) -> None:
    """Else the others prove nothing."""
    device = await start_device(serve(device_of(PAGES["plain field"])))
    seen = [
        (
            await pictured(
                transport,
                target(
                    device,
                    auth_type="form",
                    login_url="/",
                    username=name,
                    password=PASSWORDS[0],
                    password_field="#pw",
                    username_field="[name=user]",
                ),
            )
        )[1]
        for name in ("iiiiiiii", "WWWWWWWW")
    ]
    assert None not in seen
    assert seen[0] != seen[1]


@pytest.mark.long
async def test_what_a_step_types_is_covered_also_where_it_is_short(
    transport: BrowserTransport, start_device: StartDevice
) -> None:
    device = await start_device(serve(device_of(FIELDS % "text")))
    seen = []
    for password in ("ii", "WW"):
        steps = (
            {"action": "type", "selector": "xpath://input[@id='pw']", "text": "{password}"},
            {"action": "click", "selector": "#never"},
        )
        wanted = target(device, *steps, auth_type="form", username="x", password=password)
        attempt, picture = await pictured(transport, wanted)
        assert attempt.outcome is Outcome.STEP_FAILED
        seen.append(picture)
    assert seen[0] is not None
    assert seen[0] == seen[1]
