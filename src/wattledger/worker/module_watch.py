"""Follows the folder of modules: what is put there works without a restart."""

import asyncio
from contextlib import suppress

import structlog

from wattledger.domain.errors import WattledgerError
from wattledger.modules.loaded import LoadedModules

_EVERY_SECONDS = 5

_log = structlog.get_logger(__name__)


async def watch_modules(modules: LoadedModules, stopping: asyncio.Event) -> None:
    """Look at the folder of modules every few seconds until told to stop."""
    while not stopping.is_set():
        try:
            await asyncio.to_thread(modules.look)
        except (WattledgerError, OSError) as error:  # a file that is gone before it is looked at
            _log.warning("modules_not_read", error=str(error))
        with suppress(TimeoutError):
            async with asyncio.timeout(_EVERY_SECONDS):
                await stopping.wait()
