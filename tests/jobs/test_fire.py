"""Firing: on the grid, once, never over itself, and what was missed as one."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Row, func, select, update

from wattledger.domain.instant import HOUR, MINUTE, SECOND, Instant, format_instant, parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.period import calendar
from wattledger.jobs.core import ChunkResult, claim, fail, finish, late_chunks
from wattledger.jobs.fire import fire_due, pull_back
from wattledger.jobs.sweep import sweep_runs
from wattledger.store.chunks import ChunkRow
from wattledger.store.database import Database
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.job_tables import job, job_run, run_chunk, run_log
from wattledger.store.jobs import NewJob, ensure_job, insert_job
from wattledger.store.runs import cancel_run
from wattledger.store.sites import first_site, insert_site
from wattledger.store.tables import endpoint, meter_state

NOW = parse_instant("2026-03-15T12:00:00Z")
EVERY_MINUTE = "* * * * *"


def stage(database: Database, count: int, *, poll_minutes: int = 15, zone: str = "UTC") -> None:
    """Create endpoints, each at a device of its own, that are due in the distance only."""
    with database.begin() as connection:
        site_id = first_site(connection, zone)
        for number in range(count):
            new = NewEndpoint(
                f"E{number}",
                site_id,
                host_port=f"h{number}:80",
                recipe={"a": 1},
                poll_minutes=poll_minutes,
            )
            insert_endpoint(connection, new, NOW)
        connection.execute(update(endpoint).values(next_due_at=NOW + 400 * 24 * HOUR))


def add_job(database: Database, schedule: str, due_at: Instant, **config: object) -> None:
    with database.begin() as connection:
        new = NewJob(
            name="collect",
            description="",
            module="m",
            handler="h",
            schedule=schedule,
            time_zone="Europe/Berlin",
            config={"endpoints": "all", **config},
            enabled=True,
            next_due_at=due_at,
        )
        insert_job(connection, new, NOW)


def make_due(database: Database, *names: str, host_port: str | None = None) -> None:
    """Let endpoints be due now, and at one device."""
    chosen = update(endpoint).where(endpoint.c.name.in_(names))
    columns: dict[str, object] = {"next_due_at": NOW}
    if host_port is not None:
        columns["host_port"] = host_port
    with database.begin() as connection:
        connection.execute(chosen.values(columns))


def queued(database: Database) -> list[list[int]]:
    """Return the chunks that are not finished, by their endpoints."""
    rows = select(run_chunk.c.endpoint_ids).where(run_chunk.c.state != "done")
    with database.connect() as connection:
        return list(connection.scalars(rows.order_by(run_chunk.c.id)))


def test_what_is_still_to_be_read_is_not_queued_again(database: Database) -> None:
    stage(database, 4)
    add_poller(database, NOW)
    make_due(database, "E0", "E1", host_port="one:80")
    fire_due(database, NOW)
    assert queued(database) == [[1, 2]]
    make_due(database, "E0", "E1", "E2")
    make_due(database, "E3", host_port="one:80")
    for seconds in range(2, 20, 2):
        fire_due(database, NOW + seconds * SECOND)
    assert queued(database) == [[1, 2], [3]], "nor what is at a device that is still being read"
    finish_all(database, NOW + 20 * SECOND)
    fire_due(database, NOW + 20 * SECOND)
    assert queued(database) == [[1, 2, 4]], "they were due all the time"


def test_a_cancelled_run_keeps_nobody_from_being_read(database: Database) -> None:
    stage(database, 1)
    add_poller(database, NOW)
    make_due(database, "E0")
    [number] = fire_due(database, NOW)
    claimed(database, number, NOW)
    with database.begin() as connection:
        run_id = connection.scalar(select(run_chunk.c.run_id))
        assert run_id is not None
        cancel_run(connection, run_id, NOW)
    make_due(database, "E0")
    assert len(fire_due(database, NOW + 2 * SECOND)) == 1


def test_a_try_that_is_to_come_keeps_no_other_endpoint_of_its_device_waiting(
    database: Database,
) -> None:
    stage(database, 2)
    add_poller(database, NOW)
    make_due(database, "E0", host_port="one:80")
    fire_due(database, NOW)
    finish_all(database, NOW, Outcome.TIMEOUT, retries=1)
    assert queued(database) == [[1]], "it is tried again"
    make_due(database, "E0")
    make_due(database, "E1", host_port="one:80")
    fire_due(database, NOW + 2 * SECOND)
    assert queued(database) == [[1], [2]]


def add_poller(database: Database, now: Instant) -> None:
    with database.begin() as connection:
        ensure_job(
            connection,
            name="poll",
            module="m",
            handler="h",
            every_seconds=2,
            config={"endpoints": "due"},
            now=now,
        )


def runs(database: Database) -> Sequence[Row[Any]]:
    with database.connect() as connection:
        return connection.execute(select(job_run).order_by(job_run.c.id)).all()


def log(database: Database) -> list[str]:
    with database.connect() as connection:
        return list(connection.scalars(select(run_log.c.message).order_by(run_log.c.id)))


def next_due(database: Database) -> Instant | None:
    with database.connect() as connection:
        due_at: Instant | None = connection.scalar(select(job.c.next_due_at))
        return due_at


def claimed(database: Database, chunk_id: int, now: Instant) -> ChunkRow:
    chunk = claim(database, chunk_id, now, 60)
    assert chunk is not None
    return chunk


def finish_all(
    database: Database, now: Instant, outcome: Outcome = Outcome.OK, retries: int = 0
) -> None:
    for chunk_id in late_chunks(database, now):
        chunk = claimed(database, chunk_id, now)
        outcomes = dict.fromkeys(chunk.endpoint_ids, outcome)
        finish(database, chunk, ChunkResult(outcomes, lambda _connection: None), retries, now)


def test_a_job_fires_when_it_is_due_and_takes_all_in_chunks_of_its_size(database: Database) -> None:
    stage(database, 25)
    add_job(database, "*/30 * * * *", NOW, batchSize=10)
    assert fire_due(database, NOW - 1) == []
    chunk_ids = fire_due(database, NOW)
    sizes = [len(claimed(database, chunk_id, NOW).endpoint_ids) for chunk_id in chunk_ids]
    assert sizes == [10, 10, 5]
    assert next_due(database) == NOW + 30 * MINUTE
    [run] = runs(database)
    assert (run.due_at, run.total, run.state, run.cause) == (NOW, 25, "running", "schedule")
    assert fire_due(database, NOW) == [], "a second scheduler finds nothing left to fire"


def test_an_endpoint_that_was_just_read_is_left_out_and_the_run_says_so(database: Database) -> None:
    stage(database, 3, poll_minutes=20)
    with database.begin() as connection:
        for meter_id, ago in ((1, 9), (2, 11), (3, -5)):
            read = update(meter_state).where(meter_state.c.meter_id == meter_id)
            connection.execute(read.values(last_at=NOW - ago * MINUTE))
    add_job(database, EVERY_MINUTE, NOW)
    [chunk_id] = fire_due(database, NOW)
    assert claimed(database, chunk_id, NOW).endpoint_ids == [2, 3]
    assert "1 endpoints were read less than half their interval ago" in runs(database)[0].message


def test_with_nothing_to_read_a_run_is_over_at_once_and_says_why(database: Database) -> None:
    add_job(database, EVERY_MINUTE, NOW)
    assert fire_due(database, NOW) == []
    [run] = runs(database)
    assert (run.state, run.total, run.finished_at) == ("finished", 0, NOW)
    assert run.message.startswith("There is no endpoint to read")


def test_a_job_without_a_choice_of_endpoints_has_one_chunk_without_any(database: Database) -> None:
    stage(database, 3)
    add_job(database, EVERY_MINUTE, NOW)
    with database.begin() as connection:
        connection.execute(update(job).values(config={}))
    [chunk_id] = fire_due(database, NOW)
    assert claimed(database, chunk_id, NOW).endpoint_ids == []


def test_missed_firings_become_one_that_is_late(database: Database) -> None:
    stage(database, 1)
    add_job(database, "*/30 * * * *", NOW)
    back = NOW + 7 * HOUR + MINUTE
    assert len(fire_due(database, back)) == 1
    [run] = runs(database)
    assert (run.due_at, run.started_at) == (NOW, back)
    assert run.message.startswith("7 h late: nobody was there to start it")
    assert next_due(database) == NOW + 7 * HOUR + 30 * MINUTE
    assert fire_due(database, back + SECOND) == []


def test_a_run_that_is_open_lets_the_next_firing_pass(database: Database) -> None:
    stage(database, 1)
    add_job(database, EVERY_MINUTE, NOW)
    fire_due(database, NOW)
    assert fire_due(database, NOW + MINUTE) == []
    finish_all(database, NOW + MINUTE)
    assert len(fire_due(database, NOW + 2 * MINUTE)) == 1
    assert [run.state for run in runs(database)] == ["finished", "skipped", "running"]
    assert f"began {format_instant(NOW)}" in runs(database)[1].message


def test_a_clock_that_is_set_back_fires_nothing_twice_and_lets_nothing_rest(
    database: Database,
) -> None:
    stage(database, 1)
    add_job(database, "*/30 * * * *", NOW)
    fire_due(database, NOW)
    finish_all(database, NOW)
    fire_due(database, NOW + 30 * MINUTE)
    finish_all(database, NOW + 30 * MINUTE)
    set_back = NOW + MINUTE
    pull_back(database, set_back)
    assert next_due(database) == NOW + 30 * MINUTE
    assert fire_due(database, NOW + 30 * MINUTE) == [], "it fired for this instant before"
    assert len(fire_due(database, NOW + 60 * MINUTE)) == 1


def test_a_clock_that_is_set_back_lets_no_endpoint_rest(database: Database) -> None:
    stage(database, 2, poll_minutes=15)
    add_poller(database, NOW)
    with database.begin() as connection:
        for number, ahead in ((1, 70 * MINUTE), (2, 10 * MINUTE)):
            moved = update(endpoint).where(endpoint.c.id == number)
            connection.execute(moved.values(next_due_at=NOW + ahead))
        connection.execute(update(job).values(next_due_at=NOW + HOUR))
    pull_back(database, NOW)
    with database.connect() as connection:
        due = list(connection.scalars(select(endpoint.c.next_due_at).order_by(endpoint.c.id)))
    assert due == [NOW + 10 * MINUTE, NOW + 10 * MINUTE], "on its grid, within an interval"
    assert next_due(database) == NOW


def test_a_zone_that_is_no_more_stops_its_job_and_no_other(database: Database) -> None:
    stage(database, 1)
    add_job(database, EVERY_MINUTE, NOW)
    add_poller(database, NOW)
    with database.begin() as connection:
        connection.execute(update(job).where(job.c.name == "collect").values(time_zone="A/B"))
        connection.execute(update(endpoint).values(next_due_at=NOW))
    assert len(fire_due(database, NOW)) == 2
    with database.connect() as connection:
        due = {row.name: row.next_due_at for row in connection.execute(select(job))}
    assert due == {"collect": None, "poll": NOW + 2 * SECOND}


@pytest.mark.parametrize(
    ("zone", "month"),
    [
        ("Europe/Berlin", "2026-03-01"),
        ("Europe/Berlin", "2026-04-01"),
        ("Australia/Lord_Howe", "2026-03-01"),
        ("America/Havana", "2026-11-01"),  # its clocks are put back on this day
    ],
)
def test_endpoints_are_read_once_before_and_once_after_the_month_begins(
    database: Database, zone: str, month: str
) -> None:
    stage(database, 40, poll_minutes=60, zone=zone)
    edge = calendar(zone).start_of_local_date(month)
    read = poll_through(database, edge - 10 * MINUTE, edge + 10 * MINUTE)
    before, after = per_side(read, edge)
    assert sorted(before) == sorted(after) == list(range(1, 41)), "each once on each side"
    assert min(read) >= edge - 5 * MINUTE
    assert max(read) < edge + 5 * MINUTE
    assert max(map(len, read.values())) <= 2, "spread, not all at once"


def poll_through(database: Database, start: Instant, end: Instant) -> dict[Instant, list[int]]:
    """Fire the poller each second; returns which endpoints were read when."""
    add_poller(database, start)
    read: dict[Instant, list[int]] = {}
    for now in range(start, end, 2 * SECOND):
        for chunk_id in fire_due(database, now):
            read.setdefault(now, []).extend(claimed(database, chunk_id, now).endpoint_ids)
    return read


def per_side(read: dict[Instant, list[int]], edge: Instant) -> tuple[list[int], list[int]]:
    before = [number for at, numbers in read.items() if at < edge for number in numbers]
    after = [number for at, numbers in read.items() if at >= edge for number in numbers]
    return before, after


def test_endpoints_that_are_polled_often_anyway_get_no_extra_reads(database: Database) -> None:
    stage(database, 5, poll_minutes=5)
    edge = parse_instant("2026-04-01T00:00:00Z")
    assert poll_through(database, edge - 6 * MINUTE, edge + 6 * MINUTE) == {}


def test_each_site_has_its_own_midnight(database: Database) -> None:
    stage(database, 2, poll_minutes=60)
    with database.begin() as connection:
        insert_site(connection, "Tokyo", "Asia/Tokyo")
        connection.execute(update(endpoint).where(endpoint.c.id == 2).values(site_id=2))
    tokyo = parse_instant("2026-04-01T00:00:00+09:00")
    read = poll_through(database, tokyo - 6 * MINUTE, tokyo + 6 * MINUTE)
    assert [numbers for _, numbers in sorted(read.items())] == [[2], [2]]


def test_a_server_that_was_down_at_midnight_reads_as_soon_as_it_is_back(database: Database) -> None:
    stage(database, 10, poll_minutes=60)
    edge = parse_instant("2026-04-01T00:00:00Z")
    add_poller(database, edge - 20 * MINUTE)
    [chunk_id] = fire_due(database, edge + 20 * MINUTE)
    assert claimed(database, chunk_id, edge + 20 * MINUTE).endpoint_ids == list(range(1, 11))
    assert fire_due(database, edge + 21 * MINUTE) == []


def test_a_chunk_whose_handler_fails_is_given_back_later_and_later_and_then_closed(
    database: Database,
) -> None:
    stage(database, 2)
    add_job(database, "@yearly", NOW)
    [chunk_id] = fire_due(database, NOW)
    now, waits = NOW, []
    for _ in range(3):
        fail(database, claimed(database, chunk_id, now), 2, "took longer than 5 s", now)
        with database.connect() as connection:
            chunk = connection.execute(select(run_chunk)).one()
        waits.append(chunk.not_before - now)
        now = max(now, chunk.not_before)
    assert 30 * SECOND <= waits[0] < 38 * SECOND
    assert 60 * SECOND <= waits[1] < 75 * SECOND
    [run] = runs(database)
    assert (run.state, run.successful, run.failed) == ("failed", 0, 2)
    told = log(database)
    assert "took longer than 5 s; it is tried again at 2026-03-15T12:00:3" in told[2]
    assert told[-2].endswith("it is given up; 2 endpoints failed with it.")
    assert told[-1] == "Failed: 1 chunk given up; 2 endpoints, 0 successful, 2 failed."


def test_old_runs_are_swept_polls_after_35_days_and_others_after_13_months(
    database: Database,
) -> None:
    stage(database, 1, poll_minutes=1440)
    add_poller(database, NOW)
    add_job(database, "@monthly", NOW)
    with database.begin() as connection:
        connection.execute(update(endpoint).values(next_due_at=NOW))
    fire_due(database, NOW)
    finish_all(database, NOW)
    assert {run.cause for run in runs(database)} == {"poll", "schedule"}
    assert sweep_runs(database, NOW + 34 * 24 * HOUR) == 0
    assert sweep_runs(database, NOW + 36 * 24 * HOUR) == 1
    assert [run.cause for run in runs(database)] == ["schedule"]
    assert sweep_runs(database, NOW + 396 * 24 * HOUR) == 1
    with database.connect() as connection:
        for table in (job_run, run_chunk, run_log):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
