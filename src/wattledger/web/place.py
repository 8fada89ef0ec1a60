"""A place among the few that work out answers of a route at once (decision 0028)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request

_STATE = "place"


class Place:
    """One of the ``places`` of a route, for one request."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._is_held = False

    async def enter(self) -> None:
        """Wait for a place."""
        await self._places.acquire()
        self._is_held = True

    def leave(self) -> None:
        """Leave the place to another, once."""
        if self._is_held:
            self._is_held = False
            self._places.release()

    def give(self, state: dict[str, object]) -> None:
        """Let what works out the answer find it."""
        state[_STATE] = self


@asynccontextmanager
async def without_place(request: Request) -> AsyncIterator[None]:
    """Leave the place of a request, if it has one, while it waits for something else."""
    place = request.scope["state"].get(_STATE)
    if not isinstance(place, Place):
        yield
        return
    place.leave()
    yield
    await place.enter()
