"""The frame of a history: its buckets at each zone, and the cells of a meter within them."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeAlias

from wattledger.domain.bucket import BucketLength, bucket_edges, dates_of, edges_elsewhere
from wattledger.domain.bucket_plan import Edges, Plan, plan_cells
from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnSpan
from wattledger.domain.period import calendar
from wattledger.store.history_meters import HistoryMeter

_ONE_DAY = timedelta(days=1)

Ends: TypeAlias = Callable[[str], tuple[Instant, Instant]]
"""Where a history begins and ends at the sites of a zone."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The cells of a meter: their edges, the bucket of each, and where their energy is found.

    The first cell may stand before the buckets, for the sake of shares alone; its bucket is -1.
    ``lengths`` tell how much of each lies within the history, ``wholes`` how long its bucket is.
    """

    edges: Edges
    buckets: Sequence[int]
    lengths: Sequence[int]
    wholes: Sequence[int]
    plan: Plan

    def cells_of(self, span: OwnSpan) -> range:
        """Return the cells that begin in a span; its edges are edges of cells."""
        count = len(self.edges) - 1
        return range(
            bisect_left(self.edges, span.start_at, hi=count),
            bisect_left(self.edges, span.end_at, hi=count),
        )


@dataclass(slots=True)
class Frame:
    """The buckets of a history; ``edges`` are those that are told, of ``zone``."""

    zone: str
    bucket: BucketLength
    edges: Edges
    dates: Sequence[date]
    ends: Ends
    _bases: dict[str, Edges] = field(default_factory=dict)
    _layouts: dict[object, Layout] = field(default_factory=dict)

    @classmethod
    def of(
        cls, zone: str, bucket: BucketLength, start: Instant, end: Instant, ends: Ends
    ) -> "Frame":
        """Return the frame of ``[start, end)``, which ``ends`` says of other zones too."""
        days = calendar(zone)
        edges = bucket_edges(days, bucket, start, end)
        return cls(zone, bucket, edges, dates_of(days, edges), ends, {zone: edges})

    def widest(self, zones: Collection[str]) -> tuple[Instant, Instant]:
        """Return the first and the last edge at any of the zones."""
        bases = [self.bases(zone) for zone in {*zones, self.zone}]
        return min(each[0] for each in bases), max(each[-1] for each in bases)

    def bases(self, zone: str) -> Edges:
        """Return the edges of the buckets at a zone: hours are the same, days are its own."""
        if zone not in self._bases:
            self._bases[zone] = (
                self.edges
                if self.bucket.is_fine
                else edges_elsewhere(calendar(zone), self.dates, *self.ends(zone))
            )
        return self._bases[zone]

    def layout(self, meter: HistoryMeter, spans: Sequence[OwnSpan]) -> Layout | None:
        """Return the cells of a meter that counts in these spans; None where none are within."""
        bases = self.bases(meter.zone)
        start = max(bases[0], min(each.start_at for each in spans))
        end = min(bases[-1], max(each.end_at for each in spans))
        if start >= end:
            return None
        cuts = {edge for each in spans for edge in (each.start_at, each.end_at)}
        until = self._end(meter, end) if end == bases[-1] else end
        inside = tuple(sorted(each for each in cuts if start < each < end))
        since = self._lead(meter.zone, start, spans)
        is_shared = any(len(each.shares) > 1 for each in spans)
        key = (meter.zone, since, start, inside, end, until, is_shared)
        if key not in self._layouts:
            months = calendar(meter.zone).month_edges(start, end) if is_shared else ()
            between = {each for each in (*bases, *inside, *months) if start < each < end}
            edges = [start, *sorted(between), until]
            if since is not None:
                edges.insert(0, since)
            self._layouts[key] = self._laid(meter.zone, edges, lead=since is not None)
        return self._layouts[key]

    def _laid(self, zone: str, edges: Edges, *, lead: bool) -> Layout:
        bases = self.bases(zone)
        buckets = [bisect_right(bases, each) - 1 for each in edges[:-1]]
        plan = plan_cells(calendar(zone), self.bucket, edges, lead=lead)
        spans = [(each, min(end, bases[-1])) for each, end in pairwise(edges)]
        lengths = [end - start for start, end in spans]
        wholes = [bases[each + 1] - bases[each] for each in buckets]
        return Layout(edges, buckets, lengths, wholes, plan)

    def _end(self, meter: HistoryMeter, end: Instant) -> Instant:
        """Return the end of the day or month that the history ends in, if nothing is known then.

        So that the ledger's day or month tells of it, and no readings need be looked at.
        """
        if self.bucket.is_fine or meter.known_until is None or meter.known_until > end:
            return end
        days = calendar(meter.zone)
        day = days.day_of(end - 1)
        if self.bucket is BucketLength.MONTH:
            return days.month_span(day.replace(day=1))[1]
        return days.start_of(day + _ONE_DAY)

    def _lead(self, zone: str, start: Instant, spans: Sequence[OwnSpan]) -> Instant | None:
        """Return since when shares are summed up that hold where the history begins.

        They are since the beginning of the month, as on a statement: then days add up to it.
        """
        days = calendar(zone)
        month = days.start_of(days.month_of(start))
        for each in spans:
            since = max(each.start_at, month)
            if len(each.shares) > 1 and since < start < each.end_at:
                return since
        return None
