"""One process of a farm: many listening sockets, one event loop, no disk, no log.

It lives as long as its parent holds the other end of the pipe: when the parent closes it, or dies
in whatever way, the process reads the end of the pipe and stops.
"""

import asyncio
import resource
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection

import uvloop

from wattledger.clock import SystemClock
from wattledger.domain.instant import Instant
from wattledger.simulate.kind import Conversation, Meter
from wattledger.simulate.kinds import KINDS
from wattledger.simulate.messages import Failed, Listening, Order, SetTime, TimeIsSet
from wattledger.simulate.web import BACKLOG, MeterPages, PagesServer

LOOPBACK = "127.0.0.1"


class FarmClock:
    """The farm's time: the machine's, or where it was stopped."""

    def __init__(self, frozen_at: Instant | None) -> None:
        self.frozen_at = frozen_at
        self._system = SystemClock()

    def now(self) -> Instant:
        """Return the present instant of the farm."""
        return self._system.now() if self.frozen_at is None else self.frozen_at


def serve(parent: Connection) -> None:
    """Take the order and serve until the parent lets go of the pipe: the life of the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then stops us.
    with suppress(EOFError, ConnectionError), parent:
        order: Order = parent.recv()
        try:
            _raise_file_limit()
            sockets = _bind(order)
        except OSError as error:
            parent.send(Failed(str(error)))
            return
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(order, sockets, parent))


def _raise_file_limit() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _bind(order: Order) -> list[socket.socket]:
    sockets = []
    for position in range(len(order.specs)):
        port = 0 if order.first_port is None else order.first_port + position
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sockets.append(bound)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            bound.bind((LOOPBACK, port))
        except OSError as error:
            raise OSError(f"{LOOPBACK}:{port}: {error.strerror}") from error
    return sockets


async def _serve(order: Order, sockets: Sequence[socket.socket], parent: Connection) -> None:
    """Listen on all sockets, tell the parent, obey it until it lets go."""
    clock = FarmClock(order.frozen_at)
    ports = tuple(bound.getsockname()[1] for bound in sockets)
    pages = MeterPages()
    with_pages = []
    for spec, port, bound in zip(order.specs, ports, sockets, strict=True):
        meter, kind = Meter(spec, clock), KINDS[spec.kind]
        if kind.pages is not None:
            pages.add(port, meter, kind.pages)
            with_pages.append(bound)
        elif kind.conversation is not None:
            await _listen(kind.conversation, meter, bound)
    server = PagesServer(pages, lambda: parent.send(Listening(ports)))
    loop = asyncio.get_running_loop()
    loop.add_reader(parent.fileno(), lambda: _obey(parent, clock, server))
    await server.serve(sockets=with_pages)


def _obey(parent: Connection, clock: FarmClock, server: PagesServer) -> None:
    """Take what the parent sent: a new time, or the end of the pipe."""
    try:
        told: SetTime = parent.recv()
        clock.frozen_at = told.frozen_at
        parent.send(TimeIsSet())
    except (EOFError, ConnectionError):
        asyncio.get_running_loop().remove_reader(parent.fileno())
        server.stop()


async def _listen(conversation: Conversation, meter: Meter, bound: socket.socket) -> None:
    """Let a meter speak for itself on its connections."""
    running: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # A caller that goes away is not the meter's concern.
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await conversation(meter, reader, writer)
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of our own: asyncio 3.11 prints a traceback when it has to cancel one of its own.
        task = asyncio.create_task(converse(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    await asyncio.start_server(accept, sock=bound, backlog=BACKLOG)
