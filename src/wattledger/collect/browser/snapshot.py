"""A document as it stands in the browser now, as text (``snapshot.js`` writes it down)."""

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Frame

from wattledger.collect.attempt import Document

_SCRIPT = Path(__file__).with_name("snapshot.js").read_text(encoding="utf-8")
ERROR_PAGE = "chrome-error:"
"""How the address of Chromium's own error page begins."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document as it stood; ``whole`` once all of it has come, ``cut`` if it is too large."""

    document: Document
    whole: bool
    cut: bool


async def snapshot(frame: Frame, limit: int) -> Snapshot:
    """Return what a frame shows, in at most ``limit`` characters; Playwright's Error if gone."""
    told = await frame.evaluate(_SCRIPT, limit)
    document = Document(str(told["url"]), str(told["type"]), str(told["text"]))
    return Snapshot(document, whole=bool(told["whole"]), cut=bool(told["cut"]))
