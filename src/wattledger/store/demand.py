"""What a meter's demand is made of: its intervals and power samples, as plain tuples."""

from sqlalchemy import Connection, select

from wattledger.domain.demand import MeteredInterval, PowerSample
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Status
from wattledger.domain.register import INT64_MAX
from wattledger.domain.settings_timeline import AnySettings, energy_upto
from wattledger.store.readings import AROUND, bounded
from wattledger.store.tables import reading

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
    )
    .where(*AROUND)
    .order_by(reading.c.ts)
)


def demand_of(
    connection: Connection, meter_id: int, settings: AnySettings, start: Instant, end: Instant
) -> tuple[list[MeteredInterval], list[PowerSample], int]:
    """Return intervals and samples that reach into [start, end), and the coarsest resolution.

    Left out are intervals that nobody measured: a break, or a display that stood still and caught
    up.
    """
    # Asked for at once: a month has thousands, and one by one each costs a call.
    rows = connection.execute(_REACHING, bounded(meter_id, start, end)).all()
    intervals: list[MeteredInterval] = []
    samples: list[PowerSample] = []
    coarsest, before = 0, None
    is_changed = bool(settings.multiplied_anew_between(0, INT64_MAX))
    for at, status, energy, join, power, resolution, total in rows:
        if power is not None and status in _OF_THE_METER:
            samples.append((at, power))
        if status != Status.GOOD:
            continue
        stands = (at, total)
        if before is not None and energy is not None and join not in _NOT_MEASURED:
            is_bent = is_changed and join not in _OPENS
            bends = _bends(before, stands, settings) if is_bent else ()
            intervals.append((before[0], at, energy, bends))
        before, coarsest = stands, max(coarsest, resolution)
    return intervals, samples, coarsest


def _bends(
    start: tuple[Instant, int], end: tuple[Instant, int], settings: AnySettings
) -> tuple[tuple[Instant, int], ...]:
    changes = settings.multiplied_anew_between(start[0], end[0])
    return tuple((at, energy_upto(start, end, settings, at)) for at in changes)
