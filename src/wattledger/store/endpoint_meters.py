"""The meters of endpoints with their settings, many endpoints at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from wattledger.store.slices import slices
from wattledger.store.tables import meter


@dataclass(frozen=True, slots=True)
class MeterSettings:
    """A meter and what is set of it."""

    id: int
    key: str
    feed: str | None
    rack: str | None
    multiplier: str
    resolution_milliwh: int | None
    p_max_mw: int | None
    modulus_milliwh: int | None


def meter_settings(
    connection: Connection, endpoint_ids: Iterable[int]
) -> dict[int, list[MeterSettings]]:
    """Return the meters of endpoints in order of their making, by endpoint id."""
    rows = select(
        meter.c.endpoint_id,
        meter.c.id,
        meter.c.key,
        meter.c.feed,
        meter.c.rack,
        meter.c.multiplier,
        meter.c.resolution_milliwh,
        meter.c.p_max_mw,
        meter.c.modulus_milliwh,
    ).order_by(meter.c.id)
    found: dict[int, list[MeterSettings]] = {}
    for ids in slices(endpoint_ids):
        for number, *settings in connection.execute(rows.where(meter.c.endpoint_id.in_(ids))):
            found.setdefault(number, []).append(MeterSettings(*settings))
    return found
