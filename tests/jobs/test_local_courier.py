"""The courier within one process."""

import asyncio

from wattledger.jobs.courier.local import LocalCourier


async def test_chunks_arrive_in_order_and_waiting_ones_are_not_doubled() -> None:
    courier = LocalCourier()
    courier.send([1, 2])
    courier.send([2, 3])
    assert [await courier.receive() for _ in range(3)] == [1, 2, 3]
    courier.send([2])
    assert await courier.receive() == 2


async def test_a_receiver_waits_for_the_next_chunk() -> None:
    courier = LocalCourier()
    waiting = asyncio.create_task(courier.receive())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    courier.send([7])
    assert await waiting == 7


async def test_a_cancelled_receiver_loses_nothing() -> None:
    courier = LocalCourier()
    waiting = asyncio.create_task(courier.receive())
    await asyncio.sleep(0)
    waiting.cancel()
    courier.send([7])
    assert await courier.receive() == 7
