"""The months of all meters, from ``energy_month`` alone: the cost does not grow with history."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from wattledger.domain.hierarchy import MeterPlace
from wattledger.domain.tally import Tally
from wattledger.store.tables import endpoint, energy_day, energy_month, meter, site
from wattledger.store.uncounted import refuse_uncounted


@dataclass(frozen=True, slots=True)
class BilledMeter:
    """A meter as a bill names it, with the zone of its site."""

    id: int
    key: str
    parent_id: int | None
    feed: str | None
    rack: str | None
    endpoint_id: str
    endpoint: str
    location: str | None
    zone: str
    is_deleted: bool
    site_id: int

    @property
    def place(self) -> MeterPlace:
        """Return where it stands among the meters of its endpoint."""
        return MeterPlace(self.id, self.key, self.parent_id)


def billed_meters(
    connection: Connection, meter_ids: Collection[int] | None = None
) -> list[BilledMeter]:
    """Return all meters or those of some numbers, also of deleted endpoints, by name and key."""
    rows = (
        select(
            meter.c.id,
            meter.c.key,
            meter.c.parent_id,
            meter.c.feed,
            meter.c.rack,
            endpoint.c.public_id,
            endpoint.c.name,
            endpoint.c.location,
            site.c.zone,
            endpoint.c.deleted_at.is_not(None),
            site.c.id,
        )
        .select_from(meter)
        .join(endpoint)
        .join(site, endpoint.c.site_id == site.c.id)
        .order_by(endpoint.c.name, endpoint.c.id, meter.c.key)
    )
    if meter_ids is not None:
        rows = rows.where(meter.c.id.in_(meter_ids))
    return [BilledMeter(*row) for row in connection.execute(rows)]


def month_tallies(
    connection: Connection, month: date, meter_ids: Collection[int] | None = None
) -> dict[int, Tally]:
    """Return the tallies of the month that begins on ``month`` by meter id, of others too.

    NotYetError while one of the meters asked for (None: of all) is being counted anew, after the
    zone of its site changed.
    """
    refuse_uncounted(connection, meter_ids)
    columns = [energy_month.c[name] for name in Tally.__slots__]
    rows = select(energy_month.c.meter_id, *columns).where(energy_month.c.month == month)
    return {meter_id: Tally(*counts) for meter_id, *counts in connection.execute(rows)}


class DayEnergy(NamedTuple):
    """A day's energy, and how much of it is an estimate."""

    energy_milliwh: int
    estimated_milliwh: int


def day_energies(
    connection: Connection, first: date, end: date, meter_ids: Collection[int] | None = None
) -> Mapping[int, Mapping[date, DayEnergy]]:
    """Return the energy of the local days [first, end) by meter id; unknown days are left out.

    Of all meters when ``meter_ids`` is not given. NotYetError while one is being counted anew.
    """
    refuse_uncounted(connection, meter_ids)
    days = energy_day.c
    rows = select(days.meter_id, days.day, days.energy_milliwh, days.estimated_milliwh).where(
        days.day >= first, days.day < end, days.covered > 0
    )
    if meter_ids is not None:
        rows = rows.where(days.meter_id.in_(meter_ids))
    energies: dict[int, dict[date, DayEnergy]] = {}
    for meter_id, day, *energy in connection.execute(rows):
        energies.setdefault(meter_id, {})[day] = DayEnergy(*energy)
    return energies
