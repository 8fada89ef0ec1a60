"""Booking: readings into the ledger tables, in the caller's transaction.

A meter's new readings are judged together with what is stored after the last good reading before
them; days and months change by the difference of two rollups. What arrives in order, with nothing
held, needs no look back. The result equals a recomputation of all readings in order (LEDGER 3.7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from wattledger.domain.acceptance import Base, accept
from wattledger.domain.instant import Instant
from wattledger.domain.ledger import Rollup, roll_up
from wattledger.domain.period import calendar
from wattledger.domain.reading import Reading, Status
from wattledger.store.readings import (
    NewReading,
    Register,
    State,
    insert_readings,
    load_after,
    load_registers,
    load_states,
    rejudge,
    settled_before,
)
from wattledger.store.rollups import Change, change_days, change_months
from wattledger.store.states import StateChange, write_states

_NO_STATE = State(None, None, 0)
_by_time = attrgetter("at")


@dataclass(slots=True)
class Booked:
    """What became of one meter's new readings.

    ``duplicates`` were stored already with the same value; ``conflicts`` are the instants at which
    another value is stored: neither changes anything. ``last`` is the judgement of the latest;
    ``newly_held`` by how many the held readings grew (it falls when held ones are released).
    """

    new: int = 0
    duplicates: int = 0
    conflicts: list[Instant] = field(default_factory=list)
    last: Status | None = None
    newly_held: int = 0


@dataclass(frozen=True, slots=True)
class _Span:
    """One meter's readings after ``base``: as stored, and with the new ones judged among them."""

    register: Register
    base: Base | None
    old: list[Reading]
    judged: list[Reading]
    end: Base | None
    new: dict[Instant, NewReading]

    def rollup(self, readings: Sequence[Reading]) -> Rollup:
        zone = calendar(self.register.zone)
        return roll_up(self.base, readings, self.register.settings, zone)


def book(connection: Connection, readings: Mapping[int, Sequence[NewReading]]) -> dict[int, Booked]:
    """Book new readings by meter id; returns what became of them.

    The readings of a meter may come in any order and may lie before what is stored.
    """
    registers = load_registers(connection, readings)
    states = load_states(connection, readings)
    booked: dict[int, Booked] = {}
    spans: list[_Span] = []
    for meter_id, fresh in readings.items():
        result = booked[meter_id] = Booked()
        span = _judge(
            connection, registers[meter_id], states.get(meter_id, _NO_STATE), fresh, result
        )
        if span.new:
            spans.append(span)
    _write(connection, spans)
    return booked


def _judge(
    connection: Connection,
    register: Register,
    state: State,
    fresh: Sequence[NewReading],
    result: Booked,
) -> _Span:
    first = min(fresh, key=_by_time).at
    base, old = _stored(connection, register, state, first)
    new = _unstored(old, fresh, result)
    arrived = [Reading(r.at, r.total_milliwh, r.resolution_milliwh) for r in new.values()]
    judged, end = accept(base, sorted([*old, *arrived], key=_by_time), register.settings)
    result.new = len(new)
    result.newly_held = _held(judged) - _held(old)
    if new:
        latest = max(new)
        result.last = next(reading.status for reading in reversed(judged) if reading.at == latest)
    return _Span(register, base, old, judged, end, new)


def _held(readings: Sequence[Reading]) -> int:
    return sum(1 for reading in readings if reading.status is Status.HELD)


def _stored(
    connection: Connection, register: Register, state: State, first: Instant
) -> tuple[Base | None, list[Reading]]:
    """Return the base that a reading at ``first`` is judged from, and what is stored after it."""
    in_order = state.last_at is None or first > state.last_at
    base = state.base if in_order else settled_before(connection, register, first)
    if in_order and not state.held_count:
        return base, []
    return base, load_after(connection, register.meter_id, base.at if base else None)


def _unstored(
    old: Sequence[Reading], fresh: Sequence[NewReading], result: Booked
) -> dict[Instant, NewReading]:
    """Return the readings at instants not yet taken; count the others."""
    stored = {reading.at: reading.total_milliwh for reading in old}
    new: dict[Instant, NewReading] = {}
    for reading in fresh:
        known = stored.setdefault(reading.at, reading.total_milliwh)
        if known != reading.total_milliwh:
            result.conflicts.append(reading.at)
        else:
            new.setdefault(reading.at, reading)
    for at in [reading.at for reading in old]:
        new.pop(at, None)
    result.duplicates = len(fresh) - len(result.conflicts) - len(new)
    return new


def _write(connection: Connection, spans: Sequence[_Span]) -> None:
    insert_readings(connection, [row for span in spans for row in _new_rows(span)])
    changes: list[Change] = []
    for span in spans:
        before = {reading.at: reading for reading in span.old}
        changed = [r for r in span.judged if r.at in before and before[r.at] != r]
        rejudge(connection, span.register.meter_id, changed)
        changes.append(
            Change(
                span.register.meter_id,
                span.base,
                span.rollup(span.old),
                span.rollup(span.judged),
            )
        )
    change_days(connection, changes)
    energies = change_months(connection, changes)
    write_states(connection, [_state_change(span, energies) for span in spans])


def _new_rows(span: _Span) -> list[dict[str, Any]]:
    return [
        {
            "meter_id": span.register.meter_id,
            "ts": judged.at,
            "total_milliwh": judged.total_milliwh,
            "resolution_milliwh": judged.resolution_milliwh,
            "energy_milliwh": judged.energy_milliwh,
            "status": int(judged.status),
            "power_mw": fresh.power_mw,
            "voltage_mv": fresh.voltage_mv,
            "current_ma": fresh.current_ma,
            "pf_milli": fresh.pf_milli,
            "attempt_id": fresh.attempt_id,
        }
        for judged in span.judged
        if (fresh := span.new.get(judged.at)) is not None
    ]


def _state_change(span: _Span, energies: Mapping[tuple[int, date], int]) -> StateChange:
    last = span.judged[-1]
    meter_id = span.register.meter_id
    month = calendar(span.register.zone).month_of(span.end.at) if span.end else None
    return StateChange(
        meter_id=meter_id,
        last=last,
        base=span.end,
        held_count=_held(span.judged),
        month=month,
        month_milliwh=energies[meter_id, month] if month else None,
        measured=span.new.get(last.at),
    )
