"""Holding a device: one reader at a time in this process and between processes."""

import asyncio
import os
import sys
import time

import pytest

from wattledger.clock import SystemClock
from wattledger.collect.errors import AttemptError, NoTurnError
from wattledger.domain.instant import SECOND, Instant
from wattledger.domain.outcome import Outcome
from wattledger.services import hold_device
from wattledger.services.hold_device import (
    DeviceLease,
    free_devices_of_the_dead,
    this_process,
)
from wattledger.store.database import Connection, Database
from wattledger.store.leases import Refused, Taken, renew_lease, take_lease

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


async def test_a_read_that_ends_while_its_lease_is_renewed_gives_it_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold_device, "_RENEWED_EACH", SECOND // 100)
    leases, renewing = lease(database), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(connection: Connection, host_port: str, fence: int, until: Instant) -> None:
        loop.call_soon_threadsafe(renewing.set)
        time.sleep(0.2)
        renew_lease(connection, host_port, fence, until)

    monkeypatch.setattr(hold_device, "renew_lease", slow)
    async with asyncio.timeout(10):
        async with leases.hold(DEVICE):
            await renewing.wait()
        async with leases.hold(DEVICE), leases.hold("10.0.0.6:80"):
            pass


async def test_a_batch_that_fails_for_an_unforeseen_reason_keeps_nobody_waiting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("a defect")

    leases = lease(database)
    with monkeypatch.context() as patch:
        patch.setattr(hold_device, "take_lease", broken)
        with pytest.raises(ValueError, match="a defect"):
            async with leases.hold(DEVICE):
                pytest.fail("nothing was taken")
    async with asyncio.timeout(10), leases.hold(DEVICE):
        pass


async def test_who_must_begin_by_a_time_has_no_turn_instead_of_a_busy_device(
    database: Database,
) -> None:
    begin_by = asyncio.get_running_loop().time() + 0.1
    ours, other = lease(database), lease(database, "other")
    async with ours.hold(DEVICE):
        for leases in (ours, other):
            with pytest.raises(NoTurnError, match="is being read"):
                async with leases.hold(DEVICE, begin_by):
                    pytest.fail("the device is held by another")


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
        "b:80": f"{host}:{os.getppid()}",
        "d:80": this_process(),
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
        "b:80": Refused(owners["b:80"], now + 90 * SECOND),
        "c:80": Refused(owners["c:80"], now + 90 * SECOND),
        "d:80": Taken(2),  # of one before it that had its number
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
