"""What a meter's demand is made of: its intervals and power samples, as plain tuples."""

from sqlalchemy import Connection, func, select

from wattledger.domain.demand import MeteredInterval, PowerSample
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Status
from wattledger.store.tables import reading

_NOT_MEASURED = {int(join) for join in Join if join.is_estimated or join is Join.CATCH_UP}
_OF_THE_METER = {Status.GOOD, Status.JITTER, Status.STALE}
"""What shows the meter itself. A reading in doubt is used for nothing, nor is the power beside it:
it may be another device's, or be misread as the register is (LEDGER 3.4)."""


def demand_of(
    connection: Connection, meter_id: int, start: Instant, end: Instant
) -> tuple[list[MeteredInterval], list[PowerSample], int]:
    """Return intervals and samples that reach into [start, end), and the coarsest resolution."""
    columns = reading.c
    ours = columns.meter_id == meter_id
    first = select(func.max(columns.ts)).where(ours, columns.ts <= start, columns.status == 0)
    last = select(func.min(columns.ts)).where(ours, columns.ts >= end, columns.status == 0)
    rows = connection.execute(
        select(
            columns.ts,
            columns.status,
            columns.energy_milliwh,
            columns.join_kind,
            columns.power_mw,
            columns.resolution_milliwh,
        )
        .where(
            ours,
            columns.ts >= func.coalesce(first.scalar_subquery(), start),
            columns.ts <= func.coalesce(last.scalar_subquery(), end),
        )
        .order_by(columns.ts)
    )
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
