"""One running browser: what it has served, what it weighs, and how it ends without a trace."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Error

from wattledger.collect.browser.driver import Driver
from wattledger.collect.browser.launch import start_browser
from wattledger.collect.browser.limits import LifeLimits
from wattledger.collect.browser.lost import BrowserLostError
from wattledger.collect.browser.processes import Process, end, line_to_us, of_group
from wattledger.collect.browser.profiles import remove_profile

_WITH_DRIVER = 2


class Launched:
    """A browser with its driver; ``readers`` are in it now, ``retired`` lets no more in."""

    def __init__(
        self, driver: Driver, browser: Browser, leader: Process | None, limits: LifeLimits
    ) -> None:
        self.driver = driver
        self.readers = 0
        self.retired = False
        self._browser = browser
        self._leader = leader
        self._profile = None if leader is None else leader.profile
        self._limits = limits
        self._reads = 0
        self._born = asyncio.get_running_loop().time()

    def enter(self) -> None:
        """Count a read in."""
        self.readers += 1
        self._reads += 1
        self.driver.reads += 1
        if self._reads % self._limits.reads_a_weighing == 0:
            self._weigh()

    @property
    def usable(self) -> bool:
        """Tell whether a read may begin in it."""
        age = asyncio.get_running_loop().time() - self._born
        return (
            not self.retired
            and not self.driver.retired
            and self._browser.is_connected()
            and self._reads < self._limits.browser_reads
            and age < self._limits.browser_seconds
        )

    def give_up(self) -> None:
        """Let no more reads in, nor into its driver: which of the two was lost is not told."""
        self.retired = self.driver.retired = True

    async def open(self, opened: list[BrowserContext], options: Mapping[str, Any]) -> None:
        """Add a new context to ``opened``; BrowserLostError when the browser gives none."""
        try:
            async with asyncio.timeout(self._limits.open_seconds):
                opened.append(await self._browser.new_context(**options))
        except (Error, TimeoutError):
            raise BrowserLostError(whole=True) from None

    async def leave(self, opened: list[BrowserContext]) -> None:
        """Count a read out and close its context; what cannot be closed retires the browser."""
        try:
            for context in opened:
                async with asyncio.timeout(self._limits.close_seconds):
                    await context.close()
        except (Error, TimeoutError):
            self.retired = True
        finally:
            self.readers -= 1

    async def end(self) -> None:
        """End the browser with all its processes, and remove its profile."""
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(self._limits.close_seconds):
                await self._browser.close()
        left = of_group(self._leader)
        await asyncio.to_thread(end, left, self._limits.close_seconds)
        remove_profile(self._profile)

    def _weigh(self) -> None:
        self.driver.weigh()
        if sum(each.own_bytes for each in of_group(self._leader)) >= self._limits.browser_bytes:
            self.retired = True


async def launch(driver: Driver, program: Path, limits: LifeLimits) -> Launched:
    """Start a browser under a driver; AttemptError ``browser_crashed`` when it does not start."""
    browser = await start_browser(driver.playwright, program, limits)
    family = line_to_us(await _pid(browser, limits))
    if len(family) < _WITH_DRIVER:
        return Launched(driver, browser, None, limits)
    *_, leader, driver.process = family
    return Launched(driver, browser, leader, limits)


async def _pid(browser: Browser, limits: LifeLimits) -> int:
    """Return the number of the browser's main process."""
    try:
        async with asyncio.timeout(limits.open_seconds):
            session = await browser.new_browser_cdp_session()
            told = await session.send("SystemInfo.getProcessInfo")
            await session.detach()
    except (Error, TimeoutError):
        raise BrowserLostError(whole=True) from None
    return next(int(each["id"]) for each in told["processInfo"] if each["type"] == "browser")
