"""What was read by the end of the time is booked, whatever the other devices of a chunk do."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.collect.conftest import Asked, StartDevice, serve, start_device

from wattledger.clock import SystemClock
from wattledger.collect.address import AddressPolicy
from wattledger.collect.attempt import Transport
from wattledger.collect.browser.find import find_browser
from wattledger.collect.curl import CurlClient
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.collect.transport.browser import BrowserTransport
from wattledger.collect.transport.http import HttpTransport
from wattledger.config import load_settings
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Engine, ScrapingConfig
from wattledger.secrets.vault import Vault
from wattledger.services.collect_readings import collect_readings
from wattledger.services.read_devices import ReadingTime
from wattledger.services.set_up_endpoint import EndpointSetup, create_endpoint
from wattledger.services.system import System
from wattledger.store.database import Database

__all__ = ["start_device"]

METER = "<b id=total>12543.5 kWh</b>"


@pytest.fixture
async def system(tmp_path: Path, database: Database) -> AsyncIterator[System]:
    """Give a system that reads with one place in the browser."""
    policy = AddressPolicy(allow_loopback=True)
    transports: dict[Engine, Transport] = {
        Engine.HTTP: HttpTransport(CurlClient(), policy),
        Engine.BROWSER: BrowserTransport(find_browser(None), policy, 1),
    }
    clock = SystemClock()
    reader = Reader(transports, Undivided(), clock)
    settings = load_settings(data_dir=tmp_path, time_zone="Europe/Berlin")
    yield System(settings, clock, database, Vault(tmp_path / "key"), reader)
    await reader.close()


def add(system: System, name: str, address: str, engine: str = "http") -> int:
    """Set an endpoint up; returns its number."""
    scraping = ScrapingConfig.model_validate({"valueSelector": "#total", "engine": engine})
    return create_endpoint(system, EndpointSetup(name, address, scraping)).row.id


async def hangs(_: Asked, __: asyncio.StreamWriter) -> bool:
    """Answer nothing, for long."""
    await asyncio.sleep(3600)
    return True


async def test_a_device_that_does_not_answer_costs_the_others_nothing(
    system: System, start_device: StartDevice
) -> None:
    good = await start_device(serve(lambda _: METER))
    bad = await start_device(hangs)
    numbers = [
        add(system, "good", good.url),
        add(system, "hangs", bad.url),
        add(system, "behind it", bad.url),
    ]
    time = ReadingTime(begin_seconds=0, end_seconds=0.5)
    collected = await collect_readings(system, numbers, pictures=False, time=time)
    with system.database.begin() as connection:
        collected.book(connection)
    assert collected.outcomes == {numbers[0]: Outcome.OK, numbers[1]: Outcome.TIMEOUT}
    assert collected.unread == [numbers[2]]
    [given_up] = [each for row, each in collected.attempts if row.name == "hangs"]
    assert "given up" in str(given_up.message)
    assert given_up.milliseconds >= 500


@pytest.mark.browser
async def test_a_page_for_which_the_browser_has_no_place_in_time_goes_to_another_chunk(
    system: System, start_device: StartDevice
) -> None:
    asked: list[str] = []

    async def slow(request: Asked, writer: asyncio.StreamWriter) -> bool:
        asked.append(request.path)
        await asyncio.sleep(1.5)
        return await serve(lambda _: METER)(request, writer)

    devices = [await start_device(slow) for _ in range(3)]
    numbers = [
        add(system, f"R{n}", f"{device.url}/energy", "browser") for n, device in enumerate(devices)
    ]
    time = ReadingTime(begin_seconds=1)
    collected = await collect_readings(system, numbers, pictures=False, time=time)
    assert list(collected.outcomes.values()) == [Outcome.OK]
    assert sorted([*collected.outcomes, *collected.unread]) == numbers
    assert asked.count("/energy") == 1, "the others were not disturbed"
    rest = await collect_readings(system, collected.unread, pictures=False)
    assert set(rest.outcomes.values()) == {Outcome.OK}
    assert not rest.unread
