"""Elements in the browser by the selectors of recipes, in the page or any of its frames."""

import asyncio

from playwright.async_api import Locator, Page

_LOOK_AGAIN = 0.1


def browser_selector(selector: str) -> str:
    """Return a recipe's selector as Playwright writes it.

    >>> browser_selector("xpath://a"), browser_selector("text:Energy"), browser_selector("#tab")
    ('xpath=//a', 'text=Energy', 'css=#tab')
    """
    kind, colon, rest = selector.partition(":")
    if colon and kind in ("xpath", "text"):
        return f"{kind}={rest.strip()}"
    return f"css={selector}"


async def locate(page: Page, selector: str, seconds: float) -> Locator | None:
    """Return the first element that matches, waiting for it; ``None`` when none comes."""
    wanted = browser_selector(selector)
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        for frame in page.frames:
            found = frame.locator(wanted)
            if await found.count():
                return found.first
        if asyncio.get_running_loop().time() > deadline:
            return None
        await asyncio.sleep(_LOOK_AGAIN)
