"""Readings with what proves them: the attempt that took each, and the hash of what it captured."""

from collections.abc import Iterable

from sqlalchemy import Connection, Row, Select, bindparam, select

from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Source, Status
from wattledger.store.readings import good_ends
from wattledger.store.tables import attempt, capture, endpoint, meter, reading

_Columns = tuple[str, int, Instant, int, int, int | None, str | None, int, int | None]

_ROWS: Select[*_Columns] = (
    select(
        endpoint.c.public_id,
        reading.c.meter_id,
        reading.c.ts,
        reading.c.total_milliwh,
        reading.c.status,
        reading.c.attempt_id,
        capture.c.sha256,
        reading.c.source,
        reading.c.energy_milliwh,
    )
    .select_from(reading)
    .join(meter, meter.c.id == reading.c.meter_id)
    .join(endpoint, endpoint.c.id == meter.c.endpoint_id)
    .outerjoin(attempt, attempt.c.id == reading.c.attempt_id)
    .outerjoin(capture, capture.c.id == attempt.c.capture_id)
)
_OF_METER = _ROWS.where(reading.c.meter_id == bindparam("meter"))
_BETWEEN = _OF_METER.where(
    reading.c.ts >= bindparam("start"), reading.c.ts <= bindparam("end")
).order_by(reading.c.ts)
_GOOD = _OF_METER.where(reading.c.status == int(Status.GOOD))
_LAST_UP_TO = _GOOD.where(reading.c.ts <= bindparam("at")).order_by(reading.c.ts.desc()).limit(1)
_FIRST_AFTER = _GOOD.where(reading.c.ts > bindparam("at")).order_by(reading.c.ts).limit(1)


def evidenced_around(
    connection: Connection, meter_id: int, start: Instant, end: Instant
) -> list[EvidencedReading]:
    """Return all readings of a meter that [start, end) rests on, good or not, ascending.

    They are those from the last good one up to ``start`` to the first good one from ``end`` on.
    """
    ends = good_ends(connection, meter_id, start, end)
    first, last = (start, end) if ends is None else (ends[0].at, ends[1].at)
    span = {"meter": meter_id, "start": min(first, start), "end": max(last, end)}
    return [_evidenced(row) for row in connection.execute(_BETWEEN, span)]


def evidenced_next_to(
    connection: Connection, meter_id: int, instants: Iterable[Instant]
) -> list[EvidencedReading]:
    """Return the good readings next to some instants: the last up to each, the first after it.

    The energy of an interval stands only where both its readings are among them.
    """
    before: dict[Instant, EvidencedReading] = {}
    after: dict[Instant, EvidencedReading] = {}
    for at in instants:
        key = {"meter": meter_id, "at": at}
        for rows, found in ((_LAST_UP_TO, before), (_FIRST_AFTER, after)):
            row = connection.execute(rows, key).first()
            if row is not None:
                found[row.ts] = _evidenced(row, knows_energy=found is after)
    return [each for _, each in sorted((before | after).items())]


def _evidenced(row: Row[*_Columns], *, knows_energy: bool = True) -> EvidencedReading:
    public_id, meter_id, at, total, status, attempt_id, sha256, source, energy = row
    return EvidencedReading(
        public_id,
        meter_id,
        at,
        total,
        Status(status),
        energy if knows_energy else None,
        attempt_id,
        sha256,
        Source(source),
    )
