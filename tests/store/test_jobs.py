"""Jobs, runs and chunks: exact whatever couriers and workers do."""

import pytest
from sqlalchemy import insert, select

from wattledger.domain.instant import SECOND
from wattledger.store.chunks import (
    ChunkEnd,
    ChunkRow,
    StaleFenceError,
    check_fence,
    claim_chunk,
    claimable_chunks,
    claimers,
    end_claims,
    endpoints_of_run,
    finish_chunk,
    reopen_chunk,
)
from wattledger.store.database import Connection, Database
from wattledger.store.job_tables import job, job_run, run_chunk
from wattledger.store.jobs import JobRow, due_jobs, ensure_job
from wattledger.store.run_log import Level, Line, read_lines, write_lines
from wattledger.store.runs import (
    Cause,
    NewRun,
    cancel_run,
    delete_runs,
    expired_runs,
    find_open_run,
    open_run,
    skip_run,
)
from wattledger.store.tables import endpoint, site

NOW = 1_000 * SECOND


def ensure(connection: Connection, now: int = NOW) -> None:
    ensure_job(
        connection,
        name="poll",
        module="m",
        handler="h",
        every_seconds=10,
        config={"endpoints": "due"},
        now=now,
    )


def due(connection: Connection, now: int = NOW) -> JobRow:
    ensure(connection)
    (row,) = due_jobs(connection, now)
    return row


def opened(connection: Connection, row: JobRow, chunks: list[list[int]]) -> list[int]:
    return open_run(connection, NewRun(row.id, NOW, Cause.POLL), chunks, NOW).chunk_ids


def claim(connection: Connection, chunk_id: int, now: int, until: int) -> ChunkRow | None:
    return claim_chunk(connection, chunk_id, now, until, "host:7")


def end(successful: int = 0, failed: int = 0, retry: tuple[int, ...] = ()) -> ChunkEnd:
    return ChunkEnd(successful, failed, retry, NOW + 60 * SECOND)


def test_a_job_is_ensured_once(database: Database) -> None:
    with database.begin() as connection:
        ensure(connection)
        ensure(connection, NOW + SECOND)
        assert len(connection.execute(select(job)).all()) == 1


def test_a_run_closes_with_its_last_chunk(database: Database) -> None:
    with database.begin() as connection:
        row = due(connection)
        first, second = opened(connection, row, [[1, 2], [3]])
        assert find_open_run(connection, row.id) is not None
        for chunk_id, ended in ((first, end(successful=2)), (second, end(failed=1))):
            chunk = claim(connection, chunk_id, NOW, NOW + 60 * SECOND)
            assert chunk is not None
            finish_chunk(connection, chunk, ended, NOW + SECOND)
        run = connection.execute(select(job_run)).one()
        assert (run.state, run.finished_at) == ("finished", NOW + SECOND)
        assert (run.total, run.successful, run.failed, run.open_chunks) == (3, 2, 1, 0)
        assert find_open_run(connection, row.id) is None


def test_a_chunk_is_claimed_by_one_until_its_claim_runs_out(database: Database) -> None:
    with database.begin() as connection:
        (chunk_id,) = opened(connection, due(connection), [[7]])
        assert claimable_chunks(connection, NOW, 10) == [chunk_id]
        chunk = claim(connection, chunk_id, NOW, NOW + 60 * SECOND)
        assert chunk is not None
        assert (chunk.endpoint_ids, chunk.round, chunk.fence) == ([7], 0, 1)
        assert (chunk.module, chunk.handler) == ("m", "h")
        assert claim(connection, chunk_id, NOW + SECOND, NOW + 90 * SECOND) is None
        assert claimable_chunks(connection, NOW + SECOND, 10) == []
        later = NOW + 60 * SECOND
        assert claimable_chunks(connection, later, 10) == [chunk_id]
        again = claim(connection, chunk_id, later, later + 60 * SECOND)
        assert again is not None
        assert again.fence == 2


def test_a_worker_that_was_overtaken_cannot_finish(database: Database) -> None:
    with database.begin() as connection:
        (chunk_id,) = opened(connection, due(connection), [[7]])
        slow = claim(connection, chunk_id, NOW, NOW + SECOND)
        fast = claim(connection, chunk_id, NOW + SECOND, NOW + 60 * SECOND)
        assert slow is not None
        assert fast is not None
        with pytest.raises(StaleFenceError):
            finish_chunk(connection, slow, end(successful=1), NOW + 2 * SECOND)
        finish_chunk(connection, fast, end(successful=1), NOW + 2 * SECOND)
        with pytest.raises(StaleFenceError):
            finish_chunk(connection, fast, end(successful=1), NOW + 3 * SECOND)
        assert connection.scalar(select(job_run.c.successful)) == 1


def test_what_is_to_be_tried_again_waits_in_a_chunk_of_its_own(database: Database) -> None:
    with database.begin() as connection:
        (chunk_id,) = opened(connection, due(connection), [[7, 8]])
        chunk = claim(connection, chunk_id, NOW, NOW + 60 * SECOND)
        assert chunk is not None
        finish_chunk(connection, chunk, end(successful=1, retry=(8,)), NOW)
        assert claimable_chunks(connection, NOW, 10) == []
        (retry_id,) = claimable_chunks(connection, NOW + 60 * SECOND, 10)
        assert claim(connection, retry_id, NOW + 59 * SECOND, NOW) is None
        retry = claim(connection, retry_id, NOW + 60 * SECOND, NOW + 90 * SECOND)
        assert retry is not None
        assert (retry.endpoint_ids, retry.round) == ([8], 1)
        assert connection.scalar(select(job_run.c.finished_at)) is None
        finish_chunk(connection, retry, end(failed=1), NOW + 61 * SECOND)
        assert connection.scalar(select(job_run.c.state)) == "finished"


def test_a_firing_that_overlaps_leaves_a_row_that_says_so(database: Database) -> None:
    with database.begin() as connection:
        row = due(connection)
        skip_run(connection, NewRun(row.id, NOW, Cause.SCHEDULE, message="Busy."), NOW)
        run = connection.execute(select(job_run)).one()
        assert (run.state, run.finished_at, run.total) == ("skipped", NOW, 0)


def test_an_undone_transaction_leaves_nothing(database: Database) -> None:
    class Crash(Exception):  # noqa: N818 - a crash
        """The worker dies."""

    def write_and_die() -> None:
        with database.begin() as connection:
            opened(connection, due(connection), [[1]])
            connection.execute(insert(site).values(name="s", zone="UTC"))
            raise Crash

    with pytest.raises(Crash):
        write_and_die()
    with database.connect() as connection:
        for table in (job_run, run_chunk, site, endpoint):
            assert connection.execute(select(table)).all() == []


def test_a_cancelled_run_counts_what_was_in_work_and_begins_nothing_else(
    database: Database,
) -> None:
    with database.begin() as connection:
        row = due(connection)
        busy, idle = opened(connection, row, [[1, 2], [3]])
        chunk = claim(connection, busy, NOW, NOW + 60 * SECOND)
        assert chunk is not None
        run_id = chunk.run_id
        cancel_run(connection, run_id, NOW + SECOND)
        assert find_open_run(connection, row.id) is None
        later = NOW + 3600 * SECOND
        assert claim(connection, idle, later, later + SECOND) is None
        assert claimable_chunks(connection, later, 10) == []
        assert finish_chunk(connection, chunk, end(successful=1, retry=(2,)), NOW + 2) is None
        assert claimable_chunks(connection, later, 10) == [], "a cancelled run retries nothing"
        run = connection.execute(select(job_run)).one()
        assert (run.state, run.successful, run.finished_at) == ("cancelled", 1, NOW + SECOND)
        assert endpoints_of_run(connection, run_id) == [1, 2, 3]


def test_a_chunk_that_is_given_back_is_claimed_again_from_then_on(database: Database) -> None:
    with database.begin() as connection:
        (chunk_id,) = opened(connection, due(connection), [[7]])
        chunk = claim(connection, chunk_id, NOW, NOW + 60 * SECOND)
        assert chunk is not None
        check_fence(connection, chunk)
        reopen_chunk(connection, chunk, NOW + 30 * SECOND)
        with pytest.raises(StaleFenceError):
            check_fence(connection, chunk)
        assert claimable_chunks(connection, NOW + 29 * SECOND, 10) == []
        again = claim(connection, chunk_id, NOW + 30 * SECOND, NOW + 90 * SECOND)
        assert again is not None
        assert again.fence == 2


def test_claims_of_a_process_that_is_dead_end_at_once(database: Database) -> None:
    with database.begin() as connection:
        (chunk_id,) = opened(connection, due(connection), [[7]])
        assert claim(connection, chunk_id, NOW, NOW + 600 * SECOND) is not None
        assert claimers(connection) == ["host:7"]
        end_claims(connection, ["host:8"], NOW)
        assert claimable_chunks(connection, NOW, 10) == []
        end_claims(connection, ["host:7"], NOW)
        assert claimable_chunks(connection, NOW, 10) == [chunk_id]


def test_runs_are_deleted_with_what_they_said_once_they_are_old(database: Database) -> None:
    with database.begin() as connection:
        row = due(connection)
        for number in range(3):
            new = NewRun(row.id, NOW + number, Cause.POLL)
            run = open_run(connection, new, [], NOW + number)
            write_lines(connection, run.id, [Line(NOW, Level.INFO, "x" * 3_000)])
        running = open_run(connection, NewRun(row.id, NOW + 9, Cause.MANUAL), [[1]], NOW)
        assert len(read_lines(connection, 3, 0, 10)[0].line.message) == 2_000
        expired = expired_runs(connection, NOW + 2, NOW, 10)
        assert expired == [1, 2], "polls before the first instant, others before the second"
        delete_runs(connection, expired)
        kept = set(connection.scalars(select(job_run.c.id)))
        assert kept == {3, running.id}
        assert expired_runs(connection, NOW + 10, NOW + 10, 10) == [3], "what runs is kept"
