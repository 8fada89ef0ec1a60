"""What the ledger made of an imported sheet: its meters' months, and the readings it doubts."""

from collections.abc import Collection
from datetime import date
from typing import TypeAlias

from sqlalchemy import Connection, select

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Status
from wattledger.store.slices import slices
from wattledger.store.tables import energy_month, meter, reading

MeterMonth: TypeAlias = tuple[int, date]
"""A meter's id and the first date of a month."""

_DOUBTED = (Status.HELD, Status.GLITCH, Status.REJECTED)


def month_energies(connection: Connection, meter_ids: Collection[int]) -> dict[MeterMonth, int]:
    """Return the energy of every month of meters that lies between good readings."""
    columns = select(energy_month.c.meter_id, energy_month.c.month, energy_month.c.energy_milliwh)
    known = columns.where(energy_month.c.covered > 0)
    found: dict[MeterMonth, int] = {}
    for ids in slices(meter_ids):
        for meter_id, month, energy in connection.execute(
            known.where(energy_month.c.meter_id.in_(ids))
        ):
            found[meter_id, month] = energy
    return found


def doubted_readings(
    connection: Connection, meter_ids: Collection[int], instants: Collection[Instant]
) -> set[tuple[int, Instant]]:
    """Return meter and instant of the readings at some instants that are held or dropped."""
    doubted = select(reading.c.meter_id, reading.c.ts).where(
        reading.c.status.in_([int(status) for status in _DOUBTED]), reading.c.ts.in_(instants)
    )
    found: set[tuple[int, Instant]] = set()
    for ids in slices(meter_ids):
        rows = connection.execute(doubted.where(reading.c.meter_id.in_(ids)))
        found.update((row.meter_id, row.ts) for row in rows)
    return found


def multipliers(connection: Connection, meter_ids: Collection[int]) -> dict[int, str]:
    """Return the multipliers of meters, as text."""
    found: dict[int, str] = {}
    for ids in slices(meter_ids):
        rows = connection.execute(select(meter.c.id, meter.c.multiplier).where(meter.c.id.in_(ids)))
        found.update((row.id, row.multiplier) for row in rows)
    return found
