"""Readings as rows, and the state a meter's ledger goes on from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from wattledger.domain.acceptance import Base, follows
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.reading import Reading, Status
from wattledger.domain.register import DEFAULT_P_MAX_MW, RegisterSettings, parse_multiplier
from wattledger.store.tables import endpoint, meter, meter_state, reading, site

IN_LIMIT = 500
"""Keys in one IN list: below every database's limit on parameters."""


@dataclass(frozen=True, slots=True)
class NewReading:
    """A register value to be booked, with what was measured beside it.

    ``serial`` and ``reset_stamp`` are its identity: whose register it is, and when that was set.
    """

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


@dataclass(frozen=True, slots=True)
class Register:
    """A meter as the ledger sees it: its register's settings, and its site's zone."""

    meter_id: int
    settings: RegisterSettings
    zone: str


@dataclass(frozen=True, slots=True)
class State:
    """Where a meter's ledger stands: its last reading by time, its base, how many are held."""

    last_at: Instant | None
    base: Base | None
    held_count: int


def slices(keys: Iterable[int]) -> Iterator[list[int]]:
    """Cut keys into lists short enough for one IN list."""
    ordered = list(keys)
    for start in range(0, len(ordered), IN_LIMIT):
        yield ordered[start : start + IN_LIMIT]


def load_registers(connection: Connection, meter_ids: Iterable[int]) -> dict[int, Register]:
    """Return the registers of meters by meter id."""
    joined = meter.join(endpoint).join(site, endpoint.c.site_id == site.c.id)
    columns = select(
        meter.c.id,
        meter.c.multiplier,
        meter.c.resolution_milliwh,
        meter.c.p_max_mw,
        endpoint.c.poll_minutes,
        site.c.zone,
    ).select_from(joined)
    registers: dict[int, Register] = {}
    for ids in slices(meter_ids):
        for row in connection.execute(columns.where(meter.c.id.in_(ids))):
            numerator, denominator = parse_multiplier(row.multiplier)
            settings = RegisterSettings(
                numerator=numerator,
                denominator=denominator,
                resolution_milliwh=row.resolution_milliwh,
                p_max_mw=row.p_max_mw or DEFAULT_P_MAX_MW,
                poll=row.poll_minutes * MINUTE,
            )
            registers[row.id] = Register(row.id, settings, row.zone)
    return registers


def load_states(connection: Connection, meter_ids: Iterable[int]) -> dict[int, State]:
    """Return the states of meters by meter id, locked for the rest of the transaction."""
    states: dict[int, State] = {}
    for ids in slices(meter_ids):
        rows = select(meter_state).where(meter_state.c.meter_id.in_(ids)).with_for_update()
        for row in connection.execute(rows):
            states[row.meter_id] = State(row.last_at, _base(row), row.held_count)
    return states


def _base(row: Row[Any]) -> Base | None:
    if row.base_at is None:
        return None
    return Base(row.base_at, row.base_milliwh, row.base_resolution_milliwh, row.base_moved_at)


_JUDGED = select(
    reading.c.ts,
    reading.c.total_milliwh,
    reading.c.resolution_milliwh,
    reading.c.status,
    reading.c.energy_milliwh,
)


def load_after(connection: Connection, meter_id: int, after: Instant | None) -> list[Reading]:
    """Return a meter's readings later than an instant (all for ``None``), ascending."""
    rows = _JUDGED.where(reading.c.meter_id == meter_id).order_by(reading.c.ts)
    if after is not None:
        rows = rows.where(reading.c.ts > after)
    return [
        Reading(ts, total, resolution, Status(status), energy)
        for ts, total, resolution, status, energy in connection.execute(rows)
    ]


def settled_before(connection: Connection, register: Register, at: Instant) -> Base | None:
    """Return the last good reading before an instant that no reading after it can undo.

    A display that caught up is good because the reading behind it agrees; where one may come in
    between, the good reading before it counts.
    """
    good = _JUDGED.where(reading.c.meter_id == register.meter_id, reading.c.status == Status.GOOD)
    rows = good.where(reading.c.ts < at).order_by(reading.c.ts.desc()).limit(2)
    last = [
        Reading(ts, total, resolution, Status(status), energy)
        for ts, total, resolution, status, energy in connection.execute(rows)
    ]
    bases = [_base_at(connection, register.meter_id, good) for good in last]
    if len(bases) > 1 and not follows(bases[1], last[0], register.settings):
        return bases[1]
    return bases[0] if bases else None


def _base_at(connection: Connection, meter_id: int, good: Reading) -> Base:
    # Good totals never fall, so the first good reading of this value is when it was reached.
    moved_at = connection.execute(
        select(func.min(reading.c.ts)).where(
            reading.c.meter_id == meter_id,
            reading.c.status == Status.GOOD,
            reading.c.total_milliwh == good.total_milliwh,
        )
    ).scalar_one()
    return Base(good.at, good.total_milliwh, good.resolution_milliwh, moved_at)


def insert_readings(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert reading rows."""
    if rows:
        connection.execute(insert(reading), list(rows))


_REJUDGE = (
    update(reading)
    .where(reading.c.meter_id == bindparam("key_meter"), reading.c.ts == bindparam("key_ts"))
    .values(status=bindparam("new_status"), energy_milliwh=bindparam("new_energy"))
)


def rejudge(connection: Connection, meter_id: int, readings: Sequence[Reading]) -> None:
    """Write the status and energy of readings that are stored already."""
    rows = [
        {
            "key_meter": meter_id,
            "key_ts": judged.at,
            "new_status": int(judged.status),
            "new_energy": judged.energy_milliwh,
        }
        for judged in readings
    ]
    if rows:
        connection.execute(_REJUDGE, rows)
