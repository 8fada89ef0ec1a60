"""The hot row of a meter: where its ledger stands and what it showed last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from wattledger.domain.acceptance import Base
from wattledger.domain.reading import Reading
from wattledger.store.readings import NewReading
from wattledger.store.tables import meter_state
from wattledger.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class StateChange:
    """A meter's new state; ``measured`` when its last reading by time is a new one."""

    meter_id: int
    last: Reading
    base: Base | None
    held_count: int
    month: date | None
    month_milliwh: int | None
    measured: NewReading | None


def write_states(connection: Connection, changes: Sequence[StateChange]) -> None:
    """Write states; what was measured beside the register only where it is the newest."""
    upsert(
        connection,
        meter_state,
        [state_row(c) | {"version": 1} for c in changes],
        added=("version",),
    )
    newest = [
        {"meter_id": change.meter_id, **measured_columns(change.measured)}
        for change in changes
        if change.measured is not None
    ]
    upsert(connection, meter_state, newest)


def state_row(change: StateChange) -> dict[str, Any]:
    """Return the columns of a state that follow from the readings alone."""
    base = change.base
    return {
        "meter_id": change.meter_id,
        "last_at": change.last.at,
        "last_milliwh": change.last.total_milliwh,
        "last_status": int(change.last.status),
        "base_at": base.at if base else None,
        "base_milliwh": base.total_milliwh if base else None,
        "base_resolution_milliwh": base.resolution_milliwh if base else None,
        "base_moved_at": base.moved_at if base else None,
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
