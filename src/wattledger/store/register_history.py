"""What a register showed and what the ledger made of it: the readings of one meter, looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, bindparam, select

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Reading, Source, Status
from wattledger.store.listing import Listing, key_part
from wattledger.store.readings import NewReading
from wattledger.store.tables import energy_month, reading
from wattledger.store.uncounted import refuse_uncounted


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A reading as it was booked, and as it is judged."""

    booked: NewReading
    judged: Reading


class Standing(NamedTuple):
    """The value that stands at an instant, its status, and how it opens an epoch if it does."""

    total_milliwh: int
    status: Status
    epoch: Join | None = None


_ROWS: Select[*tuple[Any, ...]] = select(
    reading.c.ts,
    reading.c.total_milliwh,
    reading.c.resolution_milliwh,
    reading.c.power_mw,
    reading.c.voltage_mv,
    reading.c.current_ma,
    reading.c.pf_milli,
    reading.c.attempt_id,
    reading.c.serial,
    reading.c.reset_stamp,
    reading.c.source,
    reading.c.status,
    reading.c.energy_milliwh,
    reading.c.join_kind,
)
_SOURCES, _STATUSES, _JOINS = list(Source), list(Status), list(Join)


def _stored(row: Row[*tuple[Any, ...]]) -> StoredReading:
    # Taken by position: for a page of a list, twice as fast as by name.
    at, total, resolution, power, *beside, serial, stamp, source_code, status, energy, join = row
    source = _SOURCES[source_code]
    booked: tuple[Any, ...] = (at, total, resolution, power, *beside, serial, stamp, source)
    judged = Reading(
        at,
        total,
        resolution,
        _STATUSES[status],
        energy,
        None if join is None else _JOINS[join],
        power,
        serial,
        stamp,
        source,
    )
    return StoredReading(NewReading(*booked), judged)


@dataclass(frozen=True, slots=True)
class ReadingWindow:
    """Which readings of a meter: [start, end), older than ``before``, all or those of a status."""

    start: Instant | None = None
    end: Instant | None = None
    before: Instant | None = None
    status: Status | None = None


SURE = (int(Status.GOOD), int(Status.JITTER))
"""The statuses of what no doubt is about: the ledger booked it, or the last digit flickered."""


_NEWEST_FIRST = Listing(
    _ROWS.where(reading.c.meter_id == bindparam("meter_id")),
    (reading.c.ts.desc(),),
    reading.c.ts < key_part(0, reading.c.ts),
    {
        "start": reading.c.ts >= bindparam("start"),
        "end": reading.c.ts < bindparam("end"),
        "status": reading.c.status == bindparam("status"),
        "only_sure": reading.c.status.in_(SURE),
    },
)


def newest_readings(
    connection: Connection,
    meter_id: int,
    window: ReadingWindow,
    limit: int,
    *,
    only_sure: bool = False,
) -> list[StoredReading]:
    """Return the newest readings of a meter that lie in a window, newest first."""
    given = {
        "meter_id": meter_id,
        "start": window.start,
        "end": window.end,
        "status": window.status,
        "only_sure": True if only_sure else None,
    }
    key = None if window.before is None else (window.before,)
    return list(map(_stored, _NEWEST_FIRST.page(connection, given, key, limit)))


def reading_at(connection: Connection, meter_id: int, at: Instant) -> StoredReading | None:
    """Return the reading of an instant."""
    there = reading.c.meter_id == meter_id, reading.c.ts == at
    row = connection.execute(_ROWS.where(*there)).first()
    return None if row is None else _stored(row)


def last_good_before(connection: Connection, meter_id: int, at: Instant) -> Reading | None:
    """Return the last good reading before an instant."""
    good = (
        _ROWS.where(reading.c.meter_id == meter_id, reading.c.ts < at)
        .where(reading.c.status == Status.GOOD)
        .order_by(reading.c.ts.desc())
        .limit(1)
    )
    row = connection.execute(good).first()
    return None if row is None else _stored(row).judged


def next_readings(
    connection: Connection, meter_id: int, at: Instant, limit: int
) -> list[StoredReading]:
    """Return the readings at an instant and behind it, in order of time."""
    rows = _ROWS.where(reading.c.meter_id == meter_id, reading.c.ts >= at)
    behind = rows.order_by(reading.c.ts).limit(limit)
    return [_stored(row) for row in connection.execute(behind)]


def standings(connection: Connection, meter_id: int) -> Mapping[Instant, Standing]:
    """Return what stands at each instant of a meter."""
    columns = select(reading.c.ts, reading.c.total_milliwh, reading.c.status, reading.c.join_kind)
    rows = connection.execute(columns.where(reading.c.meter_id == meter_id))
    return {at: Standing(total, Status(status), _epoch(join)) for at, total, status, join in rows}


def _epoch(join: int | None) -> Join | None:
    return Join(join) if join is not None and Join(join).opens_epoch else None


def month_energies(connection: Connection, meter_id: int) -> Mapping[date, int | None]:
    """Return a meter's energy by month; one reading alone says nothing about any time.

    NotYetError while they are being counted anew.
    """
    refuse_uncounted(connection, [meter_id])
    columns = select(energy_month.c.month, energy_month.c.energy_milliwh, energy_month.c.covered)
    rows = connection.execute(columns.where(energy_month.c.meter_id == meter_id))
    return {month: energy if covered > 0 else None for month, energy, covered in rows}
