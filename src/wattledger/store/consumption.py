"""Energy between two instants, of all meters at once.

A(t), a meter's cumulative energy, is the sum of its intervals up to t with the one that t cuts
split by cumulative floor; the energy between two instants is A(end) - A(start), exactly as days
and months are made (LEDGER 4).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    func,
    select,
)

from wattledger.domain.break_energy import Bend
from wattledger.domain.instant import DAY, Instant
from wattledger.domain.month_to_date import Interval
from wattledger.domain.period import Calendar
from wattledger.domain.reading import Status
from wattledger.store.bends import bends_of
from wattledger.store.tables import (
    client,
    endpoint,
    energy_day,
    meter,
    meter_state,
    reading,
    site,
)
from wattledger.store.uncounted import refuse_uncounted

_AnySelect: TypeAlias = Select[*tuple[Any, ...]]

_SHORT = 2 * DAY
"""Up to here the readings are summed; beyond, whole local days come from ``energy_day``."""


@dataclass(frozen=True, slots=True)
class CountedMeter:
    """A meter, its endpoint and its site's zone, as sums over many endpoints need them."""

    id: int
    key: str
    is_read: bool
    endpoint_id: str
    endpoint: str
    client: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class Used:
    """Energy in a period, and the microseconds of it that lie between good readings."""

    energy_milliwh: int
    covered: int


def counted_meters(
    connection: Connection, meter_ids: Collection[int] | None = None
) -> list[CountedMeter]:
    """Return all meters, or those of some numbers, of endpoints in use, by endpoint name."""
    rows = _meters(
        meter.c.id,
        meter.c.key,
        meter_state.c.last_at.is_not(None),
        endpoint.c.public_id,
        endpoint.c.name,
        client.c.name,
        site.c.zone,
    )
    named = (
        rows.outerjoin(client, endpoint.c.client_id == client.c.id)
        .join(meter_state, meter_state.c.meter_id == meter.c.id)
        .order_by(endpoint.c.name, endpoint.c.id, meter.c.id)
    )
    if meter_ids is not None:
        named = named.where(meter.c.id.in_(meter_ids))
    return [CountedMeter(*row) for row in connection.execute(named)]


def _meters(*columns: ColumnElement[Any]) -> _AnySelect:
    """Select from the meters of all endpoints that are not deleted, with their sites."""
    return (
        select(*columns)
        .select_from(endpoint)
        .join(meter, meter.c.endpoint_id == endpoint.c.id)
        .join(site, endpoint.c.site_id == site.c.id)
        .where(endpoint.c.deleted_at.is_(None))
    )


def energy_between(
    connection: Connection,
    calendar: Calendar,
    start: Instant,
    end: Instant,
    meter_ids: Collection[int] | None = None,
) -> dict[int, Used]:
    """Return the energy in [start, end) by meter id, for the meters of the calendar's zone.

    They are all of them, or of those numbers that are given.

    A meter of which no time in the period lies between good readings is left out: its energy is
    not known, which is not 0.
    """
    asked = _asked(calendar, meter_ids)
    if end - start <= _SHORT:
        return _from_readings(connection, asked, start, end)
    first, last = calendar.day_of(start) + timedelta(days=1), calendar.day_of(end)
    return _added(
        _from_readings(connection, asked, start, calendar.start_of(first)),
        _from_days(connection, asked, first, last),
        _from_readings(connection, asked, calendar.start_of(last), end),
    )


def energy_of_days(
    connection: Connection,
    calendar: Calendar,
    first: date,
    end: date,
    meter_ids: Collection[int] | None = None,
) -> dict[int, Used]:
    """Return the energy of the local days [first, end), as ``energy_between`` does, but faster."""
    return _from_days(connection, _asked(calendar, meter_ids), first, end)


def _asked(calendar: Calendar, meter_ids: Collection[int] | None) -> ColumnElement[bool]:
    of_zone = site.c.zone == calendar.zone
    return of_zone if meter_ids is None else and_(of_zone, meter.c.id.in_(meter_ids))


def _added(*parts: dict[int, Used]) -> dict[int, Used]:
    total: dict[int, Used] = {}
    for part in parts:
        for meter_id, used in part.items():
            before = total.get(meter_id, Used(0, 0))
            energy = before.energy_milliwh + used.energy_milliwh
            total[meter_id] = Used(energy, before.covered + used.covered)
    return total


def _from_days(
    connection: Connection, asked: ColumnElement[bool], first: date, end: date
) -> dict[int, Used]:
    """Return the energy of the local days [first, end); NotYetError while they are counted."""
    energy, covered = (
        _sum(column, energy_day.c.meter_id, energy_day.c.day >= first, energy_day.c.day < end)
        for column in (energy_day.c.energy_milliwh, energy_day.c.covered)
    )
    rows = _meters(meter.c.id, energy, covered).where(asked)
    found = {row[0]: Used(row[1], row[2]) for row in connection.execute(rows) if row[2]}
    refuse_uncounted(connection, found)
    return found


def _from_readings(
    connection: Connection, asked: ColumnElement[bool], start: Instant, end: Instant
) -> dict[int, Used]:
    """Return A(end) - A(start) from the readings in between and those around the two instants."""
    inside = and_(reading.c.ts > start, reading.c.ts <= end, reading.c.status == Status.GOOD)
    whole = _sum(reading.c.energy_milliwh, reading.c.meter_id, inside)
    rows = _meters(meter.c.id, whole).where(asked)
    opening, closing = _around(connection, asked, start), _around(connection, asked, end)
    bends = bends_of(connection)
    used: dict[int, Used] = {}
    for meter_id, energy in connection.execute(rows):
        first, last = opening[meter_id], closing[meter_id]
        covered = _covered(first, last, start, end)
        if covered > 0:
            bent = bends.get(meter_id, {})
            cut = last.share_before(end, bent) - first.share_before(start, bent)
            used[meter_id] = Used((energy or 0) + cut, covered)
    return used


def _sum(
    column: ColumnElement[Any], owner: ColumnElement[Any], *conditions: ColumnElement[bool]
) -> ScalarSelect[Any]:
    """Sum a column over one meter's rows: a seek by the key for each meter, never a scan of all."""
    rows = select(func.sum(column)).where(owner == meter.c.id, *conditions)
    return rows.correlate(meter).scalar_subquery()


@dataclass(frozen=True, slots=True)
class _Around:
    """The good readings around an instant: the last one up to it, and the first one after it.

    ``energy_milliwh`` is the energy between the two.
    """

    before: Instant | None
    after: Instant | None
    energy_milliwh: int | None

    def share_before(self, at: Instant, bends: Mapping[Instant, Bend]) -> int:
        """Return the energy from the reading before up to the instant."""
        if self.before is None or self.after is None or self.energy_milliwh is None:
            return 0
        bend = bends.get(self.after)
        return Interval(self.before, self.after, self.energy_milliwh, bend).share_before(at)


def _covered(first: _Around, last: _Around, start: Instant, end: Instant) -> int:
    """Return how much of [start, end) lies between good readings, which are one chain."""
    begun = start if first.before is not None else first.after
    ended = end if last.after is not None else last.before
    return 0 if begun is None or ended is None else ended - begun


def _around(connection: Connection, asked: ColumnElement[bool], at: Instant) -> dict[int, _Around]:
    """Return the good readings around an instant by meter id: two seeks a meter."""
    before = _nearest(reading.c.ts <= at, reading.c.ts.desc())
    after = _nearest(reading.c.ts > at, reading.c.ts)
    following = reading.alias("following")
    follows = and_(following.c.meter_id == meter.c.id, following.c.ts == after)
    rows = _meters(meter.c.id, before, following.c.ts, following.c.energy_milliwh)
    return {
        meter_id: _Around(*ends)
        for meter_id, *ends in connection.execute(rows.outerjoin(following, follows).where(asked))
    }


def _nearest(side: ColumnElement[bool], order: ColumnElement[Any]) -> ScalarSelect[Any]:
    good = and_(reading.c.meter_id == meter.c.id, reading.c.status == Status.GOOD)
    return (
        select(reading.c.ts)
        .where(good, side)
        .order_by(order)
        .limit(1)
        .correlate(meter)
        .scalar_subquery()
    )
