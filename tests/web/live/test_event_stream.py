"""A stream whose reader keeps it waiting is ended; others go on."""

import asyncio
import socket
from collections.abc import AsyncGenerator

import httpx
from starlette.types import Receive, Scope, Send
from tests.web.live_server import serving

from wattledger.web.live.event_stream import EventStream

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
            sleeper.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            begun = asyncio.get_running_loop().time()
            await asyncio.wait_for(application.ended.wait(), 10)
            assert asyncio.get_running_loop().time() - begun >= 0.3


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
