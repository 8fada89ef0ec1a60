"""The history of one endpoint, newest first: what its meters showed, and the attempts that failed.

Pages go on from a key, never from an offset. Every meter, and the attempts, are sources in order
of time by their index; a page is the newest of all of them.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, pairwise
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from wattledger.domain.break_energy import Bend
from wattledger.domain.instant import Instant
from wattledger.domain.month_to_date import Interval
from wattledger.domain.outcome import Outcome
from wattledger.domain.period import Calendar, first_of_month
from wattledger.domain.reading import Status
from wattledger.domain.register import INT64_MAX
from wattledger.store.listing import AnyRow, Listing, key_part
from wattledger.store.register_history import SURE
from wattledger.store.tables import attempt, energy_day, meter, reading

_FAILED, _READ = 0, 1
_STATUSES = list(Status)
_OUTCOMES = {each.value: each for each in Outcome}


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


_KEYS = select(meter.c.id, meter.c.key).where(meter.c.endpoint_id == bindparam("endpoint_id"))
_READINGS = Listing(
    select(
        reading.c.ts,
        reading.c.total_milliwh,
        reading.c.energy_milliwh,
        reading.c.status,
        reading.c.power_mw,
        reading.c.voltage_mv,
        reading.c.current_ma,
        reading.c.pf_milli,
        attempt.c.outcome,
        attempt.c.message,
        attempt.c.capture_id,
    )
    .select_from(reading.outerjoin(attempt, attempt.c.id == reading.c.attempt_id))
    .where(reading.c.meter_id == bindparam("meter_id")),
    (reading.c.ts.desc(),),
    reading.c.ts < key_part(0, reading.c.ts),
    {
        "start": reading.c.ts >= bindparam("start"),
        "end": reading.c.ts < bindparam("end"),
        "only_sure": reading.c.status.in_(SURE),
    },
)
_FAILED_AT = key_part(0, attempt.c.started_at)
_FAILURES = Listing(
    select(
        attempt.c.started_at,
        attempt.c.id,
        attempt.c.outcome,
        attempt.c.message,
        attempt.c.capture_id,
    ).where(
        attempt.c.endpoint_id == bindparam("endpoint_id"),
        attempt.c.outcome.not_in((Outcome.OK.value, Outcome.HELD.value)),
    ),
    (attempt.c.started_at.desc(), attempt.c.id.desc()),
    and_(
        attempt.c.started_at <= _FAILED_AT,
        or_(attempt.c.started_at < _FAILED_AT, attempt.c.id < key_part(1, attempt.c.id)),
    ),
    {
        "start": attempt.c.started_at >= bindparam("start"),
        "end": attempt.c.started_at < bindparam("end"),
    },
)


def history(
    connection: Connection, endpoint_id: int, window: Window, limit: int
) -> list[HistoryEntry]:
    """Return the newest entries of an endpoint's history that lie in a window."""
    sources: list[Iterable[HistoryEntry]] = []
    if window.success is not False:
        for meter_id, key in _meters(connection, endpoint_id):
            sources.append(_readings(connection, meter_id, key, window, limit))
    if window.success is not True:
        sources.append(_failed_attempts(connection, endpoint_id, window, limit))
    return _newest(sources, limit)


def history_within(
    connection: Connection, endpoint_id: int, window: Window, only: OnlySpans, limit: int
) -> list[HistoryEntry]:
    """Return the newest entries of a history that lie in a window and in some spans of meters.

    They are readings that no doubt is about; failed attempts are of no meter, and not among them.
    """
    if window.success is False:
        return []
    sources = [
        _readings(
            connection, meter_id, key, replace(window, start=start, end=end), limit, only_sure=True
        )
        for meter_id, key in _meters(connection, endpoint_id)
        for start, end in only.get(meter_id, ())
    ]
    return _newest(sources, limit)


def _meters(connection: Connection, endpoint_id: int) -> Sequence[AnyRow]:
    return connection.execute(_KEYS, {"endpoint_id": endpoint_id}).all()


def _newest(sources: Sequence[Iterable[HistoryEntry]], limit: int) -> list[HistoryEntry]:
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
    given = {
        "meter_id": meter_id,
        "start": window.start,
        "end": window.end,
        "only_sure": True if only_sure else None,
    }
    for row in _READINGS.page(connection, given, _behind_reading(window, meter_id), limit):
        at, total, energy, status, power, voltage, current, pf, outcome, message, capture = row
        yield HistoryEntry(
            HistoryKey(at, _READ, meter_id),
            meter_id,
            key,
            total,
            energy,
            _STATUSES[status],
            power,
            voltage,
            current,
            pf,
            None if outcome is None else _OUTCOMES[outcome],
            message,
            capture,
        )


def _behind_reading(window: Window, meter_id: int) -> tuple[Instant] | None:
    """Return the instant before which a meter's readings come behind the key of a window."""
    if window.before is None:
        return None
    at, source, number = window.before
    return (at + 1,) if (_READ, meter_id) < (source, number) else (at,)


def _failed_attempts(
    connection: Connection, endpoint_id: int, window: Window, limit: int
) -> Iterator[HistoryEntry]:
    given = {"endpoint_id": endpoint_id, "start": window.start, "end": window.end}
    for row in _FAILURES.page(connection, given, _behind_failure(window), limit):
        at, number, outcome, message, capture_id = row
        yield HistoryEntry(
            HistoryKey(at, _FAILED, number),
            outcome=_OUTCOMES[outcome],
            message=message,
            capture_id=capture_id,
        )


def _behind_failure(window: Window) -> tuple[Instant, int] | None:
    """Return the instant and number before which attempts come behind the key of a window."""
    if window.before is None:
        return None
    at, source, number = window.before
    return at, number if source == _FAILED else INT64_MAX


def month_to_date_at(
    connection: Connection,
    meter_id: int,
    at: Instant,
    calendar: Calendar,
    bends: Mapping[Instant, Bend],
) -> int:
    """Return a meter's month to date at a good reading that is not its first.

    Whole days come from the ledger's days, the day of the reading from its intervals; ``bends`` are
    those within which the multiplier changes, by their end.
    """
    day = calendar.day_of(at)
    day_start = calendar.start_of(day)
    intervals = _intervals(connection, meter_id, day_start, at)
    bent = (replace(each, bend=bends.get(each.end)) for each in intervals)
    today = sum(interval.share_after(day_start) for interval in bent)
    return _energy_of_days(connection, meter_id, first_of_month(day), day) + today


_GOOD = select(reading.c.ts, reading.c.energy_milliwh).where(
    reading.c.meter_id == bindparam("meter_id"), reading.c.status == Status.GOOD
)
_LAST_BEFORE = (
    _GOOD.where(reading.c.ts <= bindparam("after")).order_by(reading.c.ts.desc()).limit(1)
)
_INSIDE = _GOOD.where(
    reading.c.ts > bindparam("after"), reading.c.ts <= bindparam("upto")
).order_by(reading.c.ts)


def _intervals(
    connection: Connection, meter_id: int, after: Instant, upto: Instant
) -> Iterator[Interval]:
    """Yield the intervals that end in (after, upto]; the first may begin earlier."""
    values = {"meter_id": meter_id, "after": after, "upto": upto}
    before = connection.execute(_LAST_BEFORE, values).all()
    inside = connection.execute(_INSIDE, values).all()
    for start, end in pairwise([*before, *inside]):
        yield Interval(start.ts, end.ts, end.energy_milliwh)


_OF_DAYS = select(func.sum(energy_day.c.energy_milliwh)).where(
    energy_day.c.meter_id == bindparam("meter_id"),
    energy_day.c.day >= bindparam("first"),
    energy_day.c.day < bindparam("end"),
)


def _energy_of_days(connection: Connection, meter_id: int, first: date, end: date) -> int:
    values = {"meter_id": meter_id, "first": first, "end": end}
    return connection.scalar(_OF_DAYS, values) or 0
