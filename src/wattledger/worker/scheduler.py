"""Time as a caller: fires the jobs that are due and sends again what is late."""

import asyncio
from contextlib import suppress

import structlog

from wattledger.domain.errors import WattledgerError
from wattledger.domain.instant import MINUTE, SECOND, Instant
from wattledger.jobs.core import late_chunks
from wattledger.jobs.courier import Courier
from wattledger.jobs.fire import fire_due, pull_back
from wattledger.jobs.sweep import sweep_runs
from wattledger.services.count_anew import count_some_left
from wattledger.services.hold_device import end_claims_of_the_dead
from wattledger.services.scheduler_beat import beat
from wattledger.services.system import System
from wattledger.store.jobs import ensure_job

POLLER = "Poll due endpoints"
"""The built-in job that reads endpoints at their poll intervals."""

_EVERY_SECONDS = 2
_TICK_SECONDS = 1
_LONGEST_BACK_OFF = 60
_SWEEP_EVERY = 10 * MINUTE

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
            config={"endpoints": "due", "batchSize": 50, "screenshotOnError": True},
            now=system.clock.now(),
        )


class Scheduler:
    """Looks at the clock each second."""

    def __init__(self, system: System, courier: Courier) -> None:
        self._system = system
        self._courier = courier
        self._last: Instant | None = None
        self._swept_at: Instant | None = None

    def begin(self) -> None:
        """Take over what ended with a process before: the poller is there, chunks are free."""
        ensure_poller(self._system)
        end_claims_of_the_dead(self._system.database, self._system.clock.now())

    def tick(self) -> list[int]:
        """Fire what is due; returns the chunks to be worked on, also those that are late."""
        beat(self._system)
        database, now = self._system.database, self._system.clock.now()
        if self._last is None or now < self._last - SECOND:
            pull_back(database, now)
        self._last = now
        chunks = [*fire_due(database, now), *late_chunks(database, now)]
        if self._swept_at is None or not 0 <= now - self._swept_at < _SWEEP_EVERY:
            self._swept_at = now
            sweep_runs(database, now)
        count_some_left(database)
        return chunks

    async def run(self, stopping: asyncio.Event) -> None:
        """Tick until told to stop; a database that fails is asked again, more slowly."""
        begun, wait = False, _TICK_SECONDS
        while not stopping.is_set():
            try:
                if not begun:
                    await asyncio.to_thread(self.begin)
                    begun = True
                self._courier.send(await asyncio.to_thread(self.tick))
                wait = _TICK_SECONDS
            except WattledgerError as error:
                _log.warning("scheduler_failed", error=str(error), again_in_seconds=wait)
                wait = min(2 * wait, _LONGEST_BACK_OFF)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await stopping.wait()


async def run_scheduler(system: System, courier: Courier, stopping: asyncio.Event) -> None:
    """Fire and resend until told to stop."""
    await Scheduler(system, courier).run(stopping)
