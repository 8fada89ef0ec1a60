"""Where the energy of the cells of one meter's history is found: months, days, or readings.

A cell is a bucket, or the part of one in which the meter served the same clients. What is a whole
local month or day stands in the ledger's months and days; readings are asked for the rest alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from wattledger.domain.bucket import BucketLength
from wattledger.domain.instant import Instant
from wattledger.domain.period import Calendar

_ONE_DAY = timedelta(days=1)

Edges: TypeAlias = Sequence[Instant]
"""Of cells that follow each other, ascending: one more than there are cells."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The cells by number that whole months and days belong to, and what readings are to tell.

    ``reads`` are edges of cells, or of parts of one, with the number of the first.
    """

    months: Mapping[date, int] = field(default_factory=dict)
    days: Mapping[date, int] = field(default_factory=dict)
    reads: Sequence[tuple[int, Edges]] = ()


def plan_cells(days: Calendar, length: BucketLength, edges: Edges, *, lead: bool) -> Plan:
    """Return where cells are found; ``lead`` says that the first stands before the buckets."""
    planner = _Planner(days, is_monthly=length is BucketLength.MONTH)
    first = 0
    if length.is_fine:
        first = int(lead)
        planner.read(first, edges[first:])
    for number in range(first if length.is_fine else len(edges) - 1):
        planner.place(number, edges[number], edges[number + 1])
    return Plan(planner.months, planner.whole_days, planner.reads)


@dataclass(slots=True)
class _Planner:
    days: Calendar
    is_monthly: bool
    months: dict[date, int] = field(default_factory=dict)
    whole_days: dict[date, int] = field(default_factory=dict)
    reads: list[tuple[int, Edges]] = field(default_factory=list)

    def place(self, number: int, start: Instant, end: Instant) -> None:
        """Find a cell in whole months or days, and in readings at its ends."""
        first, last = self.days.day_of(start), self.days.day_of(end)
        if self.is_monthly and self.days.month_span(first) == (start, end) and first.day == 1:
            self.months[first] = number
            return
        if self.days.start_of(first) < start:
            first += _ONE_DAY
        begins, ends = self.days.start_of(first), self.days.start_of(last)
        if begins >= ends:
            self.read(number, (start, end))
            return
        self.read(number, (start, begins))
        while first < last:
            self.whole_days[first] = number
            first += _ONE_DAY
        self.read(number, (ends, end))

    def read(self, number: int, edges: Edges) -> None:
        """Let readings tell of cells; those that go on where the last ended are told with them."""
        if edges[0] == edges[-1]:
            return
        if self.reads:
            before, known = self.reads[-1]
            if known[-1] == edges[0] and before + len(known) - 1 == number:
                self.reads[-1] = (before, (*known, *edges[1:]))
                return
        self.reads.append((number, edges))
