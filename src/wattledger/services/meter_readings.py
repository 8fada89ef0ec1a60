"""A meter's readings as the ledger sees them: what each showed, what became of it, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.instant import Instant
from wattledger.domain.period import Calendar, calendar
from wattledger.domain.reading import Reading
from wattledger.store.database import Connection, Database
from wattledger.store.meter_rows import MeterRow, find_meter, meter_named
from wattledger.store.readings import NewReading
from wattledger.store.register_history import ReadingWindow, newest_readings
from wattledger.store.revisions import load_revisions


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """A reading as booked and as judged, and the other values of its instant, that do not stand."""

    booked: NewReading
    judged: Reading
    others: Sequence[NewReading]


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of a meter's readings, newest first, and the instant the next one goes on from."""

    meter: MeterRow
    readings: Sequence[LedgerReading]
    following: Instant | None


def meter_days(database: Database, meter_id: int) -> Calendar:
    """Return the calendar of the days at a meter; NotFoundError when there is none."""
    with database.connect() as connection:
        return calendar(find_meter(connection, meter_id).zone)


def named_meter(database: Database, endpoint: str, key: str | None) -> MeterRow:
    """Return the meter of an endpoint's name or id and of its key; NotFoundError if none."""
    with database.connect() as connection:
        return meter_named(connection, endpoint, key)


def meter_readings(
    database: Database, meter_id: int, window: ReadingWindow, limit: int
) -> LedgerPage:
    """Return a page of a meter's readings; NotFoundError when there is no such meter."""
    with database.connect() as connection:
        row = find_meter(connection, meter_id)
        readings = _readings(connection, meter_id, window, limit + 1)
    page = readings[:limit]
    following = page[-1].booked.at if len(readings) > limit else None
    return LedgerPage(row, page, following)


def _readings(
    connection: Connection, meter_id: int, window: ReadingWindow, limit: int
) -> list[LedgerReading]:
    stored = newest_readings(connection, meter_id, window, limit)
    if not stored:
        return []
    oldest, newest = stored[-1].booked.at, stored[0].booked.at
    others = load_revisions(connection, meter_id, oldest, newest + 1)
    return [
        LedgerReading(each.booked, each.judged, others.get(each.booked.at, ())) for each in stored
    ]
