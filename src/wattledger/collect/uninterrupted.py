"""Finish what must be finished, although we are being cancelled."""

import asyncio
from collections.abc import Coroutine


async def uninterrupted(ending: Coroutine[None, None, None]) -> None:
    """Run a short coroutine to its end; a cancellation that comes meanwhile is raised after it."""
    task = asyncio.create_task(ending)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled
