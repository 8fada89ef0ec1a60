"""Fill the cells of many meters from the ledger's months and days, and from readings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from wattledger.domain.bucket_plan import Edges
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.spread import Cells, spread
from wattledger.services.history_frame import Layout
from wattledger.store.bends import bends_of
from wattledger.store.bucket_rows import (
    DatedEnergy,
    DateSpan,
    ReadSpan,
    days_within,
    good_readings,
    months_within,
)
from wattledger.store.database import Connection
from wattledger.store.history_meters import HistoryMeter

MOST_ROWS = 500_000
"""So many readings, days or months of meters are looked at for one history at most."""

_A_DAY = timedelta(days=1)
_ANY = timedelta.max


def fill_cells(
    connection: Connection, layouts: Sequence[tuple[HistoryMeter, Layout]]
) -> dict[int, Cells]:
    """Return the cells of meters by number; InvalidInputError where that would take too long."""
    if sum(_cost(meter, layout) for meter, layout in layouts) > MOST_ROWS:
        raise InvalidInputError(
            f"This is too much of {len(layouts)} meters to be told at once; ask for fewer "
            "endpoints, a longer step, or less time.",
            field="step",
        )
    bends = bends_of(connection, {meter.id for meter, _ in layouts})
    cells = {
        meter.id: Cells(len(layout.edges) - 1, bends.get(meter.id, {})) for meter, layout in layouts
    }
    months = [
        (meter.id, layout.plan.months, first, last)
        for meter, layout in layouts
        for first, last in _runs(layout.plan.months, _ANY)
    ]
    _add_dated(cells, months, months_within(connection, _spans(months)))
    days = [
        (meter.id, layout.plan.days, first, last)
        for meter, layout in layouts
        for first, last in _runs(layout.plan.days, _A_DAY)
    ]
    _add_dated(cells, days, days_within(connection, _spans(days)))
    _add_readings(connection, cells, layouts)
    return cells


def _cost(meter: HistoryMeter, layout: Layout) -> int:
    reads = sum((edges[-1] - edges[0]) // meter.poll for _, edges in layout.plan.reads)
    return reads + len(layout.edges) + len(layout.plan.days)


_Run = tuple[int, Mapping[date, int], date, date]


def _runs(dates: Iterable[date], longest: timedelta) -> Iterator[tuple[date, date]]:
    """Yield the first and last of dates that follow each other at most so far apart."""
    first: date | None = None
    last = date.min
    for each in sorted(dates):
        if first is not None and each - last > longest:
            yield first, last
            first = None
        first, last = first or each, each
    if first is not None:
        yield first, last


def _spans(runs: Iterable[_Run]) -> list[DateSpan]:
    return [DateSpan(meter_id, first, last) for meter_id, _, first, last in runs]


def _add_dated(
    cells: Mapping[int, Cells], runs: Sequence[_Run], found: Iterable[DatedEnergy]
) -> None:
    for number, day, energy, estimated, covered in found:
        meter_id, places, _, _ = runs[number]
        place = places.get(day)
        if place is not None:
            cells[meter_id].add(place, energy, estimated, covered)


def _add_readings(
    connection: Connection,
    cells: Mapping[int, Cells],
    layouts: Sequence[tuple[HistoryMeter, Layout]],
) -> None:
    asked: list[tuple[HistoryMeter, int, Edges]] = [
        (meter, first, edges) for meter, layout in layouts for first, edges in layout.plan.reads
    ]
    spans = [ReadSpan(meter.id, edges[0], edges[-1]) for meter, _, edges in asked]
    for number, readings in groupby(good_readings(connection, spans), key=itemgetter(0)):
        meter, first, edges = asked[number]
        spread(cells[meter.id], first, edges, readings, meter.poll)
