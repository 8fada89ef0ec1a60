"""What a meter's demand is made of: its intervals and power samples, as plain tuples."""

from sqlalchemy import Connection, bindparam, func, select

from wattledger.domain.demand import MeteredInterval, PowerSample
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Status
from wattledger.store.tables import reading

_NOT_MEASURED = {int(join) for join in Join if join.is_estimated or join is Join.CATCH_UP}
_OF_THE_METER = {Status.GOOD, Status.JITTER, Status.STALE}
"""What shows the meter itself. A reading in doubt is used for nothing, nor is the power beside it:
it may be another device's, or be misread as the register is (LEDGER 3.4)."""


_OURS = reading.c.meter_id == bindparam("meter"), reading.c.status == int(Status.GOOD)
_FIRST = select(func.max(reading.c.ts)).where(*_OURS, reading.c.ts <= bindparam("start"))
_LAST = select(func.min(reading.c.ts)).where(*_OURS, reading.c.ts >= bindparam("end"))
_REACHING = (
    select(
        reading.c.ts,
        reading.c.status,
        reading.c.energy_milliwh,
        reading.c.join_kind,
        reading.c.power_mw,
        reading.c.resolution_milliwh,
    )
    .where(
        reading.c.meter_id == bindparam("meter"),
        reading.c.ts >= func.coalesce(_FIRST.scalar_subquery(), bindparam("start")),
        reading.c.ts <= func.coalesce(_LAST.scalar_subquery(), bindparam("end")),
    )
    .order_by(reading.c.ts)
)


def demand_of(
    connection: Connection, meter_id: int, start: Instant, end: Instant
) -> tuple[list[MeteredInterval], list[PowerSample], int]:
    """Return intervals and samples that reach into [start, end), and the coarsest resolution."""
    rows = connection.execute(_REACHING, {"meter": meter_id, "start": start, "end": end})
    intervals: list[MeteredInterval] = []
    samples: list[PowerSample] = []
    coarsest, before = 0, None
    for at, status, energy, join, power, resolution in rows:
        if power is not None and status in _OF_THE_METER:
            samples.append(PowerSample(at, power))
        if status != Status.GOOD:
            continue
        if before is not None and energy is not None:
            intervals.append(MeteredInterval(before, at, energy, join in _NOT_MEASURED))
        before, coarsest = at, max(coarsest, resolution)
    return intervals, samples, coarsest
