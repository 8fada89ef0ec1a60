"""Meters as they are set up: their register's settings and their place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, bindparam, select, update

from wattledger.domain.errors import NotFoundError
from wattledger.domain.register import INT64_MAX
from wattledger.store.endpoints import TOTAL, find_endpoint
from wattledger.store.listing import Listing, ascending
from wattledger.store.tables import endpoint, meter, site

_AnySelect: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class MeterRow:
    """A meter as stored; ``endpoint_id`` is the public one, ``multiplier`` as it was typed."""

    id: int
    key: str
    endpoint_id: str
    endpoint: str
    site_id: int
    zone: str
    parent_id: int | None
    feed: str | None
    rack: str | None
    multiplier: str
    resolution_milliwh: int | None
    p_max_mw: int | None
    modulus_milliwh: int | None


_ROWS: _AnySelect = select(
    meter.c.id,
    meter.c.key,
    endpoint.c.public_id.label("endpoint_id"),
    endpoint.c.name.label("endpoint"),
    endpoint.c.site_id,
    site.c.zone,
    meter.c.parent_id,
    meter.c.feed,
    meter.c.rack,
    meter.c.multiplier,
    meter.c.resolution_milliwh,
    meter.c.p_max_mw,
    meter.c.modulus_milliwh,
).select_from(meter.join(endpoint).join(site, endpoint.c.site_id == site.c.id))


_LIST = Listing(
    _ROWS.where(endpoint.c.deleted_at.is_(None)),
    (meter.c.id,),
    ascending(meter.c.id),
    {
        "endpoint_id": endpoint.c.id == bindparam("endpoint_id"),
        "meter_ids": meter.c.id.in_(bindparam("meter_ids", expanding=True)),
    },
)


def find_meter(connection: Connection, meter_id: int) -> MeterRow:
    """Return a meter, also one whose endpoint is out of use; NotFoundError when there is none."""
    row = None
    if 0 < meter_id <= INT64_MAX:
        row = connection.execute(_ROWS.where(meter.c.id == meter_id)).first()
    if row is None:
        raise no_meter(meter_id)
    return MeterRow(*row)


def no_meter(meter_id: int) -> NotFoundError:
    """Return what is said of a meter that is not there, or not the caller's."""
    return NotFoundError(f"There is no meter {meter_id}.")


def meter_named(connection: Connection, name: str, key: str | None = None) -> MeterRow:
    """Return the meter of an endpoint's name or id and of its key, or of its own number.

    Without a key that is ``total``, else the endpoint's only meter. NotFoundError names the keys
    that there are.
    """
    try:
        public_id = find_endpoint(connection, name).public_id
    except NotFoundError:
        if key is None and name.isdecimal():
            return find_meter(connection, int(name))
        raise
    rows = connection.execute(_ROWS.where(endpoint.c.public_id == public_id).order_by(meter.c.id))
    meters = {row.key: MeterRow(*row) for row in rows}
    if key is None and len(meters) == 1:
        return next(iter(meters.values()))
    found = meters.get(TOTAL if key is None else key)
    if found is None:
        keys = ", ".join(meters) or "none"
        raise NotFoundError(f"'{name}' has no meter '{key or TOTAL}'; its meters are: {keys}.")
    return found


@dataclass(frozen=True, slots=True)
class MeterFilter:
    """Which meters a list shows: those of an endpoint's number, those of some numbers."""

    endpoint_id: int | None = None
    meter_ids: Collection[int] | None = None


def list_meters(
    connection: Connection, wanted: MeterFilter, after: int | None, limit: int
) -> list[MeterRow]:
    """Return a page of the meters in use by number, beginning behind ``after``."""
    among = None if wanted.meter_ids is None else list(wanted.meter_ids)
    given = {"endpoint_id": wanted.endpoint_id, "meter_ids": among}
    key = None if after is None else (after,)
    return [MeterRow(*row) for row in _LIST.page(connection, given, key, limit)]


def meter_ids_of(connection: Connection, endpoint_id: int) -> Sequence[int]:
    """Return the meters of an endpoint by its number, in order of their making."""
    rows = select(meter.c.id).where(meter.c.endpoint_id == endpoint_id).order_by(meter.c.id)
    return connection.scalars(rows).all()


def all_meter_ids(connection: Connection) -> Sequence[int]:
    """Return the ids of all meters, also of endpoints that are out of use."""
    return connection.scalars(select(meter.c.id).order_by(meter.c.id)).all()


def ancestors(connection: Connection, meter_id: int) -> list[int]:
    """Return a meter and the meters that it is behind, nearest first."""
    chain: list[int] = []
    following: int | None = meter_id
    while following is not None and following not in chain:
        chain.append(following)
        following = connection.scalar(select(meter.c.parent_id).where(meter.c.id == following))
    return chain


def update_meter(connection: Connection, meter_id: int, **columns: object) -> None:
    """Change columns of a meter."""
    connection.execute(update(meter).where(meter.c.id == meter_id).values(**columns))
