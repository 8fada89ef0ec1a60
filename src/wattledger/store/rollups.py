"""The energy of local days and months, changed by the difference of two rollups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Table, and_, delete, select

from wattledger.domain.instant import Instant
from wattledger.domain.ledger import Rollup
from wattledger.domain.reading import Reading
from wattledger.domain.tally import COUNTS, Tally
from wattledger.store.slices import slices
from wattledger.store.tables import energy_day, energy_month
from wattledger.store.upsert import upsert

_Key: TypeAlias = tuple[int, date]

_NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class Change:
    """A meter's rollups behind ``base`` and up to ``upto`` (None: the last), before and after."""

    meter_id: int
    base: Reading | None
    upto: Instant | None
    old: Rollup
    new: Rollup


def change_days(connection: Connection, changes: Iterable[Change]) -> None:
    """Add to each day what its tally changed by; a day that nothing speaks of is removed."""
    rows: list[dict[str, Any]] = []
    shrunk: set[int] = set()
    for change in changes:
        for day in change.old.days.keys() | change.new.days.keys():
            delta = _delta(change.old.days.get(day), change.new.days.get(day))
            if any(delta):
                counts = dict(zip(COUNTS, delta, strict=True))
                rows.append({"meter_id": change.meter_id, "day": day, **counts})
            if day in change.old.days:
                shrunk.add(change.meter_id)
    upsert(connection, energy_day, rows, added=COUNTS)
    _remove_empty(connection, energy_day, shrunk)


def _delta(old: Tally | None, new: Tally | None) -> tuple[int, ...]:
    before, after = (old or _NOTHING).counts, (new or _NOTHING).counts
    return tuple(b - a for a, b in zip(before, after, strict=True))


def _remove_empty(connection: Connection, table: Table, meter_ids: Iterable[int]) -> None:
    """Remove rows without reads and without covered time: they would read as 0 kWh."""
    empty = and_(table.c.good_reads == 0, table.c.held_reads == 0, table.c.covered == 0)
    for ids in slices(meter_ids):
        connection.execute(delete(table).where(table.c.meter_id.in_(ids), empty))


def change_months(connection: Connection, changes: Sequence[Change]) -> dict[_Key, int]:
    """Change the months; returns the energy of each month touched, by (meter id, month)."""
    stored = _load_months(connection, changes)
    rows: list[dict[str, Any]] = []
    for change in changes:
        for month in change.old.months.keys() | change.new.months.keys():
            row = stored.get((change.meter_id, month))
            rows.append(_changed_month(change, month, row))
    upsert(connection, energy_month, rows)
    _remove_empty(connection, energy_month, {c.meter_id for c in changes if c.old.months})
    return {(row["meter_id"], row["month"]): row["energy_milliwh"] for row in rows}


def _load_months(connection: Connection, changes: Sequence[Change]) -> Mapping[_Key, Row[Any]]:
    months = [month for c in changes for month in (*c.old.months, *c.new.months)]
    stored: dict[_Key, Row[Any]] = {}
    if not months:
        return stored
    for ids in slices(change.meter_id for change in changes):
        rows = select(energy_month).where(
            energy_month.c.meter_id.in_(ids), energy_month.c.month.between(min(months), max(months))
        )
        stored.update(((row.meter_id, row.month), row) for row in connection.execute(rows))
    return stored


def _changed_month(change: Change, month: date, stored: Row[Any] | None) -> dict[str, Any]:
    new = change.new.months.get(month, _NOTHING)
    delta = _delta(change.old.months.get(month), new)
    before = [0] * len(COUNTS) if stored is None else [getattr(stored, name) for name in COUNTS]
    begins = stored if stored is not None and _precedes(stored, change.base) else new
    ends = stored if stored is not None and _outlasts(stored, change.upto) else new
    return {
        "meter_id": change.meter_id,
        "month": month,
        **{name: a + b for name, a, b in zip(COUNTS, before, delta, strict=True)},
        "start_at": begins.start_at,
        "start_milliwh": begins.start_milliwh,
        "start_resolution_milliwh": begins.start_resolution_milliwh,
        "end_at": ends.end_at,
        "end_milliwh": ends.end_milliwh,
        "end_resolution_milliwh": ends.end_resolution_milliwh,
    }


def _precedes(stored: Row[Any], base: Reading | None) -> bool:
    """Tell whether a month's known span began with or before the base, which the change keeps."""
    return base is not None and stored.start_at is not None and stored.start_at <= base.at


def _outlasts(stored: Row[Any], upto: Instant | None) -> bool:
    """Tell whether a month's known span ends with or behind the last reading of the change."""
    return upto is not None and stored.end_at is not None and stored.end_at >= upto
