"""The courier within one process: a queue."""

import asyncio
from collections.abc import Iterable


class LocalCourier:
    """Carries chunk ids from the scheduler to the collectors of the same event loop."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[int] = asyncio.Queue()
        self._carried: set[int] = set()

    def send(self, chunk_ids: Iterable[int]) -> None:
        """Queue chunk ids; one that waits already is not queued again."""
        for chunk_id in chunk_ids:
            if chunk_id not in self._carried:
                self._carried.add(chunk_id)
                self._queue.put_nowait(chunk_id)

    async def receive(self) -> int:
        """Wait for the next chunk id."""
        chunk_id = await self._queue.get()
        self._carried.discard(chunk_id)
        return chunk_id
