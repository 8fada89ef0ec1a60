"""Export a closed statement as a bundle that proves itself, with the readings it rests on."""

import zlib
from collections.abc import Iterable
from datetime import date

from wattledger.domain.errors import NotFoundError
from wattledger.domain.own_view import OwnView
from wattledger.reports.bundle import packed_bundle
from wattledger.reports.kept_readings import MeterReadings, unpack
from wattledger.reports.readings_csv import readings_csv
from wattledger.services.closed_statement import statement_of
from wattledger.store.closes import closed_month, kept_readings
from wattledger.store.database import Database


def export_bundle(database: Database, client_id: str, month: date, view: OwnView | None) -> bytes:
    """Return the bundle of a client's closed month; NotFoundError while it is not closed.

    It holds the readings that the month was closed with, whatever came later: all of its meters
    from the last good one before each line's start to the first good one after its end. What was
    closed before ``Schema.EVIDENCED`` kept those next to the edges, to breaks and to changes of the
    multiplier. A client gets the good ones alone: what was left out may be another device's.
    """
    with database.connect() as connection:
        closed = closed_month(connection, client_id, month)
        if closed is None:
            raise NotFoundError(
                f"The statement of {month:%Y-%m} is not closed, and only a closed one is proven; "
                f"close it first."
            )
        kept = kept_readings(connection, client_id, month)
    if statement_of(closed).readings is None:
        readings = zlib.decompress(kept)
    else:
        readings = _csv(unpack(kept), is_for_client=view is not None)
    return packed_bundle(closed.document, closed.seal, readings, closed.month)


def _csv(meters: Iterable[MeterReadings], *, is_for_client: bool) -> bytes:
    shown = (meter.good if is_for_client else meter for meter in meters)
    return readings_csv(reading for meter in shown for reading in meter.whole)
