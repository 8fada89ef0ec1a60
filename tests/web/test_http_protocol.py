"""What is no HTTP is refused in the one shape of errors, too, and the server goes on."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import ASGIApp

from wattledger.services.system import System
from wattledger.web.app import create_app
from wattledger.web.errors import ErrorAnswer
from wattledger.web.http_protocol import HttpProtocol

BROKEN = [
    b"NONSENSE / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"G\x00T / HTTP/1.1\r\n\r\n",
    b"hello\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: much\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {\n  a\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
]


async def exchange(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    answered = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answered


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[int]:
    """Serve an application as the product does; gives its port."""
    server = uvicorn.Server(uvicorn.Config(app, http=HttpProtocol, log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        task = asyncio.create_task(server.serve(sockets=[listener]))
        yield listener.getsockname()[1]
        server.should_exit = True
        await task


@pytest.mark.parametrize("sent", BROKEN)
async def test_what_is_no_http_is_refused_in_json(system: System, sent: bytes) -> None:
    async with serving(create_app(system)) as port:
        head, _, body = (await exchange(port, sent)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 "), head
        assert b"content-type: application/json" in head
        assert b"nosniff" in head
        error = ErrorAnswer.model_validate_json(body.split(b"HTTP/1.1")[0]).error
        assert error.code == "bad_request"
        well = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert (await exchange(port, well)).startswith(b"HTTP/1.1 200 ")


async def test_who_meets_a_defect_is_told_that_the_connection_ends(system: System) -> None:
    app = create_app(system)

    @app.get("/defect")
    async def defect() -> None:
        raise ZeroDivisionError

    async with serving(app) as port:
        head, _, body = (
            await exchange(port, b"GET /defect HTTP/1.1\r\nHost: x\r\n\r\n")
        ).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 500 "), head
    assert ErrorAnswer.model_validate_json(body).error.code == "internal"
    # The server closes it after a defect: who kept it would have the next request reset.
    assert b"\r\nconnection: close" in head
