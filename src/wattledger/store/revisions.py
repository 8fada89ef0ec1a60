"""The other values of an instant: those that do not stand in ``reading`` (LEDGER 3.6)."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from wattledger.domain.instant import Instant
from wattledger.store.readings import NewReading, bounded, whole_reading, within
from wattledger.store.tables import reading_revision

_BETWEEN = (
    select(reading_revision)
    .where(*within(reading_revision))
    .order_by(reading_revision.c.total_milliwh)
)


def load_revisions(
    connection: Connection, meter_id: int, start: Instant | None, end: Instant | None
) -> dict[Instant, list[NewReading]]:
    """Return the values in [start, end) that do not stand, by instant; None is without bound."""
    revisions: dict[Instant, list[NewReading]] = {}
    for row in connection.execute(_BETWEEN, bounded(meter_id, start, end)):
        revisions.setdefault(row.ts, []).append(whole_reading(row))
    return revisions


def replace_revisions(
    connection: Connection, meter_id: int, at: Sequence[Instant], others: Sequence[NewReading]
) -> None:
    """Let these be the values that do not stand at some instants."""
    if not at:
        return
    gone = reading_revision.c.meter_id == meter_id, reading_revision.c.ts.in_(at)
    connection.execute(delete(reading_revision).where(*gone))
    rows = [{"meter_id": meter_id, "ts": each.at, **each.columns} for each in others]
    connection.execute(insert(reading_revision), rows)
