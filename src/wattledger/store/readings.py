"""Readings as rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Reading, Source, Status
from wattledger.store.tables import reading


@dataclass(frozen=True, slots=True)
class NewReading:
    """A register value to be booked, with what was measured and told beside it."""

    at: Instant
    total_milliwh: int
    resolution_milliwh: int
    power_mw: int | None = None
    voltage_mv: int | None = None
    current_ma: int | None = None
    pf_milli: int | None = None
    attempt_id: int | None = None
    serial: str | None = None
    reset_stamp: str | None = None
    source: Source = Source.COLLECTED

    @property
    def unjudged(self) -> Reading:
        """Return it as the ledger's judgement takes it."""
        return Reading(
            self.at,
            self.total_milliwh,
            self.resolution_milliwh,
            power_mw=self.power_mw,
            serial=self.serial,
            reset_stamp=self.reset_stamp,
            source=self.source,
        )

    @property
    def columns(self) -> dict[str, Any]:
        """Return the columns that are not the ledger's."""
        return {
            "total_milliwh": self.total_milliwh,
            "resolution_milliwh": self.resolution_milliwh,
            "power_mw": self.power_mw,
            "voltage_mv": self.voltage_mv,
            "current_ma": self.current_ma,
            "pf_milli": self.pf_milli,
            "attempt_id": self.attempt_id,
            "serial": self.serial,
            "reset_stamp": self.reset_stamp,
            "source": int(self.source),
        }


_METERS_AT_ONCE = 500
_BEFORE_ALL, _AFTER_ALL = -(2**63), 2**63 - 1
_OF_METER = reading.c.meter_id == bindparam("meter")


def within(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Return what is asked of rows of a meter in a time, as ``bounded`` gives both."""
    start, end = table.c.ts >= bindparam("start"), table.c.ts < bindparam("end")
    return table.c.meter_id == bindparam("meter"), start, end


_JUDGED = select(
    reading.c.ts,
    reading.c.total_milliwh,
    reading.c.resolution_milliwh,
    reading.c.status,
    reading.c.energy_milliwh,
    reading.c.join_kind,
    reading.c.power_mw,
    reading.c.serial,
    reading.c.reset_stamp,
    reading.c.source,
)
# A booking asks for these again and again; to build one takes as long as to run it.
_BETWEEN = _JUDGED.where(*within(reading)).order_by(reading.c.ts)
_IS_BEFORE = select(exists().where(_OF_METER, reading.c.ts < bindparam("at")))
_IS_AFTER = select(exists().where(_OF_METER, reading.c.ts >= bindparam("at")))
_INSERT = insert(reading)
GOOD_OF_METER = _OF_METER, reading.c.status == int(Status.GOOD)
"""What is asked of the good readings of a ``meter``."""
_FIRST_AROUND = select(func.max(reading.c.ts)).where(
    *GOOD_OF_METER, reading.c.ts <= bindparam("start")
)
_LAST_AROUND = select(func.min(reading.c.ts)).where(
    *GOOD_OF_METER, reading.c.ts >= bindparam("end")
)
AROUND = (
    _OF_METER,
    reading.c.ts >= func.coalesce(_FIRST_AROUND.scalar_subquery(), bindparam("start")),
    reading.c.ts <= func.coalesce(_LAST_AROUND.scalar_subquery(), bindparam("end")),
)
"""What is asked of readings that reach into a time, from the last good one up to its start to the
first good one from its end on, as ``bounded`` gives meter and time."""
_AROUND = _JUDGED.where(*AROUND).order_by(reading.c.ts)
_STATUSES = list(Status)
_JOINS = list(Join)
_SOURCES = list(Source)


def _judged(row: Row[*tuple[Any, ...]]) -> Reading:
    ts, total, resolution, status, energy, join, power, serial, stamp, source = row
    return Reading(
        ts,
        total,
        resolution,
        _STATUSES[status],
        energy,
        None if join is None else _JOINS[join],
        power,
        serial,
        stamp,
        _SOURCES[source],
    )


def load_between(
    connection: Connection, meter_id: int, start: Instant | None, end: Instant | None
) -> list[Reading]:
    """Return a meter's readings in [start, end), ascending; None is without bound."""
    rows = connection.execute(_BETWEEN, bounded(meter_id, start, end))
    return [_judged(row) for row in rows]


def bounded(meter_id: int, start: Instant | None, end: Instant | None) -> dict[str, int]:
    """Return what ``within`` is asked with; None is without bound."""
    first, last = _BEFORE_ALL if start is None else start, _AFTER_ALL if end is None else end
    return {"meter": meter_id, "start": first, "end": last}


def load_around(
    connection: Connection, meter_id: int, start: Instant, end: Instant
) -> list[Reading]:
    """Return a meter's readings from the last good one up to ``start`` to the first at ``end``.

    The first at ``end`` or later, that is; where there is none, up to the last.
    """
    return [_judged(row) for row in connection.execute(_AROUND, bounded(meter_id, start, end))]


def good_at(
    connection: Connection, meter_ids: Collection[int], instants: Collection[Instant]
) -> set[tuple[int, Instant]]:
    """Return which of some meters have a good reading at which of some instants."""
    found: set[tuple[int, Instant]] = set()
    known = sorted(meter_ids)
    for first in range(0, len(known), _METERS_AT_ONCE):
        some = reading.c.meter_id.in_(known[first : first + _METERS_AT_ONCE])
        rows = select(reading.c.meter_id, reading.c.ts).where(
            some, reading.c.ts.in_(instants), reading.c.status == int(Status.GOOD)
        )
        found.update((meter_id, at) for meter_id, at in connection.execute(rows))
    return found


def count_good(connection: Connection, meter_id: int, start: Instant, end: Instant) -> int:
    """Return how many good readings a meter has in ``[start, end)``."""
    good = reading.c.meter_id == meter_id, reading.c.status == int(Status.GOOD)
    inside = reading.c.ts >= start, reading.c.ts < end
    return int(connection.scalar(select(func.count()).where(*good, *inside)) or 0)


_UP_TO = _JUDGED.where(*GOOD_OF_METER, reading.c.ts <= bindparam("at")).order_by(
    reading.c.ts.desc()
)
_FROM = _JUDGED.where(*GOOD_OF_METER, reading.c.ts >= bindparam("at")).order_by(reading.c.ts)
_LAST_UP_TO, _FIRST_FROM = _UP_TO.limit(1), _FROM.limit(1)


def good_ends(
    connection: Connection, meter_id: int, start: Instant, end: Instant
) -> tuple[Reading, Reading] | None:
    """Return the good readings that [start, end) rests on first and last; None where none is.

    They are the last up to ``start`` and the first from ``end`` on; where there is no such, the
    first and the last inside.
    """

    def one(rows: Select[*tuple[Any, ...]], at: Instant) -> Reading | None:
        row = connection.execute(rows, {"meter": meter_id, "at": at}).first()
        return None if row is None else _judged(row)

    first = one(_LAST_UP_TO, start) or one(_FIRST_FROM, start)
    last = one(_FIRST_FROM, end) or one(_LAST_UP_TO, end)
    return None if first is None or last is None else (first, last)


def is_read_before(connection: Connection, meter_id: int, at: Instant) -> bool:
    """Tell whether a meter has readings before an instant."""
    return bool(connection.scalar(_IS_BEFORE, {"meter": meter_id, "at": at}))


def is_read_after(connection: Connection, meter_id: int, at: Instant) -> bool:
    """Tell whether a meter has readings at an instant or later."""
    return bool(connection.scalar(_IS_AFTER, {"meter": meter_id, "at": at}))


def load_whole(connection: Connection, meter_id: int, at: Sequence[Instant]) -> list[NewReading]:
    """Return the stored readings of some instants with all that was measured beside them."""
    rows = select(reading).where(reading.c.meter_id == meter_id, reading.c.ts.in_(at))
    return [whole_reading(row) for row in connection.execute(rows)]


def whole_reading(row: Row[Any]) -> NewReading:
    """Return a row of the readings or of their revisions as it was booked."""
    return NewReading(
        row.ts,
        row.total_milliwh,
        row.resolution_milliwh,
        row.power_mw,
        row.voltage_mv,
        row.current_ma,
        row.pf_milli,
        row.attempt_id,
        row.serial,
        row.reset_stamp,
        Source(row.source),
    )


def judged_row(meter_id: int, judged: Reading, booked: NewReading) -> dict[str, Any]:
    """Return the row of a reading with what the ledger made of it."""
    return {
        "meter_id": meter_id,
        "ts": judged.at,
        "status": int(judged.status),
        "energy_milliwh": judged.energy_milliwh,
        "join_kind": None if judged.join is None else int(judged.join),
        **booked.columns,
    }


def insert_readings(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert reading rows."""
    if rows:
        connection.execute(_INSERT, list(rows))


def delete_readings(connection: Connection, meter_id: int, at: Sequence[Instant]) -> None:
    """Delete the readings of some instants: others take their place."""
    if at:
        gone = reading.c.meter_id == meter_id, reading.c.ts.in_(at)
        connection.execute(delete(reading).where(*gone))


_REJUDGE = (
    update(reading)
    .where(reading.c.meter_id == bindparam("key_meter"), reading.c.ts == bindparam("key_ts"))
    .values(
        status=bindparam("new_status"),
        energy_milliwh=bindparam("new_energy"),
        join_kind=bindparam("new_join"),
    )
)


def rejudge(connection: Connection, meter_id: int, readings: Sequence[Reading]) -> None:
    """Write what the ledger makes of readings that are stored already."""
    rows = [
        {
            "key_meter": meter_id,
            "key_ts": judged.at,
            "new_status": int(judged.status),
            "new_energy": judged.energy_milliwh,
            "new_join": None if judged.join is None else int(judged.join),
        }
        for judged in readings
    ]
    if rows:
        connection.execute(_REJUDGE, rows)
