"""The window of a read: the page in it, its frames, and what a person would see there."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from html import escape
from typing import Any

from playwright.async_api import BrowserContext, ElementHandle, Error, Frame, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from wattledger.collect.attempt import Document
from wattledger.collect.browser.guard import Answer, Guard
from wattledger.collect.browser.limits import ReadLimits
from wattledger.collect.browser.locate import located
from wattledger.collect.browser.lost import lost
from wattledger.collect.browser.net_error import ANSWERED, error_code, network_error
from wattledger.collect.browser.snapshot import ERROR_PAGE, Snapshot, snapshot
from wattledger.collect.errors import AttemptError
from wattledger.collect.password_places import PasswordPlaces
from wattledger.collect.request import place
from wattledger.domain.outcome import Outcome
from wattledger.secrets.redaction import redact

MILLISECONDS = 1000
_MOST_FRAMES = 20
_DOWNLOAD = "Download is starting"
_INTERRUPTED = "interrupted by another navigation"
PASSWORDS = "input[type=password]"
_WORDS = "() => document.body?.innerText?.slice(0, 20000) ?? ''"


class Window:
    """One page at a time in a context. Playwright's Error passes through, where not said else.

    Windows that open by themselves are closed; one that a click opens (``follows``) takes the
    page's place, as it does over plain HTTP.
    """

    def __init__(
        self,
        context: BrowserContext,
        guard: Guard,
        places: PasswordPlaces,
        limits: ReadLimits,
    ) -> None:
        self.page: Page
        self.documents: tuple[Document, ...] = ()
        self.follows = False
        self.stuck = False
        self.masked: list[str] = [PASSWORDS]
        self.password_typed = False
        self._places = places
        self._secrets = places.secrets
        self._context = context
        self._guard = guard
        self._address = places.device.address.url
        self._limits = limits
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Open the window."""
        self.page = await self._context.new_page()
        await self._weighed(self.page)
        self._context.on("page", self._opened)

    @property
    def url(self) -> str:
        """Return what references in a recipe are relative to."""
        shown = self.page.url
        return shown if shown.startswith(("http://", "https://")) else self._address

    @property
    def answer(self) -> Answer | None:
        """Return the head of what the device answered to the last navigation."""
        return self._guard.answer

    async def go(self, url: str) -> None:
        """Go to a URL and return when its answer begins to come; AttemptError if none does."""
        self._guard.admit(url)
        try:
            response = await self.page.goto(
                url, wait_until="commit", timeout=self._limits.answer_seconds * MILLISECONDS
            )
            await self._guard.verify(response)
        except PlaywrightTimeoutError:
            raise AttemptError(
                Outcome.TIMEOUT,
                f"The device did not answer {place(url)} within "
                f"{self._limits.answer_seconds:g} s; it hangs or is overloaded: restart it when it "
                "stays so.",
            ) from None
        except Error as error:
            self._guard.check()
            code = "ERR_ABORTED" if _DOWNLOAD in error.message else error_code(error.message)
            if code is None and _INTERRUPTED not in error.message:
                raise
            if code is not None and code != ANSWERED:
                raise network_error(code, url) from None

    async def look(self) -> tuple[Document, ...]:
        """Return the page and its frames as they stand; nothing while the page still comes.

        AttemptError when the read is over: what the guard saw, ``too_large``, or ``timeout``
        when a script never lets go of the page.
        """
        self._guard.check()
        frames = [frame for frame in self.page.frames[:_MOST_FRAMES] if not frame.is_detached()]
        try:
            taken = [await self._snapshot(frame) for frame in frames]
        except Error as error:
            if lost(error) is not None:
                raise
            return ()  # the page is just being replaced by another
        if not taken or not taken[0].whole or taken[0].document.url.startswith(ERROR_PAGE):
            return ()
        self._refuse_large(taken)
        self.documents = tuple(each.document for each in taken if each.whole)
        return self.documents

    async def find(self, selector: str, *, field: bool = False) -> Locator | None:
        """Return the first element of a step's selector that can be seen, else the first."""
        hidden: Locator | None = None
        for frame in self.page.frames:
            for locator in located(frame, selector, field=field):
                seen = locator.filter(visible=True)
                if await seen.count():
                    return seen.first
                if hidden is None and await locator.count():
                    hidden = locator.first
        return hidden

    async def own_field(self, field: Locator, seconds: float) -> ElementHandle:
        """Return a field for the password as it stands now; AttemptError ``refused`` elsewhere.

        It is of the page that was looked at: one that takes its place is not typed into.
        """
        handle = await field.element_handle(timeout=seconds * MILLISECONDS)
        frame = await handle.owner_frame()
        # A page that another one wrote has no address of its own.
        while frame is not None and frame.url.startswith("about:"):
            frame = frame.parent_frame
        self._places.refuse_elsewhere("" if frame is None else frame.url)
        return handle

    async def password_field(self) -> Locator | None:
        """Return the first password field that can be seen."""
        for frame in self.page.frames:
            seen = frame.locator(PASSWORDS).filter(visible=True)
            async with self._promptly():
                if await seen.count():
                    return seen.first
        return None

    async def seen(self) -> Document:
        """Return the words a person sees, as a document of their own."""
        words: list[str] = []
        for frame in self.page.frames[:_MOST_FRAMES]:
            async with self._promptly():
                words.append(await frame.evaluate(_WORDS))
        return Document(self.url, "text/html", f"<body>{escape(' '.join(words))}</body>")

    async def picture(self) -> bytes | None:
        """Return a PNG of what is seen; None when none can be had, or where it shows a secret.

        What secrets were typed into is covered. Where one can be read all the same, in a field
        that a script made readable or in the words of the page, there is no picture: one can be
        drawn from the text, which is kept without it.
        """
        if self.stuck or not self.page.url.startswith("http"):
            return None
        with suppress(AttemptError, Error, TimeoutError):
            async with asyncio.timeout(self._limits.picture_seconds):
                if await self._shows_secret():
                    return None
                taken = await self.page.screenshot(type="png", mask=list(self._masks()))
                # Scripts go on meanwhile: what comes while it is taken may be in it.
                return None if await self._shows_secret() else taken
        return None

    def _masks(self) -> Iterator[Locator]:
        for frame in self.page.frames:
            for selector in self.masked:
                yield from located(frame, selector, field=True)

    async def _shows_secret(self) -> bool:
        """Tell whether a secret can be read on the page, or may be in what is too long to look."""
        if not self._secrets:
            return False
        for frame in self.page.frames:
            taken = await self._snapshot(frame)
            text = taken.document.text
            if taken.cut or redact(text, self._secrets) != text:
                return True
        return False

    async def leave(self, url: str) -> None:
        """Go to the logout; in a page of its own where the present one does not answer."""
        self._guard.let_out()
        self._context.remove_listener("page", self._opened)
        unusable = self.stuck or self.page.is_closed()
        with suppress(Error):
            page = await self._context.new_page() if unusable else self.page
            await page.goto(url, wait_until="commit")
            return
        page = await self._context.new_page()
        await page.goto(url, wait_until="commit")

    async def _snapshot(self, frame: Frame) -> Snapshot:
        async with self._promptly():
            return await snapshot(frame, self._limits.page_characters)

    @asynccontextmanager
    async def _promptly(self) -> AsyncIterator[None]:
        """Bound what has no limit of its own; AttemptError ``timeout`` when scripts hold it up."""
        try:
            async with asyncio.timeout(self._limits.script_seconds):
                yield
        except TimeoutError:
            self.stuck = True
            raise AttemptError(
                Outcome.TIMEOUT,
                f"A script of {place(self.url)} has not let go of the page for "
                f"{self._limits.script_seconds:g} s; choose another page of the device.",
            ) from None

    def _refuse_large(self, taken: list[Snapshot]) -> None:
        size = sum(len(each.document.text) for each in taken)
        if size > self._limits.page_characters or any(each.cut for each in taken):
            raise AttemptError(
                Outcome.TOO_LARGE,
                f"{place(self.url)} holds more than {self._limits.page_characters:,} characters; "
                "choose a smaller page of the device.",
            )

    def _opened(self, page: Page) -> None:
        if self.follows:
            self.page = page
            self._start(self._weighed(page))
        else:
            self._start(page.close())

    async def _weighed(self, page: Page) -> None:
        """Have the guard weigh all that comes into a page."""
        session = await self._context.new_cdp_session(page)
        session.on("Network.dataReceived", self._guard.weigh)
        await session.send("Network.enable")

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        async def until_gone() -> None:
            with suppress(Error):
                await work

        task = asyncio.create_task(until_gone())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
