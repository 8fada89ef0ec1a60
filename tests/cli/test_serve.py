"""``wattledger serve`` ends when it is told to, also while people watch."""

import asyncio
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.web.live_server import STREAM, reading

from wattledger.bootstrap.database import prepare_database
from wattledger.cli.serve import listen
from wattledger.config import load_settings
from wattledger.services.issue_token import issue_token


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Process, str]]:
    """Run the server as a process; gives it and its address."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("WATTLEDGER_")}
    settings = {"DATA_DIR": str(folder), "BROWSER": "none", "PORT": "0"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "wattledger", "serve"),
        env=plain | {f"WATTLEDGER_{name}": value for name, value in settings.items()},
        stderr=PIPE,
    )
    try:
        assert process.stderr is not None
        async for line in process.stderr:
            if b"http://" in line:
                yield process, "http://" + line.decode().split("http://")[1].split()[0]
                break
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
def token(tmp_path: Path) -> str:
    database = prepare_database(load_settings(data_dir=tmp_path))
    try:
        return issue_token(database, "tests", 0)
    finally:
        database.close()


async def test_open_streams_are_ended_when_the_server_stops(tmp_path: Path, token: str) -> None:
    async with served(tmp_path) as (process, address), reading(address, token) as reader:
        assert (await reader.next()).kind == "snapshot"
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        # It ends as an answer ends, not as a connection that broke.
        with pytest.raises(StopAsyncIteration):
            await reader.next()
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert time.monotonic() - begun < 14


async def test_a_reader_that_sleeps_does_not_keep_the_server(tmp_path: Path, token: str) -> None:
    async with served(tmp_path) as (process, address):
        host, port = address.removeprefix("http://").split(":")
        request = f"GET {STREAM} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
        with socket.create_connection((host, int(port))) as sleeper:
            sleeper.sendall(request.encode())
            assert await asyncio.to_thread(sleeper.recv, 8) == b"HTTP/1.1"
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 60) == 0


def test_each_part_of_an_answer_is_sent_at_once() -> None:
    with (
        listen("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        # Else an answer waits for 40 ms: the caller puts off confirming its first part.
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
