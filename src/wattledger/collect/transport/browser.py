"""The browser transport: reads pages that only scripts can draw (SOURCES 4)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from wattledger.collect.address import AddressPolicy, Device, parse_address
from wattledger.collect.attempt import Document, Fetched, Ready, Target
from wattledger.collect.browser.drawing import draw
from wattledger.collect.browser.find import INSTALL
from wattledger.collect.browser.guard import Guard, confined
from wattledger.collect.browser.life import BrowserLife
from wattledger.collect.browser.limits import LIFE_LIMITS, READ_LIMITS, LifeLimits, ReadLimits
from wattledger.collect.browser.lost import BrowserLostError
from wattledger.collect.browser.visit import Visit
from wattledger.collect.errors import AttemptError
from wattledger.collect.password_places import PasswordPlaces
from wattledger.collect.uninterrupted import uninterrupted
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthType, Recipe

_VIEWPORT = {"width": 1280, "height": 1024}


class BrowserTransport:
    """Reads pages in a headless Chromium, ``places`` at once; without one, says what to do.

    A picture is taken of what failed; with ``pictures`` of every page read.
    """

    def __init__(
        self,
        program: Path | None,
        policy: AddressPolicy,
        places: int,
        *,
        pictures: bool = False,
        limits: ReadLimits = READ_LIMITS,
        life_limits: LifeLimits = LIFE_LIMITS,
    ) -> None:
        self._life = None if program is None else BrowserLife(program, places, limits=life_limits)
        self._policy = policy
        self._pictures = pictures
        self._limits = limits

    async def fetch(self, target: Target, ready: Ready) -> Fetched:
        """Log in, take the steps, wait for the value, bring the documents, and always log out.

        All but the logout ends within 45 s, once it is this read's turn. A browser that ends
        under the read is replaced and the read begun again, once. Where the value does not come,
        the documents are brought as they are last. AttemptError carries what had come by then;
        NoTurnError says that the target's ``begin_by`` passed before there was a place.
        """
        if self._life is None:
            raise AttemptError(
                Outcome.BROWSER_MISSING,
                f"No browser was found to read this page with. As root, run: {INSTALL} "
                "(or set WATTLEDGER_BROWSER to the path of a Chromium).",
            )
        address = parse_address(target.address)
        device = Device(address, await self._policy.resolve(address.host, address.port))
        try:
            return await self._read(self._life, target, device, ready)
        except BrowserLostError:
            return await self._read_again(self._life, target, device, ready)

    async def draw(self, documents: Sequence[Document]) -> bytes | None:
        """Return a PNG of what a device answered; None without a browser, or where it fails."""
        return None if self._life is None else await draw(self._life, documents, self._limits)

    async def close(self) -> None:
        """End the browser."""
        if self._life is not None:
            await uninterrupted(self._life.close())

    async def _read_again(
        self, life: BrowserLife, target: Target, device: Device, ready: Ready
    ) -> Fetched:
        again = replace(target, begin_by=None)  # it had its turn
        try:
            return await self._read(life, again, device, ready)
        except BrowserLostError:
            raise AttemptError(
                Outcome.BROWSER_CRASHED,
                "The browser ended twice while it read this page. If only this page does it, it "
                "may use up the memory: read another; else look for a lack of memory.",
            ) from None

    async def _read(
        self, life: BrowserLife, target: Target, device: Device, ready: Ready
    ) -> Fetched:
        wanted = self._pictures or target.picture
        options = _options(target.recipe, device)
        async with life.context(options, begin_by=target.begin_by) as context:
            places = PasswordPlaces.of(device, target.recipe)
            guard = Guard(self._policy, self._limits, places)
            visit = Visit(target, places, context, guard, ready, self._limits)
            try:
                shown = await visit.run()
                fetched = await visit.fetched(picture=wanted or not shown)
            except AttemptError as error:
                error.fetched = await visit.fetched(picture=True)
                raise
            finally:
                await uninterrupted(visit.log_out())
            return replace(fetched, steps=visit.timings)


def _options(recipe: Recipe, device: Device) -> dict[str, Any]:
    """Return what a context is made with, in Playwright's words."""
    return {
        "accept_downloads": False,
        "http_credentials": _credentials(recipe, device),
        "ignore_https_errors": not device.verifies_tls,
        # Numbers that scripts write in the reader's language are always written the same way.
        "locale": "en-US",
        "proxy": confined(device),
        "reduced_motion": "reduce",
        "service_workers": "block",
        "viewport": _VIEWPORT,
    }


def _credentials(recipe: Recipe, device: Device) -> dict[str, str] | None:
    """Return what HTTP's own login needs, for the device's origin alone; None for other kinds."""
    auth = recipe.auth_config
    if recipe.auth_type not in {AuthType.BASIC, AuthType.DIGEST} or auth.password is None:
        return None
    return {
        "username": auth.username or "",
        "password": auth.password.get_secret_value(),
        "origin": device.address.url.removesuffix(device.address.path),
    }
