"""The feed: looks at all endpoints at most once a second, for all who ask and all who listen."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, TypeAlias

import structlog
from fastapi import Depends, FastAPI, Request

from wattledger.domain.errors import WattledgerError
from wattledger.services.live_watch import LiveWatch
from wattledger.services.own_view import own_view
from wattledger.services.system import System
from wattledger.web.live.channel import Channel
from wattledger.web.live.seats import Seats
from wattledger.web.live.snapshot import Snapshot
from wattledger.web.system import TheCaller

EVERY_SECONDS = 1
BEAT_SECONDS = 15
"""A stream on which nothing happens gives a sign of life so often."""

_AHEAD = 0.8
"""After this part of that time the next look begins, where somebody asks."""

_LATELY_SECONDS = 5
_FORGOTTEN_AFTER_SECONDS = 600

_log = structlog.get_logger(__name__)


class LiveFeed:
    """What callers see of the live page, by the client that they are limited to.

    It looks when somebody asks and what is known is older than a second, and each second while
    somebody listens. It lives on one event loop.
    """

    def __init__(self, system: System) -> None:
        self.seats = Seats()
        self._system = system
        self._watch = LiveWatch()
        self._channels: dict[str | None, Channel] = {}
        self._looking = asyncio.Lock()
        self._ticking: asyncio.Task[None] | None = None
        self._ahead: asyncio.Task[None] | None = None
        self._beating: asyncio.TimerHandle | None = None
        self._looked_at = float("-inf")
        self._told: str | None = None
        self.is_closed = False

    def streams(self) -> int:
        """Return how many streams are open."""
        return sum(channel.subscribers for channel in self._channels.values())

    async def channel(self, client_id: str | None) -> Channel:
        """Return what is seen of one client, or of everything, at most a second old."""
        channel = self._channels.get(client_id)
        if channel is None:
            channel = self._channels[client_id] = Channel(client_id)
        channel.asked_at = self._now()
        if not channel.is_older_than(_AHEAD * EVERY_SECONDS, self._now()):
            return channel
        if not channel.is_older_than(EVERY_SECONDS, self._now()):
            self._look_ahead()
            return channel
        async with self._looking:
            channel.asked_at = self._now()
            if channel.is_older_than(EVERY_SECONDS, self._now()):
                await self._look()
        return channel

    def _look_ahead(self) -> None:
        """Look while those who ask are still given what is known: then nobody waits for it."""
        if self._ahead is None or self._ahead.done():
            self._ahead = asyncio.create_task(self._look_if_older_than(_AHEAD * EVERY_SECONDS))

    async def _look_if_older_than(self, seconds: float) -> None:
        async with self._looking:
            if self._now() - self._looked_at >= seconds:
                await self._look_and_go_on()

    def listen(self, channel: Channel) -> None:
        """Look each second from now on, while somebody listens."""
        self._channels[channel.client_id] = channel
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick())
        if self._beating is None:
            self._beat_later()

    def close(self) -> None:
        """End all streams: the server is about to stop."""
        self.is_closed = True
        if self._beating is not None:
            self._beating.cancel()
        for channel in self._channels.values():
            channel.wake()

    async def _tick(self) -> None:
        while self.streams() and not self.is_closed:
            await asyncio.sleep(self._looked_at + EVERY_SECONDS - self._now())
            await self._look_if_older_than(EVERY_SECONDS)

    async def _look_and_go_on(self) -> None:
        """Look; whatever goes wrong is told, and the next look is another one."""
        [end] = await asyncio.gather(self._look(), return_exceptions=True)
        if isinstance(end, Exception):
            self._tell_of_failure(end)
        else:
            self._told = None

    def _tell_of_failure(self, error: Exception) -> None:
        """Log what went wrong, a defect at length; not each second where it stays the same."""
        told, self._told = self._told, repr(error)
        if isinstance(error, WattledgerError) or told == self._told:
            _log.warning("live_look_failed", error=str(error))
        else:
            _log.error("defect_in_live_look", exc_info=error)

    async def _look(self) -> None:
        """Look at everything for all who listen or asked lately, so that one look serves them."""
        self._looked_at = now = self._now()
        self._channels = {
            key: each
            for key, each in self._channels.items()
            if each.subscribers or now - each.asked_at < _FORGOTTEN_AFTER_SECONDS
        }
        channels = [
            each
            for each in self._channels.values()
            if each.subscribers or now - each.asked_at < _LATELY_SECONDS
        ]
        packed = [channel for channel in channels if channel.asked_packed]
        snapshots = await asyncio.to_thread(self._snapshots, channels)
        for channel, snapshot in zip(channels, snapshots, strict=True):
            is_wanted = channel in packed and snapshot is not channel.snapshot
            ahead = await channel.print_ahead(snapshot) if is_wanted else None
            channel.show(snapshot, now, ahead)

    def _beat_later(self) -> None:
        self._beating = asyncio.get_running_loop().call_later(BEAT_SECONDS, self._beat)

    def _beat(self) -> None:
        """Let all streams give a sign of life and look to their callers, also while a look hangs.

        One timer serves all of them.
        """
        self._beating = None
        if self.streams() and not self.is_closed:
            for channel in self._channels.values():
                channel.wake()
            self._beat_later()

    def _snapshots(self, channels: Sequence[Channel]) -> list[Snapshot]:
        database, now = self._system.database, self._system.clock.now()
        views = [own_view(database, channel.client_id, now) for channel in channels]
        snapshots: list[Snapshot] = []
        with database.connect() as connection:
            self._watch.look(connection, now)
            for channel, view in zip(channels, views, strict=True):
                live, endpoints = self._watch.live, self._watch.endpoints.values()
                if view is not None:
                    channel.own.look(connection, self._watch, view, now)
                    live, endpoints = channel.own.live, channel.own.endpoints.values()
                changes = channel.changes.look(connection, endpoints, now, view)
                snapshots.append(channel.snapshot.after(live, now, changes))
        return snapshots

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def keep_feed(app: FastAPI, system: System) -> None:
    """Keep a feed where routes find it."""
    app.state.live_feed = feed = LiveFeed(system)
    system.metrics.subscribers.set_function(feed.streams)


def end_streams(app: FastAPI) -> None:
    """End the streams of an application, which would go on for ever."""
    feed: LiveFeed = app.state.live_feed
    feed.close()


# A coroutine, so that no thread is taken to run it.
async def feed_of(request: Request) -> LiveFeed:
    """Return the feed."""
    feed: LiveFeed = request.app.state.live_feed
    return feed


TheFeed: TypeAlias = Annotated[LiveFeed, Depends(feed_of)]
"""The parameter of a route that gets the feed."""


async def _seat(feed: TheFeed, caller: TheCaller) -> AsyncIterator[None]:
    """Have a seat until the answer is given to its end, or its caller is gone."""
    with feed.seats.take(caller):
        yield


A_SEAT = Depends(_seat)
"""The dependency of a route that streams: it takes one of the seats."""
