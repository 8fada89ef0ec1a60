"""The bundle of a closed month is made of what it was closed with, whatever comes or goes later."""

import zlib
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from sqlalchemy import delete, update
from tests.services.billing import (
    FEBRUARY,
    MARCH,
    MAY,
    STEP,
    add_meter,
    book_all,
    client_id,
    close,
    edge,
    kept,
    steady,
)

from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.instant import DAY, HOUR, Instant
from wattledger.domain.neighbours import Neighbours
from wattledger.domain.outcome import Outcome
from wattledger.domain.own_view import OwnView
from wattledger.domain.reading import Status
from wattledger.domain.seal import seal_of
from wattledger.domain.statement import Schema
from wattledger.reports.bundle_check import check_bundle
from wattledger.reports.readings_csv import parse_readings, readings_csv
from wattledger.reports.statement_json import sealed_document
from wattledger.reports.stored_zip import read_stored_zip
from wattledger.services.closed_statement import statement_of
from wattledger.services.export_bundle import export_bundle
from wattledger.store.billing_tables import month_close
from wattledger.store.closes import ClosedMonth
from wattledger.store.database import Database
from wattledger.store.evidence import AttemptRecord, Captured, record_attempts
from wattledger.store.readings import NewReading
from wattledger.store.tables import attempt, capture, reading

SHOWN = steady(edge(FEBRUARY), edge(MAY))
MID = edge(MARCH) + 12 * DAY + 5 * HOUR


def with_glitch(database: Database) -> int:
    """Give Alpha a meter that showed 0 once; return its number."""
    with database.begin() as connection:
        meter_id = add_meter(connection, "Rack A1", "Alpha")
    book_all(database, meter_id, [*SHOWN, NewReading(MID, 0, STEP)])
    return meter_id


def readings_of(exported: bytes) -> list[EvidencedReading]:
    return parse_readings(read_stored_zip(exported)[3].content)


def test_the_bundle_is_the_same_whatever_comes_or_is_deleted_after_the_close(
    database: Database, tmp_path: Path
) -> None:
    meter_id = with_glitch(database)
    page = Captured("http://10.0.0.5/", 200, "<p>1321</p>", None)
    with database.begin() as connection:
        record = AttemptRecord(1, None, MID, 40, "http", Outcome.OK, None, page)
        [attempt_id] = record_attempts(connection, tmp_path, [record])
        connection.execute(update(reading).values(attempt_id=attempt_id))
    close(database, MARCH, accept_estimates=True, reason="as it is")
    alpha = client_id(database, "Alpha")
    exported = export_bundle(database, alpha, MARCH, None)
    assert check_bundle(exported).holds
    shown = next(each for each in SHOWN if each.at > MID)
    book_all(database, meter_id, [NewReading(shown.at - HOUR, shown.total_milliwh, STEP)])
    assert export_bundle(database, alpha, MARCH, None) == exported
    with database.begin() as connection:
        for table in (capture, attempt, reading):
            connection.execute(delete(table))
    assert export_bundle(database, alpha, MARCH, None) == exported


def test_the_hash_of_a_page_that_was_deleted_before_the_close_is_in_the_bundle(
    database: Database, tmp_path: Path
) -> None:
    """Pages are kept for two weeks, attempts for longer than a month."""
    with_glitch(database)
    with database.begin() as connection:
        page = Captured("http://10.0.0.5/", 200, "<p>1321</p>", None)
        record = AttemptRecord(1, None, MID, 40, "http", Outcome.OK, None, page)
        [attempt_id] = record_attempts(connection, tmp_path, [record])
        connection.execute(update(reading).values(attempt_id=attempt_id))
        connection.execute(delete(capture))
    close(database, MARCH, accept_estimates=True, reason="as it is")
    exported = export_bundle(database, client_id(database, "Alpha"), MARCH, None)
    proof = sha256(b"<p>1321</p>").hexdigest()
    assert {each.evidence_sha256 for each in readings_of(exported)} == {proof}


def test_a_client_gets_the_good_readings_alone_and_they_prove_its_month(
    database: Database,
) -> None:
    with_glitch(database)
    close(database, MARCH, accept_estimates=True, reason="as it is")
    alpha = client_id(database, "Alpha")
    known = readings_of(export_bundle(database, alpha, MARCH, None))
    assert {Status.GOOD, Status.GLITCH} == {each.status for each in known}
    own = check_bundle(export_bundle(database, alpha, MARCH, OwnView(alpha, "Alpha", {})))
    assert own.findings == ()
    assert own.readings == len(known) - 1


def edges_of(closed: ClosedMonth, readings: Sequence[EvidencedReading]) -> list[EvidencedReading]:
    """Return what was kept before all were: energies only between two that are both there."""
    found: dict[tuple[int, Instant], EvidencedReading] = {}
    for line in statement_of(closed).lines:
        near = Neighbours(each for each in readings if each.meter_id == line.meter_id)
        for at in {at for part in line.segments for at in (part.first_at, part.last_at)}:
            first, last = near.around(at)
            found.setdefault((line.meter_id, first.at), replace(first, energy_milliwh=None))
            if last is not first:
                found[line.meter_id, last.at] = last
    return list(found.values())


def as_schema_2(closed: ClosedMonth) -> bytes:
    """Return a closed statement as it was sealed before it named its readings."""
    sealed = statement_of(closed)
    lines = tuple(
        replace(
            line,
            segments=tuple(replace(each, first_reads=(), last_reads=()) for each in line.segments),
        )
        for line in sealed.lines
    )
    return sealed_document(replace(sealed, lines=lines, readings=None, schema=Schema.COMPARED))


def test_a_month_closed_before_readings_were_sealed_is_proven_by_those_next_to_its_edges(
    database: Database,
) -> None:
    with_glitch(database)
    close(database, MARCH, accept_estimates=True, reason="as it is")
    closed, alpha = kept(database, "Alpha", MARCH), client_id(database, "Alpha")
    exported = export_bundle(database, alpha, MARCH, None)
    edges = edges_of(closed, readings_of(exported))
    document = as_schema_2(closed)
    told = (1, closed.seal.closed_at, closed.seal.closed_by)
    values = {
        "document": document,
        "sha256": seal_of(None, *told, document),
        "readings": zlib.compress(readings_csv(edges)),
    }
    with database.begin() as connection:
        connection.execute(update(month_close).values(**values))
    check = check_bundle(export_bundle(database, alpha, MARCH, None))
    assert check.findings == ()
    assert not check.seals_readings
    assert check.readings == len(edges) < 20
