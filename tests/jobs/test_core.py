"""Firing and finishing: one transaction each, whatever fails in between."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from wattledger.domain.instant import MINUTE, SECOND
from wattledger.domain.outcome import Outcome
from wattledger.jobs.core import ChunkResult, claim, fail, finish, give_up, late_chunks
from wattledger.jobs.fire import fire_due
from wattledger.jobs.targets import CHUNK_SIZE
from wattledger.store.chunks import ChunkRow, StaleFenceError
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.job_tables import job, job_run, run_chunk, run_log
from wattledger.store.jobs import due_jobs, ensure_job
from wattledger.store.runs import Cause, NewRun, cancel_run, open_run
from wattledger.store.sites import first_site
from wattledger.store.tables import endpoint, meter, meter_state
from wattledger.store.tables import site as site_table

NOW = 1_000_000 * SECOND


def stage(database: Database, hosts: list[str]) -> None:
    with database.begin() as connection:
        site_id = first_site(connection, "UTC")
        for number, host in enumerate(hosts):
            new = NewEndpoint(f"E{number}", site_id, host_port=host, recipe={"a": 1})
            insert_endpoint(connection, new, NOW)
        ensure_job(
            connection,
            name="poll",
            module="m",
            handler="h",
            every_seconds=2,
            config={"endpoints": "due"},
            now=NOW,
        )


def result(outcomes: Mapping[int, Outcome], zone: str | None = None) -> ChunkResult:
    def book(connection: Connection) -> None:
        if zone is not None:
            connection.execute(site_table.update().values(zone=zone))

    return ChunkResult(outcomes, book)


def claimed(database: Database, chunk_id: int, now: int = NOW) -> ChunkRow:
    chunk = claim(database, chunk_id, now, 60)
    assert chunk is not None
    return chunk


def run_row(database: Database) -> tuple[str, int, int, int]:
    with database.connect() as connection:
        row = connection.execute(select(job_run)).one()
        return row.state, row.total, row.successful, row.failed


def run_message(database: Database) -> str | None:
    with database.connect() as connection:
        return connection.scalar(select(job_run.c.message))


def messages(database: Database) -> list[str]:
    with database.connect() as connection:
        return list(connection.scalars(select(run_log.c.message)))


def zone(database: Database) -> str:
    with database.connect() as connection:
        return str(connection.scalar(select(site_table.c.zone)))


def test_due_endpoints_are_cut_into_chunks_and_fired_once(database: Database) -> None:
    stage(database, [f"h{n}:80" for n in range(120)])
    chunk_ids = fire_due(database, NOW)
    assert len(chunk_ids) == 3
    sizes = [len(claimed(database, chunk_id).endpoint_ids) for chunk_id in chunk_ids]
    assert sizes == [CHUNK_SIZE, CHUNK_SIZE, 20]
    assert fire_due(database, NOW) == [], "what was fired is no longer due"
    assert fire_due(database, NOW + 2 * SECOND + 1) == [], "nothing due opens no run"


def test_endpoints_at_one_device_are_in_one_chunk(database: Database) -> None:
    stage(database, [f"h{n}:80" for n in range(49)] + ["gateway:80"] * 5)
    chunks = [claimed(database, chunk_id).endpoint_ids for chunk_id in fire_due(database, NOW)]
    assert {50, 51, 52, 53, 54} in [{i for i in chunk if i > 49} for chunk in chunks]


def test_a_finished_chunk_books_and_closes_in_one_transaction(database: Database) -> None:
    stage(database, ["a:80", "b:80"])
    (chunk_id,) = fire_due(database, NOW)
    outcomes = {1: Outcome.OK, 2: Outcome.AUTH_FAILED}
    finish(database, claimed(database, chunk_id), result(outcomes, "Asia/Tokyo"), 2, NOW)
    assert run_row(database) == ("finished", 2, 1, 1)
    assert zone(database) == "Asia/Tokyo"


def test_a_worker_that_was_overtaken_books_nothing(database: Database) -> None:
    stage(database, ["a:80"])
    (chunk_id,) = fire_due(database, NOW)
    slow = claimed(database, chunk_id)
    fast = claimed(database, chunk_id, NOW + 61 * SECOND)
    with pytest.raises(StaleFenceError):
        finish(database, slow, result({1: Outcome.OK}, "Asia/Tokyo"), 2, NOW)
    assert zone(database) == "UTC"
    finish(database, fast, result({1: Outcome.OK}, "Europe/Berlin"), 2, NOW)
    assert (zone(database), run_row(database)) == ("Europe/Berlin", ("finished", 1, 1, 0))


def test_what_may_succeed_later_is_tried_again_later_and_later(database: Database) -> None:
    stage(database, ["a:80", "b:80"])
    (chunk_id,) = fire_due(database, NOW)
    waits = []
    now = NOW
    for _ in range(3):
        chunk = claimed(database, chunk_id, now)
        outcomes = dict.fromkeys(chunk.endpoint_ids, Outcome.TIMEOUT)
        finish(database, chunk, result(outcomes), 2, now)
        with database.connect() as connection:
            rows = select(run_chunk).where(run_chunk.c.state == "open")
            following = connection.execute(rows).first()
        if following is None:
            break
        waits.append(following.not_before - now)
        now, chunk_id = following.not_before, following.id
        assert late_chunks(database, now) == [chunk_id]
        assert late_chunks(database, now - 1) == []
    assert len(waits) == 2
    assert 30 * SECOND <= waits[0] < 38 * SECOND
    assert 60 * SECOND <= waits[1] < 75 * SECOND
    assert run_row(database) == ("finished", 2, 0, 2)


def test_a_wrong_password_is_not_tried_again(database: Database) -> None:
    stage(database, ["a:80"])
    (chunk_id,) = fire_due(database, NOW)
    finish(database, claimed(database, chunk_id), result({1: Outcome.AUTH_FAILED}), 5, NOW)
    assert run_row(database)[0] == "finished"


def test_what_there_was_no_time_for_goes_on_at_once_in_another_chunk(database: Database) -> None:
    stage(database, ["gateway:80"] * 3)
    (chunk_id,) = fire_due(database, NOW)
    begun = replace(result({1: Outcome.OK}), unread=[2, 3])
    finish(database, claimed(database, chunk_id), begun, 0, NOW + SECOND)
    assert run_row(database) == ("running", 3, 1, 0)
    [following] = late_chunks(database, NOW + SECOND)
    rest = claimed(database, following, NOW + SECOND)
    assert (rest.endpoint_ids, rest.round) == ([2, 3], 0), "this was no try"
    begun = replace(result({2: Outcome.TIMEOUT}), unread=[3])
    finish(database, rest, begun, 1, NOW + 2 * SECOND)
    with database.connect() as connection:
        ids = select(run_chunk.c.endpoint_ids, run_chunk.c.round).where(run_chunk.c.state == "open")
        opened = {tuple(row.endpoint_ids): row.round for row in connection.execute(ids)}
    assert opened == {(2,): 1, (3,): 0}
    assert "left 2 endpoints for another chunk" in " ".join(messages(database))


def test_what_fails_in_a_cancelled_run_has_failed_and_is_not_promised_another_try(
    database: Database,
) -> None:
    stage(database, ["a:80", "b:80", "c:80"])
    (chunk_id,) = fire_due(database, NOW)
    chunk = claimed(database, chunk_id)
    with database.begin() as connection:
        cancel_run(connection, chunk.run_id, NOW)
    ended = replace(result({1: Outcome.OK, 2: Outcome.TIMEOUT}), unread=[3])
    finish(database, chunk, ended, 2, NOW + SECOND)
    assert run_row(database) == ("cancelled", 3, 1, 1)
    assert late_chunks(database, NOW + 10 * MINUTE) == []
    assert not any("again" in line or "another" in line for line in messages(database))


def test_a_chunk_left_by_a_crash_is_late_once_its_claim_ran_out(database: Database) -> None:
    stage(database, ["a:80"])
    (chunk_id,) = fire_due(database, NOW)
    assert list(late_chunks(database, NOW)) == [chunk_id], "the courier may have lost it"
    claimed(database, chunk_id)
    assert late_chunks(database, NOW + 59 * SECOND) == []
    assert late_chunks(database, NOW + 60 * SECOND) == [chunk_id]


def test_a_chunk_that_breaks_its_workers_is_given_up(database: Database) -> None:
    stage(database, ["a:80"])
    (chunk_id,) = fire_due(database, NOW)
    for tries in range(2):
        assert not give_up(database, claimed(database, chunk_id, NOW + tries * MINUTE), 0, NOW)
    assert give_up(database, claimed(database, chunk_id, NOW + 2 * MINUTE), 0, NOW)
    assert run_row(database) == ("failed", 1, 0, 1)
    assert run_message(database) == "A chunk was given up: it broke its worker 2 times."


def test_a_run_whose_handler_failed_in_every_try_has_failed_and_says_why(
    database: Database,
) -> None:
    stage(database, [])
    with database.begin() as connection:
        [poller] = due_jobs(connection, NOW)
        late = NewRun(poller.id, NOW, Cause.SCHEDULE, message="5 min late.")
        [one, two, good] = open_run(connection, late, [[], [], []], NOW).chunk_ids
    fail(database, claimed(database, one), 0, "failed (RuntimeError)", NOW)
    assert run_row(database)[0] == "running", "others of its chunks are not done"
    later = claimed(database, two)
    fail(database, later, 1, "took longer than 5 s and was stopped", NOW)
    assert run_row(database)[0] == "running", "it is tried again"
    fail(database, claimed(database, two, NOW + MINUTE), 1, "failed (ValueError)", NOW + MINUTE)
    finish(database, claimed(database, good), result({}), 0, NOW + MINUTE)
    assert run_row(database) == ("failed", 0, 0, 0)
    told = "5 min late. A chunk was given up: it failed (RuntimeError)."
    assert run_message(database) == told, "of the first; the log has all"
    with database.connect() as connection:
        assert connection.scalar(select(job_run.c.failed_chunks)) == 2


def test_a_cancelled_run_stays_cancelled_when_its_chunk_is_given_up(database: Database) -> None:
    stage(database, ["a:80"])
    (chunk_id,) = fire_due(database, NOW)
    chunk = claimed(database, chunk_id)
    with database.begin() as connection:
        cancel_run(connection, chunk.run_id, NOW)
    fail(database, chunk, 0, "failed (RuntimeError)", NOW)
    assert run_row(database) == ("cancelled", 1, 0, 1)


@given(st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=60), st.integers(0, 3))
def test_every_endpoint_of_a_chunk_is_counted_once_or_tried_again(
    database: Database, outcomes: list[Outcome], retries: int
) -> None:
    with database.begin() as connection:
        for table in (run_log, run_chunk, job_run, job, meter_state, meter, endpoint):
            connection.execute(table.delete())
    stage(database, [f"h{n}:80" for n in range(len(outcomes))])
    now = NOW
    pending = list(fire_due(database, now))
    assert pending
    for _ in range(20):
        for chunk_id in pending:
            chunk = claimed(database, chunk_id, now)
            known = {i: outcomes[i % len(outcomes)] for i in chunk.endpoint_ids}
            finish(database, chunk, result(known), retries, now)
        now += 10 * MINUTE
        pending = list(late_chunks(database, now))
    state, total, successful, failed = run_row(database)
    assert state == "finished"
    assert successful + failed == total == len(outcomes)
