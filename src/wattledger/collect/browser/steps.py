"""The steps of a recipe in the browser: they do what a person would do at the page."""

import asyncio

from playwright.async_api import ElementHandle, Error, Locator
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from wattledger.collect.browser.judge import refuse_answer, refuse_page
from wattledger.collect.browser.limits import ReadLimits
from wattledger.collect.browser.lost import lost
from wattledger.collect.browser.window import MILLISECONDS, Window
from wattledger.collect.errors import AttemptError
from wattledger.collect.request import join, place
from wattledger.collect.steps import PASSWORD
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import (
    MAX_WAIT_MILLISECONDS,
    AuthConfig,
    AuthType,
    ClickStep,
    NavigateStep,
    SelectStep,
    Step,
    TypeStep,
    WaitStep,
)

_UNREADABLE = ("while parsing css selector", "is not a valid XPath")
_FIRST_PAUSE = 0.05
_PAUSE = 0.2


class Steps:
    """Takes steps in a window; AttemptError ``step_failed`` says why one could not be taken."""

    def __init__(
        self, window: Window, auth: AuthConfig, auth_type: AuthType, limits: ReadLimits
    ) -> None:
        self._window = window
        self._auth = auth
        self._auth_type = auth_type
        self._limits = limits

    async def take(self, step: Step) -> None:
        """Take one step."""
        self._window.follows = isinstance(step, ClickStep)
        if isinstance(step, NavigateStep):
            await self._window.go(join(self._window.url, step.url))
            await refuse_answer(self._window, self._auth_type)
        elif step.selector is None:
            await asyncio.sleep((step.milliseconds or 0) / MILLISECONDS)
        elif isinstance(step, WaitStep):
            await self._find(step.selector, MAX_WAIT_MILLISECONDS / MILLISECONDS)
        else:
            field = not isinstance(step, ClickStep)
            element = await self._find(step.selector, self._limits.element_seconds, field=field)
            await self._act(step, element)

    async def _find(self, selector: str, seconds: float, *, field: bool = False) -> Locator:
        """Return the element of a selector once it is there."""
        pause = _FIRST_PAUSE
        try:
            async with asyncio.timeout(seconds):
                while True:
                    element = await self._look_for(selector, field=field)
                    if element is not None:
                        return element
                    await asyncio.sleep(pause)
                    pause = _PAUSE
        except TimeoutError:
            await refuse_page(self._window, self._auth_type)
            raise AttemptError(
                Outcome.STEP_FAILED,
                f"no such element within {seconds:g} s on {place(self._window.url)}; "
                "correct the selector, or navigate to its page first.",
            ) from None

    async def _look_for(self, selector: str, *, field: bool) -> Locator | None:
        try:
            return await self._window.find(selector, field=field)
        except Error as error:
            if lost(error) is not None:
                raise
            if any(mark in error.message for mark in _UNREADABLE):
                raise AttemptError(
                    Outcome.STEP_FAILED, f"'{selector}' is no valid selector; correct it."
                ) from None
            return None  # the page is just being replaced by another

    async def _act(self, step: ClickStep | TypeStep | SelectStep, element: Locator) -> None:
        timeout = self._limits.element_seconds * MILLISECONDS
        try:
            match step:
                case ClickStep():
                    await element.click(timeout=timeout)
                case TypeStep():
                    field = await self._field(step, element)
                    await field.fill(self._typed(step), timeout=timeout)
                case SelectStep():
                    await element.select_option(step.value, timeout=timeout)
        except PlaywrightTimeoutError:
            raise AttemptError(
                Outcome.STEP_FAILED, await _hindrance(step, element, self._limits)
            ) from None
        except Error as error:
            # What Playwright says may hold what was typed: only that it failed is told.
            if lost(error) is not None:
                raise
            raise AttemptError(
                Outcome.STEP_FAILED,
                "the element cannot be used so; name a field to type into, a drop-down to select "
                "in, or what can be clicked.",
            ) from None

    async def _field(self, step: TypeStep, element: Locator) -> Locator | ElementHandle:
        if PASSWORD not in step.text:
            return element
        field = await self._window.own_field(element, self._limits.element_seconds)
        self._window.masked.append(step.selector)
        self._window.password_typed = True
        return field

    def _typed(self, step: TypeStep) -> str:
        password = self._auth.password
        return step.text.replace("{username}", self._auth.username or "").replace(
            PASSWORD, "" if password is None else password.get_secret_value()
        )


async def _hindrance(
    step: ClickStep | TypeStep | SelectStep, element: Locator, limits: ReadLimits
) -> str:
    """Return why an element that is there could not be used."""
    within = f"within {limits.element_seconds:g} s"
    if not await element.is_visible():
        return f"the element did not become visible {within}; open what hides it first."
    if not await element.is_enabled():
        return f"the element stayed disabled {within}; take the step that enables it first."
    if isinstance(step, SelectStep):
        return f"the drop-down has no option '{step.value}' {within}; name the value of one."
    return f"something covers the element, or it does not stand still {within}; wait for it first."
