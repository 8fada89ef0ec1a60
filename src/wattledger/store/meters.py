"""Meters by the names people give them: endpoint and meter key."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, select, update

from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import Instant
from wattledger.store.endpoints import (
    NewEndpoint,
    find_endpoint,
    find_or_create_meter,
    insert_endpoint,
)
from wattledger.store.readings import NewReading
from wattledger.store.sites import first_site
from wattledger.store.tables import endpoint, meter, reading, site

MeterName: TypeAlias = tuple[str, str]
"""The endpoint's name and the meter's key."""


def meter_ids(connection: Connection) -> dict[MeterName, int]:
    """Return the ids of the meters of all endpoints that are not deleted."""
    rows = select(endpoint.c.name, meter.c.key, meter.c.id).join_from(meter, endpoint)
    live = rows.where(endpoint.c.deleted_at.is_(None))
    return {(row.name, row.key): row.id for row in connection.execute(live)}


def endpoint_zones(connection: Connection) -> dict[str, str]:
    """Return the zone of the site of each endpoint that is not deleted, by its name."""
    rows = select(endpoint.c.name, site.c.zone).join_from(endpoint, site)
    live = rows.where(endpoint.c.deleted_at.is_(None))
    return {row.name: row.zone for row in connection.execute(live)}


def without_stored(
    connection: Connection, meter_id: int, readings: Sequence[NewReading]
) -> list[NewReading]:
    """Return the readings that are not stored with the same value; they must be ascending."""
    span = reading.c.ts.between(readings[0].at, readings[-1].at)
    rows = select(reading.c.ts, reading.c.total_milliwh).where(reading.c.meter_id == meter_id, span)
    stored = {row.ts: row.total_milliwh for row in connection.execute(rows)}
    return [fresh for fresh in readings if stored.get(fresh.at) != fresh.total_milliwh]


def create_meters(
    connection: Connection, names: Iterable[MeterName], zone: str, now: Instant
) -> dict[MeterName, int]:
    """Create endpoints that are not polled, for meters known only by their readings."""
    site_id = first_site(connection, zone)
    created: dict[MeterName, int] = {}
    for name, key in names:
        try:
            endpoint_id = find_endpoint(connection, name).id
        except NotFoundError:
            new = NewEndpoint(name=name, site_id=site_id, enabled=False)
            endpoint_id = insert_endpoint(connection, new, now)
        created[name, key] = find_or_create_meter(connection, endpoint_id, key)
    return created


def set_register(connection: Connection, meter_id: int, columns: Mapping[str, int | str]) -> bool:
    """Change settings of a meter's register; tells whether any was another before."""
    stored = connection.execute(select(meter).where(meter.c.id == meter_id)).one()._mapping  # noqa: SLF001 - public
    if all(stored[name] == value for name, value in columns.items()):
        return False
    connection.execute(update(meter).where(meter.c.id == meter_id).values(**columns))
    return True
