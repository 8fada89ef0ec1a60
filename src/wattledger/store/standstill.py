"""The standstills of registers, found where good readings showed no rise though power was drawn."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    column,
    func,
    literal_column,
    select,
    text,
)

from wattledger.domain.instant import DAY, HOUR, Instant
from wattledger.domain.standstill import Standstill, is_standstill, standstills, step_of
from wattledger.store.readings import GOOD_OF_METER, load_between
from wattledger.store.registers import Register, load_registers
from wattledger.store.slices import slices
from wattledger.store.tables import meter, reading

_SHORTEST = 2 * HOUR
"""No pause that is shorter is a long one."""


class _Still(NamedTuple):
    """Reads of a meter that showed one value and some power, but no rise."""

    meter_id: int
    total_milliwh: int
    first_at: Instant
    last_at: Instant
    power_mw: int
    reads: int
    resolution_milliwh: int

    def is_standstill(self, register: Register) -> bool:
        """Tell whether it may be one, as far as these reads say: those without power say less."""
        settings = register.settings.at(self.last_at)
        step, watched = step_of(settings, self.resolution_milliwh), self.last_at - self.first_at
        return is_standstill(-(-self.power_mw // self.reads), watched, step, settings.poll)

    def crosses(self, edge: Instant) -> bool:
        """Tell whether it reaches over an edge, so that perhaps not all of it was looked at."""
        return self.first_at < edge <= self.last_at


_FIRST: ColumnElement[int] = func.min(column("ts", BigInteger))
_LAST: ColumnElement[int] = func.max(column("ts", BigInteger))
_ALL_STILL: Select[*tuple[Any, ...]] = (
    select(
        column("meter_id"),
        column("total_milliwh"),
        _FIRST,
        _LAST,
        func.sum(column("power_mw")),
        func.count(),
        func.max(column("resolution_milliwh")),
    )
    # All that is asked is in this index. By itself the planner reads all that the meters showed.
    .select_from(text("reading INDEXED BY ix_reading_still"))
    .where(
        # As the partial index has it: bound parameters would not find it.
        literal_column("energy_milliwh = 0"),
        literal_column("power_mw > 0"),
        # It needs the meters to look them up in the index.
        column("meter_id").in_(select(meter.c.id)),
        column("ts") >= bindparam("start"),
        column("ts") < bindparam("end"),
    )
    .group_by(column("meter_id"), column("total_milliwh"))
    .having(_LAST - _FIRST > _SHORTEST)
)
_STILL = _ALL_STILL.where(column("meter_id").in_(bindparam("ids", expanding=True)))
_OTHER = select(reading.c.ts).where(*GOOD_OF_METER, reading.c.total_milliwh != bindparam("total"))
_MOVED = _OTHER.where(reading.c.ts < bindparam("at")).order_by(reading.c.ts.desc()).limit(1)
_MOVES = _OTHER.where(reading.c.ts > bindparam("at")).order_by(reading.c.ts).limit(1)


def standstills_between(
    connection: Connection, registers: Mapping[int, Register], start: Instant, end: Instant
) -> dict[int, list[Standstill]]:
    """Return the standstills that reach into [start, end) by meter id; few meters have one."""
    standing: dict[int, list[Standstill]] = {}
    for still in _stills_of(connection, registers, start, end):
        register = registers[still.meter_id]
        if not (still.is_standstill(register) or still.crosses(start) or still.crosses(end)):
            continue
        readings = load_between(connection, still.meter_id, *_bounds(connection, still))
        known = standing.setdefault(still.meter_id, [])
        known += [
            each
            for each in standstills(readings, register.settings)
            if each.since < end and each.last_at > start and each not in known
        ]
    return {meter_id: sorted(each, key=_since) for meter_id, each in standing.items() if each}


def standing_meters(connection: Connection, start: Instant, end: Instant) -> set[int]:
    """Return the meters with a standstill that reaches into [start, end)."""
    found = {row.meter_id for row in map(_still, connection.execute(_ALL_STILL, _span(start, end)))}
    return set(standstills_between(connection, load_registers(connection, found), start, end))


def _stills_of(
    connection: Connection, meter_ids: Iterable[int], start: Instant, end: Instant
) -> Iterator[_Still]:
    """Yield where meters may stand still."""
    for ids in slices(meter_ids):
        yield from map(_still, connection.execute(_STILL, {"ids": ids} | _span(start, end)))


def _span(start: Instant, end: Instant) -> dict[str, Any]:
    """Return what is looked at: a day more on either side shows it of what is cut."""
    return {"start": start - DAY, "end": end + DAY}


def _still(row: Row[*tuple[Any, ...]]) -> _Still:
    return _Still(*row)


def _bounds(connection: Connection, still: _Still) -> tuple[Instant | None, Instant | None]:
    """Return the reads around it that showed something else; None where there is none."""
    asked = {"meter": still.meter_id, "total": still.total_milliwh}
    moved = connection.scalar(_MOVED, asked | {"at": still.first_at})
    moves = connection.scalar(_MOVES, asked | {"at": still.last_at})
    return moved, None if moves is None else moves + 1


def _since(standstill: Standstill) -> Instant:
    return standstill.since
