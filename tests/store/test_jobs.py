"""Jobs, runs and chunks: exact whatever couriers and workers do."""

import pytest
from sqlalchemy import insert, select

from wattledger.domain.instant import SECOND
from wattledger.store.database import Connection, Database
from wattledger.store.job_tables import job, job_run, run_chunk
from wattledger.store.jobs import (
    ChunkEnd,
    JobRow,
    StaleFenceError,
    advance_job,
    claim_chunk,
    claimable_chunks,
    due_jobs,
    ensure_job,
    finish_chunk,
    has_open_run,
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


def end(successful: int = 0, failed: int = 0, retry: tuple[int, ...] = ()) -> ChunkEnd:
    return ChunkEnd(successful, failed, retry, NOW + 60 * SECOND)


def test_a_job_is_ensured_once(database: Database) -> None:
    with database.begin() as connection:
        ensure(connection)
        ensure(connection, NOW + SECOND)
        assert len(connection.execute(select(job)).all()) == 1


@pytest.mark.parametrize(("late", "next_due"), [(0, 10), (9, 10), (10, 20), (95, 100)])
def test_due_times_stay_on_the_grid_and_missed_ones_are_one(
    database: Database, late: int, next_due: int
) -> None:
    with database.begin() as connection:
        row = due(connection, NOW + late * SECOND)
        advance_job(connection, row, NOW + late * SECOND)
        assert connection.scalar(select(job.c.next_due_at)) == NOW + next_due * SECOND
        assert due_jobs(connection, NOW + late * SECOND) == []


def test_a_run_closes_with_its_last_chunk(database: Database) -> None:
    with database.begin() as connection:
        row = due(connection)
        first, second = open_run(connection, row, [[1, 2], [3]], NOW)
        assert has_open_run(connection, row.id)
        for chunk_id, ended in ((first, end(successful=2)), (second, end(failed=1))):
            chunk = claim_chunk(connection, chunk_id, NOW, NOW + 60 * SECOND)
            assert chunk is not None
            finish_chunk(connection, chunk, ended, NOW + SECOND)
        run = connection.execute(select(job_run)).one()
        assert (run.state, run.finished_at) == ("finished", NOW + SECOND)
        assert (run.total, run.successful, run.failed, run.open_chunks) == (3, 2, 1, 0)
        assert not has_open_run(connection, row.id)


def test_a_chunk_is_claimed_by_one_until_its_claim_runs_out(database: Database) -> None:
    with database.begin() as connection:
        (chunk_id,) = open_run(connection, due(connection), [[7]], NOW)
        assert claimable_chunks(connection, NOW, 10) == [chunk_id]
        chunk = claim_chunk(connection, chunk_id, NOW, NOW + 60 * SECOND)
        assert chunk is not None
        assert (chunk.endpoint_ids, chunk.round, chunk.fence) == ([7], 0, 1)
        assert (chunk.module, chunk.handler) == ("m", "h")
        assert claim_chunk(connection, chunk_id, NOW + SECOND, NOW + 90 * SECOND) is None
        assert claimable_chunks(connection, NOW + SECOND, 10) == []
        later = NOW + 60 * SECOND
        assert claimable_chunks(connection, later, 10) == [chunk_id]
        again = claim_chunk(connection, chunk_id, later, later + 60 * SECOND)
        assert again is not None
        assert again.fence == 2


def test_a_worker_that_was_overtaken_cannot_finish(database: Database) -> None:
    with database.begin() as connection:
        (chunk_id,) = open_run(connection, due(connection), [[7]], NOW)
        slow = claim_chunk(connection, chunk_id, NOW, NOW + SECOND)
        fast = claim_chunk(connection, chunk_id, NOW + SECOND, NOW + 60 * SECOND)
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
        (chunk_id,) = open_run(connection, due(connection), [[7, 8]], NOW)
        chunk = claim_chunk(connection, chunk_id, NOW, NOW + 60 * SECOND)
        assert chunk is not None
        finish_chunk(connection, chunk, end(successful=1, retry=(8,)), NOW)
        assert claimable_chunks(connection, NOW, 10) == []
        (retry_id,) = claimable_chunks(connection, NOW + 60 * SECOND, 10)
        assert claim_chunk(connection, retry_id, NOW + 59 * SECOND, NOW) is None
        retry = claim_chunk(connection, retry_id, NOW + 60 * SECOND, NOW + 90 * SECOND)
        assert retry is not None
        assert (retry.endpoint_ids, retry.round) == ([8], 1)
        assert connection.scalar(select(job_run.c.finished_at)) is None
        finish_chunk(connection, retry, end(failed=1), NOW + 61 * SECOND)
        assert connection.scalar(select(job_run.c.state)) == "finished"


def test_a_firing_that_overlaps_leaves_a_row_that_says_so(database: Database) -> None:
    with database.begin() as connection:
        row = due(connection)
        skip_run(connection, row, NOW)
        run = connection.execute(select(job_run)).one()
        assert (run.state, run.finished_at, run.total) == ("skipped", NOW, 0)


def test_an_undone_transaction_leaves_nothing(database: Database) -> None:
    class Crash(Exception):  # noqa: N818 - a crash
        """The worker dies."""

    def write_and_die() -> None:
        with database.begin() as connection:
            open_run(connection, due(connection), [[1]], NOW)
            connection.execute(insert(site).values(name="s", zone="UTC"))
            raise Crash

    with pytest.raises(Crash):
        write_and_die()
    with database.connect() as connection:
        for table in (job_run, run_chunk, site, endpoint):
            assert connection.execute(select(table)).all() == []
