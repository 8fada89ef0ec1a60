"""A clock tells for whom it was asked, wherever that is worked out."""

import asyncio
from dataclasses import dataclass

from wattledger.clock import SetClock
from wattledger.web.noted_clock import NotedClock, by_the_time, noting_looks

CLOCK = NotedClock(SetClock(7))


async def test_a_look_at_the_clock_is_noted_in_threads_and_tasks_too() -> None:
    with noting_looks() as here:
        assert CLOCK.now() == 7
    with noting_looks() as in_thread:
        assert await asyncio.to_thread(CLOCK.now) == 7
    with noting_looks() as in_task:
        await asyncio.create_task(asyncio.to_thread(CLOCK.now))
    assert [each.holds_until for each in (here, in_thread, in_task)] == [7, 7, 7]


async def test_looks_of_others_are_none_of_ours() -> None:
    async def look() -> int | None:
        with noting_looks() as noted:
            CLOCK.now()
            return noted.holds_until

    with noting_looks() as ours:
        assert await asyncio.create_task(look()) == 7
    CLOCK.now()
    assert ours.holds_until is None


@dataclass(frozen=True)
class Held:
    """What somebody worked out."""

    holds_until: int | None


def test_what_tells_until_when_it_holds_holds_so_long() -> None:
    with noting_looks() as once:
        assert by_the_time(CLOCK, lambda now: Held(now + 5)).holds_until == 12
    with noting_looks() as twice:
        for pause in (9, 3, 6):
            by_the_time(CLOCK, lambda now, pause=pause: Held(now + pause))  # type: ignore[misc]
    with noting_looks() as for_ever:
        by_the_time(CLOCK, lambda _: Held(None))
    assert (once.holds_until, twice.holds_until, for_ever.holds_until) == (12, 10, None)


def test_a_hidden_look_at_the_clock_within_counts() -> None:
    with noting_looks() as noted:
        by_the_time(CLOCK, lambda now: Held(max(now, CLOCK.now()) + 5))
    assert noted.holds_until == 7
