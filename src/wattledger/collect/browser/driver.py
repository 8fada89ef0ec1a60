"""Playwright's driver: the Node.js process between us and the browsers it starts."""

import asyncio
from contextlib import suppress

from playwright.async_api import Error, Playwright

from wattledger.collect.browser.limits import LifeLimits
from wattledger.collect.browser.processes import Process


class Driver:
    """A running driver, how much it has served, and how many of its browsers still run."""

    def __init__(self, playwright: Playwright, limits: LifeLimits) -> None:
        self.playwright = playwright
        self.process: Process | None = None
        self.reads = 0
        self.browsers = 0
        self.retired = False
        self._limits = limits

    def weigh(self) -> None:
        """Retire it if it has served, or holds, too much."""
        held = 0 if self.process is None else self.process.own_bytes
        if self.reads >= self._limits.driver_reads or held >= self._limits.driver_bytes:
            self.retired = True

    async def stop(self) -> None:
        """End it; its browsers end with it."""
        stopping = asyncio.create_task(self._stopped())
        done, _ = await asyncio.wait({stopping}, timeout=self._limits.close_seconds)
        if not done and self.process is not None:
            self.process.kill()
            await asyncio.wait({stopping}, timeout=self._limits.close_seconds)

    async def _stopped(self) -> None:
        with suppress(Error):
            await self.playwright.stop()
