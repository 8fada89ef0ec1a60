"""What a register showed and what the ledger made of it: the readings of one meter, looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Reading, Status
from wattledger.store.readings import NewReading, whole_reading
from wattledger.store.tables import energy_month, reading


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


@dataclass(frozen=True, slots=True)
class ReadingWindow:
    """Which readings of a meter: [start, end), older than ``before``."""

    start: Instant | None = None
    end: Instant | None = None
    before: Instant | None = None


SURE = (int(Status.GOOD), int(Status.JITTER))
"""The statuses of what no doubt is about: the ledger booked it, or the last digit flickered."""


def newest_readings(
    connection: Connection,
    meter_id: int,
    window: ReadingWindow,
    limit: int,
    *,
    only_sure: bool = False,
) -> list[StoredReading]:
    """Return the newest readings of a meter that lie in a window, newest first."""
    rows = select(reading).where(reading.c.meter_id == meter_id)
    if only_sure:
        rows = rows.where(reading.c.status.in_(SURE))
    if window.start is not None:
        rows = rows.where(reading.c.ts >= window.start)
    if window.end is not None:
        rows = rows.where(reading.c.ts < window.end)
    if window.before is not None:
        rows = rows.where(reading.c.ts < window.before)
    newest = rows.order_by(reading.c.ts.desc()).limit(limit)
    return [_stored(row) for row in connection.execute(newest)]


def reading_at(connection: Connection, meter_id: int, at: Instant) -> StoredReading | None:
    """Return the reading of an instant."""
    there = reading.c.meter_id == meter_id, reading.c.ts == at
    row = connection.execute(select(reading).where(*there)).first()
    return None if row is None else _stored(row)


def last_good_before(connection: Connection, meter_id: int, at: Instant) -> Reading | None:
    """Return the last good reading before an instant."""
    good = (
        select(reading)
        .where(reading.c.meter_id == meter_id, reading.c.ts < at)
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
    rows = select(reading).where(reading.c.meter_id == meter_id, reading.c.ts >= at)
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
    """Return a meter's energy by month; one reading alone says nothing about any time."""
    columns = select(energy_month.c.month, energy_month.c.energy_milliwh, energy_month.c.covered)
    rows = connection.execute(columns.where(energy_month.c.meter_id == meter_id))
    return {month: energy if covered > 0 else None for month, energy, covered in rows}


def _stored(row: Row[Any]) -> StoredReading:
    booked = whole_reading(row)
    join = None if row.join_kind is None else Join(row.join_kind)
    judged = Reading(
        booked.at,
        booked.total_milliwh,
        booked.resolution_milliwh,
        Status(row.status),
        row.energy_milliwh,
        join,
        booked.power_mw,
        booked.serial,
        booked.reset_stamp,
        booked.source,
    )
    return StoredReading(booked, judged)
