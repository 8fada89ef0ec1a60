"""Opens all that serves and collects."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from wattledger.bootstrap.database import open_database
from wattledger.bootstrap.reader import open_reader
from wattledger.clock import SystemClock
from wattledger.config import Settings
from wattledger.services.hold_device import (
    DeviceLease,
    free_devices_of_the_dead,
    this_process,
)
from wattledger.services.open_vault import open_vault
from wattledger.services.system import System


@asynccontextmanager
async def open_system(settings: Settings) -> AsyncIterator[System]:
    """Open the database, the vault and the reader."""
    with open_database(settings) as database:
        clock = SystemClock()
        vault = open_vault(settings.key_file, database, settings.key)
        free_devices_of_the_dead(database)
        lease = DeviceLease(database, clock, this_process(), settings.poll_gap_seconds)
        async with open_reader(settings, lease) as reader:
            yield System(settings, clock, database, vault, reader)
