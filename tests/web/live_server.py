"""The application on a socket, and readers of its stream, as browsers are."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from wattledger.web.http_protocol import HttpProtocol

STREAM = "/api/v1/consumption/live/stream"


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an application on loopback as the product does; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=HttpProtocol,
                log_level="critical",
                timeout_graceful_shutdown=1,
                lifespan="off",
            )
        )
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells no other way
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await task


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a stream; a comment has only its text."""

    id: str | None
    kind: str | None
    content: Any
    comment: str | None = None


class Reader:
    """Reads the events of an open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self, seconds: float = 10) -> Event:
        """Return the next event that is not a comment."""
        async with asyncio.timeout(seconds):
            while (event := await self.next_of_any_kind()).comment is not None:
                pass
            return event

    async def next_of_any_kind(self) -> Event:
        """Return the next event or comment; StopAsyncIteration when the stream has ended."""
        fields: dict[str, str] = {}
        while True:
            line = await anext(self._lines)
            if line.startswith(":"):
                await anext(self._lines)
                return Event(None, None, None, line)
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "event" in fields:
                content = json.loads(fields["data"], parse_float=Decimal)
                return Event(fields["id"], fields["event"], content)
            else:
                fields.clear()  # the wish how soon to come again


@asynccontextmanager
async def reading(
    address: str, token: str, *, last: str | None = None, since: str | None = None
) -> AsyncIterator[Reader]:
    """Open the stream of a server."""
    headers = {"Authorization": f"Bearer {token}"}
    if last is not None:
        headers["Last-Event-ID"] = last
    query = {} if since is None else {"since": since}
    async with (
        httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as caller,
        caller.stream("GET", STREAM, params=query) as response,
    ):
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Reader(response)
