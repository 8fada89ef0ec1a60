"""The browser, or the page's part of it, that ended under a read."""

from playwright.async_api import Error

_PAGE = ("Target crashed", "Page crashed")
_ALL = ("has been closed", "Connection closed", "Browser closed")


class BrowserLostError(Exception):
    """The browser ended under a read; the same read may go well in another.

    ``whole`` says that more than this page's own process is gone.
    """

    def __init__(self, *, whole: bool) -> None:
        super().__init__("The browser ended.")
        self.whole = whole


def lost(error: Error) -> BrowserLostError | None:
    """Return what an error of the browser means if it means that the browser is gone."""
    if any(mark in error.message for mark in _PAGE):
        return BrowserLostError(whole=False)
    if any(mark in error.message for mark in _ALL):
        return BrowserLostError(whole=True)
    return None
