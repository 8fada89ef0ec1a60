"""The HTTP client against devices that break HTTP, and its limits."""

import asyncio
import gzip
import socket
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvloop
from tests.collect.conftest import Answer, Asked, StartDevice, reply

from wattledger.collect.curl import CurlClient
from wattledger.collect.errors import AttemptError
from wattledger.collect.limits import Limits
from wattledger.collect.request import Request, Response
from wattledger.domain.outcome import Outcome

QUICK = Limits(connect_seconds=1, first_byte_seconds=1, read_seconds=1.5, body_bytes=100_000)


@pytest.fixture
async def client() -> AsyncIterator[CurlClient]:
    opened = CurlClient(QUICK)
    yield opened
    await opened.close()


def raw(answer: bytes, *, keep: bool = False) -> Answer:
    """Answer every request with these bytes and, unless told to keep, hang up."""

    async def write(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.write(answer)
        return keep

    return write


async def get(client: CurlClient, url: str) -> Response:
    async with client.session("127.0.0.1") as session:
        return await session.send(Request(url))


async def failure(client: CurlClient, url: str) -> AttemptError:
    with pytest.raises(AttemptError) as caught:
        await get(client, url)
    return caught.value


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply("12543.5 kWh"), id="well formed"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Length: 11\r\n\r\n12543.5 kWh",
            id="the same length twice",
        ),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n12543.5 kWh", id="HTTP/1.0 without a length"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n12543.\r\n5\r\n5 kWh\r\n"
            b"0\r\n\r\n",
            id="chunked",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"b\r\n12543.5 kWh\r\n0\r\n\r\n",
            id="chunked with a length that lies",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\nContent-Length: 11\n\n12543.5 kWh",
            id="lines without carriage return",
        ),
        pytest.param(
            reply(gzip.compress(b"12543.5 kWh"), Content_Encoding="gzip"), id="packed as gzip"
        ),
        pytest.param(
            reply(zlib.compress(b"12543.5 kWh"), Content_Encoding="deflate"), id="packed as deflate"
        ),
    ],
)
async def test_a_body_is_read_whatever_its_wrapping(
    answer: bytes, client: CurlClient, start_device: StartDevice
) -> None:
    device = await start_device(raw(answer))
    response = await get(client, device.url)
    assert (response.status, response.body) == (200, b"12543.5 kWh")


async def test_http_0_9_is_read(client: CurlClient, start_device: StartDevice) -> None:
    device = await start_device(raw(b"<html>12543.5 kWh</html>"))
    response = await get(client, device.url)
    assert (response.status, response.body) == (200, b"<html>12543.5 kWh</html>")


async def test_a_page_announced_as_gzip_that_is_none_is_read_as_it_stands(
    client: CurlClient, start_device: StartDevice
) -> None:
    device = await start_device(raw(reply("<b>12543.5 kWh</b>", Content_Encoding="gzip")))
    assert (await get(client, device.url)).body == b"<b>12543.5 kWh</b>"


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-dropbear_2012.55\r\n", b"\x00\x01\x02\xff\xfe" * 20, b"HELLO METER 7\r\n"]
)
async def test_what_is_not_http_is_named_so(
    answer: bytes, client: CurlClient, start_device: StartDevice
) -> None:
    error = await failure(client, (await start_device(raw(answer))).url)
    assert error.outcome is Outcome.UNREACHABLE
    assert "answered, but not with HTTP" in error.message


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n12543", id="short body"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12543\r\n",
            id="no last chunk",
        ),
        pytest.param(
            reply(gzip.compress(b"12543.5 kWh" * 99)[:-12], Content_Encoding="gzip"), id="cut gzip"
        ),
        pytest.param(reply(b"x", Content_Encoding="br"), id="an encoding nobody asked for"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n<p>Total<div id=t>125", id="no length, in a number"),
    ],
)
async def test_a_cut_body_is_never_taken_for_a_whole_one(
    answer: bytes, client: CurlClient, start_device: StartDevice
) -> None:
    error = await failure(client, (await start_device(raw(answer))).url)
    assert error.outcome is Outcome.TRUNCATED


@pytest.mark.parametrize("body", [b"12543.5", b"<div id=t>125</div>", b"<b>Total</b> 125\r\n"])
async def test_a_body_of_no_told_length_is_whole_where_it_ends_with_more_than_a_number(
    body: bytes, client: CurlClient, start_device: StartDevice
) -> None:
    device = await start_device(raw(b"HTTP/1.1 200 OK\r\n\r\n" + body))
    async with client.session("127.0.0.1") as session:
        assert (await session.send(Request(device.url))).body == body


async def test_a_body_whose_connection_is_reset_is_truncated(
    client: CurlClient, start_device: StartDevice
) -> None:
    async def reset(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n<html>125")
        await writer.drain()
        await asyncio.sleep(0.05)
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        return False

    device = await start_device(reset)
    async with client.session("127.0.0.1") as session:
        with pytest.raises(AttemptError) as caught:
            await session.send(Request(device.url))
        assert session.partial is not None
        assert session.partial.body == b"<html>125"
    assert caught.value.outcome is Outcome.TRUNCATED


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\nx", id="10 GB announced"
        ),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 100_001, id="more than the limit"),
        pytest.param(
            reply(gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip"), id="zip bomb"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nX-A: " + b"y" * 60_000 + b"\r\nX-B: " + b"y" * 9_000 + b"\r\n",
            id="endless headers",
        ),
    ],
)
async def test_what_is_too_large_ends_at_the_limit(
    answer: bytes, client: CurlClient, start_device: StartDevice
) -> None:
    error = await failure(client, (await start_device(raw(answer, keep=True))).url)
    assert error.outcome is Outcome.TOO_LARGE


async def test_an_endless_body_ends_at_the_limit(
    client: CurlClient, start_device: StartDevice
) -> None:
    async def endless(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
        while True:
            writer.write(b"meter " * 1000)
            await writer.drain()

    error = await failure(client, (await start_device(endless)).url)
    assert error.outcome is Outcome.TOO_LARGE
    assert "100,000 bytes" in error.message


async def test_a_slow_drip_ends_at_the_deadline(
    client: CurlClient, start_device: StartDevice
) -> None:
    async def drip(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    started = asyncio.get_running_loop().time()
    error = await failure(client, (await start_device(drip)).url)
    assert error.outcome is Outcome.TIMEOUT
    assert "still sending after 1.5 s" in error.message
    assert "restart the device" in error.message
    assert asyncio.get_running_loop().time() - started < 4


async def test_a_device_that_never_answers_ends_at_the_first_byte_limit(
    client: CurlClient, start_device: StartDevice
) -> None:
    async def hang(_asked: Asked, _writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(30)
        return False

    error = await failure(client, (await start_device(hang)).url)
    assert error.outcome is Outcome.TIMEOUT
    assert "did not answer within 1 s" in error.message


async def test_a_device_that_hangs_up_without_an_answer_is_unreachable(
    client: CurlClient, start_device: StartDevice
) -> None:
    error = await failure(client, (await start_device(raw(b""))).url)
    assert error.outcome is Outcome.UNREACHABLE
    assert "closed the connection" in error.message


async def test_a_port_where_nobody_listens_says_refused(client: CurlClient) -> None:
    error = await failure(client, "http://127.0.0.1:1/")
    assert error.outcome is Outcome.UNREACHABLE
    assert "refused the connection" in error.message


async def test_a_session_goes_to_its_pinned_address_whatever_the_name(
    client: CurlClient, start_device: StartDevice
) -> None:
    device = await start_device(raw(reply("12543.5 kWh")))
    response = await get(client, f"http://pdu.example:{device.port}/")
    assert response.body == b"12543.5 kWh"
    assert device.asked[0].headers["host"] == f"pdu.example:{device.port}"


async def test_a_proxy_of_the_environment_is_not_used(
    client: CurlClient, start_device: StartDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:1")
    device = await start_device(raw(reply("12543.5 kWh")))
    assert (await get(client, device.url)).status == 200


async def test_only_http_is_spoken(client: CurlClient, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("12543.5 kWh")
    error = await failure(client, secret.as_uri())
    assert error.outcome is Outcome.UNREACHABLE


async def test_cookies_live_as_long_as_the_session(
    client: CurlClient, start_device: StartDevice
) -> None:
    device = await start_device(raw(reply("", Set_Cookie="sid=7; Path=/"), keep=True))
    async with client.session("127.0.0.1") as session:
        await session.send(Request(device.url))
        await session.send(Request(device.url))
    await get(client, device.url)
    assert [asked.headers.get("cookie") for asked in device.asked] == [None, "sid=7", None]


async def test_a_session_keeps_one_connection_and_closes_it_at_its_end(
    client: CurlClient, start_device: StartDevice
) -> None:
    device = await start_device(raw(reply("12543.5 kWh"), keep=True))
    async with client.session("127.0.0.1") as session:
        for _ in range(3):
            await session.send(Request(device.url))
        assert (device.connections, device.open_connections) == (1, 1)
    await asyncio.sleep(0.05)
    assert device.open_connections == 0
    await get(client, device.url)
    assert device.connections == 2


async def test_a_cancelled_request_leaves_nothing_behind(
    client: CurlClient, start_device: StartDevice
) -> None:
    arrived = asyncio.Event()

    async def hang(_asked: Asked, _writer: asyncio.StreamWriter) -> bool:
        arrived.set()
        await asyncio.sleep(30)
        return False

    device = await start_device(hang)
    task = asyncio.create_task(get(client, device.url))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client._multi.futures() == ()  # noqa: SLF001 - the handle is libcurl's, unseen else
    steady = await start_device(raw(reply("12543.5 kWh")))
    assert (await get(client, steady.url)).status == 200


async def test_no_more_devices_are_read_at_once_than_the_limit(start_device: StartDevice) -> None:
    at_once, most = 0, 0

    async def count(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.02)
        at_once -= 1
        writer.write(reply("12543.5 kWh"))
        return False

    device = await start_device(count)
    client = CurlClient(QUICK, concurrency=3)
    await asyncio.gather(*(get(client, device.url) for _ in range(12)))
    await client.close()
    assert most == 3


def test_the_client_runs_on_uvloop() -> None:
    async def read() -> int:
        client = CurlClient(QUICK)

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(reply("12543.5 kWh"))
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        responses = await asyncio.gather(
            *(get(client, f"http://127.0.0.1:{port}/{n}") for n in range(50))
        )
        server.close()
        await client.close()
        return sum(response.status == 200 for response in responses)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(read()) == 50
