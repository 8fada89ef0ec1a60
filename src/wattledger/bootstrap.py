"""The one place that knows every concrete class: settings in, working parts out."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from wattledger.clock import SystemClock
from wattledger.collect.address import AddressPolicy
from wattledger.collect.attempt import Lease, Transport
from wattledger.collect.browser.find import find_browser
from wattledger.collect.curl import CurlClient
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.collect.transport.browser import BrowserTransport
from wattledger.collect.transport.http import HttpTransport
from wattledger.config import Settings, SettingsError
from wattledger.domain.recipe import Engine
from wattledger.services.hold_device import (
    DeviceLease,
    free_devices_of_the_dead,
    this_process,
)
from wattledger.services.open_vault import open_vault
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.store.folder_lock import use_folder
from wattledger.store.upgrade import check_schema, is_new, upgrade

_MOST_PAGES = 8


def _open(settings: Settings) -> Database:
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"WATTLEDGER_DATA_DIR: the folder {settings.data_dir} cannot be made "
            f"({error.strerror}); name another, or give it to this user."
        ) from None
    return Database(settings.database)


def prepare_database(settings: Settings) -> Database:
    """Open the database and bring it to this version's schema, creating what is missing."""
    database = _open(settings)
    with use_folder(settings.data_dir):
        upgrade(database)
    return database


@contextmanager
def open_as_is(settings: Settings) -> Iterator[Database]:
    """Open a database that is there, of whatever version; nothing of it is changed."""
    database = Database(settings.database)
    try:
        if not database.path.is_file():
            raise SettingsError(
                f"There is no database {database.path}; set WATTLEDGER_DATA_DIR to the folder "
                "that holds it."
            )
        with use_folder(settings.data_dir):
            yield database
    finally:
        database.close()


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the database; a new one is created, an outdated one refused with what to do."""
    database = _open(settings)
    try:
        with use_folder(settings.data_dir):
            if is_new(database):
                upgrade(database)
            check_schema(database)
            yield database
    finally:
        database.close()


def _reader(settings: Settings, lease: Lease) -> Reader:
    policy = AddressPolicy(
        allowed_networks=settings.allowed_networks,
        allow_loopback=settings.allow_loopback,
        own_ports=frozenset({settings.port}),
    )
    http = HttpTransport(CurlClient(concurrency=settings.http_concurrency), policy)
    places = settings.browser_concurrency or min(2 * (os.cpu_count() or 1), _MOST_PAGES)
    browser = BrowserTransport(find_browser(settings.browser), policy, places)
    transports: dict[Engine, Transport] = {Engine.HTTP: http, Engine.BROWSER: browser}
    return Reader(transports, lease, SystemClock(), painter=browser)


@asynccontextmanager
async def open_reader(settings: Settings) -> AsyncIterator[Reader]:
    """Open a reader that needs no database, for a single dry run."""
    reader = _reader(settings, Undivided())
    try:
        yield reader
    finally:
        await reader.close()


@asynccontextmanager
async def open_system(settings: Settings) -> AsyncIterator[System]:
    """Open all that serves and collects: database, vault, reader."""
    with open_database(settings) as database:
        clock = SystemClock()
        vault = open_vault(settings.key_file, database, settings.key)
        free_devices_of_the_dead(database)
        lease = DeviceLease(database, clock, this_process(), settings.poll_gap_seconds)
        reader = _reader(settings, lease)
        try:
            yield System(settings, clock, database, vault, reader)
        finally:
            await reader.close()
