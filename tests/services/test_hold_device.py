"""Holding a device: one reader at a time in this process and between processes."""

import asyncio
import sys
import time

import pytest

from wattledger.clock import SystemClock
from wattledger.collect.errors import AttemptError
from wattledger.domain.instant import SECOND
from wattledger.domain.outcome import Outcome
from wattledger.services import hold_device
from wattledger.services.hold_device import (
    DeviceLease,
    free_devices_of_the_dead,
    this_process,
)
from wattledger.store.database import Database
from wattledger.store.leases import Refused, Taken, take_lease

DEVICE = "10.0.0.5:80"


def lease(database: Database, owner: str = "this", gap: int = 0) -> DeviceLease:
    return DeviceLease(database, SystemClock(), owner, gap)


async def test_readers_of_one_device_follow_each_other(database: Database) -> None:
    leases = lease(database)
    inside, most = 0, 0

    async def read() -> None:
        nonlocal inside, most
        async with leases.hold(DEVICE):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.005)
            inside -= 1

    await asyncio.gather(*(read() for _ in range(20)))
    assert most == 1


async def test_two_processes_do_not_hold_a_device_together(database: Database) -> None:
    one, other = lease(database, "one"), lease(database, "other")
    order: list[str] = []

    async def read(leases: DeviceLease, name: str) -> None:
        async with leases.hold(DEVICE):
            order.append(f"{name} in")
            await asyncio.sleep(0.05)
            order.append(f"{name} out")

    await asyncio.gather(read(one, "one"), read(other, "other"))
    assert [entry.split()[1] for entry in order] == ["in", "out", "in", "out"]


async def test_after_waiting_in_vain_it_is_busy_and_says_for_how_long(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold_device, "_PATIENCE", SECOND // 5)
    now = SystemClock().now()
    with database.begin() as connection:
        take_lease(connection, DEVICE, "another server", now, now + 90 * SECOND)
    with pytest.raises(AttemptError) as refused:
        async with lease(database).hold(DEVICE):
            pytest.fail("the device is held by another")
    assert refused.value.outcome is Outcome.BUSY
    assert "another server" in refused.value.message
    assert "try again in" in refused.value.message


async def test_a_device_that_is_held_long_stays_held_and_is_free_at_once_after(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold_device, "_RUNS_OUT", SECOND // 4)
    monkeypatch.setattr(hold_device, "_RENEWED_EACH", SECOND // 20)
    clock = SystemClock()

    def other_takes() -> Taken | Refused:
        with database.begin() as connection:
            now = clock.now()
            return take_lease(connection, DEVICE, "other", now, now + SECOND)

    async with lease(database).hold(DEVICE):
        for _ in range(8):
            await asyncio.sleep(0.1)
            assert isinstance(other_takes(), Refused)
    assert isinstance(other_takes(), Taken)


async def test_waiting_behind_a_reader_of_this_process_ends_too(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold_device, "_PATIENCE", SECOND)
    leases = lease(database)
    async with leases.hold(DEVICE):
        with pytest.raises(AttemptError, match="is being read"):
            async with leases.hold(DEVICE):
                pytest.fail("the device is held")


async def test_a_cancelled_reader_gives_the_device_back(database: Database) -> None:
    leases = lease(database)
    entered = asyncio.Event()

    async def read() -> None:
        async with leases.hold(DEVICE):
            entered.set()
            await asyncio.sleep(60)

    reading = asyncio.create_task(read())
    await entered.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    async with asyncio.timeout(5), lease(database, "next").hold(DEVICE):
        pass


async def test_a_reader_cancelled_while_it_asks_leaves_no_lease(database: Database) -> None:
    for _ in range(20):
        leases = lease(database)
        asking = asyncio.create_task(_hold_once(leases))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        async with asyncio.timeout(5), lease(database, "next").hold(DEVICE):
            pass


async def _hold_once(leases: DeviceLease) -> None:
    async with leases.hold(DEVICE):
        await asyncio.sleep(60)


async def test_what_a_dead_process_held_is_free_and_what_a_living_one_holds_is_not(
    database: Database,
) -> None:
    now = SystemClock().now()
    ended = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await ended.wait()
    host = this_process().rpartition(":")[0]
    owners = {
        "a:80": f"{host}:{ended.pid}",
        "b:80": this_process(),
        "c:80": f"elsewhere:{ended.pid}",
    }
    with database.begin() as connection:
        for device, owner in owners.items():
            take_lease(connection, device, owner, now, now + 90 * SECOND)
    free_devices_of_the_dead(database)
    with database.begin() as connection:
        answers = {
            device: take_lease(connection, device, "x", now, now + SECOND) for device in owners
        }
    assert answers == {
        "a:80": Taken(2),
        "b:80": Refused(this_process(), now + 90 * SECOND),
        "c:80": Refused(owners["c:80"], now + 90 * SECOND),
    }


async def test_hundreds_of_holds_cost_little(database: Database) -> None:
    leases = lease(database)
    begun = time.process_time()
    await asyncio.gather(*(_pass_through(leases, f"h{n}:80") for n in range(500)))
    each = (time.process_time() - begun) / 500
    assert each < 0.005, f"{each * 1e6:.0f} us of CPU each"


async def _pass_through(leases: DeviceLease, device: str) -> None:
    async with leases.hold(device):
        pass
