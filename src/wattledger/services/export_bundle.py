"""Export a closed statement as a bundle that proves itself, with the readings it rests on."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import date

from wattledger.domain.errors import NotFoundError
from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthLine
from wattledger.domain.own_view import OwnView
from wattledger.domain.reading import Status
from wattledger.domain.recount import recount
from wattledger.reports.bundle import packed_bundle, readings_csv
from wattledger.services.adjust_months import statement_of
from wattledger.store.closes import ClosedMonth, closed_month
from wattledger.store.database import Connection, Database
from wattledger.store.evidenced import evidenced_around, evidenced_next_to

Readings = Sequence[EvidencedReading]


def export_bundle(database: Database, client_id: str, month: date, view: OwnView | None) -> bytes:
    """Return the bundle of a client's closed month; NotFoundError while it is not closed.

    It holds all readings of its meters from the last good one before each line's start to the
    first good one after its end. Where some of them changed since the close, so that the figures
    follow from them no more, it holds those that were kept with the close: next to the edges, to
    breaks and to changes of the multiplier. A client gets the good ones alone: what was left out
    may be another device's.
    """
    with database.connect() as connection:
        closed = closed_month(connection, client_id, month)
        if closed is None:
            raise NotFoundError(
                f"The statement of {month:%Y-%m} is not closed, and only a closed one is proven; "
                f"close it first."
            )
        readings = _readings(connection, closed, is_for_client=view is not None)
    return packed_bundle(closed.document, closed.seal, readings, closed.month)


def _readings(connection: Connection, closed: ClosedMonth, *, is_for_client: bool) -> bytes:
    lines = statement_of(closed).lines
    found: dict[tuple[int, Instant], EvidencedReading] = {}
    for line in lines:
        around = evidenced_around(connection, line.meter_id, line.start_at, line.end_at)
        found |= {
            (each.meter_id, each.at): each
            for each in around
            if each.status is Status.GOOD or not is_for_client
        }
    if _follow(lines, list(found.values())):
        return readings_csv(list(found.values()))
    return zlib.decompress(closed.readings)


def _follow(lines: Iterable[MonthLine], readings: Readings) -> bool:
    by_meter: dict[int, list[EvidencedReading]] = {}
    for each in readings:
        by_meter.setdefault(each.meter_id, []).append(each)
    return not any(recount(line, by_meter.get(line.meter_id, [])) for line in lines)


def kept_readings(connection: Connection, lines: Iterable[MonthLine]) -> bytes:
    """Return the readings that lines follow from, packed to be kept with their close."""
    found: dict[tuple[int, Instant], EvidencedReading] = {}
    for line in lines:
        for each in evidenced_next_to(connection, line.meter_id, _edges(line)):
            key = (each.meter_id, each.at)
            known = found.get(key)
            if known is None or known.energy_milliwh is None:
                found[key] = each
    return zlib.compress(readings_csv(list(found.values())))


def _edges(line: MonthLine) -> Iterable[Instant]:
    ends = {at for segment in line.segments for at in (segment.first_at, segment.last_at)}
    return sorted({line.start_at, line.end_at, *ends})
