"""What is no HTTP is refused in the one shape of errors, too, and the server goes on."""

import asyncio
import socket

import pytest
import uvicorn

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


@pytest.mark.parametrize("sent", BROKEN)
async def test_what_is_no_http_is_refused_in_json(system: System, sent: bytes) -> None:
    config = uvicorn.Config(create_app(system), http=HttpProtocol, log_level="critical")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        head, _, body = (await exchange(port, sent)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 "), head
        assert b"content-type: application/json" in head
        assert b"nosniff" in head
        error = ErrorAnswer.model_validate_json(body.split(b"HTTP/1.1")[0]).error
        assert error.code == "bad_request"
        well = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert (await exchange(port, well)).startswith(b"HTTP/1.1 200 ")
        server.should_exit = True
        await serving
