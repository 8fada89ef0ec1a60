"""A channel: what some callers see now, and the events that lately led to it."""

import asyncio
import gzip
import secrets
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from wattledger.services.live_change import ChangeWatch
from wattledger.services.own_live import OwnLive
from wattledger.web.live.snapshot import EMPTY, EVERYTHING, LiveFilter, Snapshot

REMEMBERED_SECONDS = 300
"""So long ago a stream may have broken off and still be resumed."""

_LARGEST_DELTA = 256_000
_REMEMBERED_BYTES = _LARGEST_DELTA + 1_000
"""So much is sent at once at most: one of the largest events, or many small ones. Who missed more
asks again; that is less to send, and nobody's unread answer becomes large."""

_KEPT_BODIES = 32
_LEVEL = 5
"""Level of gzip: a fifth smaller than the fastest for twice its time, once a second at most."""


@dataclass(frozen=True, slots=True)
class _Frame:
    at: float
    text: bytes


class Ahead(NamedTuple):
    """A snapshot with all endpoints, printed and compressed before it is shown."""

    body: bytes
    packed: "asyncio.Task[bytes]"


@dataclass(eq=False, slots=True)
class Channel:
    """What is seen by all callers who see the same: everything, or what is one client's.

    Snapshots are counted; ``name`` of one is the id of the event that leads to it. Used on the
    event loop alone; only ``own`` and ``changes`` are the looking thread's. ``asked_packed`` tells
    that somebody asked for the present one compressed.
    """

    client_id: str | None
    own: OwnLive = field(default_factory=OwnLive)
    changes: ChangeWatch = field(default_factory=ChangeWatch)
    snapshot: Snapshot = EMPTY
    count: int = 0
    asked_at: float = float("-inf")
    asked_packed: bool = False
    seen_at: float = float("-inf")
    subscribers: int = 0
    _epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    _frames: deque[_Frame] = field(default_factory=deque)
    _bytes: int = 0
    _bodies: dict[LiveFilter, bytes] = field(default_factory=dict)
    _packed: "asyncio.Task[bytes] | None" = None
    _turn: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def name(self) -> str:
        """Return what the present snapshot is called."""
        return self._name(self.count)

    def _name(self, count: int) -> str:
        return f"{self._epoch}-{count}"

    def show(self, snapshot: Snapshot, now: float, ahead: Ahead | None = None) -> None:
        """Show the snapshot of now, and tell all streams what changed.

        ``ahead`` is what was printed of it before.
        """
        before, self.snapshot, self.seen_at = self.snapshot, snapshot, now
        if snapshot is before:
            return
        self.count += 1
        self._bodies.clear()
        self._packed = None
        self.asked_packed = False
        if ahead is not None:
            self._bodies[EVERYTHING], self._packed = ahead
        if before is not EMPTY:
            self._remember(before.delta(snapshot), now)
        self.wake()

    def is_older_than(self, seconds: float, now: float) -> bool:
        """Tell whether what is shown was seen so long ago, or longer."""
        return now - self.seen_at >= seconds

    async def print_ahead(self, snapshot: Snapshot) -> Ahead:
        """Print and compress the snapshot that is shown next, while the present one is given."""
        body = snapshot.body(EVERYTHING, self._name(self.count + 1))
        packing = _packing(body)
        await asyncio.wait([packing])
        return Ahead(body, packing)

    def _remember(self, delta: bytes, now: float) -> None:
        # To ask again, packed, is less to send than a delta of most endpoints.
        small = len(delta) <= _LARGEST_DELTA
        text = event("delta", self.name, delta) if small else self.reset()
        self._frames.append(_Frame(now, text))
        self._bytes += len(text)
        while self._bytes > _REMEMBERED_BYTES or now - self._frames[0].at > REMEMBERED_SECONDS:
            self._bytes -= len(self._frames.popleft().text)

    def wake(self) -> None:
        """Let all that wait for their turn look for events."""
        self._turn.set()
        self._turn = asyncio.Event()

    async def turn(self) -> None:
        """Wait until something changed, or until the next sign of life is due."""
        await self._turn.wait()

    def place(self, name: str) -> int | None:
        """Return the count of a snapshot of this channel, ``None`` when it is none."""
        epoch, _, count = name.partition("-")
        if epoch != self._epoch or not (count.isascii() and count.isdigit()):
            return None
        return int(count) if len(count) < len(str(2**63)) else None

    def events_after(self, count: int) -> bytes | None:
        """Return the events after a snapshot; ``None`` when they are not remembered any more."""
        behind = self.count - count
        if not 0 <= behind <= len(self._frames):
            return None
        newest = [frame.text for frame in islice(reversed(self._frames), behind)]
        return b"".join(reversed(newest))

    def hello(self) -> bytes:
        """Return the event that names the snapshot from which a new stream goes on."""
        return event("snapshot", self.name, b'{"snapshot":"%b"}' % self.name.encode())

    def reset(self) -> bytes:
        """Return the event that says to ask for everything again."""
        return event("reset", self.name, b'{"snapshot":"%b"}' % self.name.encode())

    def body(self, wanted: LiveFilter) -> bytes:
        """Return the answer with the endpoints that are wanted."""
        if wanted not in self._bodies:
            if len(self._bodies) >= _KEPT_BODIES:
                self._bodies.clear()
            self._bodies[wanted] = self.snapshot.body(wanted, self.name)
        return self._bodies[wanted]

    async def packed(self) -> bytes:
        """Return the answer with all endpoints, compressed once for all who ask."""
        self.asked_packed = True
        if self._packed is None:
            self._packed = _packing(self.body(EVERYTHING))
        return await asyncio.shield(self._packed)


def _packing(body: bytes) -> "asyncio.Task[bytes]":
    return asyncio.create_task(asyncio.to_thread(gzip.compress, body, _LEVEL, mtime=0))


def event(kind: str, name: str, content: bytes) -> bytes:
    """Return an event as it is sent; the content is JSON on one line."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (name.encode(), kind.encode(), content)
