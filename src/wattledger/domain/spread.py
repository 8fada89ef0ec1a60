"""Spread what good readings say over cells: the energy of each, and the power told beside it.

It comes to what ``tally_between`` says of each cell alone (LEDGER 4), in one pass over the
readings, and without making anything of each: a chart is made of tens of thousands of them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from wattledger.domain.break_energy import Bend
from wattledger.domain.bucket_plan import Edges
from wattledger.domain.instant import HOUR, Instant
from wattledger.domain.ledger import CERTAIN_POLLS, quality_of_cut
from wattledger.domain.reading import Join, Reading

_QUALITIES = {int(join): Reading(0, 0, 0, join=join).quality for join in Join}
_ESTIMATED = {join for join, quality in _QUALITIES.items() if not quality.is_measured}
_ESTIMATED_IF_CUT = {
    join for join, quality in _QUALITIES.items() if not quality_of_cut(quality).is_measured
}


GoodReading: TypeAlias = tuple[int, Instant, int | None, int | None, int | None]
"""A good reading as it comes by thousands: the number of the span it was asked for, its instant,
the energy since the one before, how they are joined, and the power told beside the register."""


_STRAIGHT: Mapping[Instant, Bend] = MappingProxyType({})


class Cells:
    """What is known of each cell of one meter, by number; sums that begin at 0.

    ``covered`` is the microseconds between good readings; without any the energy is not known.
    ``bends`` are the intervals, by their end, within which the multiplier changes.
    """

    __slots__ = ("bends", "covered", "energy", "estimated", "power", "samples")

    def __init__(self, count: int, bends: Mapping[Instant, Bend] = _STRAIGHT) -> None:
        self.bends = bends
        self.energy = [0] * count
        self.estimated = [0] * count
        self.covered = [0] * count
        self.power = [0] * count
        self.samples = [0] * count

    def add(self, cell: int, energy: int, estimated: int, covered: int) -> None:
        """Add energy to a cell."""
        self.energy[cell] += energy
        self.estimated[cell] += estimated
        self.covered[cell] += covered

    def mean_mw(self, cell: int) -> int | None:
        """Return the mean power of a cell, None where nothing is known.

        That is what was told beside the register, else the energy by the time it is known for.
        """
        if self.samples[cell]:
            return self.power[cell] // self.samples[cell]
        covered = self.covered[cell]
        return self.energy[cell] * HOUR // covered if covered else None


def spread(
    cells: Cells, first: int, edges: Edges, readings: Iterable[GoodReading], poll: int
) -> None:
    """Spread a meter's good readings, ascending, over the cells from ``first`` on.

    They reach from the last one up to the first edge to the first one from the last edge on,
    where there are such. ``poll`` is the microseconds between two reads.
    """
    start, end = edges[0], edges[-1]
    energies, covered = cells.energy, cells.covered
    # The cell of the last reading: most intervals lie within one.
    number, left, right = first, start, edges[1]
    last: Instant | None = None
    for _, at, energy, join, power in readings:
        if last is not None and last < end and at > start:
            if left <= last and at <= right and join not in _ESTIMATED:
                energies[number] += energy or 0
                covered[number] += at - last
            else:
                _spread_interval(cells, first, edges, (last, at, energy or 0, join or 0), poll)
        if start <= at < end:
            if not left <= at < right:
                index = bisect_right(edges, at)
                number, left, right = first + index - 1, edges[index - 1], edges[index]
            if power is not None:
                cells.power[number] += power
                cells.samples[number] += 1
        last = at


def _spread_interval(
    cells: Cells,
    first: int,
    edges: Edges,
    interval: tuple[Instant, Instant, int, int],
    poll: int,
) -> None:
    begun, ended, energy, join = interval
    index = max(bisect_right(edges, begun) - 1, 0)
    if edges[index] <= begun and ended <= edges[index + 1]:
        whole = energy if join in _ESTIMATED else 0
        cells.add(first + index, energy, whole, ended - begun)
        return
    pause = ended - begun
    is_long = pause > CERTAIN_POLLS * poll
    is_estimated = join in (_ESTIMATED_IF_CUT if is_long else _ESTIMATED)
    at, until = max(begun, edges[0]), min(ended, edges[-1])
    bend = cells.bends.get(ended)
    counted = bend(at) if bend else energy * (at - begun) // pause
    while at < until:
        edge = min(edges[index + 1], until)
        # By cumulative floor, as everywhere: the parts add up to the interval.
        upto = bend(edge) if bend else energy * (edge - begun) // pause
        part = upto - counted
        cells.add(first + index, part, part if is_estimated else 0, edge - at)
        at, counted = edge, upto
        index += 1
