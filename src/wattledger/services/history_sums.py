"""Add up what meters used to the buckets of series."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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

    def is_silent(self, cell: int) -> bool:
        """Tell whether a cell of which nothing is known lies behind the last good reading."""
        return self.silent_since is not None and self.layout.edges[cell] >= self.silent_since

    def mean_mw(self, cell: int, share_ppm: int) -> int | None:
        """Return what a share of the mean power of a cell adds to that of its bucket."""
        mean, layout = self.cells.mean_mw(cell), self.layout
        length, whole = layout.lengths[cell], layout.wholes[cell]
        if mean is None or (length == whole and share_ppm == WHOLE_PPM):
            return mean
        return mean * share_ppm * length // (WHOLE_PPM * whole)


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
            cells = part.layout.cells_of(span)
            if len(span.shares) == 1:
                self._add(part, cells, part.cells.energy[cells.start : cells.stop], WHOLE_PPM)
            else:
                energies = list(_shared(use.meter.zone, span, part))
                self._add(part, cells, energies, span.share_ppm)

    def _add(
        self, part: _Part, cells: Iterable[int], energies: Iterable[int], share_ppm: int
    ) -> None:
        buckets, lengths, covered = part.layout.buckets, part.layout.lengths, part.cells.covered
        for cell, energy in zip(cells, energies, strict=True):
            bucket = buckets[cell]
            if bucket < 0:
                continue
            power = part.mean_mw(cell, share_ppm)
            if power is not None:
                self.power[bucket] = power + (self.power[bucket] or 0)
            if covered[cell]:
                self.energy[bucket] = energy + (self.energy[bucket] or 0)
                self.estimated[bucket] |= part.cells.estimated[cell] > 0
                self.partial[bucket] |= covered[cell] < lengths[cell]
            elif part.is_silent(cell):
                self.partial[bucket] = True

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


def _shared(zone: str, span: OwnSpan, part: _Part) -> Iterator[int]:
    """Yield a client's energy of the cells of a span: those of a month add up to its part of it."""
    days = calendar(zone)
    month: date | None = None
    counted = 0
    for cell in part.layout.cells_of(span):
        whole = part.cells.energy[cell]
        begun = days.month_of(part.layout.edges[cell])
        if begun != month:
            month, counted = begun, 0
        yield span.share(whole, counted)
        counted += whole
