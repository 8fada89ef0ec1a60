"""Selectors of steps as Playwright finds elements: CSS, ``xpath:``, ``text:`` (what is written)."""

from playwright.async_api import Frame, Locator

from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome


def located(frame: Frame, selector: str, *, field: bool = False) -> tuple[Locator, ...]:
    """Return where an element may be found in a frame, best first.

    ``text:`` names a field by its label, anything else by what is written on it; the whole text
    counts before a part of it. AttemptError ``step_failed`` for what names no element.
    """
    kind, colon, rest = selector.partition(":")
    name = rest.strip()
    if colon and kind == "xpath":
        return (frame.locator(f"xpath={name}"),)
    if colon and kind == "text":
        named = frame.get_by_label if field else frame.get_by_text
        return named(name, exact=True), named(name)
    if colon and kind == "json":
        raise AttemptError(
            Outcome.STEP_FAILED, "JSON has no elements to act on; name one by CSS, xpath: or text:."
        )
    return (frame.locator(f"css={selector}"),)
