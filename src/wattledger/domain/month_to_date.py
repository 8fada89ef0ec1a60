"""Month to date: the energy from the first instant of the local month up to a reading (LEDGER 4).

Derived whenever it is asked for, never stored, so a late or corrected reading cannot leave it
wrong.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wattledger.domain.break_energy import Bend
from wattledger.domain.instant import Instant
from wattledger.domain.period import Calendar
from wattledger.domain.register import interpolate


@dataclass(frozen=True, slots=True)
class Interval:
    """The energy between two neighbouring good readings.

    ``bend`` tells how much of it lies before an instant where the multiplier changes in it.
    """

    start: Instant
    end: Instant
    energy_milliwh: int
    bend: Bend | None = None

    def share_after(self, edge: Instant) -> int:
        """Return the part of the energy after an instant, by cumulative floor.

        >>> Interval(0, 3, 100).share_after(1), Interval(0, 3, 100).share_after(-5)
        (67, 100)
        """
        return self.energy_milliwh - self.share_before(edge)

    def share_before(self, edge: Instant) -> int:
        """Return the part of the energy before an instant, by cumulative floor."""
        if edge <= self.start:
            return 0
        if edge >= self.end:
            return self.energy_milliwh
        if self.bend is not None:
            return self.bend(edge)
        return interpolate((self.start, 0), (self.end, self.energy_milliwh), edge)


def months_to_date(
    opening_milliwh: int, intervals: Iterable[Interval], calendar: Calendar
) -> Iterator[int]:
    """Yield the month to date at the end of each interval.

    The intervals follow each other; ``opening_milliwh`` is the month to date where they begin.
    """
    to_date = opening_milliwh
    for interval in intervals:
        month_start = calendar.start_of(calendar.month_of(interval.end))
        carried = to_date if interval.start >= month_start else 0
        to_date = carried + interval.share_after(month_start)
        yield to_date
