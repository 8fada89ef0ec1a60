"""So many streams are let in, and so many of one caller; who leaves makes room."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from tests.web.api.test_stream import Place
from tests.web.conftest import NOW
from tests.web.live_server import STREAM, reading, serving

from wattledger.services.issue_token import issue_token
from wattledger.services.system import System
from wattledger.store.database import DatabaseBusyError
from wattledger.web.app import create_app
from wattledger.web.live import feed, seats


@pytest.fixture
async def place(system: System) -> AsyncIterator[Place]:
    token = issue_token(system.database, "tests", NOW)
    async with serving(create_app(system)) as address:
        yield Place(address, token)


async def test_more_streams_than_a_process_takes_are_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "MOST_STREAMS", 1)
    headers = {"Authorization": f"Bearer {place.token}"}
    async with (
        reading(place.address, place.token) as first,
        httpx.AsyncClient(base_url=place.address, headers=headers) as caller,
    ):
        await first.next()
        refused = await caller.get(STREAM)
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "30"
    assert refused.json()["error"]["code"] == "unavailable"
    assert "try again later" in refused.json()["error"]["message"]


async def test_no_more_streams_slip_in_at_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "MOST_STREAMS", 3)
    async with opened(place, [place.token] * 12) as answers:
        assert sorted(each.status_code for each in answers) == [200] * 3 + [503] * 9


async def test_one_caller_leaves_room_for_others(
    place: Place, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "MOST_OF_ONE", 2)
    other = issue_token(system.database, "other", NOW)
    async with opened(place, [place.token] * 5) as answers:
        assert sorted(each.status_code for each in answers) == [200, 200, 429, 429, 429]
        [refused, *_] = [each for each in answers if each.status_code == 429]
        assert refused.headers["retry-after"] == "30"
        error = json.loads(await refused.aread())["error"]
        assert error["code"] == "too_many"
        assert "close some" in error["message"]
        async with reading(place.address, other) as reader:
            assert (await reader.next()).kind == "snapshot"


async def test_who_is_refused_otherwise_takes_no_room(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "MOST_STREAMS", 1)
    headers = {"Authorization": f"Bearer {place.token}"}
    async with httpx.AsyncClient(base_url=place.address, headers=headers) as caller:
        assert (await caller.get(STREAM, params={"since": "x" * 101})).status_code == 422
        with monkeypatch.context() as patch:
            patch.setattr(feed.LiveFeed, "channel", no_channel)
            assert (await caller.get(STREAM)).status_code == 503
    async with reading(place.address, place.token) as reader:
        await reader.next()


async def no_channel(*_: object) -> None:
    raise DatabaseBusyError("Busy.")


@asynccontextmanager
async def opened(place: Place, tokens: list[str]) -> AsyncIterator[list[httpx.Response]]:
    """Open streams at the same moment, and keep open those that are let in."""
    async with AsyncExitStack() as stack:
        callers = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=place.address, timeout=30))
            for _ in tokens
        ]
        asked = [
            caller.send(
                caller.build_request("GET", STREAM, headers={"Authorization": f"Bearer {token}"}),
                stream=True,
            )
            for caller, token in zip(callers, tokens, strict=True)
        ]
        answers = await asyncio.gather(*asked)
        for each in answers:
            stack.push_async_callback(each.aclose)
        yield answers


async def test_who_left_makes_room(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "MOST_STREAMS", 1)
    for _ in range(3):
        async with reading(place.address, place.token) as reader:
            await reader.next()
        await asyncio.sleep(0.2)
