"""Drawing a page that was read over plain HTTP, from what the device answered and nothing else.

No request leaves the browser, and no script runs: what is drawn is what Wattledger saw, without the
style sheets and pictures of the page. The device is not asked again.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from html import escape
from typing import Any

from playwright.async_api import BrowserContext, Error, Route

from wattledger.collect.attempt import Document
from wattledger.collect.browser.guard import NOWHERE
from wattledger.collect.browser.life import BrowserLife
from wattledger.collect.browser.limits import ReadLimits
from wattledger.collect.browser.lost import BrowserLostError
from wattledger.collect.browser.window import MILLISECONDS, PASSWORDS
from wattledger.collect.errors import AttemptError

_CONTEXT: dict[str, Any] = {
    "accept_downloads": False,
    "java_script_enabled": False,
    "proxy": {"server": NOWHERE, "bypass": "<-loopback>"},
    "service_workers": "block",
    "viewport": {"width": 1280, "height": 1024},
}


async def draw(
    life: BrowserLife, documents: Sequence[Document], limits: ReadLimits
) -> bytes | None:
    """Return a PNG of a page with its frames; None when none can be had."""
    with suppress(AttemptError, BrowserLostError, Error, TimeoutError):
        async with asyncio.timeout(limits.drawing_seconds), life.context(_CONTEXT) as context:
            return await _drawn(context, documents, limits)
    return None


async def _drawn(
    context: BrowserContext, documents: Sequence[Document], limits: ReadLimits
) -> bytes:
    """Serve the documents under their own addresses, so that frames find their places."""
    served = {document.url: document for document in reversed(documents)}

    async def answer(route: Route) -> None:
        with suppress(Error):  # the page may be gone
            document = served.get(route.request.url)
            if document is None:
                await route.abort("aborted")
            else:
                await route.fulfill(body=_shown(document), content_type="text/html; charset=utf-8")

    await context.route("**/*", answer)
    page = await context.new_page()
    await page.goto(
        documents[0].url, wait_until="load", timeout=limits.picture_seconds * MILLISECONDS
    )
    masks = [frame.locator(PASSWORDS) for frame in page.frames]
    return await page.screenshot(type="png", mask=masks)


def _shown(document: Document) -> str:
    """Return HTML as it is, and all else as text in a page: a download would show nothing."""
    if "html" in document.content_type.lower():
        return document.text
    return f"<pre>{escape(document.text)}</pre>"
