"""The feed looks ahead while somebody asks, so that nobody waits for a look."""

import asyncio
import gzip
import threading

import pytest

from wattledger.services.live_watch import LiveWatch
from wattledger.services.system import System
from wattledger.store.database import Connection
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.sites import first_site
from wattledger.web.live import feed as feed_module
from wattledger.web.live.channel import Channel
from wattledger.web.live.feed import LiveFeed
from wattledger.web.live.snapshot import EVERYTHING

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
