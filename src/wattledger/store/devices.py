"""Meters behind whose address another device answers as well (LEDGER 3.4)."""

from collections.abc import Mapping

from sqlalchemy import Connection, exists, func, literal_column, select

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Status
from wattledger.store.tables import reading

_READS = 3
"""One or two readings of another serial are a glitch of the device; so many are of another."""


def other_devices(connection: Connection, start: Instant, end: Instant) -> Mapping[int, str]:
    """Return a serial whose readings were left out beside those of another, by meter id."""
    columns = reading.c
    doubted = (
        select(columns.meter_id, columns.serial)
        .where(
            # As the partial index has it: bound parameters would not find it.
            literal_column("status IN (2, 3, 4)"),
            columns.ts >= start,
            columns.ts < end,
            columns.serial.is_not(None),
        )
        .group_by(columns.meter_id, columns.serial)
        .having(func.count() >= _READS)
        .order_by(columns.meter_id, columns.serial)
    )
    return {
        meter_id: serial
        for meter_id, serial in connection.execute(doubted).all()
        if _is_another(connection, meter_id, serial, start, end)
    }


def _is_another(
    connection: Connection, meter_id: int, serial: str, start: Instant, end: Instant
) -> bool:
    """Tell whether the good readings of a meter are of another device than this one alone."""
    columns = reading.c
    good = (
        columns.meter_id == meter_id,
        columns.ts.between(start, end),
        columns.status == Status.GOOD,
    )
    other = exists().where(*good, columns.serial != serial)
    same = exists().where(*good, columns.serial == serial)
    has_other, has_same = connection.execute(select(other, same)).one()
    return bool(has_other and not has_same)
