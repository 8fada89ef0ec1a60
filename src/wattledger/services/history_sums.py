"""Add up what meters used to the buckets of series."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wattledger.domain.assignment import WHOLE_PPM
from wattledger.domain.bucket import UNKNOWN, Bucket, BucketQuality
from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnSpan
from wattledger.domain.period import calendar
from wattledger.domain.spread import Cells
from wattledger.services.endpoint_figure import total_of_known
from wattledger.services.history_cells import fill_cells
from wattledger.services.history_frame import Frame, Layout
from wattledger.services.history_uses import Use, Uses
from wattledger.store.database import Connection
from wattledger.store.history_meters import HistoryMeter, ends_of


def sum_up(connection: Connection, frame: Frame, found: Uses) -> list[list[Bucket]]:
    """Return the buckets of each series."""
    spans: defaultdict[HistoryMeter, list[OwnSpan]] = defaultdict(list)
    for use in found.uses:
        spans[use.meter] += use.spans
    layouts = {
        meter: layout
        for meter, of_meter in spans.items()
        if of_meter and (layout := frame.layout(meter, of_meter)) is not None
    }
    cells = fill_cells(connection, list(layouts.items()))
    ended = ends_of(connection, (meter.id for meter in layouts))
    sums = [_Sums.of(len(frame.edges) - 1) for _ in found.heads]
    for use in found.uses:
        layout = layouts.get(use.meter)
        if layout is not None:
            gone = use.meter.is_deleted or use.meter.id in ended
            part = _Part(layout, cells[use.meter.id], None if gone else use.meter.known_until)
            sums[use.series].add(use, part)
    return [each.buckets() for each in sums]


def together(rows: Sequence[Sequence[Bucket]], count: int) -> list[Bucket]:
    """Return the sums of buckets of several series."""
    return [_both(column) for column in zip(*rows, strict=True)] if rows else [UNKNOWN] * count


def _both(buckets: Sequence[Bucket]) -> Bucket:
    known = {each.quality for each in buckets}
    worst = (BucketQuality.PARTIAL, BucketQuality.ESTIMATED, BucketQuality.MEASURED)
    return Bucket(
        total_of_known(each.energy_milliwh for each in buckets),
        total_of_known(each.power_mw for each in buckets),
        next((quality for quality in worst if quality in known), None),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of a meter; ``silent_since`` is its last good reading if more is to come."""

    layout: Layout
    cells: Cells
    silent_since: Instant | None

    def is_partial(self, cell: int) -> bool:
        """Tell whether something of a cell is not known that should be."""
        covered = self.cells.covered[cell]
        if covered:
            return covered < self.layout.length(cell)
        return self.silent_since is not None and self.layout.edges[cell] >= self.silent_since


@dataclass(slots=True)
class _Sums:
    """The buckets of a series as they are added up."""

    energy: list[int | None]
    power: list[int | None]
    estimated: list[bool]
    partial: list[bool]

    @classmethod
    def of(cls, count: int) -> "_Sums":
        """Return so many buckets of which nothing is known."""
        return cls([None] * count, [None] * count, [False] * count, [False] * count)

    def add(self, use: Use, part: _Part) -> None:
        """Add what a meter used."""
        for span in use.spans:
            if len(span.shares) == 1:
                for cell in part.layout.cells_of(span):
                    self._add(part, cell, part.cells.energy[cell], WHOLE_PPM)
            else:
                for cell, energy in _shared(use.meter.zone, span, part).items():
                    if part.layout.buckets[cell] >= 0:
                        self._add(part, cell, energy, span.share_ppm)

    def _add(self, part: _Part, cell: int, energy: int, share_ppm: int) -> None:
        bucket = part.layout.buckets[cell]
        mean = part.cells.mean_mw(cell)
        if mean is not None:
            whole = WHOLE_PPM * part.layout.bucket_length(cell)
            power = mean * share_ppm * part.layout.length(cell) // whole
            self.power[bucket] = power + (self.power[bucket] or 0)
        if part.cells.covered[cell]:
            self.energy[bucket] = energy + (self.energy[bucket] or 0)
            self.estimated[bucket] |= part.cells.estimated[cell] > 0
        self.partial[bucket] |= part.is_partial(cell)

    def buckets(self) -> list[Bucket]:
        """Return the buckets."""
        rows = zip(self.energy, self.power, self.estimated, self.partial, strict=True)
        return [Bucket(energy, power, _quality(energy, *known)) for energy, power, *known in rows]


def _quality(energy: int | None, estimated: bool, partial: bool) -> BucketQuality | None:  # noqa: FBT001 - columns
    if energy is None:
        return None
    if partial:
        return BucketQuality.PARTIAL
    return BucketQuality.ESTIMATED if estimated else BucketQuality.MEASURED


def _shared(zone: str, span: OwnSpan, part: _Part) -> Mapping[int, int]:
    """Return a client's energy of cells, by number: those of a month add up to its part of it."""
    days = calendar(zone)
    month: date | None = None
    counted = 0
    energies: dict[int, int] = {}
    for cell in part.layout.cells_of(span):
        whole = part.cells.energy[cell]
        begun = days.month_of(part.layout.edges[cell])
        if begun != month:
            month, counted = begun, 0
        energies[cell] = span.share(whole, counted)
        counted += whole
    return energies
