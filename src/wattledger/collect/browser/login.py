"""The login by a form in the browser: filled and sent as a person would, then judged."""

import asyncio

from playwright.async_api import ElementHandle, Error, Locator

from wattledger.collect.attempt import Ready
from wattledger.collect.browser.guard import Guard
from wattledger.collect.browser.judge import refuse_answer, refuse_busy_page
from wattledger.collect.browser.limits import ReadLimits
from wattledger.collect.browser.lost import lost
from wattledger.collect.browser.window import MILLISECONDS, Window
from wattledger.collect.errors import AttemptError, LoginRefusedError
from wattledger.collect.request import place
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthConfig, AuthType

_UNAUTHORIZED = frozenset({401, 403})
_PAUSE = 0.1
_SENT_SECONDS = 0.2
"""How long nothing is asked for before a form that went away counts as accepted."""

# The last field before the password that can hold a name, in its form or, without one, its page.
_NAME_BEFORE = """password => {
  const fields = [...(password.form ?? password.getRootNode()).querySelectorAll("input, select")];
  const names = fields.slice(0, fields.indexOf(password)).filter(field =>
    ["text", "email", "tel", "select-one"].includes(field.type) && field.checkVisibility());
  return names.at(-1) ?? null;
}"""
_TAG = "element => element.localName"


class Login:
    """A login in a window. ``submitted`` tells that the password has left, so a logout is due.

    A password is tried once. AttemptError ``auth_failed`` (refused), ``busy`` (somebody else is
    logged in), ``step_failed`` (no such form, or it could not be sent).
    """

    def __init__(
        self, window: Window, guard: Guard, auth: AuthConfig, ready: Ready, limits: ReadLimits
    ) -> None:
        self.submitted = False
        self._window = window
        self._guard = guard
        self._auth = auth
        self._ready = ready
        self._limits = limits
        self._clock = asyncio.get_running_loop().time

    async def run(self, url: str) -> None:
        """Log in by the form at a URL; nothing is to be done where we are inside already."""
        self._guard.may_send = True
        try:
            await self._window.go(url)
            await refuse_answer(self._window, AuthType.FORM)
            password = await self._form()
            if password is None:
                return
            await self._fill(password)
            sent = self._guard.requests
            await self._submit(password)
            await self._await_verdict(sent)
        finally:
            self._guard.may_send = False

    async def _form(self) -> Locator | None:
        """Return the password field once it is drawn; None when no login is asked for."""
        until = self._clock() + self._limits.login_seconds
        while self._clock() < until:
            try:
                await refuse_busy_page(self._window)
                if await self._shows_inside():
                    return None
                password = await self._password()
                if password is not None:
                    return password
                if self._ready(await self._window.look()):
                    return None
            except Error as error:
                _pass_if_replaced(error)
            await asyncio.sleep(_PAUSE)
        raise _step_failed(
            f"There is no login form at {place(self._window.url)}; "
            "check authConfig.loginUrl, usernameField and passwordField."
        )

    async def _password(self) -> Locator | None:
        if self._auth.password_field is None:
            return await self._window.password_field()
        return await self._window.find(self._auth.password_field, field=True)

    async def _fill(self, password: Locator) -> None:
        secret = self._auth.password
        name: Locator | ElementHandle | None
        if self._auth.username_field is None:
            name = (await password.evaluate_handle(_NAME_BEFORE)).as_element()
        else:
            name = await self._window.find(self._auth.username_field, field=True)
            if name is None:
                raise _no_field("usernameField")
        if name is not None:  # many small devices ask for a password alone
            await self._enter(name, self._auth.username or "", "usernameField")
        if self._auth.password_field is not None:
            self._window.masked.append(self._auth.password_field)
        await self._enter(
            await self._window.own_field(password, self._limits.element_seconds),
            "" if secret is None else secret.get_secret_value(),
            "passwordField",
        )

    async def _enter(self, field: Locator | ElementHandle, value: str, setting: str) -> None:
        timeout = self._limits.element_seconds * MILLISECONDS
        try:
            if await field.evaluate(_TAG) == "select":
                await field.select_option(value, timeout=timeout)
            else:
                await field.fill(value, timeout=timeout)
        except Error as error:
            # What Playwright says holds what was typed.
            if lost(error) is not None:
                raise
            raise _no_field(setting) from None

    async def _submit(self, password: Locator) -> None:
        timeout = self._limits.element_seconds * MILLISECONDS
        selector = self._auth.submit_selector
        button = None if selector is None else await self._window.find(selector)
        if selector is not None and button is None:
            raise _step_failed(
                f"The login page has no '{selector}'; check authConfig.submitSelector."
            )
        self.submitted = True
        try:
            if button is None:
                await password.press("Enter", timeout=timeout)
            else:
                await button.click(timeout=timeout)
        except Error as error:
            if lost(error) is not None:
                raise
            raise _step_failed(
                f"The login could not be sent: '{selector or 'Enter'}' cannot be pressed; "
                "check authConfig.submitSelector."
            ) from None

    async def _await_verdict(self, sent: int) -> None:
        """Return once we are inside; raise what the device says instead."""
        until = self._clock() + self._limits.login_seconds
        while self._clock() < until:
            if await self._is_inside(sent):
                return
            if self._guard.idle_seconds >= self._limits.undecided_seconds:
                break
            await asyncio.sleep(_PAUSE)
        await self._judge(sent)

    async def _is_inside(self, sent: int) -> bool:
        """Tell whether the page shows that the login was accepted."""
        answer = self._window.answer
        if answer is not None and answer.status in _UNAUTHORIZED:
            raise self._wrong()
        try:
            await refuse_answer(self._window, AuthType.FORM)
            if self._auth.logged_in_when is not None:
                return await self._shows_inside()
            documents = await self._window.look()
            if not documents or self._guard.idle_seconds < _SENT_SECONDS:
                return False
            await refuse_busy_page(self._window)
            gone = await self._window.password_field() is None and self._guard.requests > sent
            return gone or self._ready(documents)
        except Error as error:
            _pass_if_replaced(error)
            return False

    async def _judge(self, sent: int) -> None:
        """Raise what a page means that does not say that we are inside."""
        await refuse_busy_page(self._window)
        if self._guard.requests == sent:
            raise _step_failed(
                "The login form was filled in, but nothing was sent; "
                "name its button in authConfig.submitSelector."
            )
        if await self._window.password_field() is not None:
            raise self._wrong()
        if self._auth.logged_in_when is not None:
            raise AttemptError(
                Outcome.AUTH_FAILED,
                f"After the login '{self._auth.logged_in_when}' (loggedInWhen) is not on "
                f"{place(self._window.url)}; correct that selector, or the username and password.",
            )

    async def _shows_inside(self) -> bool:
        mark = self._auth.logged_in_when
        return mark is not None and await self._window.find(mark) is not None

    def _wrong(self) -> AttemptError:
        return LoginRefusedError(
            f"The device refused the login as '{self._auth.username}': wrong username or "
            "password? Correct authConfig; it was tried once, as devices lock accounts.",
        )


def _pass_if_replaced(error: Error) -> None:
    """Pass if a page was only replaced under us; raise again if the browser is lost."""
    if lost(error) is not None:
        raise error


def _step_failed(message: str) -> AttemptError:
    return AttemptError(Outcome.STEP_FAILED, message)


def _no_field(setting: str) -> AttemptError:
    return _step_failed(f"The login form has no field to type into; check authConfig.{setting}.")
