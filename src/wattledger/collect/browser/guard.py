"""The guard at a context's door: what a page may ask for, of whom, and how much (SOURCES 11, 12).

Every request passes ``_route``; what leads to other hosts by ways that do not (redirects, sockets,
workers, preconnects) ends at a proxy that does not exist, see ``confined``.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Error, Request, Response, Route

from wattledger.collect.address import DEFAULT_PORTS, AddressPolicy, Device, bracketed
from wattledger.collect.browser.limits import ReadLimits
from wattledger.collect.browser.net_error import ABANDONED, broken_off, error_code, network_error
from wattledger.collect.errors import AttemptError
from wattledger.collect.password_places import PasswordPlaces
from wattledger.collect.redirect import keep_to
from wattledger.collect.request import place
from wattledger.domain.outcome import Outcome

_NOT_NEEDED = frozenset({"image", "font", "media", "texttrack", "manifest"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
NOWHERE = "http://127.0.0.1:1"
"""A proxy that is not there."""
_NAMED = 3
"""How many of the requests that were not let through a message names."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of what the device answered to the window's last navigation."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]


def confined(device: Device) -> dict[str, str]:
    """Return the proxy settings of a context that can reach the device and nothing else.

    The device is reached directly; the rest of the world lies behind a proxy that is not there.
    """
    homes = {bracketed(device.address.host), bracketed(device.ip)}
    return {"server": NOWHERE, "bypass": ",".join(["<-loopback>", *sorted(homes)])}


class Guard:
    """Watches the requests of one read.

    ``failure`` is set once something happened that ends the read. ``may_send`` is true while a
    login is under way; else nothing but GET and HEAD gets through.
    """

    def __init__(self, policy: AddressPolicy, limits: ReadLimits, places: PasswordPlaces) -> None:
        self.failure: AttemptError | None = None
        self.may_send = False
        self.answer: Answer | None = None
        self._device = places.device
        self._places = places
        self._policy = policy
        self._limits = limits
        self._clock = asyncio.get_running_loop().time
        self._in_flight: set[Request] = set()
        self._answered: set[Request] = set()
        self._requests = 0
        self._bytes = 0
        self._last_at = self._clock()
        self._held_back: dict[str, None] = {}
        self._strangers: dict[str, None] = {}

    async def watch(self, context: BrowserContext) -> None:
        """Stand at a context's door from now on."""
        context.on("request", self._asked)
        context.on("response", self._came)
        context.on("requestfinished", self._ended)
        context.on("requestfailed", self._failed)
        await context.route("**/*", self._route)

    def check(self) -> None:
        """Raise what ended the read, if anything has."""
        if self.failure is not None:
            raise self.failure

    @property
    def requests(self) -> int:
        """Return how many requests were let through."""
        return self._requests

    @property
    def idle_seconds(self) -> float:
        """Return for how long nothing has been asked for; 0 while an answer is awaited."""
        return 0 if self._in_flight else self._clock() - self._last_at

    @property
    def kept_out(self) -> str | None:
        """Return what was not let through that the page may have needed, as half a sentence."""
        told = []
        if self._held_back:
            told.append(
                f"{_list(self._held_back)}, which may change the device (a read sends only GET)"
            )
        if self._strangers:
            told.append(f"what it wants from other hosts ({_list(self._strangers)})")
        return " and ".join(told) or None

    def admit(self, url: str) -> None:
        """Pass if a URL leads to the device itself; AttemptError ``refused`` if not."""
        keep_to(self._device, url)
        parts = urlsplit(url)
        self._policy.permit(self._device.ip, parts.port or DEFAULT_PORTS[parts.scheme])

    async def verify(self, response: Response | None) -> None:
        """Raise ``refused`` when a name led elsewhere by now than when it was looked up."""
        if response is None or self._device.address.host == self._device.ip:
            return
        server = await response.server_addr()
        if server is not None:
            self._policy.permit(server["ipAddress"].strip("[]"), server["port"])

    def let_out(self) -> None:
        """Let the logout through, whatever ended the read."""
        self.failure = None
        self._requests = self._bytes = 0

    def weigh(self, event: dict[str, Any]) -> None:
        """Count what came (Chromium's ``Network.dataReceived``)."""
        self._bytes += int(event["dataLength"])
        if self._bytes > self._limits.read_bytes:
            self._fail(
                Outcome.TOO_LARGE,
                f"The page brought more than {self._limits.read_bytes:,} bytes; "
                "choose a smaller page of the device.",
            )

    async def _route(self, route: Route) -> None:
        refusal = self._refusal(route.request)
        with suppress(Error):  # the page may be gone
            if refusal is None:
                await route.continue_()
            else:
                await route.abort(refusal)

    def _refusal(self, request: Request) -> str | None:
        """Return the error a request ends with; None to let it through."""
        if self.failure is not None or request.resource_type in _NOT_NEEDED:
            return "blockedbyclient"
        if not (self._stays_home(request) and self._keeps_password(request)):
            return "blockedbyclient"
        if request.method not in _READING and not self.may_send:
            self._held_back[f"{request.method} {place(request.url)}"] = None
            return "aborted"  # the page stays as it is, where a form would have replaced it
        return None if self._counts() else "blockedbyclient"

    def _stays_home(self, request: Request) -> bool:
        try:
            self.admit(request.url)
        except AttemptError as error:
            if _is_page(request):
                self.failure = self.failure or error
            else:
                self._strangers[urlsplit(request.url).netloc] = None
            return False
        return True

    def _keeps_password(self, request: Request) -> bool:
        """Tell whether a request leaves the password where it may be; else the read ends."""
        try:
            self._places.refuse_telling(request.url, request.post_data_buffer)
        except AttemptError as error:
            self.failure = self.failure or error
            return False
        return True

    def _counts(self) -> bool:
        """Count a request; tell whether it is still one of those a read may make."""
        self._requests += 1
        if self._requests <= self._limits.requests:
            return True
        self._fail(
            Outcome.TOO_LARGE,
            f"The page asked for more than {self._limits.requests} things; "
            "choose a simpler page of the device.",
        )
        return False

    def _asked(self, request: Request) -> None:
        self._last_at = self._clock()
        self._in_flight.add(request)
        # What is redirected is on its way already; the read ends where it should not be.
        is_led_on = request.redirected_from is not None
        if is_led_on and self._stays_home(request) and self._keeps_password(request):
            self._counts()

    def _came(self, response: Response) -> None:
        self._answered.add(response.request)
        if _is_page(response.request):
            headers = tuple(response.headers.items())
            self.answer = Answer(response.url, response.status, headers)

    def _ended(self, request: Request) -> None:
        self._last_at = self._clock()
        self._in_flight.discard(request)

    def _failed(self, request: Request) -> None:
        self._ended(request)
        code = error_code(request.failure)
        if code is None or code in ABANDONED or not request.is_navigation_request():
            return
        if request in self._answered:
            self.failure = self.failure or broken_off(request.url)
        elif _is_page(request):
            self.failure = self.failure or network_error(code, request.url)

    def _fail(self, outcome: Outcome, message: str) -> None:
        self.failure = self.failure or AttemptError(outcome, message)


def _is_page(request: Request) -> bool:
    """Tell whether a request is for the window's own page, not for a frame or a part of it."""
    if not request.is_navigation_request():
        return False
    try:
        return request.frame.parent_frame is None
    except Error:
        return True  # a window that is just being opened has no frame yet


def _list(names: dict[str, None]) -> str:
    shown = list(names)[:_NAMED]
    return ", ".join(shown) + (" …" if len(names) > _NAMED else "")
