"""Scheduler and collectors together, on simulated meters and a real database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select, update

from wattledger.bootstrap.database import prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.config import load_settings
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Status
from wattledger.jobs.core import ChunkResult, Handler, Handlers
from wattledger.jobs.courier.local import LocalCourier
from wattledger.modules.handlers import built_in_handlers
from wattledger.services.stage_farm import stage_farm
from wattledger.services.system import System
from wattledger.simulate.farm import Farm
from wattledger.simulate.lineup import plain_farm
from wattledger.store.chunks import ChunkRow
from wattledger.store.database import Connection, StoreError
from wattledger.store.job_tables import job_run, run_chunk, run_log
from wattledger.store.recompute import all_meters, differences
from wattledger.store.tables import attempt, endpoint, meter_state, reading
from wattledger.worker import collector
from wattledger.worker.collector import Collectors
from wattledger.worker.scheduler import ensure_poller, run_scheduler

KEY = ("consumption-monitor", "collect-consumption")


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    settings = load_settings(
        data_dir=tmp_path, allow_loopback=True, poll_gap_seconds=0, browser="none"
    )
    prepare_database(settings).close()
    async with open_system(settings) as opened:
        yield opened


async def work(
    system: System, handlers: Handlers, until: Callable[[], bool], seconds: float = 20
) -> None:
    """Run scheduler and collectors until something is so, then stop them gracefully."""
    courier, stopping = LocalCourier(), asyncio.Event()
    async with asyncio.timeout(seconds), asyncio.TaskGroup() as tasks:
        tasks.create_task(run_scheduler(system, courier, stopping))
        tasks.create_task(Collectors(system, courier, handlers).run(stopping))
        while not until():  # noqa: ASYNC110 - it looks into a database, nothing tells it
            await asyncio.sleep(0.05)
        stopping.set()


def rows(system: System, table: Table) -> int:
    with system.database.connect() as connection:
        return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def finished(system: System, runs: int = 1) -> Callable[[], bool]:
    def look() -> bool:
        with system.database.connect() as connection:
            over = select(func.count()).where(job_run.c.state == "finished")
            return (connection.scalar(over) or 0) >= runs

    return look


async def test_due_endpoints_are_read_and_booked(system: System) -> None:
    with Farm.start(plain_farm(120)) as farm:
        stage_farm(system, farm.devices, poll_minutes=1440)
        await work(system, built_in_handlers(system), finished(system))
        with system.database.connect() as connection:
            # An endpoint whose place on the grid is near may be due again by now, in another run.
            run = connection.execute(select(job_run).order_by(job_run.c.id)).first()
            assert run is not None
            assert (run.total, run.successful, run.failed) == (120, 120, 0)
            mine = select(func.count(attempt.c.endpoint_id.distinct()))
            assert connection.scalar(mine.where(attempt.c.run_id == run.id)) == 120
            statuses = set(connection.scalars(select(reading.c.status)))
            assert statuses == {Status.GOOD}
            due = connection.scalar(select(func.min(endpoint.c.next_due_at)))
            assert due is not None
            assert due > system.clock.now() - 60_000_000
            for ids in all_meters(connection):
                assert list(differences(connection, ids)) == []
    assert rows(system, reading) == rows(system, attempt) >= 120


async def test_a_failed_device_is_tried_again_and_delays_no_other(system: System) -> None:
    with Farm.start(plain_farm(3)) as farm:
        stage_farm(system, farm.devices, poll_minutes=15)
        with system.database.begin() as connection:
            # Nothing listens at port 1.
            connection.execute(
                update(endpoint)
                .where(endpoint.c.id == 2)
                .values(address="http://127.0.0.1:1/", host_port="127.0.0.1:1")
            )
        await work(system, built_in_handlers(system), lambda: rows(system, run_chunk) == 2)
        with system.database.connect() as connection:
            retry = connection.execute(select(run_chunk).where(run_chunk.c.state == "open")).one()
            assert (retry.endpoint_ids, retry.round) == ([2], 1)
            failed = connection.execute(
                select(attempt).where(attempt.c.outcome == Outcome.UNREACHABLE.value)
            ).one()
            assert failed.endpoint_id == 2
            assert "check the port" in failed.message or "refused" in failed.message
        assert rows(system, reading) == 2


async def test_two_schedulers_on_one_database_make_one_run(system: System) -> None:
    with Farm.start(plain_farm(10)) as farm:
        stage_farm(system, farm.devices, poll_minutes=15)
        ensure_poller(system)
        couriers = LocalCourier(), LocalCourier()
        stopping = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            for courier in couriers:
                tasks.create_task(run_scheduler(system, courier, stopping))
            await asyncio.sleep(0.5)
            stopping.set()
        assert rows(system, job_run) == 1
        assert rows(system, run_chunk) == 1


def handlers(run: Callable[[ChunkRow], Awaitable[ChunkResult]], seconds: int = 5) -> Handlers:
    return {KEY: Handler(run, seconds, 1)}


def booked_by_nobody(chunk: ChunkRow) -> ChunkResult:
    return ChunkResult(dict.fromkeys(chunk.endpoint_ids, Outcome.OK), lambda _connection: None)


@pytest.mark.parametrize("error", [StoreError("The disk is gone."), ValueError("a defect")])
async def test_a_chunk_that_fails_does_not_end_the_collectors(
    system: System, error: Exception
) -> None:
    stage_farm(system, (), poll_minutes=1)
    with Farm.start(plain_farm(60)) as farm:
        stage_farm(system, farm.devices, poll_minutes=15)
        seen: list[int] = []

        async def run(chunk: ChunkRow) -> ChunkResult:
            seen.append(chunk.id)
            if len(seen) == 1:
                raise error
            return booked_by_nobody(chunk)

        await work(system, handlers(run), lambda: len(seen) >= 2 and _done(system) == 1)
        with system.database.connect() as connection:
            states = set(connection.scalars(select(run_chunk.c.state)))
            assert states == {"open", "done"}, "the failed one comes again a little later"
            [told] = connection.scalars(select(run_log.c.message))
        assert "failed (" in told
        assert "it is tried again at" in told


async def test_a_chunk_that_cannot_be_booked_does_not_end_its_worker(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "CHUNKS_AT_ONCE", 1)
    with Farm.start(plain_farm(60)) as farm:
        stage_farm(system, farm.devices, poll_minutes=15)
        seen: list[int] = []

        async def run(chunk: ChunkRow) -> ChunkResult:
            seen.append(chunk.id)
            return ChunkResult({}, unbookable) if len(seen) == 1 else booked_by_nobody(chunk)

        await work(system, handlers(run), lambda: _done(system) == 1)
        assert len(seen) == 2


def unbookable(_: Connection) -> None:
    raise ValueError("a defect")


async def test_a_chunk_that_takes_too_long_is_left_and_others_go_on(system: System) -> None:
    with Farm.start(plain_farm(60)) as farm:
        stage_farm(system, farm.devices, poll_minutes=15)
        first: list[int] = []

        async def run(chunk: ChunkRow) -> ChunkResult:
            if not first:
                first.append(chunk.id)
                await asyncio.sleep(60)
            return booked_by_nobody(chunk)

        await work(system, handlers(run, 1), lambda: _done(system) == 1)
        assert _done(system) == 1
        with system.database.connect() as connection:
            [told] = connection.scalars(select(run_log.c.message))
        assert "took longer than 1 s and was stopped; it is tried again" in told


async def test_stopping_lets_what_is_begun_finish(system: System) -> None:
    with Farm.start(plain_farm(5)) as farm:
        stage_farm(system, farm.devices, poll_minutes=15)
        begun: list[int] = []

        async def run(chunk: ChunkRow) -> ChunkResult:
            begun.append(chunk.id)
            await asyncio.sleep(0.5)
            return booked_by_nobody(chunk)

        await work(system, handlers(run), lambda: bool(begun))
        assert _done(system) == 1
        assert rows(system, meter_state) == 5


async def test_an_endpoint_that_breaks_the_reader_harms_no_other_of_its_chunk(
    system: System,
) -> None:
    with Farm.start(plain_farm(5)) as farm:
        stage_farm(system, farm.devices, poll_minutes=15)
        with system.database.begin() as connection:
            # Neither can be read at all: a recipe of no known form, credentials of another key.
            connection.execute(
                update(endpoint).where(endpoint.c.id == 1).values(recipe={"scrapingConfig": 7})
            )
            connection.execute(update(endpoint).where(endpoint.c.id == 2).values(auth=b"other"))
        await work(system, built_in_handlers(system), finished(system))
        with system.database.connect() as connection:
            ends = {row.endpoint_id: row for row in connection.execute(select(attempt))}
    assert [ends[i].outcome for i in range(1, 6)] == ["internal_error", "refused", "ok", "ok", "ok"]
    assert "ValidationError" in ends[1].message
    assert "put back the key file" in ends[2].message
    assert rows(system, reading) == 3


def _done(system: System) -> int:
    with system.database.connect() as connection:
        over = select(func.count()).where(run_chunk.c.state == "done")
        return int(connection.scalar(over) or 0)
