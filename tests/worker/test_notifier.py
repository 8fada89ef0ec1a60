"""The loop that tells people: by itself, past failures, and beside all other work."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from tests.notify.receivers import Webhook, receiving

from wattledger.bootstrap.database import prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.config import load_settings
from wattledger.domain.alert import AlertKind
from wattledger.services.deliver_notifications import Notifier
from wattledger.services.keep_channel import ChannelSetup, create_channel, show_channel
from wattledger.services.system import System
from wattledger.store.database import StoreError
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.sites import first_site
from wattledger.worker.notifier import run_notifier

EVERY = 0.1


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Give a web server that takes messages."""
    server = Webhook()
    with receiving(server):
        yield server


@pytest.fixture
async def system(tmp_path: Path, webhook: Webhook) -> AsyncIterator[System]:
    """Give a system with an endpoint that was never read, and a channel that is told at once."""
    settings = load_settings(data_dir=tmp_path, allow_loopback=True, browser="none")
    prepare_database(settings).close()
    async with open_system(settings) as opened:
        with opened.database.begin() as connection:
            recipe = {"authType": "none", "scrapingConfig": {"valueSelector": "#kwh"}}
            site_id = first_site(connection, "UTC")
            new = NewEndpoint(name="Rack A3", site_id=site_id, recipe=recipe)
            insert_endpoint(connection, new, opened.clock.now())
        setup = ChannelSetup("Hook", webhook.url, [AlertKind.NEVER], after_minutes=0)
        create_channel(opened, setup)
        yield opened


async def run(system: System, until: Callable[[], bool]) -> None:
    """Let the loop run until something is so, then stop it."""
    stopping = asyncio.Event()
    async with asyncio.timeout(40), asyncio.TaskGroup() as tasks:
        tasks.create_task(run_notifier(system, stopping, EVERY))
        while not until():  # noqa: ASYNC110 - nothing tells it
            await asyncio.sleep(0.05)
        stopping.set()


async def test_what_is_open_is_told_by_itself_and_once(system: System, webhook: Webhook) -> None:
    await run(system, lambda: bool(webhook.taken))
    assert [body["title"] for body in webhook.taken] == ["Wattledger: Rack A3 was never read"]
    until = time.monotonic() + 5 * EVERY
    await run(system, lambda: time.monotonic() > until)
    assert len(webhook.bodies) == 1


@pytest.mark.parametrize("failure", [StoreError("The disk is full."), ValueError("a defect")])
async def test_a_look_that_fails_ends_nothing_and_is_tried_again(
    system: System, webhook: Webhook, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    look, failures = Notifier.look, iter([failure])

    def look_or_fail(notifier: Notifier) -> object:
        for each in failures:
            raise each
        return look(notifier)

    monkeypatch.setattr(Notifier, "look", look_or_fail)
    await run(system, lambda: bool(webhook.taken))
    assert len(webhook.taken) == 1


async def test_a_service_that_hangs_keeps_nobody_else_waiting(
    system: System, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wattledger.notify.sender.LONGEST_SECONDS", 3)
    webhook.seconds = 60
    slowest = 0.0

    def is_given_up() -> bool:
        problem = show_channel(system.database, "Hook").last_error
        return problem is not None and "took longer" in problem

    async def work() -> None:
        nonlocal slowest
        while not is_given_up():
            begun = time.monotonic()
            await asyncio.to_thread(time.sleep, 0.01)
            slowest = max(slowest, time.monotonic() - begun)

    working = asyncio.create_task(work())
    await run(system, working.done)
    assert slowest < 1
