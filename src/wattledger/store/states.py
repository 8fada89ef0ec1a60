"""The hot row of a meter: where its ledger stands and what it showed last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Reading, Status
from wattledger.domain.tip import Tip
from wattledger.store.readings import NewReading
from wattledger.store.slices import slices
from wattledger.store.tables import meter_state
from wattledger.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class State:
    """Where a meter's ledger stands: its last reading by time, its tip, how many are held.

    ``uncounted`` when its days and months are of a zone that its site had before.
    """

    last_at: Instant | None = None
    tip: Tip | None = None
    held_count: int = 0
    uncounted: bool = False


_STATES = (
    select(meter_state)
    .where(meter_state.c.meter_id.in_(bindparam("ids", expanding=True)))
    .with_for_update()
)


def load_states(connection: Connection, meter_ids: Iterable[int]) -> dict[int, State]:
    """Return the states of meters by meter id, locked for the rest of the transaction."""
    states: dict[int, State] = {}
    for ids in slices(meter_ids):
        for row in connection.execute(_STATES, {"ids": ids}):
            states[row.meter_id] = State(row.last_at, _tip(row), row.held_count, row.uncounted)
    return states


def _tip(row: Row[Any]) -> Tip | None:
    if row.base_at is None:
        return None
    last = Reading(
        row.base_at,
        row.base_milliwh,
        row.base_resolution_milliwh,
        Status.GOOD,
        row.base_energy_milliwh,
        Join.ADVANCE,
        serial=row.base_serial,
    )
    # Calm or not, only what comes behind the last reading of all can go on from here.
    return Tip(last, row.base_moved_at, calm=row.calm)


@dataclass(frozen=True, slots=True)
class StateChange:
    """A meter's new state; ``measured`` when its last reading by time is a new one.

    ``last`` is None where only readings before the last ones changed; ``month_milliwh`` where the
    month of the tip did not change.
    """

    meter_id: int
    last: Reading | None
    tip: Tip | None
    held_count: int
    month: date | None
    month_milliwh: int | None
    measured: NewReading | None


def write_states(connection: Connection, changes: Sequence[StateChange]) -> None:
    """Write states; what was measured beside the register only where it is the newest."""
    upsert(
        connection,
        meter_state,
        [state_row(c, c.last) | {"version": 1} for c in changes if c.last is not None],
        added=("version",),
    )
    newest = [
        {"meter_id": change.meter_id, **measured_columns(change.measured)}
        for change in changes
        if change.measured is not None
    ]
    upsert(connection, meter_state, newest)
    for change in changes:
        if change.last is None:
            _touch(connection, change)


def _touch(connection: Connection, change: StateChange) -> None:
    """Write what readings before the last ones change of a state."""
    columns: dict[str, Any] = {
        "held_count": change.held_count,
        "version": meter_state.c.version + 1,
    }
    if change.month_milliwh is not None:
        columns["month_milliwh"] = change.month_milliwh
    touched = update(meter_state).where(meter_state.c.meter_id == change.meter_id)
    connection.execute(touched.values(**columns))


def state_row(change: StateChange, last: Reading) -> dict[str, Any]:
    """Return the columns of a state that follow from the readings alone."""
    tip = change.tip
    return {
        "meter_id": change.meter_id,
        "last_at": last.at,
        "last_milliwh": last.total_milliwh,
        "last_status": int(last.status),
        "base_at": tip.last.at if tip else None,
        "base_milliwh": tip.last.total_milliwh if tip else None,
        "base_resolution_milliwh": tip.last.resolution_milliwh if tip else None,
        "base_moved_at": tip.moved_at if tip else None,
        "base_serial": tip.last.serial if tip else None,
        "base_energy_milliwh": tip.last.energy_milliwh if tip else None,
        "calm": tip is not None and tip.calm,
        "held_count": change.held_count,
        "month": change.month,
        "month_milliwh": change.month_milliwh,
    }


def measured_columns(measured: NewReading) -> dict[str, Any]:
    """Return the values measured beside the register."""
    return {
        "power_mw": measured.power_mw,
        "voltage_mv": measured.voltage_mv,
        "current_ma": measured.current_ma,
        "pf_milli": measured.pf_milli,
    }


def newest_reading(connection: Connection) -> Instant | None:
    """Return when the newest reading of all meters was taken; None before the first."""
    newest: Instant | None = connection.scalar(select(func.max(meter_state.c.last_at)))
    return newest
