"""A stream whose reader keeps it waiting is ended; others go on."""

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

import httpx
import pytest
from starlette.types import Receive, Scope, Send
from tests.web.live_server import serving

from wattledger.web.live.event_stream import EventStream

GET = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LARGE = b"data: " + b"x" * 400_000 + b"\n\n"


class Application:
    """Sends large events without end, and notes when it is let go."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.ended = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a stream."""
        await EventStream(self._events(), self._patience)(scope, receive, send)

    async def _events(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield LARGE
                await asyncio.sleep(0.01)
        finally:
            self.ended.set()


async def test_a_reader_that_does_not_read_is_left() -> None:
    application = Application(patience=0.3)
    async with serving(application) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as sleeper:
            sleeper.sendall(GET)
            begun = asyncio.get_running_loop().time()
            await asyncio.wait_for(application.ended.wait(), 10)
            assert asyncio.get_running_loop().time() - begun >= 0.3


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Give what uvicorn logs as errors."""
    told: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("uvicorn.error")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.ERROR)
    yield told
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.mark.parametrize("requests", [1, 2])
async def test_the_connection_of_a_reader_that_does_not_read_is_gone(requests: int) -> None:
    """Also where a further request waits for its turn."""
    application = Application(patience=0.3)
    async with serving(application) as address:
        host, port = address.removeprefix("http://").split(":")
        with complaints() as told, socket.create_connection((host, int(port))) as sleeper:
            sleeper.sendall(GET * requests)
            async with asyncio.timeout(10):
                await application.ended.wait()
            error = 0
            async with asyncio.timeout(2):
                # It reads nothing: what was sent stays, and yet the server's end is no more.
                while not error:
                    await asyncio.sleep(0.01)
                    error = sleeper.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            assert error == errno.ECONNRESET
            assert told == []


async def test_a_reader_that_leaves_with_a_request_waiting_is_noticed() -> None:
    application = Application(patience=30)
    async with serving(application) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as caller:
            caller.sendall(GET * 2)
            await asyncio.sleep(0.2)
        await asyncio.wait_for(application.ended.wait(), 5)


class Farewell(Application):
    """Sends more than a reader takes, and then no more."""

    async def _events(self) -> AsyncGenerator[bytes, None]:
        yield LARGE * 30
        self.ended.set()


async def test_a_reader_is_not_waited_for_at_the_end_either() -> None:
    application = Farewell(patience=0.3)
    async with serving(application) as address:
        host, port = address.removeprefix("http://").split(":")
        with complaints() as told, socket.create_connection((host, int(port))) as sleeper:
            sleeper.sendall(GET)
            error = 0
            async with asyncio.timeout(5):
                while not error:
                    await asyncio.sleep(0.01)
                    error = sleeper.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            assert error == errno.ECONNRESET
            assert told == []


async def test_a_reader_that_reads_is_kept() -> None:
    application = Application(patience=1)
    async with (
        serving(application) as address,
        httpx.AsyncClient() as caller,
        caller.stream("GET", address) as response,
    ):
        received = 0
        async for part in response.aiter_bytes():
            received += len(part)
            if received > 20 * len(LARGE):
                break
        assert not application.ended.is_set()


async def test_a_reader_that_leaves_is_noticed() -> None:
    application = Application(patience=30)
    async with serving(application) as address:
        async with httpx.AsyncClient() as caller, caller.stream("GET", address) as response:
            await anext(response.aiter_bytes())
        await asyncio.wait_for(application.ended.wait(), 5)
