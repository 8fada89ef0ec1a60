"""The good readings next to an instant: what a register there follows from (LEDGER 4)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.instant import Instant, format_instant
from wattledger.domain.month_report import MonthLine, NamedRead, Segment
from wattledger.domain.reading import Status


class Neighbours:
    """The good readings of one meter in order of time; InvalidInputError for two of one instant."""

    def __init__(self, readings: Iterable[EvidencedReading]) -> None:
        good = [each for each in readings if each.status is Status.GOOD]
        self.readings = sorted(good, key=_at)
        self._at = [each.at for each in self.readings]
        if any(first == second for first, second in pairwise(self._at)):
            raise InvalidInputError("two good readings of it are of one instant.")

    def near(self, at: Instant) -> list[EvidencedReading]:
        """Return the reading at an instant, or those before and behind it, as far as there are."""
        before, behind = bisect_right(self._at, at) - 1, bisect_left(self._at, at)
        return self.readings[max(before, 0) : behind + 1]

    def around(self, at: Instant) -> tuple[EvidencedReading, EvidencedReading]:
        """Return the reading at an instant twice, or those before and behind it; refuse if none."""
        if not self._at or not self._at[0] <= at <= self._at[-1]:
            raise InvalidInputError(f"no good readings lie around {format_instant(at)}.")
        near = self.near(at)
        return near[0], near[-1]

    def between(self, first: Instant, last: Instant) -> list[EvidencedReading]:
        """Return the readings from one instant to another, both included."""
        return self.readings[bisect_left(self._at, first) : bisect_right(self._at, last)]

    def named(self, at: Instant) -> tuple[NamedRead, ...]:
        """Return what is near an instant as a statement names it."""
        return tuple(each.named for each in self.near(at))


def _at(reading: EvidencedReading) -> Instant:
    return reading.at


def with_named_reads(line: MonthLine, readings: Iterable[EvidencedReading]) -> MonthLine:
    """Return a line whose segments name the readings that their registers follow from.

    ``readings`` are of its meter, at least the good ones next to the ends of its segments.
    """
    known = Neighbours(readings)

    def named(segment: Segment) -> Segment:
        first, last = known.named(segment.first_at), known.named(segment.last_at)
        return replace(segment, first_reads=first, last_reads=last)

    return replace(line, segments=tuple(named(each) for each in line.segments))
