"""Logging in at a form in the browser."""

import asyncio
from urllib.parse import urljoin

from playwright.async_api import Locator, Page

from wattledger.collect.browser.locate import locate
from wattledger.collect.browser.snapshot import snapshot
from wattledger.collect.errors import AttemptError
from wattledger.collect.page import Page as ReadPage
from wattledger.collect.refusal import refuse_busy
from wattledger.collect.request import Response
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthConfig

_PASSWORD = "input[type=password]"  # noqa: S105 - a selector
_USERNAME = "xpath=preceding::input[not(@type) or @type='text' or @type='email'][1]"
_FORM_SECONDS = 10
_ANSWER_SECONDS = 10
_LOOK_AGAIN = 0.1


async def log_in(page: Page, address: str, auth: AuthConfig) -> None:
    """Fill in the login form and send it; AttemptError when the device does not let us in."""
    await page.goto(urljoin(address, auth.login_url), wait_until="domcontentloaded")
    secret = await locate(page, auth.password_field or _PASSWORD, _FORM_SECONDS)
    if secret is None:
        await refuse_when_busy(page)
        raise AttemptError(
            Outcome.AUTH_FAILED,
            f"There is no login form at {auth.login_url}; correct authConfig.loginUrl or "
            "authConfig.passwordField.",
        )
    await _fill(page, secret, auth)
    await _submit(page, secret, auth)
    await _await_answer(page, auth)


async def _fill(page: Page, secret: Locator, auth: AuthConfig) -> None:
    name: Locator | None = secret.locator(_USERNAME)
    if auth.username_field is not None:
        name = await locate(page, auth.username_field, _FORM_SECONDS)
    if name is not None and await name.count():
        await name.first.fill(auth.username or "")
    await secret.fill(auth.password.get_secret_value() if auth.password else "")


async def _submit(page: Page, secret: Locator, auth: AuthConfig) -> None:
    if auth.submit_selector is None:
        await secret.press("Enter")
        return
    button = await locate(page, auth.submit_selector, _FORM_SECONDS)
    if button is None:
        raise AttemptError(
            Outcome.AUTH_FAILED,
            f"The login form has no '{auth.submit_selector}'; correct authConfig.submitSelector.",
        )
    await button.click()


async def _await_answer(page: Page, auth: AuthConfig) -> None:
    """Wait until the device lets us in: its mark shows, or the form is gone."""
    deadline = asyncio.get_running_loop().time() + _ANSWER_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(_LOOK_AGAIN)
        if await _is_in(page, auth):
            return
        await refuse_when_busy(page)
    raise AttemptError(
        Outcome.AUTH_FAILED,
        "The device shows its login form again: wrong username or password? Correct authConfig. "
        "It was tried once, as devices lock accounts.",
    )


async def _is_in(page: Page, auth: AuthConfig) -> bool:
    if auth.logged_in_when is not None:
        return await locate(page, auth.logged_in_when, 0) is not None
    await page.wait_for_load_state("domcontentloaded")
    form = await locate(page, auth.password_field or _PASSWORD, 0)
    return form is None or not await form.is_visible()


async def refuse_when_busy(page: Page) -> None:
    """Raise ``busy`` when the page says that somebody else is logged in."""
    for shown in await read_pages(page):
        refuse_busy(shown)


async def read_pages(page: Page) -> list[ReadPage]:
    """Return what the browser shows as pages that can be asked what they mean."""
    return [
        ReadPage(Response(200, document.url, (), b"", 0), document)
        for document in await snapshot(page)
    ]
