"""Booking: readings into the ledger tables, in the caller's transaction.

What plainly continues a calm register is booked by itself. Anything else is judged together with
what is stored around it; days and months change by the difference of two rollups. Either way the
result equals a recomputation of all readings in order (LEDGER 3.7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from operator import attrgetter

from sqlalchemy import Connection

from wattledger.domain.instant import Instant
from wattledger.domain.ledger import roll_up
from wattledger.domain.period import calendar
from wattledger.domain.reading import Reading, Status
from wattledger.domain.tip import Tip, go_on, tip_of
from wattledger.store.readings import (
    NewReading,
    delete_readings,
    insert_readings,
    judged_row,
    rejudge,
)
from wattledger.store.recompute import rebuild
from wattledger.store.registers import Register, load_registers
from wattledger.store.revisions import replace_revisions
from wattledger.store.rollups import Change, change_days, change_months
from wattledger.store.span import Span, judge_first, judge_span
from wattledger.store.states import State, StateChange, load_states, write_states

_by_time = attrgetter("at")


@dataclass(slots=True)
class Booked:
    """What became of one meter's new readings.

    ``duplicates`` were stored already with the same value and change nothing; ``conflicts`` are
    the instants at which other values were stored, so that the neighbours decide which stands.
    ``last`` is the judgement of the latest; ``newly_held`` by how many the held readings grew (it
    falls when held ones are released).
    """

    new: int = 0
    duplicates: int = 0
    conflicts: list[Instant] = field(default_factory=list)
    last: Status | None = None
    newly_held: int = 0


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is to be written of one meter.

    ``old`` and ``judged`` are the readings behind ``base`` and up to ``upto`` (None: to the last)
    before and after; ``winners`` are those of them to be inserted.
    """

    register: Register
    base: Reading | None
    old: Sequence[Reading]
    judged: Sequence[Reading]
    winners: Mapping[Instant, NewReading]
    upto: Instant | None
    state: State
    tip: Tip | None

    @property
    def change(self) -> Change:
        """Return the rollups before and after."""
        zone, settings = calendar(self.register.zone), self.register.settings
        old = roll_up(self.base, self.old, settings, zone)
        new = roll_up(self.base, self.judged, settings, zone)
        return Change(self.register.meter_id, self.base, self.upto, old, new)


def book(connection: Connection, readings: Mapping[int, Sequence[NewReading]]) -> dict[int, Booked]:
    """Book new readings by meter id; returns what became of them.

    The readings of a meter may come in any order and may lie before what is stored.
    """
    registers = load_registers(connection, readings)
    states = load_states(connection, readings)
    booked: dict[int, Booked] = {}
    entries: list[_Entry] = []
    for meter_id, fresh in readings.items():
        register, state = registers[meter_id], states.get(meter_id, State())
        entry = _continued(register, state, fresh)
        if entry is None:
            entry, booked[meter_id] = _fitted(connection, register, state, fresh)
        else:
            last = entry.judged[-1].status
            booked[meter_id] = Booked(len(entry.judged), len(fresh) - len(entry.judged), last=last)
        if entry is not None:
            entries.append(entry)
    _write(connection, entries)
    # What was added to days and months of another zone is counted with them.
    rebuild(connection, [meter_id for meter_id, state in states.items() if state.uncounted])
    return booked


def judge_again(connection: Connection, meter_id: int, at: Instant) -> None:
    """Judge a meter's readings around an instant once more, after something was declared there."""
    register = load_registers(connection, [meter_id])[meter_id]
    state = load_states(connection, [meter_id]).get(meter_id, State())
    span = judge_span(connection, register, {}, at, at)
    if span.judged:
        _exchange(connection, span)
        _write(connection, [_entry_of(span, state)])
    if state.uncounted:
        rebuild(connection, [meter_id])


def _continued(register: Register, state: State, fresh: Sequence[NewReading]) -> _Entry | None:
    """Return the entry of readings that plainly go on from the tip; None where any does not."""
    tip = state.tip
    if tip is None or state.last_at is None:
        return None
    last_at, base = state.last_at, tip.last
    judged: list[Reading] = []
    winners: dict[Instant, NewReading] = {}
    for new in sorted(fresh, key=_by_time):
        if new.at <= last_at:
            before = winners.get(new.at)
            if before is None or before.total_milliwh != new.total_milliwh:
                return None
            continue
        step = go_on(tip, new.unjudged, register.settings, register.declared)
        if step is None:
            return None
        reading, tip = step
        judged.append(reading)
        winners[new.at], last_at = new, new.at
    return _Entry(register, base, (), judged, winners, None, state, tip)


def _fitted(
    connection: Connection, register: Register, state: State, fresh: Sequence[NewReading]
) -> tuple[_Entry | None, Booked]:
    """Return the entry of readings that are judged with what is stored around them."""
    values: dict[Instant, list[NewReading]] = {}
    for each in fresh:
        values.setdefault(each.at, []).append(each)
    if state.last_at is None:
        span = judge_first(connection, register, values)
    else:
        span = judge_span(connection, register, values, min(values), max(values))
    booked = _count(span, values, len(fresh))
    if not (booked.new or booked.conflicts):
        return None, booked
    _exchange(connection, span)
    return _entry_of(span, state), booked


def _count(span: Span, values: Mapping[Instant, Sequence[NewReading]], fresh: int) -> Booked:
    stored = {each.at for each in span.old}
    booked = Booked(new=len(values.keys() - stored))
    booked.conflicts = sorted(span.contest.newly_contested)
    booked.duplicates = fresh - booked.new - len(booked.conflicts)
    latest = max(values)
    booked.last = next(each.status for each in reversed(span.judged) if each.at == latest)
    booked.newly_held = _held(span.judged) - _held(span.old)
    return booked


def _held(readings: Sequence[Reading]) -> int:
    return sum(1 for reading in readings if reading.status is Status.HELD)


def _exchange(connection: Connection, span: Span) -> None:
    """Take the contested readings out of their places: those that won are inserted anew."""
    instants, meter_id = sorted(span.contest.instants), span.register.meter_id
    delete_readings(connection, meter_id, instants)
    replace_revisions(connection, meter_id, instants, span.contest.others)


def _entry_of(span: Span, state: State) -> _Entry:
    tip = state.tip
    if span.is_last:
        tip = tip_of(chain(reversed(span.judged), reversed(span.prefix)), calm=span.calm)
    upto = None if span.is_last else span.judged[-1].at
    winners = span.contest.winners
    return _Entry(span.register, span.base, span.old, span.judged, winners, upto, state, tip)


def _write(connection: Connection, entries: Sequence[_Entry]) -> None:
    rows = [
        judged_row(entry.register.meter_id, judged, winner)
        for entry in entries
        for judged in entry.judged
        if (winner := entry.winners.get(judged.at)) is not None
    ]
    insert_readings(connection, rows)
    for entry in entries:
        before = {each.at: each for each in entry.old if each.at not in entry.winners}
        changed = [r for r in entry.judged if r.at in before and before[r.at] != r]
        rejudge(connection, entry.register.meter_id, changed)
    changes = [entry.change for entry in entries]
    change_days(connection, changes)
    energies = change_months(connection, changes)
    write_states(connection, [_state_change(entry, energies) for entry in entries])


def _state_change(entry: _Entry, energies: Mapping[tuple[int, date], int]) -> StateChange:
    tip, meter_id = entry.tip, entry.register.meter_id
    month = calendar(entry.register.zone).month_of(tip.last.at) if tip else None
    last = entry.judged[-1] if entry.upto is None else None
    return StateChange(
        meter_id=meter_id,
        last=last,
        tip=tip,
        held_count=entry.state.held_count + _held(entry.judged) - _held(entry.old),
        month=month,
        month_milliwh=energies.get((meter_id, month)) if month else None,
        measured=entry.winners.get(last.at) if last else None,
    )
