"""A caller that costs little itself, so that what is measured is the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

_ROOM = 2**21
"""More than the largest answer, so that it comes into one buffer and is copied nowhere."""


class LightCaller(asyncio.BufferedProtocol):
    """Asks over one connection, one answer after the other; bodies are counted, not kept."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._room = memoryview(bytearray(_ROOM))
        self._filled = self._wanted = 0
        self._answered: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note where to write."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is of no common kind

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - the protocol's
        """Give room for what comes."""
        return self._room[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        """Tell who asked when the answer is whole."""
        self._filled += nbytes
        if not self._wanted:
            head, end, _ = bytes(self._room[: min(self._filled, 4096)]).partition(b"\r\n\r\n")
            if not end:
                return
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self._wanted = len(head) + len(end) + int(length or 0)
        if self._filled >= self._wanted and self._answered is not None:
            self._answered.set_result(int(bytes(self._room[9:12])))

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail who waits for an answer."""
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(exc or ConnectionError("The server hung up."))

    async def ask(self, target: str, headers: str) -> int:
        """Ask for an address; returns the status when the whole answer has come."""
        assert self._transport is not None
        self._filled = self._wanted = 0
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(f"GET {target} HTTP/1.1\r\nHost: b\r\n{headers}\r\n".encode())
        return await self._answered

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


@asynccontextmanager
async def light_caller(host: str, port: int) -> AsyncIterator[LightCaller]:
    """Open a connection that is kept for many requests."""
    _, caller = await asyncio.get_running_loop().create_connection(LightCaller, host, port)
    try:
        yield caller
    finally:
        caller.close()
