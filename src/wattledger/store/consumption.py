"""Energy of many meters at once: between two instants, and of a month.

A(t), a meter's cumulative energy, is the sum of its intervals up to t with the one that t cuts
split by cumulative floor; the energy between two instants is A(end) - A(start), exactly as days
and months are made (LEDGER 4).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, ScalarSelect, Select, Table, and_, func, select

from wattledger.domain.instant import DAY, Instant
from wattledger.domain.ledger import Tally
from wattledger.domain.month_to_date import Interval
from wattledger.domain.period import Calendar
from wattledger.domain.reading import Status
from wattledger.store.tables import (
    client,
    endpoint,
    energy_day,
    energy_month,
    meter,
    meter_state,
    reading,
    site,
)

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


def counted_meters(connection: Connection) -> list[CountedMeter]:
    """Return the meters of all endpoints that are not deleted, by endpoint name."""
    rows = (
        select(
            meter.c.id,
            meter.c.key,
            meter_state.c.last_at.is_not(None),
            endpoint.c.public_id,
            endpoint.c.name,
            client.c.name,
            site.c.zone,
        )
        .select_from(endpoint)
        .join(site, endpoint.c.site_id == site.c.id)
        .outerjoin(client, endpoint.c.client_id == client.c.id)
        .join(meter, meter.c.endpoint_id == endpoint.c.id)
        .join(meter_state, meter_state.c.meter_id == meter.c.id)
        .where(endpoint.c.deleted_at.is_(None))
        .order_by(endpoint.c.name, endpoint.c.id, meter.c.id)
    )
    return [CountedMeter(*row) for row in connection.execute(rows)]


def energy_between(
    connection: Connection, calendar: Calendar, start: Instant, end: Instant
) -> dict[int, Used]:
    """Return the energy in [start, end) by meter id, for the meters of the calendar's zone.

    A meter without two readings around any time of the period is left out: its energy is not
    known, which is not 0.
    """
    opening = _neighbours(connection, calendar.zone, start)
    closing = _neighbours(connection, calendar.zone, end)
    whole = _whole_intervals(connection, calendar, start, end)
    used: dict[int, Used] = {}
    for meter_id, first in opening.items():
        last = closing[meter_id]
        covered = _covered(first, last, start, end)
        if covered > 0:
            energy = whole.get(meter_id, 0) + last.share_before(end) - first.share_before(start)
            used[meter_id] = Used(energy, covered)
    return used


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """The good readings around an instant: the last one up to it, and the first one after it."""

    before: Instant | None
    after: Instant | None
    energy_milliwh: int | None

    def share_before(self, at: Instant) -> int:
        """Return the energy from the reading before up to the instant."""
        if self.before is None or self.after is None or self.energy_milliwh is None:
            return 0
        return Interval(self.before, self.after, self.energy_milliwh).share_before(at)


def _covered(first: _Neighbours, last: _Neighbours, start: Instant, end: Instant) -> int:
    """Return how much of [start, end) lies between good readings; they are one chain."""
    begun = start if first.before is not None else first.after
    ended = end if last.after is not None else last.before
    return 0 if begun is None or ended is None else ended - begun


def _neighbours(connection: Connection, zone: str, at: Instant) -> dict[int, _Neighbours]:
    """Return the good readings around an instant, by meter id: two seeks a meter."""
    before = _nearest(reading.c.ts <= at, newest=True)
    after = _nearest(reading.c.ts > at, newest=False)
    following = reading.alias("following")
    rows = (
        select(meter.c.id, before, following.c.ts, following.c.energy_milliwh)
        .select_from(meter)
        .join(endpoint, meter.c.endpoint_id == endpoint.c.id)
        .join(site, endpoint.c.site_id == site.c.id)
        .outerjoin(following, and_(following.c.meter_id == meter.c.id, following.c.ts == after))
        .where(site.c.zone == zone, endpoint.c.deleted_at.is_(None))
    )
    return {meter_id: _Neighbours(*ends) for meter_id, *ends in connection.execute(rows)}


def _nearest(side: Any, *, newest: bool) -> ScalarSelect[Any]:  # noqa: ANN401 - any condition
    at = reading.c.ts
    good = select(at).where(reading.c.meter_id == meter.c.id, reading.c.status == Status.GOOD, side)
    return good.order_by(at.desc() if newest else at).limit(1).scalar_subquery()


def _whole_intervals(
    connection: Connection, calendar: Calendar, start: Instant, end: Instant
) -> Mapping[int, int]:
    ...
