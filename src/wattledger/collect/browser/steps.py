"""The steps of a recipe in the browser."""

import asyncio
from time import monotonic
from urllib.parse import urljoin

from playwright.async_api import Error, Locator, Page

from wattledger.collect.attempt import StepTiming
from wattledger.collect.browser.locate import locate
from wattledger.collect.browser.translate import is_gone
from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import (
    AuthConfig,
    ClickStep,
    NavigateStep,
    SelectStep,
    Step,
    TypeStep,
    WaitStep,
)

_SECONDS = 10
_ACTION_MILLISECONDS = 5_000
_SECOND = 1000


class Steps:
    """Goes steps on a page, noting how long each took."""

    def __init__(self, page: Page, address: str, auth: AuthConfig) -> None:
        self.timings: list[StepTiming] = []
        self._page = page
        self._address = address
        self._auth = auth

    async def take(self, number: int, step: Step) -> None:
        """Go one step; AttemptError step_failed names it."""
        begun = monotonic()
        try:
            await self._take(step)
        except Error as error:
            if is_gone(error):
                raise
            reason = error.message.partition("\n")[0]
            raise AttemptError(
                Outcome.STEP_FAILED, f"Step {number} ({label(step)}) failed: {reason}"
            ) from None
        except _NotThereError:
            raise AttemptError(
                Outcome.STEP_FAILED,
                f"Step {number} ({label(step)}): no such element within {_SECONDS} s; the page "
                "may show something else than usual.",
            ) from None
        finally:
            took = int((monotonic() - begun) * _SECOND)
            self.timings.append(StepTiming(label(step), took))

    async def _take(self, step: Step) -> None:
        if isinstance(step, NavigateStep):
            await self._page.goto(urljoin(self._address, step.url), wait_until="domcontentloaded")
        elif isinstance(step, ClickStep):
            await (await self._find(step.selector)).click(timeout=_ACTION_MILLISECONDS)
        elif isinstance(step, TypeStep):
            field = await self._find(step.selector)
            await field.fill(self._filled(step.text), timeout=_ACTION_MILLISECONDS)
        elif isinstance(step, SelectStep):
            field = await self._find(step.selector)
            await field.select_option(step.value, timeout=_ACTION_MILLISECONDS)
        else:
            await self._wait(step)

    async def _wait(self, step: WaitStep) -> None:
        if step.selector is not None:
            await self._find(step.selector)
        else:
            await asyncio.sleep((step.milliseconds or 0) / _SECOND)

    async def _find(self, selector: str) -> Locator:
        found = await locate(self._page, selector, _SECONDS)
        if found is None:
            raise _NotThereError
        return found

    def _filled(self, text: str) -> str:
        password = self._auth.password
        secret = password.get_secret_value() if password else ""
        return text.replace("{username}", self._auth.username or "").replace("{password}", secret)


class _NotThereError(Exception):
    """An element did not come."""


def label(step: Step) -> str:
    """Return a step for people; what is typed is not in it."""
    if isinstance(step, NavigateStep):
        return f"navigate {step.url}"
    if isinstance(step, WaitStep) and step.milliseconds is not None:
        return f"wait {step.milliseconds} ms"
    return f"{step.action} '{step.selector}'"
