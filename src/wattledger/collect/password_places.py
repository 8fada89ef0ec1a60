"""Where a password may go: to the places that were named when it was given (SOURCES 11).

A place is a scheme, a host and a port. Behind another port of the same address there may be another
device, or whoever listens there, and a redirect or a link leads there as it likes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

from wattledger.collect.address import DEFAULT_PORTS, Address, Device, parse_address
from wattledger.collect.errors import AttemptError
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import NavigateStep, Recipe
from wattledger.secrets.redaction import login_secrets, redact

Place: TypeAlias = tuple[str, str]
"""Scheme, and host with port."""


def place_of(address: Address) -> Place:
    """Return the place of an address."""
    return address.scheme, address.host_port


def places_of(address: Address, urls: Iterable[str | None]) -> set[Place]:
    """Return the places that URLs lead to from an address.

    One that cannot be opened is a place of its own.
    """
    places: set[Place] = set()
    for url in urls:
        if url is not None:
            try:
                places.add(place_of(parse_address(urljoin(address.url, url))))
            except (InvalidInputError, ValueError):
                places.add(("", url))
    return places


@dataclass(frozen=True, slots=True)
class PasswordPlaces:
    """Where the password of a recipe may go, of a device at its pinned address.

    ``secrets`` are what tells the password.
    """

    device: Device
    places: frozenset[Place]
    secrets: tuple[str, ...] = ()

    @classmethod
    def of(cls, device: Device, recipe: Recipe) -> "PasswordPlaces":
        """Return the places that a recipe names: by address, login, logout, and steps.

        Who named the usual port of HTTP is led on to that of HTTPS by many devices.
        """
        address, login = device.address, recipe.auth_config
        steps = recipe.scraping_config.steps
        urls = [step.url for step in steps if isinstance(step, NavigateStep)]
        named = places_of(address, [address.url, login.login_url, login.logout_url, *urls])
        safer = {_safer(place) for place in named}
        return cls(device, frozenset(named | safer), login_secrets(login))

    def refuse_elsewhere(self, url: str) -> None:
        """Pass if the password may go to a URL; AttemptError ``refused`` if not."""
        place = self._place(url)
        if place in self.places:
            return
        where = f"{place[0]}://{place[1]}" if place[0] else "a page without an address"
        raise AttemptError(
            Outcome.REFUSED,
            f"The device led us elsewhere, and the password is not sent to {where}: it was given "
            f"for {self.device.address.url}. If that is right, set the address to it, or navigate "
            "there in a step, and give the password again.",
        )

    def refuse_telling(self, url: str, body: bytes | None) -> None:
        """Pass if a request does not take the password elsewhere, as far as that can be seen."""
        if self._place(url) not in self.places:
            text = f"{url} {(body or b'').decode('latin-1')}"
            if redact(text, self.secrets) != text:
                self.refuse_elsewhere(url)

    def _place(self, url: str) -> Place:
        """Return the place of a URL; the device's IP is the device as it was named."""
        try:
            parts = urlsplit(url)
            # Without the rest, which may hold a secret: what is parsed is remembered.
            found = parse_address(f"{parts.scheme}://{parts.netloc}")
        except (InvalidInputError, ValueError):
            return "", ""
        if found.host == self.device.ip:
            found = replace(found, host=self.device.address.host)
        return place_of(found)


def _safer(place: Place) -> Place:
    host = place[1].removesuffix(f":{DEFAULT_PORTS['http']}")
    is_usual = place[0] == "http" and host != place[1]
    return ("https", f"{host}:{DEFAULT_PORTS['https']}") if is_usual else place
