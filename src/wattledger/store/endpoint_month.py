"""A month of one endpoint's meters, from ``energy_month``."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, select

from wattledger.domain.tally import Tally
from wattledger.store.tables import energy_month, meter, meter_state
from wattledger.store.uncounted import refuse_uncounted


@dataclass(frozen=True, slots=True)
class MeterMonth:
    """A meter and its tally of the month; ``None`` where no reading speaks of the month."""

    id: int
    key: str
    is_read: bool
    tally: Tally | None


def endpoint_month(connection: Connection, endpoint_id: int, month: date) -> list[MeterMonth]:
    """Return the month of an endpoint's meters, in order of their making.

    NotYetError while it is being counted anew, after the zone of the site changed.
    """
    tally = [energy_month.c[name] for name in Tally.__slots__]
    same = and_(energy_month.c.meter_id == meter.c.id, energy_month.c.month == month)
    rows = (
        select(meter.c.id, meter.c.key, meter_state.c.last_at, energy_month.c.meter_id, *tally)
        .select_from(meter)
        .join(meter_state, meter_state.c.meter_id == meter.c.id)
        .outerjoin(energy_month, same)
        .where(meter.c.endpoint_id == endpoint_id)
        .order_by(meter.c.id)
    )
    months = [
        MeterMonth(number, key, last_at is not None, None if tallied is None else Tally(*counts))
        for number, key, last_at, tallied, *counts in connection.execute(rows)
    ]
    refuse_uncounted(connection, [each.id for each in months])
    return months
