"""What a meter's demand is made of: its intervals and power samples, as plain tuples."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Row, select

from wattledger.domain.demand import MeteredInterval, PowerSample
from wattledger.domain.display_step import Digit, display_steps
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Source, Status
from wattledger.domain.register import INT64_MAX
from wattledger.domain.settings_timeline import AnySettings, energy_upto
from wattledger.store.readings import AROUND, bounded
from wattledger.store.tables import reading

_AnyRow: TypeAlias = Row[*tuple[Any, ...]]

_NOT_MEASURED = {int(join) for join in Join if join.is_estimated or join is Join.CATCH_UP}
_OPENS = {int(join) for join in Join if join.opens_epoch}
_OF_THE_METER = {Status.GOOD, Status.JITTER, Status.STALE}
"""What shows the meter itself. A reading in doubt is used for nothing, nor is the power beside it:
it may be another device's, or be misread as the register is (LEDGER 3.4)."""


_REACHING = (
    select(
        reading.c.ts,
        reading.c.status,
        reading.c.energy_milliwh,
        reading.c.join_kind,
        reading.c.power_mw,
        reading.c.resolution_milliwh,
        reading.c.total_milliwh,
        reading.c.source,
    )
    .where(*AROUND)
    .order_by(reading.c.ts)
)


class Measured(NamedTuple):
    """Intervals with the display step of each after the multiplier, and samples of the power."""

    intervals: list[MeteredInterval]
    samples: list[PowerSample]
    steps: list[int]


def demand_of(
    connection: Connection, meter_id: int, settings: AnySettings, start: Instant, end: Instant
) -> Measured:
    """Return what was measured of a meter that reaches into [start, end).

    Left out are intervals that nobody measured: a break, or a display that stood still and caught
    up.
    """
    # Asked for at once: a month has thousands, and one by one each costs a call.
    rows = connection.execute(_REACHING, bounded(meter_id, start, end)).all()
    measured = Measured([], [], [])
    before: tuple[Instant, int] | None = None
    is_changed = bool(settings.multiplied_anew_between(0, INT64_MAX))
    good = [row for row in rows if row[1] == Status.GOOD]
    steps = _steps(good, settings)
    for at, status, _, _, power, *_ in rows:
        if power is not None and status in _OF_THE_METER:
            measured.samples.append((at, power))
    for number, (at, _, energy, join, _, _, total, _) in enumerate(good):
        stands = (at, total)
        if before is not None and energy is not None and join not in _NOT_MEASURED:
            is_bent = is_changed and join not in _OPENS
            bends = _bends(before, stands, settings) if is_bent else ()
            measured.intervals.append((before[0], at, energy, bends))
            measured.steps.append(steps[number])
        before = stands
    return measured


def _steps(good: Sequence[_AnyRow], settings: AnySettings) -> list[int]:
    """Return the display step of each read and the one before it: the coarser of the two."""
    digits = [Digit(row[5], row[7] == Source.CHECK) for row in good]
    shown = display_steps(digits)
    if not good or (len(set(shown)) == 1 and not settings.changes_between(0, INT64_MAX)):
        return [_step(settings, good[0][0], shown[0])] * len(good) if good else []
    pairs = zip([good[0], *good], good, [shown[0], *shown], shown, strict=False)
    return [
        max(_step(settings, one[0], before), _step(settings, two[0] - 1, after))
        for one, two, before, after in pairs
    ]


def _step(settings: AnySettings, at: Instant, shown: int) -> int:
    register = settings.at(at)
    return register.scaled(register.resolution_milliwh or shown)


def _bends(
    start: tuple[Instant, int], end: tuple[Instant, int], settings: AnySettings
) -> tuple[tuple[Instant, int], ...]:
    changes = settings.multiplied_anew_between(start[0], end[0])
    return tuple((at, energy_upto(start, end, settings, at)) for at in changes)
