"""Opens what reads devices, by every transport."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from wattledger.clock import SystemClock
from wattledger.collect.address import AddressPolicy
from wattledger.collect.attempt import Lease, Transport
from wattledger.collect.browser.find import find_browser
from wattledger.collect.curl import CurlClient
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.collect.transport.browser import BrowserTransport
from wattledger.collect.transport.http import HttpTransport
from wattledger.config import Settings
from wattledger.domain.recipe import Engine

_MOST_PAGES = 8


@asynccontextmanager
async def open_reader(settings: Settings, lease: Lease | None = None) -> AsyncIterator[Reader]:
    """Open a reader; without a lease it needs no database and shares devices with nobody."""
    policy = AddressPolicy(
        allowed_networks=settings.allowed_networks,
        allow_loopback=settings.allow_loopback,
        own_ports=frozenset({settings.port}),
    )
    http = HttpTransport(CurlClient(concurrency=settings.http_concurrency), policy)
    places = settings.browser_concurrency or min(2 * (os.cpu_count() or 1), _MOST_PAGES)
    browser = BrowserTransport(find_browser(settings.browser), policy, places)
    transports: dict[Engine, Transport] = {Engine.HTTP: http, Engine.BROWSER: browser}
    reader = Reader(transports, lease or Undivided(), SystemClock(), painter=browser)
    try:
        yield reader
    finally:
        await reader.close()
