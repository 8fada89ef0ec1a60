"""Meters as a history of many of them needs them, and what happened to their registers."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    Connection,
    Select,
    func,
    literal_column,
    or_,
    select,
)

from wattledger.domain.event import EventKind
from wattledger.domain.hierarchy import MeterPlace
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.reading import Join
from wattledger.store.endpoints import no_endpoint
from wattledger.store.slices import slices
from wattledger.store.tables import (
    client,
    endpoint,
    energy_month,
    meter,
    meter_state,
    reading,
    register_event,
    site,
)

_AnySelect: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class HistoryMeter:
    """A meter, its endpoint by its public id, and how far it was read.

    ``poll`` is the microseconds between two reads, ``known_until`` the last good reading, which
    is None where there is none.
    """

    id: int
    key: str
    parent_id: int | None
    endpoint_id: str
    endpoint: str
    client: str | None
    zone: str
    poll: int
    is_deleted: bool
    is_read: bool
    known_until: Instant | None

    @property
    def place(self) -> MeterPlace:
        """Return where it stands among the meters of its endpoint."""
        return MeterPlace(self.id, self.key, self.parent_id)


_METERS: _AnySelect = (
    select(
        meter.c.id,
        meter.c.key,
        meter.c.parent_id,
        endpoint.c.public_id,
        endpoint.c.name,
        client.c.name,
        site.c.zone,
        endpoint.c.poll_minutes * MINUTE,
        endpoint.c.deleted_at.is_not(None),
        meter_state.c.last_at.is_not(None),
        meter_state.c.base_at,
    )
    .select_from(meter)
    .join(endpoint)
    .join(site, endpoint.c.site_id == site.c.id)
    .join(meter_state, meter_state.c.meter_id == meter.c.id)
    .outerjoin(client, endpoint.c.client_id == client.c.id)
    .order_by(endpoint.c.name, endpoint.c.id, meter.c.key)
)


def all_meters(connection: Connection) -> list[HistoryMeter]:
    """Return all meters, also of deleted endpoints, by endpoint and key."""
    return [HistoryMeter(*row) for row in connection.execute(_METERS)]


def meters_numbered(connection: Connection, meter_ids: Iterable[int]) -> list[HistoryMeter]:
    """Return meters of some numbers, also of deleted endpoints."""
    return [
        HistoryMeter(*row)
        for ids in slices(meter_ids)
        for row in connection.execute(_METERS.where(meter.c.id.in_(ids)))
    ]


def meters_of_endpoints(connection: Connection, names: Collection[str]) -> list[HistoryMeter]:
    """Return the meters of endpoints by their ids or names, in this order.

    NotFoundError names an endpoint that is not there, or is deleted.
    """
    found: dict[str, list[HistoryMeter]] = {}
    for some in slices(names):
        named = or_(endpoint.c.public_id.in_(some), endpoint.c.name.in_(some))
        for row in connection.execute(_METERS.where(named, endpoint.c.deleted_at.is_(None))):
            found.setdefault(row[3], []).append(HistoryMeter(*row))
    ids = {meters[0].endpoint: number for number, meters in found.items()}
    chosen: dict[str, list[HistoryMeter]] = {}
    for name in names:
        number = name if name in found else ids.get(name)
        if number is None:
            raise no_endpoint(name)
        chosen[number] = found[number]
    return [each for meters in chosen.values() for each in meters]


def meters_of_ids(connection: Connection, public_ids: Iterable[str]) -> list[HistoryMeter]:
    """Return the meters of endpoints in use by their ids, in this order; others are left out."""
    found: dict[str, list[HistoryMeter]] = {each: [] for each in public_ids}
    for some in slices(found):
        ours = endpoint.c.public_id.in_(some), endpoint.c.deleted_at.is_(None)
        for row in connection.execute(_METERS.where(*ours)):
            found[row[3]].append(HistoryMeter(*row))
    return [each for meters in found.values() for each in meters]


def known_months(connection: Connection, first: date, last: date) -> Mapping[date, set[int]]:
    """Return the meters of which the months from ``first`` to ``last`` know anything."""
    rows = select(energy_month.c.month, energy_month.c.meter_id).where(
        energy_month.c.month.between(first, last)
    )
    found: dict[date, set[int]] = {}
    for month, meter_id in connection.execute(rows):
        found.setdefault(month, set()).add(meter_id)
    return found


def ends_of(connection: Connection, meter_ids: Iterable[int]) -> dict[int, Instant]:
    """Return when meters were declared to be taken out of use, by number, where they were."""
    ends: dict[int, Instant] = {}
    for ids in slices(meter_ids):
        rows = (
            select(register_event.c.meter_id, func.min(register_event.c.at))
            .where(
                register_event.c.meter_id.in_(ids),
                register_event.c.kind == EventKind.END.value,
                register_event.c.withdrawn_at.is_(None),
            )
            .group_by(register_event.c.meter_id)
        )
        ends.update((meter_id, at) for meter_id, at in connection.execute(rows))
    return ends


class SettingsChange(NamedTuple):
    """Settings that hold from an instant on, as they were declared."""

    meter_id: int
    at: Instant
    settings: Mapping[str, Any]


def settings_between(
    connection: Connection, meter_ids: Iterable[int], start: Instant, end: Instant
) -> Iterator[SettingsChange]:
    """Yield the changes of settings of meters in ``[start, end)`` that were not withdrawn."""
    for ids in slices(meter_ids):
        rows = select(
            register_event.c.meter_id, register_event.c.at, register_event.c.settings
        ).where(
            register_event.c.meter_id.in_(ids),
            register_event.c.kind == EventKind.SETTINGS.value,
            register_event.c.withdrawn_at.is_(None),
            register_event.c.at >= start,
            register_event.c.at < end,
        )
        for row in connection.execute(rows):
            yield SettingsChange(*row)


def breaks_between(
    connection: Connection, meter_ids: Iterable[int], start: Instant, end: Instant
) -> Iterator[tuple[int, Instant, Join]]:
    """Yield where registers of meters begin another epoch in ``[start, end)``, and how."""
    opening = [int(join) for join in Join if join.opens_epoch]
    for ids in slices(meter_ids):
        rows = select(reading.c.meter_id, reading.c.ts, reading.c.join_kind).where(
            # As in ``epochs_of``: so the small partial index is read, not all the readings.
            literal_column("+reading.meter_id").in_(ids),
            reading.c.join_kind != literal_column("1"),
            reading.c.join_kind.in_(opening),
            reading.c.ts >= start,
            reading.c.ts < end,
        )
        for meter_id, at, join in connection.execute(rows):
            yield meter_id, at, Join(join)
