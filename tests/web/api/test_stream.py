"""The stream tells each second what changed, the same to all, and to a client only its own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from tests.web.conftest import NOW
from tests.web.live_server import STREAM, reading, serving

from wattledger.clock import SetClock
from wattledger.domain.instant import HOUR, SECOND
from wattledger.domain.outcome import Outcome
from wattledger.domain.permission import Role
from wattledger.services.assign_meter import Move, assign_meter
from wattledger.services.issue_token import issue_token, revoke_token
from wattledger.services.system import System
from wattledger.store.account_tables import api_token
from wattledger.store.clients import find_or_create_client
from wattledger.store.deleted_endpoints import delete_endpoint
from wattledger.store.endpoints import find_endpoint, update_endpoint
from wattledger.store.tokens import NewToken, create
from wattledger.web.app import create_app
from wattledger.web.live import feed, subscription

LIVE = "/api/v1/consumption/live"
BOOKED = "2026-03-15T11:30:00+01:00"


@dataclass(frozen=True, slots=True)
class Place:
    """A server, and the token of a caller who sees everything."""

    address: str
    token: str


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it look more often than people need, so that the tests wait less."""
    monkeypatch.setattr(feed, "EVERY_SECONDS", 0.1)


@pytest.fixture
async def place(system: System) -> AsyncIterator[Place]:
    token = issue_token(system.database, "tests", NOW)
    async with serving(create_app(system)) as address:
        yield Place(address, token)


def token_of_client(system: System, name: str) -> str:
    with system.database.begin() as connection:
        client_id = find_or_create_client(connection, name)
        new = NewToken(name, Role.CLIENT, client_id=client_id)
        return create(connection, new, NOW).secret


def names(delta: Any) -> list[str]:  # noqa: ANN401 - JSON
    return [endpoint["name"] for endpoint in delta["changed"]]


async def ask(place: Place, token: str | None = None) -> Any:  # noqa: ANN401 - JSON
    async with httpx.AsyncClient(base_url=place.address) as caller:
        headers = {"Authorization": f"Bearer {token or place.token}"}
        return (await caller.get(LIVE, headers=headers)).json()


async def test_all_readers_get_the_same_events_with_exact_numbers(
    place: Place,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    number = add_endpoint("Rack B1")
    add_endpoint("Rack B2")
    async with AsyncExitStack() as stack:
        readers = [
            await stack.enter_async_context(reading(place.address, place.token)) for _ in range(5)
        ]
        hellos = [await reader.next() for reader in readers]
        assert {hello.kind for hello in hellos} == {"snapshot"}
        assert {hello.content["snapshot"] for hello in hellos} == {hellos[0].id}
        book_readings("Rack B1", [("2026-03-15T10:30:00+01:00", 100)])
        book_readings("Rack B1", [(BOOKED, 103)], power_mw=1_250_123)
        deltas = [await reader.next() for reader in readers]
    assert len({delta.id for delta in deltas}) == 1
    assert all(delta == deltas[0] for delta in deltas)
    [changed] = deltas[0].content["changed"]
    assert (changed["endpointId"], changed["name"]) == (number, "Rack B1")
    assert changed["latestReading"]["power"] == Decimal("1250.123")
    assert changed["latestReading"]["currentKwh"] == 3
    assert deltas[0].content["removed"] == []
    assert deltas[0].content["totals"]["power"] == Decimal("1250.123")
    assert deltas[0].content["totals"]["statuses"]["never"] == 1


async def test_a_stream_that_broke_off_goes_on_where_it_was(
    place: Place, add_endpoint: Callable[..., str]
) -> None:
    add_endpoint("Rack B1")
    async with reading(place.address, place.token) as lasting:
        await lasting.next()
        async with reading(place.address, place.token) as broken:
            left_at = (await broken.next()).id
        add_endpoint("Rack B2")
        second = await lasting.next()
        add_endpoint("Rack B3")
        third = await lasting.next()
        assert (names(second.content), names(third.content)) == (["Rack B2"], ["Rack B3"])
        async with reading(place.address, place.token, last=left_at) as resumed:
            assert [await resumed.next(), await resumed.next()] == [second, third]
        # Nothing was missed: it waits for what comes.
        async with reading(place.address, place.token, last=third.id) as resumed:
            assert (await resumed.next_of_any_kind()).comment is not None
            add_endpoint("Rack B4")
            assert names((await resumed.next()).content) == ["Rack B4"]


async def test_a_stream_goes_on_from_an_answer(
    place: Place, add_endpoint: Callable[..., str]
) -> None:
    add_endpoint("Rack B1")
    before = await ask(place)
    async with reading(place.address, place.token) as reader:
        await reader.next()
        add_endpoint("Rack B2")
        await reader.next()
        async with reading(place.address, place.token, since=before["snapshot"]) as resumed:
            assert names((await resumed.next()).content) == ["Rack B2"]


@pytest.mark.parametrize("last", ["never-1", "17", "", "\u00b2-1", "x" * 100])
async def test_who_broke_off_at_an_unknown_event_is_told_to_ask_again(
    place: Place, add_endpoint: Callable[..., str], last: str
) -> None:
    add_endpoint("Rack B1")
    async with reading(place.address, place.token, since=last) as reader:
        first = await reader.next()
    assert first.kind == ("reset" if last else "snapshot")
    assert first.id == first.content["snapshot"] == (await ask(place))["snapshot"]


async def test_an_event_too_long_ago_is_forgotten(
    place: Place, add_endpoint: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wattledger.web.live.channel.REMEMBERED_SECONDS", 0)
    add_endpoint("Rack B1")
    async with reading(place.address, place.token) as reader:
        first = await reader.next()
        for name in ("Rack B2", "Rack B3"):
            add_endpoint(name)
            await reader.next()
        async with reading(place.address, place.token, last=first.id) as resumed:
            assert (await resumed.next()).kind == "reset"


async def test_much_that_changes_at_once_is_asked_for_again(
    place: Place, add_endpoint: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wattledger.web.live.channel._LARGEST_DELTA", 900)
    async with reading(place.address, place.token) as reader:
        await reader.next()
        for number in range(9):
            add_endpoint(f"Rack B{number}")
        assert (await reader.next()).kind == "reset"


async def test_a_deleted_endpoint_disappears(
    place: Place, system: System, add_endpoint: Callable[..., str]
) -> None:
    number = add_endpoint("Rack B1")
    async with reading(place.address, place.token) as reader:
        await reader.next()
        with system.database.begin() as connection:
            delete_endpoint(connection, find_endpoint(connection, "Rack B1").id, NOW)
        delta = await reader.next()
    assert delta.content["removed"] == [number]
    assert delta.content["changed"] == []
    assert delta.content["totals"]["endpoints"] == 0
    assert (await ask(place))["data"] == []


async def test_a_failed_attempt_is_told_within_two_seconds(
    place: Place,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
    record_attempt: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed, "EVERY_SECONDS", 1)
    add_endpoint("Rack B1", poll_minutes=15)
    book_readings("Rack B1", [("2026-03-15T11:29:00+01:00", 100)])
    async with reading(place.address, place.token) as reader:
        await reader.next()
        record_attempt("Rack B1", "2026-03-15T11:59:00+01:00", Outcome.TIMEOUT)
        [changed] = (await reader.next(seconds=2)).content["changed"]
    assert changed["status"] == "failing"
    assert changed["statusSince"] == "2026-03-15T10:59:00Z"


async def test_what_time_alone_changes_is_told(
    place: Place,
    system: System,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    add_endpoint("Rack B1", poll_minutes=15)
    add_endpoint("Rack B2", poll_minutes=600)
    for name in ("Rack B1", "Rack B2"):
        book_readings(name, [(BOOKED, 100)])
    clock = system.clock
    assert isinstance(clock, SetClock)
    async with reading(place.address, place.token) as reader:
        await reader.next()
        clock.at += HOUR
        [changed] = (await reader.next()).content["changed"]
        assert (changed["name"], changed["status"]) == ("Rack B1", "stale")
        with system.database.begin() as connection:
            number = find_endpoint(connection, "Rack B1").id
            update_endpoint(connection, number, clock.at, enabled=False)
        [changed] = (await reader.next()).content["changed"]
        assert (changed["status"], changed["statusSince"]) == ("disabled", None)


async def test_a_client_is_told_only_what_is_its_own(
    place: Place,
    system: System,
    add_endpoint: Callable[..., str],
    book_readings: Callable[..., None],
) -> None:
    own = add_endpoint("Rack B1", "Client XYZ")
    add_endpoint("Rack C1", "Other")
    theirs = token_of_client(system, "Client XYZ")
    assert [one["name"] for one in (await ask(place, theirs))["data"]] == ["Rack B1"]
    async with (
        reading(place.address, place.token) as all_of_it,
        reading(place.address, theirs) as reader,
    ):
        await all_of_it.next()
        assert (await reader.next()).kind == "snapshot"
        book_readings("Rack C1", [(BOOKED, 5)], power_mw=9_000_000)
        assert names((await all_of_it.next()).content) == ["Rack C1"]
        book_readings("Rack B1", [(BOOKED, 7)], power_mw=1_000_000)
        delta = (await reader.next()).content
        assert names(delta) == ["Rack B1"]
        assert delta["totals"] == {
            "endpoints": 1,
            "reporting": 1,
            "needAttention": 0,
            "power": 1000,
            "currentKwh": None,
            "statuses": {
                "disabled": 0,
                "busy": 0,
                "failing": 0,
                "never": 0,
                "stale": 0,
                "high": 0,
                "ok": 1,
            },
            "limitPower": None,
            "loadPercent": None,
            "changePercent": None,
            "places": [{"name": "Main site", "siteId": "1", "endpoints": 1, "power": 1000}],
        }
        assign_meter(system.database, Move("Rack B1", "Other"), system.clock.now())
        delta = (await reader.next()).content
        assert (delta["changed"], delta["removed"]) == ([], [own])
        assert delta["totals"]["power"] is None
    assert (await ask(place, theirs))["data"] == []


async def test_an_event_of_everything_means_nothing_to_a_client(
    place: Place, system: System, add_endpoint: Callable[..., str]
) -> None:
    add_endpoint("Rack B1", "Client XYZ")
    everything = await ask(place)
    theirs = token_of_client(system, "Client XYZ")
    async with reading(place.address, theirs, last=everything["snapshot"]) as reader:
        assert (await reader.next()).kind == "reset"


async def test_a_stream_ends_when_its_token_is_revoked(
    place: Place, system: System, monkeypatch: pytest.MonkeyPatch, add_endpoint: Callable[..., str]
) -> None:
    monkeypatch.setattr(subscription, "CHECK_SECONDS", 0)
    token = issue_token(system.database, "leaving", NOW)
    async with (
        reading(place.address, place.token) as staying,
        reading(place.address, token) as reader,
    ):
        await staying.next()
        await reader.next()
        revoke_token(system.database, 2, NOW + SECOND)
        add_endpoint("Rack B1")
        with pytest.raises(StopAsyncIteration):
            await reader.next()
        assert names((await staying.next()).content) == ["Rack B1"]


async def test_a_stream_ends_when_the_token_is_of_another_client(
    place: Place, system: System, monkeypatch: pytest.MonkeyPatch, add_endpoint: Callable[..., str]
) -> None:
    monkeypatch.setattr(subscription, "CHECK_SECONDS", 0)
    theirs = token_of_client(system, "Client XYZ")
    add_endpoint("Rack B1", "Client XYZ")
    async with reading(place.address, theirs) as reader:
        await reader.next()
        with system.database.begin() as connection:
            other = find_or_create_client(connection, "Other")
            moved = update(api_token).where(api_token.c.client_id.is_not(None))
            connection.execute(moved.values(client_id=other))
        add_endpoint("Rack B2", "Client XYZ")
        with pytest.raises(StopAsyncIteration):
            await reader.next()


async def test_a_quiet_stream_gives_signs_of_life(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "BEAT_SECONDS", 1)
    async with reading(place.address, place.token) as reader:
        await reader.next()
        async with asyncio.timeout(5):
            assert (await reader.next_of_any_kind()).comment == ": here"


async def test_the_stream_is_closed_to_strangers(place: Place) -> None:
    async with httpx.AsyncClient(base_url=place.address) as caller:
        assert (await caller.get(STREAM)).status_code == 401
