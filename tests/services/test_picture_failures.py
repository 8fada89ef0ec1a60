"""A failed read keeps a picture of its page: one for a row of like failures, never in the way."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from wattledger.clock import SetClock
from wattledger.collect.address import AddressPolicy
from wattledger.collect.attempt import Document, Painter
from wattledger.collect.browser.find import find_browser
from wattledger.collect.curl import CurlClient
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.collect.transport.browser import BrowserTransport
from wattledger.collect.transport.http import HttpTransport
from wattledger.config import load_settings
from wattledger.domain.instant import MINUTE, parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Engine, Recipe
from wattledger.secrets.vault import Vault
from wattledger.services import picture_failures
from wattledger.services.collect_now import collect_now
from wattledger.services.device_target import sealed_recipe
from wattledger.services.progress import unwatched
from wattledger.services.system import System
from wattledger.services.try_recipe import try_recipe
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.spec import MeterSpec
from wattledger.store.database import Database
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.sites import first_site
from wattledger.store.tables import attempt, capture

NOON = parse_instant("2026-03-02T12:00:00Z")
PNG = b"\x89PNG"
POLICY = AddressPolicy(allow_loopback=True)


class CountingPainter(Painter):
    """A painter that counts; ``seconds`` is how long it takes."""

    def __init__(self, seconds: float = 0, defect: Exception | None = None) -> None:
        self.drawn = 0
        self._seconds = seconds
        self._defect = defect

    async def draw(self, documents: Sequence[Document]) -> bytes:
        """Return what begins like a picture."""
        assert documents
        self.drawn += 1
        if self._defect is not None:
            raise self._defect
        await asyncio.sleep(self._seconds)
        return PNG


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def broken() -> Iterator[FarmDevice]:
    """Give a device that answers with an error page."""
    spec = MeterSpec("http-500", "Rack", "Client", "Hall", 42, NOON, 5_000)
    with Farm.start([spec], frozen_at=NOON) as farm:
        yield farm.devices[0]


def system_of(
    folder: Path, database: Database, clock: SetClock, device: FarmDevice, painter: Painter
) -> System:
    """Return a system with one endpoint, for the device."""
    settings = load_settings(data_dir=folder, time_zone="Europe/Berlin")
    reader = Reader({Engine.HTTP: HttpTransport(CurlClient(), POLICY)}, Undivided(), clock, painter)
    system = System(settings, clock, database, Vault(folder / "key"), reader)
    recipe, auth = sealed_recipe(Recipe.model_validate(device.recipe), system.vault)
    with database.begin() as connection:
        site_id = first_site(connection, "UTC")
        new = NewEndpoint("Rack", site_id, device.address, "d", recipe=recipe, auth=auth)
        insert_endpoint(connection, new, NOON)
    return system


async def collect(system: System, clock: SetClock, times: int) -> list[str | None]:
    """Collect once a minute; return the pictures that were kept, by attempt."""
    for _ in range(times):
        await collect_now(system, [], unwatched)
        clock.at += MINUTE
    kept = select(capture.c.screenshot).join_from(
        attempt, capture, attempt.c.capture_id == capture.c.id
    )
    with system.database.connect() as connection:
        return list(connection.execute(kept.order_by(attempt.c.id)).scalars())


async def test_a_row_of_like_failures_is_drawn_once(
    tmp_path: Path, database: Database, clock: SetClock, broken: FarmDevice
) -> None:
    painter = CountingPainter()
    system = system_of(tmp_path, database, clock, broken, painter)
    first, *others = await collect(system, clock, times=3)
    assert (painter.drawn, others) == (1, [None, None])
    assert first is not None
    assert (system.settings.evidence_dir / first).read_bytes() == PNG
    await system.reader.close()


async def test_a_picture_that_takes_long_keeps_no_attempt_from_the_book(
    tmp_path: Path,
    database: Database,
    clock: SetClock,
    broken: FarmDevice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(picture_failures, "SECONDS", 0.1)
    slow = system_of(tmp_path, database, clock, broken, CountingPainter(seconds=60))
    assert await collect(slow, clock, times=1) == [None]
    await slow.reader.close()


async def test_a_defect_of_the_painter_keeps_no_attempt_from_the_book(
    tmp_path: Path, database: Database, clock: SetClock, broken: FarmDevice
) -> None:
    painter = CountingPainter(defect=RuntimeError("x"))
    system = system_of(tmp_path, database, clock, broken, painter)
    assert await collect(system, clock, times=1) == [None]
    await system.reader.close()


@pytest.mark.browser
async def test_a_failed_test_of_a_recipe_shows_the_page_it_read_over_plain_http(
    tmp_path: Path, database: Database, clock: SetClock, broken: FarmDevice
) -> None:
    browser = BrowserTransport(find_browser(None), POLICY, 1)
    system = system_of(tmp_path, database, clock, broken, browser)
    tried = await try_recipe(system, "Rack")
    assert (tried.outcome, tried.transport) == (Outcome.HTTP_STATUS, Engine.HTTP)
    assert (tried.fetched.screenshot or b"").startswith(PNG)
    await browser.close()
    await system.reader.close()


async def test_how_far_a_read_got_is_kept_of_failures_alone(
    tmp_path: Path, database: Database, clock: SetClock, broken: FarmDevice
) -> None:
    system = system_of(tmp_path, database, clock, broken, CountingPainter())
    with Farm.start([MeterSpec("plain-table", "Good", "Client", "Hall", 1, NOON)]) as farm:
        recipe, auth = sealed_recipe(Recipe.model_validate(farm.devices[0].recipe), system.vault)
        with database.begin() as connection:
            where = (first_site(connection, "UTC"), farm.devices[0].address, "e")
            new = NewEndpoint("Good", *where, recipe=recipe, auth=auth)
            insert_endpoint(connection, new, NOON)
        await collect(system, clock, times=1)
    kept = select(attempt.c.outcome, attempt.c.steps, capture.c.headers).join_from(
        attempt, capture, attempt.c.capture_id == capture.c.id
    )
    with database.connect() as connection:
        rows = {row.outcome: row for row in connection.execute(kept)}
    assert (rows["ok"].steps, rows["ok"].headers) == (None, None)
    failed = rows["http_status"]
    assert [label for label, milliseconds in failed.steps if milliseconds >= 0] == ["open"]
    assert "content-type" in {name.lower() for name, _ in failed.headers}
    await system.reader.close()
