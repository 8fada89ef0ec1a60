"""Devices on loopback that answer byte for byte what a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import pytest


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the device saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer: TypeAlias = Callable[[Asked, asyncio.StreamWriter], Awaitable[bool]]
"""Writes an answer; False closes the connection after it."""


@dataclass
class RawDevice:
    """A running device and what it was asked."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    open_connections: int = 0

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        """Return what it was asked for, as ``GET /x``."""
        return [f"{asked.method} {asked.path}" for asked in self.asked]


class StartDevice(Protocol):
    """Starts a device; ``port`` 0 takes a free one."""

    async def __call__(self, answer: Answer) -> RawDevice:
        """Return the device, listening."""
        ...


def reply(body: str | bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Return a well-formed HTTP answer; header names are written with underscores."""
    raw = body.encode() if isinstance(body, str) else body
    named = {"Content_Type": "text/html; charset=utf-8", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    head = "\r\n".join([f"HTTP/1.1 {status}", *lines, f"Content-Length: {len(raw)}", "", ""])
    return head.encode() + raw


@pytest.fixture
async def start_device() -> AsyncIterator[StartDevice]:
    """Give a function that starts devices; they end with the test."""
    async with starting_devices() as start:
        yield start


@asynccontextmanager
async def starting_devices() -> AsyncIterator[StartDevice]:
    """Give a function that starts devices while inside."""
    servers: list[asyncio.Server] = []
    conversations: set[asyncio.Task[None]] = set()

    async def start(answer: Answer) -> RawDevice:
        device = RawDevice(0)

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            conversations.add(task)
            device.connections += 1
            device.open_connections += 1
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                while await answer(await _ask(device, reader), writer):
                    await writer.drain()
                await writer.drain()
            device.open_connections -= 1
            writer.close()

        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        servers.append(server)
        device.port = server.sockets[0].getsockname()[1]
        return device

    yield start
    for server in servers:
        server.close()
    for task in conversations:
        task.cancel()
    await asyncio.gather(*conversations, return_exceptions=True)


def site(pages: Mapping[str, str | bytes]) -> Answer:
    """Make a device of pages by their path; bytes are whole answers, what is missing is a 404."""
    return serve(lambda asked: pages.get(asked.path))


def serve(page: Callable[[Asked], str | bytes | None]) -> Answer:
    """Make a device of a function that gives the page, or the whole answer, for a request."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        found = page(asked)
        if found is None:
            found = reply("<h1>Not found</h1>", "404 Not Found")
        writer.write(found if isinstance(found, bytes) else reply(found))
        return True

    return answer


async def _ask(device: RawDevice, reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _version = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): text.strip() for name, _, text in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    asked = Asked(method, path, headers, body)
    device.asked.append(asked)
    return asked
