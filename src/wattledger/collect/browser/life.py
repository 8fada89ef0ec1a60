"""The life of the browser: started when needed, renewed before it ages, replaced when dead."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic

from playwright.async_api import Browser, Error, Playwright, async_playwright

from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome

_FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_READS = 500
_SECONDS = 3600
_START_SECONDS = 30
_CLOSE_SECONDS = 5


class BrowserLife:
    """Keeps one Chromium running for all reads, and at most so many of them at once."""

    def __init__(self, program: Path, places: int) -> None:
        self._program = program
        self._places = asyncio.Semaphore(places)
        self._starting = asyncio.Lock()
        self._driver: Playwright | None = None
        self._browser: Browser | None = None
        self._reads = 0
        self._born = monotonic()
        self._in_use: dict[Browser, int] = {}

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """Give a living browser for one read, waiting for a place."""
        async with self._places:
            browser = await self._living()
            self._in_use[browser] = self._in_use.get(browser, 0) + 1
            try:
                yield browser
            finally:
                self._in_use[browser] -= 1
                await self._bury(browser)

    async def replace(self, browser: Browser) -> None:
        """Give up a browser that hangs or is gone; reads in it fail, the next gets a new one."""
        if self._browser is browser:
            self._browser = None
        await _closed(browser)

    async def close(self) -> None:
        """End browser and driver."""
        async with self._starting:
            for browser in {*self._in_use, *([self._browser] if self._browser else [])}:
                await _closed(browser)
            await self._stop_driver()

    async def _living(self) -> Browser:
        async with self._starting:
            aged = self._reads >= _READS or monotonic() - self._born > _SECONDS
            if self._browser is None or aged or not self._browser.is_connected():
                old, self._browser = self._browser, None
                if old is not None:
                    self._in_use.setdefault(old, 0)
                    await self._bury(old)
                self._browser = await self._start()
                self._reads, self._born = 0, monotonic()
            self._reads += 1
            return self._browser

    async def _bury(self, browser: Browser) -> None:
        """Close a browser that is no longer the current one once its last read is over."""
        if browser is not self._browser and not self._in_use.get(browser):
            self._in_use.pop(browser, None)
            await _closed(browser)

    async def _start(self) -> Browser:
        try:
            async with asyncio.timeout(_START_SECONDS):
                try:
                    return await self._launch()
                except Error:
                    # The driver itself may be dead: one new start tells.
                    await self._stop_driver()
                    return await self._launch()
        except TimeoutError:
            raise _no_start(self._program, "it took too long") from None
        except Error as error:
            raise _no_start(self._program, error.message.partition("\n")[0]) from None

    async def _launch(self) -> Browser:
        if self._driver is None:
            self._driver = await async_playwright().start()
        return await self._driver.chromium.launch(
            executable_path=self._program,
            args=list(_FLAGS),
            chromium_sandbox=os.geteuid() != 0,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    async def _stop_driver(self) -> None:
        driver, self._driver = self._driver, None
        self._browser = None
        if driver is not None:
            with suppress(Error, TimeoutError):
                await asyncio.wait_for(driver.stop(), _CLOSE_SECONDS)


async def _closed(browser: Browser) -> None:
    with suppress(Error, TimeoutError):
        await asyncio.wait_for(browser.close(), _CLOSE_SECONDS)


def _no_start(program: Path, reason: str) -> AttemptError:
    return AttemptError(
        Outcome.BROWSER_CRASHED,
        f"The browser {program} does not start ({reason}); run 'wattledger doctor'.",
    )
