"""Tells people: looks at the open conditions now and then, and sends what channels are due."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import structlog

from wattledger.domain.errors import WattledgerError
from wattledger.notify.sender import AT_ONCE
from wattledger.services.deliver_notifications import Errand, Notifier
from wattledger.services.system import System

EVERY_SECONDS = 15
_LONGEST_BACK_OFF = 240

_log = structlog.get_logger(__name__)


async def run_notifier(
    system: System, stopping: asyncio.Event, every: float = EVERY_SECONDS
) -> None:
    """Look every few seconds until told to stop; a message that is under way is waited for.

    It has threads of its own: a mail server that hangs takes none from reading devices.
    """
    notifier, wait = Notifier(system), every
    with ThreadPoolExecutor(AT_ONCE, "notify") as threads:
        while not stopping.is_set():
            telling = _tell(notifier, threads, stopping)
            # A defect here must not end the server, which reads devices beside it.
            [end] = await asyncio.gather(telling, return_exceptions=True)
            if isinstance(end, Exception):
                _tell_of_failure(end, wait)
                wait = min(2 * wait, _LONGEST_BACK_OFF)
            else:
                wait = every
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await stopping.wait()


def _tell_of_failure(error: Exception, wait: float) -> None:
    if isinstance(error, WattledgerError):
        _log.warning("notifier_failed", error=str(error), again_in_seconds=wait)
    else:
        _log.error("defect_in_notifier", exc_info=error, again_in_seconds=wait)


async def _tell(notifier: Notifier, threads: ThreadPoolExecutor, stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    errands: Sequence[Errand] = await loop.run_in_executor(threads, notifier.look)

    def deliver(errand: Errand) -> None:
        if not stopping.is_set():  # what waits behind others is told after the next start
            notifier.deliver(errand)

    under_way = [loop.run_in_executor(threads, deliver, each) for each in errands]
    ends = await asyncio.gather(*under_way, return_exceptions=True)
    for end in ends:  # after all of them ended: one that fails leaves no other behind
        if isinstance(end, BaseException):
            raise end
