"""For every kind of simulated meter the register is proposed first, and read by the proposal."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.collect.conftest import Asked, StartDevice, reply, serve, site, starting_devices

from wattledger.bootstrap.reader import open_reader
from wattledger.collect.attempt import Target
from wattledger.collect.reader import Reader
from wattledger.config import load_settings
from wattledger.domain.instant import parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthConfig, Engine, Recipe, ScrapingConfig
from wattledger.services.detect_register import WHOLE_PAGE, Detection, detect_on
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.kinds import KINDS
from wattledger.simulate.lineup import standard_farm

NOW = parse_instant("2026-03-01T12:00:00Z")
HEALTHY = [kind for kind in KINDS.values() if kind.expected.outcome is Outcome.OK]
FAULTY = ["http-500", "garbage", "truncated"]


@pytest.fixture(scope="module")
def farm() -> Iterator[dict[str, FarmDevice]]:
    with Farm.start(standard_farm(), frozen_at=NOW) as running:
        yield {device.spec.kind: device for device in running.devices}


@pytest.fixture
async def start_device() -> AsyncIterator[StartDevice]:
    """Give a function that starts devices; they end with the test."""
    async with starting_devices() as start:
        yield start


@asynccontextmanager
async def reading(browser: str | None = "none") -> AsyncIterator[Reader]:
    """Open a reader as the product does."""
    async with open_reader(load_settings(allow_loopback=True, browser=browser)) as reader:
        yield reader


def way_to(device: FarmDevice) -> Recipe:
    """Return a device's recipe without all that it says of the page's values."""
    recipe: dict[str, Any] = json.loads(json.dumps(device.recipe))
    steps = recipe["scrapingConfig"].get("steps", [])
    recipe["scrapingConfig"] = {"steps": steps, "valueSelector": WHOLE_PAGE}
    return Recipe.model_validate(recipe)


async def looked_at(reader: Reader, url: str, **config: object) -> Detection:
    scraping = ScrapingConfig.model_validate({"valueSelector": WHOLE_PAGE, **config})
    return await detect_on(reader, Target(url, Recipe(scraping_config=scraping)))


async def check(device: FarmDevice, browser: str | None) -> None:
    way = way_to(device)
    async with reading(browser) as reader:
        detection = await detect_on(reader, Target(device.address, way))
        assert detection.attempt.outcome is Outcome.OK, detection.advice
        first = detection.proposals[0]
        assert first.sample.total_milliwh == device.register(NOW)
        assert not detection.is_close
        recipe = way.model_copy(update={"scraping_config": first.scraping_config})
        again = await reader.read(Target(device.address, recipe))
    assert again.outcome is Outcome.OK, again.message
    assert again.samples == (first.sample,)
    face = device.face(NOW)
    assert first.sample.power_mw == face.power_mw
    assert first.sample.voltage_mv in (face.voltage_mv, None)
    assert first.sample.current_ma in (face.current_ma, None)


@pytest.mark.parametrize("kind", [kind.name for kind in HEALTHY if not kind.needs_browser])
async def test_the_register_of_a_healthy_meter_comes_first(
    farm: dict[str, FarmDevice], kind: str
) -> None:
    await check(farm[kind], "none")


@pytest.mark.browser
@pytest.mark.parametrize("kind", [kind.name for kind in HEALTHY if kind.needs_browser])
async def test_the_register_of_a_page_drawn_by_scripts_comes_first(
    farm: dict[str, FarmDevice], kind: str
) -> None:
    await check(farm[kind], None)


@pytest.mark.parametrize("kind", FAULTY)
async def test_a_faulty_meter_fails_as_in_a_read(farm: dict[str, FarmDevice], kind: str) -> None:
    device = farm[kind]
    async with reading() as reader:
        detection = await detect_on(reader, Target(device.address, way_to(device)))
    assert detection.attempt.outcome is device.expected.outcome
    assert device.expected.phrase.lower() in (detection.advice or "").lower()
    assert (detection.found, detection.proposals, detection.is_close) == (None, (), False)


async def test_a_page_that_needs_a_browser_says_so_without_one(
    farm: dict[str, FarmDevice],
) -> None:
    device = farm["late-xhr"]
    async with reading() as reader:
        detection = await detect_on(reader, Target(device.address, way_to(device)))
    assert detection.attempt.outcome is Outcome.BROWSER_MISSING


@pytest.mark.parametrize("kind", ["no-value", "error-page"])
async def test_a_page_without_a_register_is_read_and_says_so(
    farm: dict[str, FarmDevice], kind: str
) -> None:
    device = farm[kind]
    async with reading() as reader:
        detection = await detect_on(reader, Target(device.address, way_to(device)))
    assert detection.attempt.outcome is Outcome.OK
    assert detection.proposals == ()
    assert "give the steps to the page" in (detection.advice or "")


async def test_a_page_without_a_number_says_so(start_device: StartDevice) -> None:
    device = await start_device(site({"/": "<h1>Welcome</h1>"}))
    async with reading() as reader:
        detection = await looked_at(reader, device.url)
    assert detection.found is not None
    assert "No number that can be read" in (detection.advice or "")


async def test_two_likely_registers_are_told(start_device: StartDevice) -> None:
    page = "<p>Total energy A <b>120.5</b> kWh</p><p>Total energy B <b>130.5</b> kWh</p>"
    device = await start_device(site({"/": page}))
    async with reading() as reader:
        detection = await looked_at(reader, device.url)
    assert detection.is_close
    assert "130.5 kWh" in (detection.advice or "")
    assert "120.5 kWh" in (detection.advice or "")


async def test_the_device_is_asked_once_and_left_again(start_device: StartDevice) -> None:
    form = "<form action=/in method=post><input name=u><input name=p type=password></form>"
    figures = "<a href=/out>Log off</a><p>Total energy <b>12.5</b> kWh</p><p>Key: s3cret-word 7</p>"

    def pages(asked: Asked) -> str | bytes | None:
        if asked.method == "POST":
            return reply("", "303 See Other", Location="/energy", Set_Cookie="s=1")
        return {"/": form, "/energy": figures, "/out": "bye"}.get(asked.path)

    device = await start_device(serve(pages))
    login = {"username": "a", "password": "s3cret-word", "logoutUrl": "/out"}
    recipe = Recipe.model_validate(
        {"authType": "form", "authConfig": login, "scrapingConfig": {"valueSelector": WHOLE_PAGE}}
    )
    async with reading() as reader:
        detection = await detect_on(reader, Target(device.url, recipe))
    assert device.paths == ["GET /", "POST /in", "GET /energy", "GET /out"]
    assert detection.proposals[0].sample.total_milliwh == 12_500_000
    told = repr((detection.found, detection.proposals, detection.advice))
    assert "s3cret-word" not in told


async def test_a_secret_that_is_a_number_is_no_number(start_device: StartDevice) -> None:
    page = "<p>Total energy <b>12.5</b> kWh</p><p>PIN <b>48151623</b></p>"
    device = await start_device(site({"/": page}))
    login = AuthConfig.model_validate({"username": "a", "password": "48151623"})
    recipe = Recipe(auth_config=login, scraping_config=ScrapingConfig(value_selector=WHOLE_PAGE))
    async with reading() as reader:
        detection = await detect_on(reader, Target(device.url, recipe))
    assert "48151623" not in repr((detection.found, detection.proposals))


async def test_what_only_the_browser_read_is_proposed_for_the_browser(
    start_device: StartDevice,
) -> None:
    device = await start_device(site({"/": "<p>Total energy <b>12.5</b> kWh</p>"}))
    async with reading() as reader:
        detection = await looked_at(reader, device.url, engine="http")
    assert detection.proposals[0].scraping_config.engine is Engine.HTTP


@pytest.mark.parametrize(
    "page",
    ["<div>1 kWh" * 150_000, "<table>" + "<tr><td>Outlet<td>5 kWh" * 60_000],
)
async def test_the_server_goes_on_while_a_hostile_page_is_searched(
    start_device: StartDevice, page: str
) -> None:
    device = await start_device(site({"/": page}))
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        clock = asyncio.get_running_loop().time
        before = clock()
        while True:
            await asyncio.sleep(0.01)
            longest, before = max(longest, clock() - before), clock()

    beating = asyncio.create_task(beat())
    async with reading() as reader:
        detection = await looked_at(reader, device.url)
    beating.cancel()
    assert detection.attempt.outcome in {Outcome.OK, Outcome.TOO_LARGE}
    assert longest < 5
