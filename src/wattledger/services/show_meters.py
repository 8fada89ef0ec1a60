"""Show meters: how their registers are set up, where they stand, whom they serve."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.instant import Instant
from wattledger.store.assignments import StoredAssignment, stored_assignments
from wattledger.store.database import Connection, Database
from wattledger.store.meter_rows import MeterRow, find_meter, list_meters


@dataclass(frozen=True, slots=True)
class ShownMeter:
    """A meter, and whom it serves now."""

    row: MeterRow
    serves: Sequence[StoredAssignment]


@dataclass(frozen=True, slots=True)
class MeterPage:
    """Meters by number, and the number the next page goes on from."""

    meters: Sequence[ShownMeter]
    following: int | None


def show_meters(
    database: Database, endpoint: str | None, after: int | None, limit: int, now: Instant
) -> MeterPage:
    """Return a page of the meters in use; NotFoundError when there is no such endpoint."""
    with database.connect() as connection:
        rows = list_meters(connection, endpoint, after, limit + 1)
        page = rows[:limit]
        shown = _shown(connection, page, now)
    return MeterPage(shown, page[-1].id if len(rows) > limit else None)


def show_meter(connection: Connection, meter_id: int, now: Instant) -> ShownMeter:
    """Return a meter; NotFoundError when there is none."""
    return _shown(connection, [find_meter(connection, meter_id)], now)[0]


def _shown(connection: Connection, rows: Sequence[MeterRow], now: Instant) -> list[ShownMeter]:
    stored = stored_assignments(connection, [row.id for row in rows])
    return [
        ShownMeter(row, [each for each in stored.get(row.id, ()) if each.terms.serves(now)])
        for row in rows
    ]
