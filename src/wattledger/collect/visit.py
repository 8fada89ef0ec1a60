"""One visit to a device over HTTP: log in, take the steps, look, log out."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from wattledger.collect.address import DEFAULT_PORTS, AddressPolicy, Device
from wattledger.collect.attempt import Fetched, Ready, StepTiming, Target
from wattledger.collect.curl import Session
from wattledger.collect.errors import AttemptError, NeedsBrowserError
from wattledger.collect.limits import Limits
from wattledger.collect.login.form import log_in
from wattledger.collect.page import Flow, Page, T
from wattledger.collect.password_places import PasswordPlaces
from wattledger.collect.redirect import keep_to, redirected, refreshed
from wattledger.collect.refusal import explain, refuse_error
from wattledger.collect.request import Headers, Request, Response, join
from wattledger.collect.steps import View, describe, take
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthType, Engine, NavigateStep

_SENT_ALWAYS = frozenset({AuthType.BASIC, AuthType.DIGEST})
"""The logins that go with each request."""
_SECRET_HEADERS = frozenset(
    {
        "authentication-info",
        "authorization",
        "cookie",
        "proxy-authenticate",
        "proxy-authorization",
        "set-cookie",
        "set-cookie2",
        "www-authenticate",
        "x-auth-token",
        "x-csrf-token",
    }
)


class Visit:
    """A visit in the making; whatever happens in ``run``, ``log_out`` and ``fetched`` follow."""

    def __init__(
        self,
        target: Target,
        device: Device,
        policy: AddressPolicy,
        session: Session,
        limits: Limits,
        ready: Ready,
    ) -> None:
        self._recipe = target.recipe
        self._auth = target.recipe.auth_config
        self._device = device
        self._policy = policy
        self._session = session
        self._limits = limits
        self._ready = ready
        self._places = PasswordPlaces.of(device, target.recipe)
        self._view = View(device, limits, self._places)
        self._steps: list[StepTiming] = []
        self._latest: Page | None = None
        self._inside = False
        self._login_sent = False

    async def run(self) -> None:
        """Go to the page of the value; AttemptError says what is in the way."""
        try:
            await self._enter()
            for number, step in enumerate(self._recipe.scraping_config.steps, start=1):
                label = describe(number, step)
                with self._timed(label), _naming(label):
                    await self._drive(take(step, self._view, self._auth, self._recipe.auth_type))
            await self._look()
        except AttemptError as error:
            # Busy means that others are inside: logging out could throw them out.
            self._inside = self._inside and error.outcome is not Outcome.BUSY
            raise

    async def log_out(self) -> None:
        """Free the device for others; within its own short limit, and never failing the read."""
        if self._auth.logout_url is None or not self._inside:
            return
        self._session.extend(self._limits.logout_seconds)
        with self._timed("log out"), suppress(AttemptError):
            await self._send(Request(join(self._view.url, self._auth.logout_url)))

    def fetched(self, partial: Response | None = None) -> Fetched:
        """Return what was brought; after a failure what the device said last comes first."""
        documents = self._view.documents
        latest = Page.of(partial) if partial is not None else self._latest
        if latest is not None and latest not in self._view.pages:
            documents = (latest.document, *documents)
        return Fetched(
            documents=documents,
            status=None if latest is None else latest.response.status or None,
            headers=() if latest is None else _shown(latest.response.headers),
            steps=tuple(self._steps),
            login_sent=self._login_sent,
        )

    async def _enter(self) -> None:
        """Log in and open the device's address, unless a first step navigates elsewhere."""
        steps = self._recipe.scraping_config.steps
        if self._recipe.auth_type is AuthType.FORM:
            with self._timed("log in"):
                url = join(self._device.address.url, self._auth.login_url)
                flow = log_in(url, self._auth, self._device, self._limits)
                self._view.show(await self._drive(flow))
                self._inside = True
        else:
            self._inside = True
        if steps and (isinstance(steps[0], NavigateStep) or self._view.pages):
            return
        if not (self._view.pages and await self._finds_value()):
            with self._timed("open"):
                page = await self._open(Request(self._device.address.url))
                refuse_error(page, self._recipe.auth_type)
                self._view.show(page)

    async def _look(self) -> None:
        """See whether the value is there; explain when the page tells why it is not."""
        if await self._finds_value():
            return
        error = explain(self._view.pages, self._recipe.auth_type)
        forced = self._recipe.scraping_config.engine is Engine.HTTP
        if error is not None and not (forced and isinstance(error, NeedsBrowserError)):
            raise error

    async def _finds_value(self) -> bool:
        """Tell whether the page shows the value, or its frames, which are fetched only then."""
        if self._ready(self._view.documents):
            return True
        if self._view.framed or not any(page.has_frames for page in self._view.pages):
            return False
        with self._timed("frames"):
            await self._drive(self._view.load_frames())
        return self._ready(self._view.documents)

    async def _drive(self, flow: Flow[T]) -> T:
        """Carry a conversation out: fetch what it asks for until it ends."""
        try:
            request = next(flow)
            while True:
                self._inside = self._inside or request.secret
                self._login_sent = self._login_sent or request.secret
                request = flow.send(await self._open(request))
        except StopIteration as end:
            result: T = end.value
            return result

    async def _open(self, request: Request) -> Page:
        """Return the page a request leads to, through redirects and quick refreshes."""
        for _ in range(self._limits.refreshes):
            page = await self._follow(request)
            url = refreshed(page)
            if url is None or self._ready([page.document]):
                return page
            request = Request(url, headers=page.referrer)
        return await self._follow(request)

    async def _follow(self, request: Request) -> Page:
        for _ in range(self._limits.redirects + 1):
            response = await self._send(request)
            self._latest = Page.of(response)
            following = redirected(request, response, self._device)
            if following is None:
                return self._latest
            request = following
        raise AttemptError(
            Outcome.STEP_FAILED,
            f"The device redirects more than {self._limits.redirects} times in a row; "
            "open its address in a browser and take the page it ends at.",
        )

    async def _send(self, request: Request) -> Response:
        """Send to the device itself and nowhere else: the one door for requests."""
        keep_to(self._device, request.url)
        parts = urlsplit(request.url)
        self._policy.permit(self._device.ip, parts.port or DEFAULT_PORTS[parts.scheme])
        if request.secret or self._recipe.auth_type in _SENT_ALWAYS:
            self._places.refuse_elsewhere(request.url)
        return await self._session.send(request)

    @contextmanager
    def _timed(self, label: str) -> Iterator[None]:
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            yield
        finally:
            self._steps.append(StepTiming(label, round((clock() - started) * 1000)))


@contextmanager
def _naming(label: str) -> Iterator[None]:
    """Say in which step it was that the attempt failed."""
    try:
        yield
    except AttemptError as error:
        error.message = f"{label}: {error.message}"
        raise


def _shown(headers: Headers) -> Headers:
    return tuple((name, text) for name, text in headers if name.lower() not in _SECRET_HEADERS)
