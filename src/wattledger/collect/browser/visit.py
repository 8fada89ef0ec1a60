"""One visit to a device in the browser: log in, take the steps, wait for the value, log out."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.async_api import BrowserContext, Error

from wattledger.collect.attempt import Fetched, Ready, StepTiming, Target
from wattledger.collect.browser.guard import Guard
from wattledger.collect.browser.judge import refuse_answer, refuse_page
from wattledger.collect.browser.limits import ReadLimits
from wattledger.collect.browser.login import Login
from wattledger.collect.browser.lost import lost
from wattledger.collect.browser.patience import Patience
from wattledger.collect.browser.steps import Steps
from wattledger.collect.browser.window import MILLISECONDS, Window
from wattledger.collect.errors import AttemptError
from wattledger.collect.password_places import PasswordPlaces
from wattledger.collect.request import join, place
from wattledger.collect.steps import describe
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthType, NavigateStep

_SHOWN_HEADERS = frozenset(
    {"content-length", "content-type", "date", "last-modified", "location", "server"}
)
_FIRST_PAUSE = 0.05
_LAST_PAUSE = 0.25
_GROWTH = 1.5
_LANDING_SECONDS = 2
"""How long the page a login leads to may be quiet before the device's address is opened."""


class Visit:
    """A visit in the making; whatever happens in ``run``, ``log_out`` and ``fetched`` follow."""

    def __init__(
        self,
        target: Target,
        places: PasswordPlaces,
        context: BrowserContext,
        guard: Guard,
        ready: Ready,
        limits: ReadLimits,
    ) -> None:
        recipe = target.recipe
        self._auth = recipe.auth_config
        self._auth_type = recipe.auth_type
        self._steps = recipe.scraping_config.steps
        self._address = places.device.address.url
        self._context = context
        self._guard = guard
        self._ready = ready
        self._limits = limits
        self._window = Window(context, guard, places, limits)
        self._login = Login(self._window, guard, self._auth, ready, limits)
        self._timings: list[StepTiming] = []
        self._doing = "open"
        self._inside = False
        self._busy = False
        self._clock = asyncio.get_running_loop().time
        self._until = self._clock() + limits.read_seconds - limits.picture_seconds

    async def run(self) -> bool:
        """Go to the page of the value; tell whether it shows it.

        AttemptError says what is in the way; BrowserLostError that the browser ended.
        """
        try:
            async with asyncio.timeout_at(self._until):
                await self._guard.watch(self._context)
                await self._window.open()
                await self._enter()
                await self._take_steps()
                return await self._await_value()
        except TimeoutError:
            raise AttemptError(
                Outcome.TIMEOUT,
                f"The read was not over within {self._limits.read_seconds:g} s "
                f"('{self._doing}' took too long); look whether the device is overloaded.",
            ) from None
        except AttemptError as error:
            self._busy = error.outcome is Outcome.BUSY
            raise
        except Error as error:
            raise await self._meaning(error) from None

    @property
    def timings(self) -> tuple[StepTiming, ...]:
        """Return how long each part took, so far."""
        return tuple(self._timings)

    async def log_out(self) -> None:
        """Free the device for others; within its own short limit, and never failing the read."""
        # Busy means that others are inside: logging out could throw them out.
        due = (self._inside or self._login.submitted) and not self._busy
        if self._auth.logout_url is None or not due:
            return
        url = join(self._window.url, self._auth.logout_url)
        with self._timed("log out"), suppress(Error, AttemptError, TimeoutError):
            async with asyncio.timeout(self._limits.logout_seconds):
                await self._window.leave(url)

    async def fetched(self, *, picture: bool) -> Fetched:
        """Return what was brought, with a picture of the page if one is wanted and can be had."""
        answer = self._window.answer
        headers = () if answer is None else answer.headers
        return Fetched(
            documents=self._window.documents,
            status=None if answer is None else answer.status,
            headers=tuple(pair for pair in headers if pair[0].lower() in _SHOWN_HEADERS),
            steps=self.timings,
            screenshot=await self._window.picture() if picture else None,
            login_sent=self._login.submitted or self._window.password_typed,
        )

    async def _enter(self) -> None:
        """Log in and open the device's address, unless a first step navigates elsewhere."""
        if self._auth_type is AuthType.FORM:
            with self._timed("log in"):
                await self._login.run(join(self._address, self._auth.login_url))
            self._inside = True
            if self._steps or await self._landed():
                return
        self._inside = True
        if not (self._steps and isinstance(self._steps[0], NavigateStep)):
            with self._timed("open"):
                await self._open(self._address)

    async def _landed(self) -> bool:
        """Tell whether the login led to the page of the value, which need not be opened then.

        A page may keep the login in its memory alone: opening it again would lose it.
        """
        if self._window.url.partition("#")[0] == self._address:
            return True
        return await self._shows_value(_LANDING_SECONDS)

    async def _open(self, url: str) -> None:
        await self._window.go(url)
        await refuse_answer(self._window, self._auth_type)

    async def _take_steps(self) -> None:
        steps = Steps(self._window, self._auth, self._auth_type, self._limits)
        for number, step in enumerate(self._steps, start=1):
            label = describe(number, step)
            with self._timed(label), _naming(label):
                await steps.take(step)

    async def _await_value(self) -> bool:
        with self._timed("value"):
            shown = await self._shows_value(self._limits.quiet_seconds)
            if shown:
                return True
            await refuse_answer(self._window, self._auth_type)
            await refuse_page(self._window, self._auth_type)
        missed = self._guard.kept_out
        if missed is None:
            return False
        raise AttemptError(
            Outcome.SELECTOR_MISSING,
            f"The page does not show what is looked for. It was not given {missed}; "
            "it may need that: read the value from another page of the device.",
        )

    async def _shows_value(self, quiet_seconds: float) -> bool:
        """Wait for the value, until the page has been quiet for so long or the time is up.

        What the page shows counts once it stands still: placeholders are replaced, and numbers
        run up, while answers are awaited.
        """
        patience = Patience(self._ready, self._limits.settle_seconds)
        pause = _FIRST_PAUSE
        while self._clock() < self._until - 1:
            documents = await self._window.look()
            if patience.believes(documents, self._guard.idle_seconds):
                return True
            quiet = min(patience.still_seconds, self._guard.idle_seconds)
            if documents and quiet >= quiet_seconds:
                return False
            await asyncio.sleep(pause)
            pause = min(_LAST_PAUSE, pause * _GROWTH)
        if patience.seen:
            return False
        raise AttemptError(
            Outcome.TIMEOUT,
            f"{place(self._window.url)} was still coming after {self._limits.read_seconds:g} s; "
            "the device is too slow, or its page never ends.",
        )

    async def _meaning(self, error: Error) -> Exception:
        """Return what an error of the browser means to the attempt."""
        gone = lost(error)
        if gone is None:
            return AttemptError(
                Outcome.STEP_FAILED,
                f"The browser could not go on at '{self._doing}'; open the page in a browser of "
                "your own to see what is special about it.",
            )
        if gone.whole and self._window.page.is_closed() and await self._lives():
            return AttemptError(
                Outcome.STEP_FAILED,
                f"The page closed its own window at '{self._doing}'; read another page.",
            )
        return gone

    async def _lives(self) -> bool:
        """Tell whether the browser still answers."""
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(1):
                await self._context.cookies()
                return True
        return False

    @contextmanager
    def _timed(self, label: str) -> Iterator[None]:
        self._doing = label
        started = self._clock()
        try:
            yield
        finally:
            taken = round((self._clock() - started) * MILLISECONDS)
            self._timings.append(StepTiming(label, taken))


@contextmanager
def _naming(label: str) -> Iterator[None]:
    """Say in which step it was that the attempt failed."""
    try:
        yield
    except AttemptError as error:
        error.message = f"{label}: {error.message}"
        raise
