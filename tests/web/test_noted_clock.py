"""A clock tells for whom it was asked, wherever that is worked out."""

import asyncio

from wattledger.clock import SetClock
from wattledger.web.noted_clock import NotedClock, noting_looks

CLOCK = NotedClock(SetClock(7))


async def test_a_look_at_the_clock_is_noted_in_threads_and_tasks_too() -> None:
    with noting_looks() as here:
        assert CLOCK.now() == 7
    with noting_looks() as in_thread:
        assert await asyncio.to_thread(CLOCK.now) == 7
    with noting_looks() as in_task:
        await asyncio.create_task(asyncio.to_thread(CLOCK.now))
    assert here.is_taken
    assert in_thread.is_taken
    assert in_task.is_taken


async def test_looks_of_others_are_none_of_ours() -> None:
    async def look() -> bool:
        with noting_looks() as noted:
            CLOCK.now()
            return noted.is_taken

    with noting_looks() as ours:
        assert await asyncio.create_task(look())
    CLOCK.now()
    assert not ours.is_taken
