"""The life of the browser: started when first needed, renewed before it is worn, never left over.

One driver and one browser serve all reads, each read in a context of its own. What is worn or
lost gets a successor at once; the old one ends when the last read in it has.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext

from wattledger.collect.browser.driver import Driver
from wattledger.collect.browser.launch import start_driver
from wattledger.collect.browser.launched import Launched, launch
from wattledger.collect.browser.limits import LIFE_LIMITS, LifeLimits
from wattledger.collect.browser.lost import BrowserLostError
from wattledger.collect.browser.profiles import remove_abandoned_profiles
from wattledger.collect.errors import AttemptError, NoTurnError
from wattledger.collect.uninterrupted import uninterrupted
from wattledger.domain.outcome import Outcome


class BrowserLife:
    """Gives ``places`` reads at once a context in the browser, and sees that there is a browser.

    It belongs to the event loop it is first used in; ``close`` it before that ends.
    """

    def __init__(self, program: Path, places: int, *, limits: LifeLimits = LIFE_LIMITS) -> None:
        self._program = program
        self._limits = limits
        self._places = places
        self._free = asyncio.Semaphore(places)
        self._driver: Driver | None = None
        self._current: Launched | None = None
        self._starting: asyncio.Task[Launched] | None = None
        self._all: set[Launched] = set()
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False

    @asynccontextmanager
    async def context(
        self, options: Mapping[str, Any], *, begin_by: float | None = None
    ) -> AsyncIterator[BrowserContext]:
        """Give a new context of the browser while inside, when it is this read's turn.

        ``options`` are Playwright's for a context. NoTurnError when no place comes free until
        ``begin_by`` on the loop's clock. BrowserLostError when the browser ended under the read:
        the next read finds another. AttemptError ``browser_crashed`` when none starts.
        """
        async with self._turn(begin_by):
            launched = await self._enter()
            opened: list[BrowserContext] = []
            try:
                await uninterrupted(launched.open(opened, options))
                yield opened[0]
            except BrowserLostError as error:
                if error.whole:
                    launched.give_up()
                raise
            finally:
                await uninterrupted(launched.leave(opened))
                self._end_unused()

    @asynccontextmanager
    async def _turn(self, begin_by: float | None) -> AsyncIterator[None]:
        """Hold one of the places while inside."""
        try:
            # Not wait_for: on Python 3.11 it can swallow a cancellation.
            async with asyncio.timeout_at(begin_by):
                await self._free.acquire()
        except TimeoutError:
            raise NoTurnError(
                f"All {self._places} places in the browser were taken by other reads; try again "
                "in a minute."
            ) from None
        try:
            yield
        finally:
            self._free.release()

    async def close(self) -> None:
        """End the browser and the driver; reads that are under way are lost."""
        self._closed = True
        if self._starting is not None:
            with suppress(AttemptError, BrowserLostError):
                await self._starting
        for launched in self._all:
            launched.give_up()
            launched.readers = 0
        self._end_unused()
        while self._endings:
            await asyncio.wait(self._endings)
        if self._driver is not None:
            await self._driver.stop()

    async def _enter(self) -> Launched:
        while self._current is None or not self._current.usable:
            if self._closed:
                raise AttemptError(
                    Outcome.BROWSER_CRASHED, "The browser was closed; start Wattledger again."
                )
            if self._starting is None:
                self._starting = asyncio.create_task(self._start())
                self._starting.add_done_callback(self._started)
            # Who gives up waiting must not stop the start for the others.
            await asyncio.shield(self._starting)
        self._current.enter()
        return self._current

    async def _start(self) -> Launched:
        """Start a browser in place of the current one, and a driver if need be."""
        if self._current is not None:
            self._current.retired = True
            self._end_unused()
        if self._driver is None:
            remove_abandoned_profiles()
        if self._driver is None or self._driver.retired:
            self._driver = Driver(await start_driver(self._limits), self._limits)
        driver = self._driver
        try:
            self._current = await launch(driver, self._program, self._limits)
        except (AttemptError, BrowserLostError):
            driver.retired = True
            await self._stop_unused(driver)
            raise
        driver.browsers += 1
        self._all.add(self._current)
        return self._current

    def _started(self, starting: asyncio.Task[Launched]) -> None:
        self._starting = None
        if not starting.cancelled():
            starting.exception()  # those who waited for it have it; nobody may be left

    def _end_unused(self) -> None:
        for launched in [each for each in self._all if each.retired and not each.readers]:
            self._all.remove(launched)
            ending = asyncio.create_task(self._end(launched))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)

    async def _end(self, launched: Launched) -> None:
        await launched.end()
        launched.driver.browsers -= 1
        await self._stop_unused(launched.driver)

    async def _stop_unused(self, driver: Driver) -> None:
        if driver.retired and not driver.browsers:
            await driver.stop()
