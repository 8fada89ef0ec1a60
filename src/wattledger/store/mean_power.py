"""The mean of the powers told beside good readings, of short spans of many meters at once."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, String, and_, cast, func, select

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Status
from wattledger.store.slices import slices
from wattledger.store.tables import reading


def mean_powers(
    connection: Connection,
    meter_ids: Sequence[int],
    span: tuple[Instant, Instant],
    length: int,
) -> Mapping[int, Mapping[int, int]]:
    """Return mean powers in mW by meter and by the number of the part, each ``length`` long.

    Parts in which no good reading told a power are left out.
    """
    start, end = span
    number = ((reading.c.ts - start) // length).label("number")
    mean = (func.sum(reading.c.power_mw) // func.count(reading.c.power_mw)).label("mean")
    told = and_(
        reading.c.status == int(Status.GOOD),
        reading.c.power_mw.is_not(None),
        reading.c.ts >= start,
        reading.c.ts < end,
    )
    found: dict[int, Mapping[int, int]] = {}
    for ids in slices(meter_ids):
        parts = (
            select(reading.c.meter_id, number, mean)
            .where(reading.c.meter_id.in_(ids), told)
            .group_by(reading.c.meter_id, number)
            .subquery()
        )
        # One row a meter: to fetch a row for each part takes several times as long.
        each = cast(parts.c.number, String) + ":" + cast(parts.c.mean, String)
        rows = select(parts.c.meter_id, func.aggregate_strings(each, ","))
        for meter_id, text in connection.execute(rows.group_by(parts.c.meter_id)):
            pairs = (pair.split(":") for pair in text.split(","))
            found[meter_id] = {int(number): int(mean) for number, mean in pairs}
    return found
