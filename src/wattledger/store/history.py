"""The history of one endpoint, newest first: what its meters showed, and the attempts that failed.

Pages go on from a key, never from an offset. Every meter, and the attempts, are sources in order
of time by their index; a page is the newest of all of them.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, pairwise
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from wattledger.domain.instant import Instant
from wattledger.domain.month_to_date import Interval
from wattledger.domain.outcome import Outcome
from wattledger.domain.period import Calendar, first_of_month
from wattledger.domain.reading import Status
from wattledger.store.register_history import SURE
from wattledger.store.tables import attempt, energy_day, meter, reading

_FAILED, _READ = 0, 1


class HistoryKey(NamedTuple):
    """Where an entry stands in the order: by time, then attempts and meters by number."""

    at: Instant
    source: int
    number: int


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A reading, or a failed attempt: then there is no meter and no value."""

    key: HistoryKey
    meter_id: int | None = None
    meter: str | None = None
    total_milliwh: int | None = None
    energy_milliwh: int | None = None
    status: Status | None = None
    power_mw: int | None = None
    voltage_mv: int | None = None
    current_ma: int | None = None
    pf_milli: int | None = None
    outcome: Outcome | None = None
    message: str | None = None
    capture_id: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a history: [start, end), readings or failures only, older than ``before``."""

    start: Instant | None = None
    end: Instant | None = None
    success: bool | None = None
    before: HistoryKey | None = None


OnlySpans: TypeAlias = Mapping[int, Sequence[tuple[Instant, Instant]]]
"""Of which meters, by number, and in which parts of time ``[start, end)`` a history is shown."""


def history(
    connection: Connection, endpoint_id: int, window: Window, limit: int
) -> list[HistoryEntry]:
    """Return the newest entries of an endpoint's history that lie in a window."""
    sources: list[Iterator[HistoryEntry]] = []
    if window.success is not False:
        keys = select(meter.c.id, meter.c.key).where(meter.c.endpoint_id == endpoint_id)
        for meter_id, key in connection.execute(keys).all():
            sources.append(_readings(connection, meter_id, key, window, limit))
    if window.success is not True:
        sources.append(_failed_attempts(connection, endpoint_id, window, limit))
    newest_first = heapq.merge(*sources, key=attrgetter("key"), reverse=True)
    return list(islice(newest_first, limit))


def history_within(
    connection: Connection, endpoint_id: int, window: Window, only: OnlySpans, limit: int
) -> list[HistoryEntry]:
    """Return the newest entries of a history that lie in a window and in some spans of meters.

    They are readings that no doubt is about; failed attempts are of no meter, and not among them.
    """
    if window.success is False:
        return []
    keys = select(meter.c.id, meter.c.key).where(meter.c.endpoint_id == endpoint_id)
    sources = [
        _readings(
            connection, meter_id, key, replace(window, start=start, end=end), limit, only_sure=True
        )
        for meter_id, key in connection.execute(keys).all()
        for start, end in only.get(meter_id, ())
    ]
    newest_first = heapq.merge(*sources, key=attrgetter("key"), reverse=True)
    return list(islice(newest_first, limit))


def _readings(
    connection: Connection,
    meter_id: int,
    key: str,
    window: Window,
    limit: int,
    *,
    only_sure: bool = False,
) -> Iterator[HistoryEntry]:
    rows = (
        select(reading, attempt.c.outcome, attempt.c.message, attempt.c.capture_id)
        .outerjoin(attempt, attempt.c.id == reading.c.attempt_id)
        .where(reading.c.meter_id == meter_id, *_inside(reading.c.ts, window))
        .order_by(reading.c.ts.desc())
        .limit(limit)
    )
    if window.before is not None:
        at, source, number = window.before
        upto = reading.c.ts <= at if (_READ, meter_id) < (source, number) else reading.c.ts < at
        rows = rows.where(upto)
    if only_sure:
        rows = rows.where(reading.c.status.in_(SURE))
    for row in connection.execute(rows):
        yield HistoryEntry(
            HistoryKey(row.ts, _READ, meter_id),
            meter_id=meter_id,
            meter=key,
            total_milliwh=row.total_milliwh,
            energy_milliwh=row.energy_milliwh,
            status=Status(row.status),
            power_mw=row.power_mw,
            voltage_mv=row.voltage_mv,
            current_ma=row.current_ma,
            pf_milli=row.pf_milli,
            outcome=None if row.outcome is None else Outcome(row.outcome),
            message=row.message,
            capture_id=row.capture_id,
        )


def _failed_attempts(
    connection: Connection, endpoint_id: int, window: Window, limit: int
) -> Iterator[HistoryEntry]:
    rows = (
        select(attempt)
        .where(
            attempt.c.endpoint_id == endpoint_id,
            attempt.c.outcome.not_in((Outcome.OK.value, Outcome.HELD.value)),
            *_inside(attempt.c.started_at, window),
        )
        .order_by(attempt.c.started_at.desc(), attempt.c.id.desc())
        .limit(limit)
    )
    if window.before is not None:
        at, source, number = window.before
        older = attempt.c.id < number if source == _FAILED else true()
        same_time = and_(attempt.c.started_at == at, older)
        rows = rows.where(or_(attempt.c.started_at < at, same_time))
    for row in connection.execute(rows):
        yield HistoryEntry(
            HistoryKey(row.started_at, _FAILED, row.id),
            outcome=Outcome(row.outcome),
            message=row.message,
            capture_id=row.capture_id,
        )


def _inside(at: ColumnElement[Any], window: Window) -> Iterator[ColumnElement[bool]]:
    if window.start is not None:
        yield at >= window.start
    if window.end is not None:
        yield at < window.end


def month_to_date_at(connection: Connection, meter_id: int, at: Instant, calendar: Calendar) -> int:
    """Return a meter's month to date at a good reading that is not its first.

    Whole days come from the ledger's days, the day of the reading from its intervals.
    """
    day = calendar.day_of(at)
    day_start = calendar.start_of(day)
    intervals = _intervals(connection, meter_id, day_start, at)
    today = sum(interval.share_after(day_start) for interval in intervals)
    return _energy_of_days(connection, meter_id, first_of_month(day), day) + today


def _intervals(
    connection: Connection, meter_id: int, after: Instant, upto: Instant
) -> Iterator[Interval]:
    """Yield the intervals that end in (after, upto]; the first may begin earlier."""
    good = select(reading.c.ts, reading.c.energy_milliwh).where(
        reading.c.meter_id == meter_id, reading.c.status == Status.GOOD
    )
    before = good.where(reading.c.ts <= after).order_by(reading.c.ts.desc()).limit(1)
    inside = good.where(reading.c.ts > after, reading.c.ts <= upto).order_by(reading.c.ts)
    ends: Sequence[Any] = [*connection.execute(before), *connection.execute(inside)]
    for start, end in pairwise(ends):
        yield Interval(start.ts, end.ts, end.energy_milliwh)


def _energy_of_days(connection: Connection, meter_id: int, first: date, end: date) -> int:
    days = energy_day.c.day
    total = select(func.sum(energy_day.c.energy_milliwh)).where(
        energy_day.c.meter_id == meter_id, days >= first, days < end
    )
    return connection.scalar(total) or 0
