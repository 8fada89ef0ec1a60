"""Demand: the mean power of fixed windows, a month's peak and its 95th percentile (LEDGER 5).

Powers are milliwatts, energies milli-watt-hours after the multiplier, instants microseconds UTC.
A window that nobody measured is ``None``, never 0. Series of a month are plain lists, one mean a
window: a month of quarter-hours has about 3,000.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TypeAlias

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import HOUR, MINUTE, Instant
from wattledger.domain.month_report import Peak
from wattledger.domain.period import Calendar
from wattledger.domain.register import INT64_MAX

WINDOW_MINUTES = (15, 30, 60)
"""The lengths a window may have."""

LEAST_STEPS = 20
"""A window's energy of fewer display steps is too coarse to be a demand (LEDGER 5)."""

LONGEST_WINDOWS = 2
"""An interval longer than so many windows says nothing about any one of them."""

_WHOLE_PPM = 1_000_000
_ONE_DAY = timedelta(days=1)


MeteredInterval: TypeAlias = tuple[Instant, Instant, int, tuple[tuple[Instant, int], ...]]
"""From when until when, the energy that a register measured between the two, and its bends: the
instants at which the multiplier changes in it, with the energy up to there.
"""

PowerSample: TypeAlias = tuple[Instant, int]
"""What a meter showed as its power at an instant."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows that follow each other: the n-th is ``[edges[n], edges[n + 1])``."""

    minutes: int
    edges: tuple[Instant, ...]

    def __len__(self) -> int:
        return max(0, len(self.edges) - 1)


def windows_of(calendar: Calendar, start: Instant, end: Instant, minutes: int) -> Windows:
    """Return the windows that lie wholly in ``[start, end)``, ascending.

    Each local day is divided anew from its first instant, so that no window straddles a midnight:
    a day of 23 hours has 92 quarter-hours, one of 25 has 100. Where a day is no multiple of a
    window (an hour, on the two days a year on which Lord Howe moves its clock by half an hour)
    its last window takes the rest and is longer, so that a short one makes no peak.
    InvalidInputError for a length that is not 15, 30 or 60 minutes.
    """
    if minutes not in WINDOW_MINUTES:
        raise InvalidInputError(
            f"A window of {minutes} minutes is not offered; choose 15, 30 or 60.", field="minutes"
        )
    length = minutes * MINUTE
    edges: list[Instant] = []
    day = calendar.day_of(start)
    while (begun := calendar.start_of(day)) < end:
        day += _ONE_DAY
        count = (calendar.start_of(day) - begun) // length
        edges += range(begun, begun + count * length, length)
    edges.append(calendar.start_of(day))
    return Windows(minutes, tuple(edge for edge in edges if start <= edge <= end))


def window_means(
    windows: Windows,
    intervals: Sequence[MeteredInterval],
    samples: Iterable[PowerSample],
    steps: Sequence[int],
) -> list[int | None]:
    """Return the mean power of each window of one meter, floored to the mW; None where unknown.

    A window counts from the register where intervals cover all of it and its energy spans at
    least 20 display steps: ``steps`` tells that of each interval, the resolution times the
    multiplier, and the coarsest that reaches into a window is the window's. Else the power
    samples count, where they cover all of it: between two neighbouring samples the power is taken
    to be their mean. Else the window is unknown. An interval that is longer than two windows, or
    two samples that far apart, cover nothing: energy spread evenly over a gap is a mean of the
    gap, not of the windows in it (LEDGER 5).

    Both ascend, and intervals do not overlap; hand in also those intervals and samples that reach
    over the first and last edge.
    """
    longest = LONGEST_WINDOWS * windows.minutes * MINUTE
    registered = list(_register_pieces(intervals, longest))
    powered = list(_power_pieces(samples, longest))
    if not registered and not powered:  # a meter that is read each few hours
        return [None] * len(windows)
    registers = _spread(windows.edges, registered)
    leasts = _least_works(windows.edges, intervals, steps)
    works = [
        None if work is None or work < least else work
        for work, least in zip(registers, leasts, strict=True)
    ]
    if None in works:
        powers = _spread(windows.edges, powered)
        works = [power if work is None else work for work, power in zip(works, powers, strict=True)]
    return [
        None if work is None else work // (end - start)
        for work, (start, end) in zip(works, pairwise(windows.edges), strict=True)
    ]


def _least_works(
    edges: Sequence[Instant], intervals: Sequence[MeteredInterval], steps: Sequence[int]
) -> Sequence[int]:
    """Return the least work of each window that is no matter of the display's steps."""
    finest = min(steps, default=0)
    leasts = [LEAST_STEPS * finest * HOUR] * (len(edges) - 1)
    for (start, end, *_), step in zip(intervals, steps, strict=True):
        if step > finest:
            first, last = max(0, bisect_right(edges, start) - 1), bisect_left(edges, end)
            for window in range(first, min(last, len(leasts))):
                leasts[window] = max(leasts[window], LEAST_STEPS * step * HOUR)
    return leasts


_Piece: TypeAlias = tuple[Instant, Instant, int]
"""A measured span and the work done in it, in milliwatts times microseconds."""


def _register_pieces(intervals: Iterable[MeteredInterval], longest: int) -> Iterator[_Piece]:
    """Yield the spans of measured intervals in which the energy goes straight."""
    for start, end, energy, bends in intervals:
        if not 0 < end - start <= longest:
            continue
        begun, counted = start, 0
        for at, upto in bends:
            yield begun, at, (upto - counted) * HOUR
            begun, counted = at, upto
        yield begun, end, (energy - counted) * HOUR


def _power_pieces(samples: Iterable[PowerSample], longest: int) -> Iterator[_Piece]:
    """Yield the spans between two samples, at the mean of their powers."""
    for (start, first), (end, second) in pairwise(samples):
        length = end - start
        if 0 < length <= longest:
            yield start, end, (first + second) * length // 2


def _spread(edges: Sequence[Instant], pieces: Sequence[_Piece]) -> list[int | None]:
    """Return the work in each window, cut by cumulative floor; None where not all is covered."""
    if not pieces:
        return [None] * (len(edges) - 1)
    totals = _totals_at(edges, pieces)
    works: list[int | None] = [upto - begun for begun, upto in pairwise(totals)]
    for start, end in _gaps(edges, pieces):
        first, last = max(0, bisect_right(edges, start) - 1), bisect_left(edges, end)
        works[first:last] = [None] * len(works[first:last])
    return works


def _totals_at(edges: Sequence[Instant], pieces: Sequence[_Piece]) -> list[int]:
    """Return the work done up to each edge: the hot loop of a month's close."""
    following = iter(pieces)
    start, end, work = next(following)
    done, totals = 0, []
    for edge in edges:
        while end <= edge:
            done += work
            start, end, work = next(following, _NEVER)
        totals.append(done + work * (edge - start) // (end - start) if start < edge else done)
    return totals


_NEVER: _Piece = INT64_MAX - 1, INT64_MAX, 0
"""What follows the last piece."""


def _gaps(edges: Sequence[Instant], pieces: Sequence[_Piece]) -> list[tuple[Instant, Instant]]:
    """Return the spans where nothing is measured."""
    lefts = [*edges[:1], *[end for _, end, _ in pieces]]
    rights = [*[start for start, _, _ in pieces], *edges[-1:]]
    return [span for span in zip(lefts, rights, strict=True) if span[0] < span[1]]


@dataclass(frozen=True, slots=True)
class Demand:
    """One client's mean powers by window, and in which windows it was served at all.

    A mean is None where nobody measured it, and where the client was not served: it drew no 0 kW
    before it had a meter, for a missing number is not zero (LEDGER 1).
    """

    means: Sequence[int | None]
    served: Sequence[bool]

    def within(self, other: "Demand") -> "Demand":
        """Return the demand in the windows in which another one is served, too."""
        means = [
            mean if is_served else None
            for mean, is_served in zip(self.means, other.served, strict=True)
        ]
        both = zip(self.served, other.served, strict=True)
        return Demand(means, [ours and theirs for ours, theirs in both])


def served(
    windows: Windows,
    means: Sequence[int | None],
    span: tuple[Instant, Instant],
    share_ppm: int = _WHOLE_PPM,
) -> Demand:
    """Return one meter's means as one client's demand: its share, while the meter served it.

    A window in which the meter began or ended to serve is unknown, for nobody measured its parts;
    before and behind ``span`` the client was not served.
    """
    first, last = span
    if share_ppm == _WHOLE_PPM and first <= windows.edges[0] and windows.edges[-1] <= last:
        return Demand(means, _all_of(len(means)))
    spans = list(pairwise(windows.edges))
    demands = [
        mean * share_ppm // _WHOLE_PPM
        if mean is not None and first <= start and end <= last
        else None
        for (start, end), mean in zip(spans, means, strict=True)
    ]
    return Demand(demands, [start < last and first < end for start, end in spans])


@cache
def _all_of(count: int) -> tuple[bool, ...]:
    """Return that all windows count; one tuple does for all the meters of a large client."""
    return (True,) * count


def combine(feeds: Sequence[Demand]) -> Demand:
    """Sum feeds window by window; a window is known only where all that serve in it are (LEDGER 5).

    The peak of redundant feeds is that of their sum, not the sum of their peaks. A feed that does
    not serve the client in a window adds nothing to those that do.

    >>> always, later = [True, True, True], [False, True, True]
    >>> combine([Demand([1_000, 2_000, None], always), Demand([None, 500, 700], later)]).means
    [1000, 2500, None]
    """
    if len(feeds) == 1:
        return feeds[0]
    served_by = zip(*(feed.served for feed in feeds), strict=True)
    is_served = [any(window) for window in served_by]
    sums = (_sum(window) for window in zip(*map(_parts, feeds), strict=True))
    means = [total if counts else None for total, counts in zip(sums, is_served, strict=True)]
    return Demand(means, is_served)


def _parts(feed: Demand) -> Sequence[int | None]:
    """Return what a feed adds to each window's sum: 0 only where it does not serve."""
    if all(feed.served):
        return feed.means
    return [
        mean if is_served else 0 for mean, is_served in zip(feed.means, feed.served, strict=True)
    ]


def _sum(parts: tuple[int | None, ...]) -> int | None:
    total = 0
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def peak_of(
    windows: Windows, means: Sequence[int | None], served: Sequence[bool] | None = None
) -> Peak | None:
    """Return the largest window with its start, and the 95th percentile; None if none is known.

    Of equal windows the earliest counts. The percentile is element ``ceil(0.95 n)``, counted from
    1, of the n known windows in ascending order. Coverage is of the windows ``served``, which are
    all where none are told, and is rounded down: 100.0 says all.
    """
    known = sorted(mean for mean in means if mean is not None)
    if not known:
        return None
    count = len(means) if served is None else sum(served)
    return Peak(
        peak_mw=known[-1],
        peak_at=windows.edges[means.index(known[-1])],
        p95_mw=known[-(-95 * len(known) // 100) - 1],
        window_minutes=windows.minutes,
        coverage_percent=Decimal(1_000 * len(known) // count).scaleb(-1),
    )
