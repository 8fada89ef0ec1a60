"""The month of all meters, from ``energy_month`` alone: its cost does not grow with history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from wattledger.domain.tally import Tally
from wattledger.store.tables import client, endpoint, energy_month, meter, site


@dataclass(frozen=True, slots=True)
class MeterMonth:
    """A meter, whom it serves, and its tallies of a month and of the month before."""

    endpoint: str
    meter: str
    client: str | None
    zone: str
    current: Tally | None
    previous: Tally | None


def meter_months(connection: Connection, month: date, previous: date) -> Iterator[MeterMonth]:
    """Yield the meters by client, endpoint and key; deleted ones only where the month has them."""
    now, then = energy_month.alias("now"), energy_month.alias("before")
    rows = (
        select(
            endpoint.c.name.label("endpoint"),
            meter.c.key.label("meter"),
            client.c.name.label("client"),
            site.c.zone,
            *(column.label(f"now_{column.name}") for column in now.c),
            *(column.label(f"before_{column.name}") for column in then.c),
        )
        .select_from(meter)
        .join(endpoint)
        .join(site, endpoint.c.site_id == site.c.id)
        .outerjoin(client, endpoint.c.client_id == client.c.id)
        .outerjoin(now, and_(now.c.meter_id == meter.c.id, now.c.month == month))
        .outerjoin(then, and_(then.c.meter_id == meter.c.id, then.c.month == previous))
        .where(or_(endpoint.c.deleted_at.is_(None), now.c.meter_id.is_not(None)))
        .order_by(client.c.name.is_(None), client.c.name, endpoint.c.name, meter.c.key)
    )
    for row in connection.execute(rows):
        yield MeterMonth(
            row.endpoint,
            row.meter,
            row.client,
            row.zone,
            _tally(row, "now"),
            _tally(row, "before"),
        )


def _tally(row: Row[Any], side: str) -> Tally | None:
    fields = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    if fields[f"{side}_meter_id"] is None:
        return None
    return Tally(**{name: fields[f"{side}_{name}"] for name in Tally.__slots__})
