"""A farm of every kind whose time stands still, and the means to look at its pages."""

import ssl
from collections.abc import Callable, Iterator

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from wattledger.domain.instant import Instant, parse_instant
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.lineup import standard_farm

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The meters speak plain HTTP: loading certificates would only cost time."""


@pytest.fixture(scope="session")
def noon() -> Instant:
    """Give the instant at which the farm's time stands."""
    return parse_instant("2026-11-20T12:07:31Z")


@pytest.fixture(scope="session")
def farm(noon: Instant) -> Iterator[Farm]:
    """Give a farm with one meter of every kind."""
    with Farm.start(standard_farm(), frozen_at=noon) as started:
        yield started


@pytest.fixture
def device(farm: Farm) -> Callable[[str], FarmDevice]:
    """Give the farm's meter of a kind."""
    by_kind = {device.spec.kind: device for device in farm.devices}
    return by_kind.__getitem__


@pytest.fixture
def visit() -> Iterator[Callable[[FarmDevice], httpx.Client]]:
    """Give a browser-like client for a meter: it keeps cookies and follows redirects."""
    clients: list[httpx.Client] = []

    def open_client(device: FarmDevice) -> httpx.Client:
        client = httpx.Client(
            base_url=device.address, follow_redirects=True, trust_env=False, verify=_NO_TLS
        )
        clients.append(client)
        return client

    yield open_client
    for client in clients:
        client.close()


@pytest.fixture
def shown() -> Callable[[httpx.Response, str], str | None]:
    """Give the text of the one element of a page that a CSS selector names; None without any."""

    def text(response: httpx.Response, selector: str) -> str | None:
        found = LexborHTMLParser(response.text).css(selector)
        assert len(found) < 2
        return found[0].text() if found else None

    return text
