"""The feed looks ahead while somebody asks, so that nobody waits for a look."""

import asyncio
import gzip
import threading
from collections.abc import AsyncGenerator

import pytest
import structlog

from wattledger.domain.caller import Caller
from wattledger.domain.permission import Permission, Role
from wattledger.services.live_watch import LiveWatch
from wattledger.services.system import System
from wattledger.store.database import Connection, DatabaseBusyError
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.sites import first_site
from wattledger.web.live import feed as feed_module
from wattledger.web.live import subscription
from wattledger.web.live.channel import Channel
from wattledger.web.live.feed import LiveFeed
from wattledger.web.live.snapshot import EVERYTHING
from wattledger.web.live.subscription import Subscription

LOOKED_AHEAD = 0.1
"""So old a look is when the next one begins; it may become fifty times as old."""


class Looks:
    """The looks at the database: counted, and held up while ``gate`` is closed."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.gate = threading.Event()
        self.gate.set()
        look = LiveWatch.look

        def held_up(watch: LiveWatch, connection: Connection, now: int) -> None:
            self.count += 1
            assert self.gate.wait(30)
            look(watch, connection, now)

        patch.setattr(LiveWatch, "look", held_up)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    """Give the looks; a look is good for some seconds, the next one begins much sooner."""
    monkeypatch.setattr(feed_module, "EVERY_SECONDS", 50 * LOOKED_AHEAD)
    monkeypatch.setattr(feed_module, "_AHEAD", 1 / 50)
    return Looks(monkeypatch)


def add(system: System, name: str) -> None:
    """Add an endpoint."""
    with system.database.begin() as connection:
        site_id = first_site(connection, "UTC")
        insert_endpoint(connection, NewEndpoint(name, site_id), system.clock.now())


async def next_of(channel: Channel, name: str) -> None:
    """Wait until a channel shows another snapshot than the one of this name."""
    async with asyncio.timeout(30):
        while channel.name == name:  # noqa: ASYNC110 - it tells streams alone
            await asyncio.sleep(0.01)


async def test_who_asks_while_a_look_ahead_is_under_way_is_given_what_is_known(
    system: System, looks: Looks
) -> None:
    feed = LiveFeed(system)
    known = (await feed.channel(None)).name
    add(system, "R1")
    await asyncio.sleep(LOOKED_AHEAD * 1.2)
    looks.gate.clear()
    given = [(await feed.channel(None)).name for _ in range(5)]
    looks.gate.set()
    assert given == [known] * 5
    await next_of(await feed.channel(None), known)
    assert looks.count == 2


async def test_what_is_too_old_is_not_given(
    system: System, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "EVERY_SECONDS", LOOKED_AHEAD)
    feed = LiveFeed(system)
    known = (await feed.channel(None)).name
    add(system, "R1")
    await asyncio.sleep(LOOKED_AHEAD * 1.2)
    assert (await feed.channel(None)).name != known
    assert looks.count == 2


class Streams:
    """A stream of everything; ``good`` is whether its caller's credentials still are."""

    def __init__(self, feed: LiveFeed) -> None:
        self.good = True
        self._feed = feed

    async def open(self) -> AsyncGenerator[bytes, None]:
        """Open a stream, and take its first event."""
        channel = await self._feed.channel(None)
        events = Subscription(self._feed, channel, None, self._who).events()
        assert b"event: snapshot" in await anext(events)
        return events

    async def _who(self) -> Caller | None:
        return CALLER if self.good else None


CALLER = Caller("tests", Role.VIEWER, frozenset({Permission.SEE_OWN}), token_id=1)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it look and beat more often than people need."""
    monkeypatch.setattr(feed_module, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr(feed_module, "BEAT_SECONDS", 0.3)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("error", [DatabaseBusyError("Busy."), ZeroDivisionError("defect")])
async def test_looks_go_on_after_one_that_failed(
    system: System, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    stream = await Streams(LiveFeed(system)).open()
    with structlog.testing.capture_logs() as lines:
        with monkeypatch.context() as patch:
            failed = Failing(error)
            patch.setattr(LiveWatch, "look", failed)
            add(system, "R1")
            async with asyncio.timeout(10):
                await failed.twice.wait()
        async with asyncio.timeout(10):
            while b"R1" not in await anext(stream):
                pass
    await stream.aclose()
    told = [line for line in lines if "exc_info" in line]
    assert [line["exc_info"] for line in told] == ([] if error.args == ("Busy.",) else [error])
    assert {"live_look_failed"} <= {line["event"] for line in lines}


class Failing:
    """Fails as often as it is called."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self._count = 0
        self._loop = asyncio.get_running_loop()
        self.twice = asyncio.Event()

    def __call__(self, *_: object) -> None:
        """Fail; it is called in another thread."""
        self._count += 1
        if self._count >= 2:
            self._loop.call_soon_threadsafe(self.twice.set)
        raise self._error


@pytest.mark.usefixtures("quick")
async def test_a_caller_is_cut_off_also_while_a_look_hangs(
    system: System, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr(subscription, "CHECK_SECONDS", 0.5)
    streams = Streams(LiveFeed(system))
    stream = await streams.open()
    looks.gate.clear()
    try:
        async with asyncio.timeout(10):
            assert await anext(stream) == b": here\n\n"
            streams.good = False
            async for event in stream:
                assert event == b": here\n\n"
    finally:
        looks.gate.set()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("error", [DatabaseBusyError("Busy."), ZeroDivisionError("defect")])
async def test_who_cannot_be_asked_for_is_told_no_more(
    system: System, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(subscription, "CHECK_SECONDS", 0)
    streams = Streams(LiveFeed(system))

    async def who() -> Caller | None:
        raise error

    monkeypatch.setattr(streams, "_who", who)
    stream = await streams.open()
    with structlog.testing.capture_logs() as lines, pytest.raises(StopAsyncIteration):
        async with asyncio.timeout(10):
            await anext(stream)
    assert [line["event"] for line in lines] == ["stream_unchecked"]


@pytest.mark.usefixtures("looks")
async def test_what_changes_while_an_event_is_sent_is_told_at_once(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "EVERY_SECONDS", 1000)
    feed = LiveFeed(system)
    stream = await Streams(feed).open()
    channel = await feed.channel(None)
    add(system, "R1")
    channel.seen_at = float("-inf")
    await feed.channel(None)  # the stream is not waiting for its turn yet
    async with asyncio.timeout(1):
        assert b"R1" in await anext(stream)
    await stream.aclose()


async def test_where_nobody_asks_nobody_looks(system: System, looks: Looks) -> None:
    await LiveFeed(system).channel(None)
    await asyncio.sleep(LOOKED_AHEAD * 3)
    assert looks.count == 1


@pytest.mark.usefixtures("looks")
async def test_what_was_asked_for_packed_is_packed_before_it_is_shown(system: System) -> None:
    feed = LiveFeed(system)
    channel = await feed.channel(None)
    assert gzip.decompress(await channel.packed()) == channel.body(EVERYTHING)
    known = channel.name
    add(system, "R1")
    await asyncio.sleep(LOOKED_AHEAD * 1.2)
    await feed.channel(None)
    await next_of(channel, known)
    assert not channel.asked_packed, "who asks keeps it going, and not what was made ahead"
    body = gzip.decompress(await channel.packed())
    assert body == channel.body(EVERYTHING)
    assert b'"R1"' in body
    assert channel.name.encode() in body
