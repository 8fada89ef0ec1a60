"""What a page in the browser may fetch: its own device only, nothing that changes it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Request, Route

_UNSEEN = frozenset({"image", "font", "media"})
_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
_LOCAL = ("data:", "blob:", "about:")
_MOST_REQUESTS = 200


@dataclass  # without slots: Playwright keeps a mark of its own on the owner of a handler
class Guard:
    """Lets the requests of one read pass, or stops them (SOURCES 4, 11, 12).

    ``logging_in`` is set while the login may send its form; afterwards nothing but GET passes.
    """

    host: str
    logging_in: bool = False
    requests: int = 0
    stopped: str | None = None

    async def watch(self, context: BrowserContext) -> None:
        """Look at every request of a context."""
        await context.route("**/*", self._decide)

    async def _decide(self, route: Route, request: Request) -> None:
        self.requests += 1
        reason = self._objection(request)
        if reason is None:
            await route.continue_()
        else:
            self.stopped = reason or self.stopped
            await route.abort("blockedbyclient")

    def _objection(self, request: Request) -> str | None:
        """Return why a request is stopped ("" without ado), or ``None`` when it may pass."""
        if request.resource_type in _UNSEEN or self.requests > _MOST_REQUESTS:
            return ""
        if request.url.startswith(_LOCAL):
            return None
        if urlsplit(request.url).hostname != self.host:
            return f"the page asked for another host ({urlsplit(request.url).hostname})"
        if request.method not in _HARMLESS and not self.logging_in:
            return f"the page wanted to send {request.method} {urlsplit(request.url).path}"
        return None
