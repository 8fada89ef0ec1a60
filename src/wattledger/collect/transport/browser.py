"""The browser transport: reads pages that are drawn by scripts (SOURCES 4)."""

import asyncio
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

from playwright.async_api import Browser, BrowserContext, Dialog, Error, Page, Response

from wattledger.collect.address import AddressPolicy, Device, parse_address
from wattledger.collect.attempt import NOTHING_FETCHED, Document, Fetched, Ready, Target
from wattledger.collect.browser.find import INSTALL
from wattledger.collect.browser.guard import Guard
from wattledger.collect.browser.life import BrowserLife
from wattledger.collect.browser.login import log_in, read_pages
from wattledger.collect.browser.snapshot import snapshot
from wattledger.collect.browser.steps import Steps
from wattledger.collect.browser.translate import translate
from wattledger.collect.errors import AttemptError, NeedsBrowserError
from wattledger.collect.refusal import explain
from wattledger.collect.uninterrupted import uninterrupted
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthType

_READ_SECONDS = 45
_VALUE_SECONDS = 15
_PAGE_MILLISECONDS = 15_000
_ENDING_SECONDS = 3
_PICTURE_MILLISECONDS = 5_000
_FIRST_LOOK = 0.05
_SLOWEST_LOOK = 0.25
_TRIES = 2

_ERROR = 400
_UNAUTHORIZED = 401
_FORBIDDEN = 403


class BrowserTransport:
    """Reads pages in a headless Chromium, ``places`` at once; without one, says what to do."""

    def __init__(self, program: Path | None, policy: AddressPolicy, places: int) -> None:
        self._life = None if program is None else BrowserLife(program, places)
        self._policy = policy

    async def fetch(self, target: Target, ready: Ready) -> Fetched:
        """Log in, take the steps, wait for the value, and always log out.

        A browser that dies in the middle costs one more try. AttemptError carries what had come
        by then, with a picture of the page.
        """
        if self._life is None:
            raise AttemptError(
                Outcome.BROWSER_MISSING,
                f"This page needs a browser, and there is none. As root, run: {INSTALL}",
            )
        address = parse_address(target.address)
        device = Device(address, await self._policy.resolve(address.host, address.port))
        for _ in range(_TRIES - 1):
            try:
                return await self._read(self._life, target, device, ready)
            except AttemptError as error:
                if error.outcome is not Outcome.BROWSER_CRASHED:
                    raise
        return await self._read(self._life, target, device, ready)

    async def close(self) -> None:
        """End the browser."""
        if self._life is not None:
            await self._life.close()

    async def _read(
        self, life: BrowserLife, target: Target, device: Device, ready: Ready
    ) -> Fetched:
        async with life.browser() as browser:
            visit = _Visit(target, device, ready)
            try:
                async with asyncio.timeout(_READ_SECONDS):
                    await visit.open(browser)
                    await visit.run()
                    return await visit.fetched()
            except TimeoutError:
                raise AttemptError(
                    Outcome.TIMEOUT,
                    f"Reading the page took more than {_READ_SECONDS} s; it was {visit.activity}.",
                    fetched=await visit.remains(),
                ) from None
            except Error as error:
                raise translate(error, visit.activity) from None
            except AttemptError as error:
                error.fetched = await visit.remains()
                raise
            finally:
                await uninterrupted(_end(life, browser, visit))


async def _end(life: BrowserLife, browser: Browser, visit: "_Visit") -> None:
    """Log out and close; a page that cannot even be closed takes its browser with it."""
    try:
        async with asyncio.timeout(_ENDING_SECONDS):
            with suppress(Error):
                await visit.log_out()
    except TimeoutError:
        pass
    try:
        async with asyncio.timeout(_ENDING_SECONDS):
            await visit.close()
    except (TimeoutError, Error):
        await life.replace(browser)


class _Visit:
    """One read: its own context, which knows nothing of any read before."""

    def __init__(self, target: Target, device: Device, ready: Ready) -> None:
        self.activity = "opening the page"
        self._recipe = target.recipe
        self._auth = target.recipe.auth_config
        self._device = device
        self._ready = ready
        self._guard = Guard(device.address.host)
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._steps: Steps | None = None
        self._status: int | None = None
        self._documents: tuple[Document, ...] = ()
        self._logged_in = False

    async def open(self, browser: Browser) -> None:
        """Open an empty page in a context of its own."""
        http_login = self._recipe.auth_type in (AuthType.BASIC, AuthType.DIGEST)
        password = self._auth.password
        self._context = await browser.new_context(
            ignore_https_errors=not self._device.verifies_tls,
            accept_downloads=False,
            service_workers="block",
            viewport={"width": 1280, "height": 800},
            http_credentials={
                "username": self._auth.username or "",
                "password": password.get_secret_value() if password else "",
                "origin": self._origin,
            }
            if http_login
            else None,
        )
        await self._guard.watch(self._context)
        self._page = await self._context.new_page()
        self._page.set_default_timeout(_PAGE_MILLISECONDS)
        self._page.on("dialog", _dismiss)
        self._page.on("popup", _close_popup)
        self._page.on("response", self._note_status)
        self._steps = Steps(self._page, self._device.address.url, self._auth)

    @property
    def _origin(self) -> str:
        address = self._device.address
        return f"{address.scheme}://{address.host_port}"

    async def run(self) -> None:
        """Log in, go the steps, and wait until the value is there."""
        page, steps = self._opened()
        if self._recipe.auth_type is AuthType.FORM:
            self.activity = "logging in"
            self._guard.logging_in = True
            self._logged_in = True
            await log_in(page, self._device.address.url, self._auth)
            self._guard.logging_in = False
        wanted = self._recipe.scraping_config.steps
        if not wanted or wanted[0].action != "navigate":
            await self._enter(page)
        for number, step in enumerate(wanted, start=1):
            self.activity = f"at step {number}"
            await steps.take(number, step)
            self._refuse_status()
        self.activity = "waiting for the value"
        await self._await_value(page)

    async def _enter(self, page: Page) -> None:
        """Open the address itself, unless the login has led to the page already."""
        address = self._device.address.url
        if not self._logged_in or self._device.address.path != "/":
            await page.goto(address, wait_until="commit")
        self._refuse_status()

    async def _await_value(self, page: Page) -> None:
        """Look until the value is there; at the end, say why it is not if the page tells."""
        look = _FIRST_LOOK
        deadline = asyncio.get_running_loop().time() + _VALUE_SECONDS
        while True:
            self._documents = await snapshot(page)
            if self._ready(self._documents):
                return
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(look)
            look = min(look * 1.5, _SLOWEST_LOOK)
        reason = explain(await read_pages(page), self._recipe.auth_type)
        if reason is not None and not isinstance(reason, NeedsBrowserError):
            raise reason

    def _note_status(self, response: Response) -> None:
        """Keep the status of the page itself: of the main frame's last document."""
        request = response.request
        if request.is_navigation_request() and request.frame.parent_frame is None:
            self._status = response.status

    def _refuse_status(self) -> None:
        status = self._status or 0
        if status in (_UNAUTHORIZED, _FORBIDDEN):
            raise AttemptError(
                Outcome.AUTH_FAILED,
                f"The device refused the login (HTTP {status}); correct authType and authConfig.",
            )
        if status >= _ERROR:
            raise AttemptError(
                Outcome.HTTP_STATUS,
                f"The device answered with HTTP {status}; check that the page exists, and restart "
                "the device when it stays so.",
            )

    async def fetched(self) -> Fetched:
        """Return what was brought; with a picture where the value is not in it."""
        found = self._ready(self._documents)
        return Fetched(
            documents=self._documents,
            status=self._status,
            steps=tuple(self._steps.timings) if self._steps else (),
            screenshot=None if found else await self._picture(),
        )

    async def remains(self) -> Fetched:
        """Return what can be had of a read that failed; never raises."""
        try:
            async with asyncio.timeout(_ENDING_SECONDS):
                if self._page is not None:
                    self._documents = await snapshot(self._page)
        except (TimeoutError, Error, AttemptError):
            pass
        try:
            return await self.fetched()
        except Error:
            return NOTHING_FETCHED

    async def _picture(self) -> bytes | None:
        if self._page is None:
            return None
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_ENDING_SECONDS):
                return await self._page.screenshot(timeout=_PICTURE_MILLISECONDS)
        return None

    async def log_out(self) -> None:
        """Visit the logout page if a login was begun: devices let in only so many."""
        if self._logged_in and self._auth.logout_url and self._page is not None:
            url = urljoin(self._device.address.url, self._auth.logout_url)
            await self._page.goto(url, wait_until="commit")

    async def close(self) -> None:
        """Forget the context with all it holds."""
        if self._context is not None:
            await self._context.close()

    def _opened(self) -> tuple[Page, Steps]:
        if self._page is None or self._steps is None:
            raise RuntimeError("A visit is opened before it runs.")
        return self._page, self._steps


async def _dismiss(dialog: Dialog) -> None:
    """Answer a dialog of the page; it would keep everything waiting."""
    with suppress(Error):
        await dialog.dismiss()


async def _close_popup(popup: Page) -> None:
    with suppress(Error):
        await popup.close()
