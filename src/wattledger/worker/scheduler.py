"""Time as a caller: fires the jobs that are due and sends again what is late."""

import asyncio
from contextlib import suppress

import structlog

from wattledger.domain.errors import WattledgerError
from wattledger.jobs.core import fire_due, late_chunks
from wattledger.jobs.courier import Courier
from wattledger.services.scheduler_beat import beat
from wattledger.services.system import System
from wattledger.store.jobs import ensure_job

POLLER = "Poll due endpoints"
"""The built-in job that reads endpoints at their poll intervals."""

_EVERY_SECONDS = 2
_TICK_SECONDS = 1
_LONGEST_BACK_OFF = 60

_log = structlog.get_logger(__name__)


def ensure_poller(system: System) -> None:
    """Create the built-in poller unless it is there."""
    with system.database.begin() as connection:
        ensure_job(
            connection,
            name=POLLER,
            module="consumption-monitor",
            handler="collect-consumption",
            every_seconds=_EVERY_SECONDS,
            config={"endpoints": "due"},
            now=system.clock.now(),
        )


async def run_scheduler(system: System, courier: Courier, stopping: asyncio.Event) -> None:
    """Fire and resend until told to stop; a database that fails is asked again, more slowly."""
    await asyncio.to_thread(ensure_poller, system)
    wait = _TICK_SECONDS
    while not stopping.is_set():
        try:
            courier.send(await asyncio.to_thread(_tick, system))
            wait = _TICK_SECONDS
        except WattledgerError as error:
            _log.warning("scheduler_failed", error=str(error), again_in_seconds=wait)
            wait = min(2 * wait, _LONGEST_BACK_OFF)
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await stopping.wait()


def _tick(system: System) -> list[int]:
    beat(system)
    now = system.clock.now()
    return [*fire_due(system.database, now), *late_chunks(system.database, now)]
