"""Reading a device once: every end is an attempt, and no secret is in it."""

import html
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from tests.collect.conftest import RawDevice, StartDevice, site

from wattledger.clock import SetClock
from wattledger.collect.address import AddressPolicy
from wattledger.collect.attempt import Document, Fetched, Lease, Ready, Target, Transport
from wattledger.collect.curl import CurlClient
from wattledger.collect.errors import AttemptError
from wattledger.collect.ladder import rungs
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.collect.transport.http import HttpTransport
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Engine, Recipe

NOW = 1_000_000
PASSWORD = "s3cret&more"


class NoBrowser:
    """A rung that is not there."""

    async def fetch(self, target: Target, ready: Ready) -> Fetched:
        """Say that there is none."""
        assert not ready(())
        raise AttemptError(Outcome.BROWSER_MISSING, f"No browser for {target.address}.")

    async def close(self) -> None:
        """Hold nothing."""


class HeldByAnother:
    """A lease that somebody else keeps."""

    def hold(
        self,
        host_port: str,
        begin_by: float | None = None,  # noqa: ARG002 - at once
    ) -> AbstractAsyncContextManager[None]:
        """Refuse to give the device."""
        return self._refuse(host_port)

    @asynccontextmanager
    async def _refuse(self, host_port: str) -> AsyncIterator[None]:
        if host_port:
            raise AttemptError(Outcome.BUSY, f"{host_port} is being read by another job.")
        yield


def recipe(**scraping: object) -> Recipe:
    return Recipe.model_validate({"scrapingConfig": {"valueSelector": "#total", **scraping}})


def reader(lease: Lease | None = None) -> Reader:
    http = HttpTransport(CurlClient(), AddressPolicy(allow_loopback=True))
    transports: dict[Engine, Transport] = {Engine.HTTP: http, Engine.BROWSER: NoBrowser()}
    return Reader(transports, lease or Undivided(), SetClock(NOW))


@pytest.mark.parametrize(
    ("engine", "preferred", "expected"),
    [
        ("auto", None, (Engine.HTTP, Engine.BROWSER)),
        ("auto", Engine.HTTP, (Engine.HTTP, Engine.BROWSER)),
        ("auto", Engine.BROWSER, (Engine.BROWSER,)),
        ("http", Engine.BROWSER, (Engine.HTTP,)),
        ("browser", None, (Engine.BROWSER,)),
    ],
)
def test_the_cheapest_transport_that_works_is_tried_first(
    engine: str, preferred: Engine | None, expected: tuple[Engine, ...]
) -> None:
    assert rungs(Target("http://10.0.0.1/", recipe(engine=engine), preferred)) == expected


async def test_a_read_is_an_attempt_with_what_the_device_answered(
    start_device: StartDevice,
) -> None:
    device = await start_device(site({"/": "<b id=total>12543.5 kWh</b>"}))
    once = reader()
    attempt = await once.read(Target(device.url, recipe()))
    await once.close()
    assert (attempt.outcome, attempt.message, attempt.transport) == ("ok", None, "http")
    assert attempt.samples[0].total_milliwh == 12_543_500_000
    assert (attempt.started_at, attempt.read_at, attempt.milliseconds) == (NOW, NOW, 0)
    assert "12543.5" in attempt.fetched.documents[0].text


async def test_why_a_browser_is_needed_is_told_when_there_is_none(
    start_device: StartDevice,
) -> None:
    device = await start_device(site({"/": "<b id=x></b><script>draw()</script>"}))
    once = reader()
    attempt = await once.read(Target(device.url, recipe()))
    await once.close()
    assert attempt.outcome is Outcome.BROWSER_MISSING
    assert attempt.transport is Engine.BROWSER
    assert attempt.message is not None
    assert "scripts draw more of it" in attempt.message
    assert "No browser for" in attempt.message


async def test_a_failed_read_keeps_what_came(start_device: StartDevice) -> None:
    device = await start_device(site({"/": "<h1>Please reload</h1>"}))
    once = reader()
    attempt = await once.read(Target(device.url, recipe()))
    await once.close()
    assert attempt.outcome is Outcome.SELECTOR_MISSING
    assert "Please reload" in attempt.fetched.documents[0].text


async def test_a_device_held_by_another_is_busy_and_not_asked(start_device: StartDevice) -> None:
    device: RawDevice = await start_device(site({"/": "<b id=total>1 kWh</b>"}))
    once = reader(HeldByAnother())
    attempt = await once.read(Target(device.url, recipe()))
    await once.close()
    assert attempt.outcome is Outcome.BUSY
    assert device.asked == []


async def test_an_address_that_is_none_is_refused_with_the_form_it_takes() -> None:
    once = reader()
    attempt = await once.read(Target("http://[x", recipe()))
    await once.close()
    assert attempt.outcome is Outcome.REFUSED
    assert "write it like" in (attempt.message or "")


@pytest.mark.parametrize("selector", ["#total", "#missing"])
async def test_a_page_that_shows_the_password_is_kept_without_it(
    start_device: StartDevice, selector: str
) -> None:
    page = f"<b id=total>5 kWh</b><i>s3cret&amp;more</i><a href='/?p=s3cret%26more'>{PASSWORD}</a>"
    device = await start_device(site({"/": page}))
    secret = Recipe.model_validate(
        {
            "authType": "basic",
            "authConfig": {"username": "admin", "password": PASSWORD},
            "scrapingConfig": {"valueSelector": selector},
        }
    )
    once = reader()
    attempt = await once.read(Target(device.url, secret))
    await once.close()
    kept = repr(attempt)
    assert "s3cret" not in kept
    assert "•••" in attempt.fetched.documents[0].text


class Pictured:
    """A browser that brings a page without a value, and a picture of it."""

    def __init__(self, text: str) -> None:
        self._text = text

    async def fetch(self, target: Target, ready: Ready) -> Fetched:
        """Bring the page."""
        document = Document(target.address, "text/html", self._text)
        assert not ready((document,))
        return Fetched((document,), status=200, screenshot=b"a picture")

    async def close(self) -> None:
        """Hold nothing."""


@pytest.mark.parametrize(("shown", "kept"), [(PASSWORD, None), ("no secret", b"a picture")])
async def test_a_picture_of_a_page_that_shows_the_password_is_not_kept(
    shown: str, kept: bytes | None
) -> None:
    setup = {
        "authType": "basic",
        "authConfig": {"username": "admin", "password": PASSWORD},
        "scrapingConfig": {"engine": "browser", "valueSelector": "#total"},
    }
    browser = Pictured(f"<p>{html.escape(shown)}</p>")
    looking = Reader({Engine.BROWSER: browser}, Undivided(), SetClock(NOW))
    attempt = await looking.read(Target("http://127.0.0.1/", Recipe.model_validate(setup)))
    assert attempt.outcome is Outcome.SELECTOR_MISSING
    assert attempt.fetched.screenshot == kept
    assert PASSWORD not in attempt.fetched.documents[0].text


async def test_a_serial_that_is_the_password_is_not_told(start_device: StartDevice) -> None:
    device = await start_device(site({"/": f"<b id=total>5 kWh</b><i>SN {PASSWORD}</i><u>A1</u>"}))
    fields = {"serial": {"selector": "i"}, "resetStamp": {"selector": "u"}}
    secret = Recipe.model_validate(
        {
            "authType": "basic",
            "authConfig": {"username": "admin", "password": PASSWORD},
            "scrapingConfig": {"valueSelector": "#total", "fields": fields},
        }
    )
    once = reader()
    attempt = await once.read(Target(device.url, secret))
    await once.close()
    (sample,) = attempt.samples
    assert (sample.serial, sample.reset_stamp) == (None, "A1")
