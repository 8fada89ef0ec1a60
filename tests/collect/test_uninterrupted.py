"""What must be finished is finished."""

import asyncio

import pytest

from wattledger.collect.uninterrupted import uninterrupted


async def test_cancelling_again_and_again_does_not_stop_it() -> None:
    finished = False

    async def ending() -> None:
        nonlocal finished
        await asyncio.sleep(0.05)
        finished = True

    task = asyncio.create_task(uninterrupted(ending()))
    for _ in range(3):
        await asyncio.sleep(0.005)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert finished


async def test_an_error_in_it_is_raised() -> None:
    async def ending() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await uninterrupted(ending())
