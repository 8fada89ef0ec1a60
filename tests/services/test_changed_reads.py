"""An adjustment names the readings that changed since its month was closed."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    KWH,
    MARCH,
    MAY,
    STEP,
    add_meter,
    book_all,
    close,
    declare,
    edge,
    kept,
    steady,
)

from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR
from wattledger.domain.month_report import NamedRead
from wattledger.domain.outcome import Outcome
from wattledger.domain.seal import seal_of
from wattledger.domain.statement import Adjustment, Schema
from wattledger.reports.statement_json import sealed_document
from wattledger.services.closed_statement import statement_of
from wattledger.store.assignments import move_meter
from wattledger.store.billing_tables import month_close
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Database
from wattledger.store.evidence import AttemptRecord, Captured, record_attempts
from wattledger.store.readings import NewReading

SHOWN = steady(edge(JANUARY), edge(MAY))
MID = edge(MARCH) + 12 * DAY + 5 * HOUR


@pytest.fixture
def meter_id(database: Database) -> int:
    """Give Alpha a meter; February is closed."""
    with database.begin() as connection:
        number = add_meter(connection, "Rack A1", "Alpha")
    book_all(database, number, SHOWN)
    close(database, FEBRUARY)
    return number


def late(at: int, attempt_id: int | None = None) -> NewReading:
    """Return a reading between two, at which all of their energy was used already."""
    before = max((each for each in SHOWN if each.at < at), key=lambda each: each.at)
    return NewReading(at, before.total_milliwh + 12 * KWH, STEP, attempt_id=attempt_id)


def adjustments(database: Database) -> list[Adjustment]:
    """Close April; return what its statement adjusts of March."""
    close(database, APRIL, accept_estimates=True, reason="as it is")
    statement = statement_of(kept(database, "Alpha", APRIL))
    return [each for each in statement.adjustments if each.month == MARCH]


def test_a_late_reading_is_named_with_what_the_device_answered(
    database: Database, meter_id: int, tmp_path: Path
) -> None:
    close(database, MARCH)
    page = Captured("http://10.0.0.5/", 200, "<p>1321</p>", None)
    at = edge(APRIL) - HOUR
    with database.begin() as connection:
        record = AttemptRecord(1, None, at, 40, "http", Outcome.OK, None, page)
        [attempt_id] = record_attempts(connection, tmp_path, [record])
    book_all(database, meter_id, [late(at, attempt_id)])
    (adjustment,) = adjustments(database)
    line = statement_of(kept(database, "Alpha", MARCH)).lines[0]
    assert (adjustment.meter_id, adjustment.endpoint_id) == (meter_id, line.endpoint_id)
    changed = adjustment.changed
    assert changed is not None
    assert (changed.count, changed.first.at, changed.first.attempt_id) == (1, at, attempt_id)
    assert changed.first == changed.last
    # Beside the edge it takes the place of one that did not change, and stands in its own month.
    opening = statement_of(kept(database, "Alpha", APRIL)).lines[0].segments[0].first_reads
    assert opening[0] == changed.first


def test_a_reading_that_does_not_count_any_more_is_named_as_it_was(
    database: Database, meter_id: int
) -> None:
    extra = late(edge(APRIL) - HOUR)
    book_all(database, meter_id, [extra])
    close(database, MARCH)
    declare(database, meter_id, extra.at, EventKind.REJECT)
    (adjustment,) = adjustments(database)
    assert adjustment.changed is not None
    assert (adjustment.changed.count, adjustment.changed.first.at) == (1, extra.at)


def test_of_many_the_outermost_are_named(database: Database, meter_id: int) -> None:
    close(database, MARCH)
    at = [edge(APRIL) - hours * HOUR for hours in (1, 9, 100)]
    book_all(database, meter_id, [late(each) for each in at])
    (adjustment,) = adjustments(database)
    changed = adjustment.changed
    assert changed is not None
    assert (changed.count, changed.first, changed.last) == (3, NamedRead(at[2]), NamedRead(at[0]))


def test_what_changed_but_for_readings_names_none(database: Database, meter_id: int) -> None:
    close(database, MARCH)
    declare(database, meter_id, MID, EventKind.SETTINGS, settings={"multiplier": "1.5"})
    (adjustment,) = adjustments(database)
    assert adjustment.meter_id == meter_id
    assert adjustment.changed is None


def test_a_meter_that_was_away_is_looked_at_while_it_served(
    database: Database, meter_id: int
) -> None:
    away, back = edge(MARCH) + 5 * DAY, edge(MARCH) + 20 * DAY
    with database.begin() as connection:
        move_meter(connection, meter_id, find_or_create_client(connection, "Beta"), away)
        move_meter(connection, meter_id, find_or_create_client(connection, "Alpha"), back)
    close(database, MARCH)
    book_all(database, meter_id, [late(MID), late(edge(APRIL) - HOUR)])
    (adjustment,) = adjustments(database)
    assert adjustment.changed is not None
    assert (adjustment.changed.count, adjustment.changed.first.at) == (1, edge(APRIL) - HOUR)


def test_of_a_month_closed_before_its_readings_were_kept_nothing_is_known(
    database: Database, meter_id: int
) -> None:
    close(database, MARCH)
    closed = kept(database, "Alpha", MARCH)
    older = replace(statement_of(closed), readings=None, schema=Schema.COMPARED)
    document, seal = sealed_document(older), closed.seal
    chained = seal.previous_sha256, seal.sequence, seal.closed_at, seal.closed_by
    sha256 = seal_of(*chained, document)
    with database.begin() as connection:
        written = update(month_close).where(month_close.c.month == MARCH)
        connection.execute(written.values(document=document, sha256=sha256))
    book_all(database, meter_id, [late(edge(APRIL) - HOUR)])
    (adjustment,) = adjustments(database)
    assert (adjustment.meter_id, adjustment.changed) == (meter_id, None)
