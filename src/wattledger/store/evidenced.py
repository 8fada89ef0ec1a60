"""Readings with what proves them: the attempt that took each, and the hash of what it captured."""

from collections.abc import Iterable

from sqlalchemy import Connection, Result, Select, bindparam, select

from wattledger.domain.evidenced_reading import EvidencedRow
from wattledger.domain.instant import Instant
from wattledger.store.readings import AROUND, GOOD_OF_METER, bounded
from wattledger.store.tables import attempt, reading

_ROWS: Select[*EvidencedRow] = (
    select(
        reading.c.ts,
        reading.c.total_milliwh,
        reading.c.status,
        reading.c.energy_milliwh,
        reading.c.source,
        reading.c.attempt_id,
        attempt.c.evidence_sha256,
    )
    .select_from(reading)
    .outerjoin(attempt, attempt.c.id == reading.c.attempt_id)
)
_AROUND = _ROWS.where(*AROUND).order_by(reading.c.ts)
_GOOD = _ROWS.where(*GOOD_OF_METER)
_LAST_UP_TO = _GOOD.where(reading.c.ts <= bindparam("at")).order_by(reading.c.ts.desc()).limit(1)
_FIRST_AFTER = _GOOD.where(reading.c.ts > bindparam("at")).order_by(reading.c.ts).limit(1)


def evidenced_around(
    connection: Connection, meter_id: int, start: Instant, end: Instant
) -> list[EvidencedRow]:
    """Return all readings of a meter that [start, end) rests on, good or not, ascending.

    They are those from the last good one up to ``start`` to the first good one from ``end`` on.
    """
    return _rows(connection.execute(_AROUND, bounded(meter_id, start, end)))


def evidenced_next_to(
    connection: Connection, meter_id: int, instants: Iterable[Instant]
) -> list[EvidencedRow]:
    """Return the good readings next to some instants: the last up to each, the first after it."""
    found: set[EvidencedRow] = set()
    for at in instants:
        for rows in (_LAST_UP_TO, _FIRST_AFTER):
            found.update(_rows(connection.execute(rows, {"meter": meter_id, "at": at})))
    return sorted(found)


def _rows(found: Result[*EvidencedRow]) -> list[EvidencedRow]:
    return [
        (at, total, status, energy, source, attempt_id, sha256)
        for at, total, status, energy, source, attempt_id, sha256 in found.all()
    ]
