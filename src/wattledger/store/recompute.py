"""The ledger tables computed afresh from the readings: to prove them, and after a changed setting.

`book` keeps days, months and states as readings arrive; this is the other way to the same rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from wattledger.domain.instant import format_instant
from wattledger.domain.ledger import roll_up
from wattledger.domain.period import calendar
from wattledger.domain.reading import Reading, Status
from wattledger.domain.tally import COUNTS, Tally
from wattledger.domain.tip import tip_of
from wattledger.store.contest import Contest, contest_of
from wattledger.store.readings import (
    delete_readings,
    insert_readings,
    judged_row,
    load_between,
    rejudge,
)
from wattledger.store.registers import Register, load_registers
from wattledger.store.revisions import load_revisions, replace_revisions
from wattledger.store.slices import slices
from wattledger.store.states import StateChange, state_row
from wattledger.store.tables import energy_day, energy_month, meter_state, reading
from wattledger.store.upsert import upsert

_Row: TypeAlias = dict[str, Any]
_MEASURED = ("power_mw", "voltage_mv", "current_ma", "pf_milli")


@dataclass(frozen=True, slots=True)
class _Recomputed:
    """One meter's ledger as its readings alone give it."""

    rejudged: list[Reading]
    exchanged: list[_Row]
    contest: Contest
    days: list[_Row]
    months: list[_Row]
    state: _Row | None


def rebuild(connection: Connection, meter_ids: Iterable[int]) -> None:
    """Judge all readings of meters again and write their days, months and states anew."""
    for register in load_registers(connection, meter_ids).values():
        fresh = _recompute(connection, register)
        rejudge(connection, register.meter_id, fresh.rejudged)
        _exchange(connection, register.meter_id, fresh)
        for table, rows in ((energy_day, fresh.days), (energy_month, fresh.months)):
            connection.execute(delete(table).where(table.c.meter_id == register.meter_id))
            if rows:
                connection.execute(insert(table), rows)
        if fresh.state is not None:
            upsert(connection, meter_state, [fresh.state | {"version": 1}], added=("version",))
        else:
            without = update(meter_state).where(meter_state.c.meter_id == register.meter_id)
            connection.execute(without.values(version=meter_state.c.version + 1))


def _exchange(connection: Connection, meter_id: int, fresh: _Recomputed) -> None:
    """Let the right values stand where an instant has several."""
    instants = [row["ts"] for row in fresh.exchanged]
    delete_readings(connection, meter_id, instants)
    others = [each for each in fresh.contest.others if each.at in instants]
    replace_revisions(connection, meter_id, instants, others)
    insert_readings(connection, fresh.exchanged)


def differences(connection: Connection, meter_ids: Iterable[int]) -> Iterator[str]:
    """Yield a sentence for each row of the ledger that its readings do not give."""
    for register in load_registers(connection, meter_ids).values():
        fresh = _recompute(connection, register)
        for judged in fresh.rejudged:
            yield _rejudged(register.meter_id, judged)
        for row in fresh.exchanged:
            at = format_instant(row["ts"])
            yield f"meter {register.meter_id}: another value should stand at {at}"
        states = [] if fresh.state is None else [fresh.state]
        expected = ((energy_day, fresh.days), (energy_month, fresh.months), (meter_state, states))
        for table, rows in expected:
            yield from _compare(connection, table, register.meter_id, rows)


def _compare(
    connection: Connection, table: Table, meter_id: int, expected: list[_Row]
) -> Iterator[str]:
    keys = [column.name for column in table.primary_key]
    names = list(expected[0]) if expected else keys
    columns = select(*(table.c[name] for name in names)).where(table.c.meter_id == meter_id)
    if table is meter_state and not expected:
        columns = columns.where(meter_state.c.last_at.is_not(None))
    stored = {_key(row, keys): row for row in map(_mapping, connection.execute(columns))}
    wanted = {_key(row, keys): row for row in expected}
    for key in sorted(stored.keys() | wanted.keys()):
        place = " ".join([table.name, *key[1:], f"of meter {meter_id}"])
        if key not in stored:
            yield f"{place} is missing"
        elif key not in wanted:
            yield f"{place} stands there, but the readings give none"
        elif stored[key] != wanted[key]:
            yield f"{place}: {_told_apart(stored[key], wanted[key])}"


def _rejudged(meter_id: int, judged: Reading) -> str:
    join = "" if judged.join is None else f", joined by {judged.join.name.lower()}"
    energy = "" if judged.energy_milliwh is None else f", with {judged.energy_milliwh} mWh"
    word = judged.status.word
    return (
        f"meter {meter_id}: reading at {format_instant(judged.at)} should be {word}{join}{energy}"
    )


def _mapping(row: Row[Any]) -> _Row:
    return row._asdict()


def _key(row: _Row, keys: list[str]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in sorted(keys, key="meter_id".__ne__))


def _told_apart(stored: _Row, wanted: _Row) -> str:
    return "; ".join(
        f"{name} is {stored[name]}, the readings give {value}"
        for name, value in wanted.items()
        if stored[name] != value
    )


def _recompute(connection: Connection, register: Register) -> _Recomputed:
    meter_id = register.meter_id
    stored = load_between(connection, meter_id, None, None)
    contest = contest_of(
        connection, register, None, stored, {}, load_revisions(connection, meter_id, None, None)
    )
    judgement = contest.judge(())
    judged = judgement.readings
    zone = calendar(register.zone)
    rollup = roll_up(None, judged, register.settings, zone)
    days = [
        {"meter_id": meter_id, "day": day, **_counts(tally)} for day, tally in rollup.days.items()
    ]
    months = [
        {"meter_id": meter_id, "month": month, **_counts(tally), **_span(tally)}
        for month, tally in rollup.months.items()
    ]
    exchanged = [
        judged_row(meter_id, new, contest.winners[new.at])
        for new, old in zip(judged, stored, strict=True)
        if new.total_milliwh != old.total_milliwh
    ]
    state = None
    if judged:
        calm = judgement.calm and not contest.is_open_at(judged[-1].at)
        tip = tip_of(reversed(judged), calm=calm)
        month = zone.month_of(tip.last.at) if tip else None
        held = sum(1 for reading in judged if reading.status is Status.HELD)
        energy = rollup.months[month].energy_milliwh if month else None
        change = StateChange(meter_id, judged[-1], tip, held, month, energy, None)
        state = state_row(change, judged[-1]) | _measured(connection, meter_id, judged[-1].at)
        state["uncounted"] = False
    rejudged = [new for new, old in zip(judged, stored, strict=True) if new != old]
    return _Recomputed(rejudged, exchanged, contest, days, months, state)


def _counts(tally: Tally) -> _Row:
    return dict(zip(COUNTS, tally.counts, strict=True))


def _span(tally: Tally) -> _Row:
    return {
        "start_at": tally.start_at,
        "start_milliwh": tally.start_milliwh,
        "start_resolution_milliwh": tally.start_resolution_milliwh,
        "end_at": tally.end_at,
        "end_milliwh": tally.end_milliwh,
        "end_resolution_milliwh": tally.end_resolution_milliwh,
    }


def _measured(connection: Connection, meter_id: int, at: int) -> _Row:
    columns = select(*(reading.c[name] for name in _MEASURED))
    row = connection.execute(columns.where(reading.c.meter_id == meter_id, reading.c.ts == at))
    return dict(zip(_MEASURED, row.one(), strict=True))


def all_meters(connection: Connection) -> Iterator[list[int]]:
    """Yield the ids of the meters that have a state, in slices."""
    yield from slices(connection.scalars(select(meter_state.c.meter_id)).all())
