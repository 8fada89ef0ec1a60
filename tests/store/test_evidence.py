"""What a device answered is kept, small and whole, with the attempt it belongs to."""

import hashlib
import zlib
from pathlib import Path

from sqlalchemy import select

from wattledger.domain.instant import parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.evidence import (
    RAW_LIMIT,
    AttemptRecord,
    Captured,
    mark_held,
    raw_texts,
    record_attempts,
)
from wattledger.store.sites import first_site
from wattledger.store.tables import attempt, capture

AT = parse_instant("2026-03-15T12:00:00Z")
PICTURE = b"\x89PNG picture"


def record(endpoint_id: int, captured: Captured | None) -> AttemptRecord:
    return AttemptRecord(endpoint_id, None, AT, 41, "http", Outcome.OK, None, captured)


def new_endpoint(connection: Connection) -> int:
    new = NewEndpoint(name="Rack 1", site_id=first_site(connection, "Europe/Berlin"))
    return insert_endpoint(connection, new, AT)


def test_a_page_is_kept_whole_and_shown_by_its_beginning(
    database: Database, tmp_path: Path
) -> None:
    body = "<b>Zählerstand 12543,5 kWh</b>" * 1000
    with database.begin() as connection:
        kept = Captured("http://10.0.0.1/", 200, body, None)
        [attempt_id] = record_attempts(
            connection, tmp_path, [record(new_endpoint(connection), kept)]
        )
        row = connection.execute(select(capture)).one()
        assert zlib.decompress(row.body).decode() == body
        assert row.sha256 == hashlib.sha256(body.encode()).hexdigest()
        assert len(row.body) < len(body) / 10
        assert raw_texts(connection, [row.id]) == {row.id: body[:RAW_LIMIT]}
        tried = connection.execute(select(attempt)).one()
        assert (tried.capture_id, tried.evidence_sha256) == (row.id, row.sha256)
        assert attempt_id == 1


def test_an_attempt_without_an_answer_has_no_capture(database: Database, tmp_path: Path) -> None:
    with database.begin() as connection:
        record_attempts(connection, tmp_path, [record(new_endpoint(connection), None)])
        tried = connection.execute(select(attempt)).one()
        assert (tried.capture_id, tried.evidence_sha256) == (None, None)
        assert connection.execute(select(capture)).all() == []


def test_a_picture_is_a_file_that_its_row_names(database: Database, tmp_path: Path) -> None:
    with database.begin() as connection:
        kept = Captured("http://10.0.0.1/", 200, "<p>", PICTURE)
        record_attempts(connection, tmp_path, [record(new_endpoint(connection), kept)])
        named = connection.execute(select(capture.c.screenshot)).scalar_one()
    assert named.startswith("2026/03/15/")
    assert (tmp_path / named).read_bytes() == PICTURE


def test_no_body_is_kept_beyond_two_megabytes(database: Database, tmp_path: Path) -> None:
    with database.begin() as connection:
        kept = Captured("http://10.0.0.1/", 200, "é" * 3_000_000, None)
        record_attempts(connection, tmp_path, [record(new_endpoint(connection), kept)])
        row = connection.execute(select(capture)).one()
        assert len(zlib.decompress(row.body)) == 2_000_000
        assert raw_texts(connection, [row.id])[row.id] == "é" * RAW_LIMIT


def test_what_the_ledger_holds_is_said_of_the_attempt(database: Database, tmp_path: Path) -> None:
    with database.begin() as connection:
        [attempt_id] = record_attempts(
            connection, tmp_path, [record(new_endpoint(connection), None)]
        )
        mark_held(connection, attempt_id, "It cannot have gone there.")
        row = connection.execute(select(attempt)).one()
    assert (row.outcome, row.message) == ("held", "It cannot have gone there.")
