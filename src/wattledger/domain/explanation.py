"""The explanation of readings that costs least (LEDGER 3): a shortest path over their runs.

It is a function of the set of readings, whatever the order they came in, and undoes itself when
later readings tell better.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from wattledger.domain.event import Declared
from wattledger.domain.horizon import HORIZON, MEAN_WINDOW
from wattledger.domain.instant import Instant
from wattledger.domain.link import DROPPED, EXCURSION, MISFIT, Link, Neighbours, links
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import RegisterSettings
from wattledger.domain.run import Mean, Run, find_runs

_FURTHEST = 100
"""A link skips no more runs than this: what is noise for so long is not explained."""
_AGAINST_A_PERSON = 1_000


@dataclass(frozen=True, slots=True)
class Node:
    """The cheapest way to a run: entered at a member, by a link from a node before it.

    ``cost`` is a pair: the cost, and the number of readings dropped, which decides between equals.
    """

    index: int
    entered: int
    cost: tuple[int, int]
    previous: "Node | None"
    link: Link | None
    misfit: bool = False


class Explanation:
    """The runs of some readings, and the path through them that costs least.

    What is explained behind a weighty run depends on nothing before its last days (``HORIZON`` and
    ``MEAN_WINDOW``), and no path goes round one, nor leaves out a weighty part of one. So a history
    may be cut behind any member of a run that has a weighty part behind it, and so many days before
    it: ``anchored`` says that the first run is such a part, known to be good.
    """

    def __init__(
        self, runs: Sequence[Run], settings: RegisterSettings, declared: Declared, *, anchored: bool
    ) -> None:
        self.runs = runs
        self._anchored = anchored
        self._settings = settings
        self._declared = declared
        self._reads = [0, *accumulate(len(run.members) for run in runs)]
        self._heavy = [run.is_weighty() for run in runs]
        if anchored:
            self._heavy[0] = True
        self._accepted = [run.members[0].at in declared.accepted for run in runs]

    def path(self) -> list[Node]:
        """Return the nodes of the cheapest path; an anchored one begins at the first run."""
        nodes: list[Node] = []
        may_begin = True
        for index in range(len(self.runs)):
            ways = list(self._ways_to(index, nodes))
            if may_begin:
                ways.append(Node(index, 0, self._skipped(0, index), None, None))
            best = min(ways, key=_cost, default=None)
            if best is not None:
                nodes.append(best)
            may_begin = may_begin and not self._heavy[index]
        last = min(nodes, key=lambda node: _plus(node.cost, self._left(node)), default=None)
        return list(reversed(list(_back(last))))

    def is_calm(self, path: Sequence[Node]) -> bool:
        """Tell whether a plausible reading behind the last changes nothing before it."""
        if not path or path[-1].index != len(self.runs) - 1:
            return False
        return self._heavy[-1] or len(self.runs) == 1

    def _ways_to(self, index: int, nodes: Sequence[Node]) -> Iterator[Node]:
        for node in reversed(nodes):
            if index - node.index > _FURTHEST:
                return
            yield from self._ways_between(node, index)
            if self._heavy[node.index]:
                return  # what skips a weighty run never pays

    def _ways_between(self, node: Node, index: int) -> Iterator[Node]:
        run, following = self.runs[node.index], self.runs[index]
        last, first = run.members[-1], following.members[0]
        pair = Neighbours(
            run,
            node.entered,
            following,
            self.mean(node, len(run.members) - 1),
            self._returns(node, following),
            bool(self._declared.swaps_between(last.at, first.at)),
            self._accepted[index],
            self._settings,
        )
        for link in links(pair):
            cost, misfit = self._cost_of(node, index, link)
            yield Node(index, link.enter, _plus(node.cost, cost), node, link, misfit)

    def _cost_of(self, node: Node, index: int, link: Link) -> tuple[tuple[int, int], bool]:
        run, following = self.runs[node.index], self.runs[index]
        trimmed = 0 if link.join is Join.CATCH_UP else len(run.members) - 1 - link.leave
        dropped = self._reads[index] - self._reads[node.index + 1] + trimmed + link.enter
        if not dropped:
            return (link.cost, 0), False
        heavy = (
            any(self._heavy[node.index + 1 : index])
            or (trimmed > 0 and run.is_weighty(link.leave + 1))
            or following.is_weighty(0, link.enter)
        )
        cost = _price(dropped, heavy=heavy)
        cost += _AGAINST_A_PERSON * sum(self._accepted[node.index + 1 : index])
        misfit = not link.join.opens_epoch and not self._fits(node, index, link)
        return (link.cost + cost + MISFIT * misfit, dropped), misfit

    def _fits(self, node: Node, index: int, link: Link) -> bool:
        before = self.runs[node.index].members[link.leave]
        after = self.runs[index].members[link.enter]
        mean = self.mean(node, link.leave)
        resolution = self._settings.resolution(before.resolution_milliwh, after.resolution_milliwh)
        rise = after.total_milliwh - before.total_milliwh
        return mean is None or mean.fits(rise, after.at - before.at, resolution)

    def _skipped(self, start: int, end: int) -> tuple[int, int]:
        """Return the cost of dropping whole runs at the beginning."""
        dropped = self._reads[end] - self._reads[start]
        person = _AGAINST_A_PERSON * sum(self._accepted[start:end])
        return _price(dropped, heavy=any(self._heavy[start:end])) + person, dropped

    def _left(self, node: Node) -> tuple[int, int]:
        """Return the cost of leaving all runs after a node undecided."""
        dropped = self._reads[-1] - self._reads[node.index + 1]
        return DROPPED * dropped, dropped

    def _returns(self, node: Node, following: Run) -> bool:
        """Tell whether a run is of a device that was left lately for another."""
        since = self.runs[node.index].members[-1].at - HORIZON
        return any(
            following.serial == self.runs[each.index].serial
            for each in _back(node.previous)
            if self.runs[each.index].members[-1].at >= since
        )

    def mean(self, node: Node, leave: int) -> Mean | None:
        """Return the register's mean over the day before a member, along the path (LEDGER 3).

        Where it broke nothing is counted, neither rise nor time.
        """
        start = self.runs[node.index].members[leave].at - MEAN_WINDOW
        rise = time = 0
        at: Node | None = node
        while at is not None:
            members = self.runs[at.index].members
            first = bisect_left(members, start, at.entered, leave, key=_at)
            rise += members[leave].total_milliwh - members[first].total_milliwh
            time += members[leave].at - members[first].at
            before, link = at.previous, at.link
            if first > at.entered or before is None or link is None:
                break
            last = self.runs[before.index].members[link.leave]
            if last.at < start:
                break
            if not link.join.opens_epoch:
                rise += members[first].total_milliwh - last.total_milliwh
                time += members[first].at - last.at
            at, leave = before, link.leave
        return Mean(rise, time) if time >= 2 * self._settings.poll else None


def explain(
    readings: Sequence[Reading],
    settings: RegisterSettings,
    declared: Declared,
    prefix: Sequence[Reading] = (),
) -> Explanation:
    """Return the explanation of readings (ascending, no equal instants) that follow a prefix."""
    runs = find_runs(readings, settings, declared.cuts, prefix)
    return Explanation(runs, settings, declared, anchored=bool(prefix))


def _price(dropped: int, *, heavy: bool) -> int:
    return DROPPED * dropped if heavy else min(DROPPED * dropped, EXCURSION)


def _plus(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _at(reading: Reading) -> Instant:
    return reading.at


def _cost(node: Node) -> tuple[int, int]:
    return node.cost


def _back(node: Node | None) -> Iterator[Node]:
    """Yield a node and those before it."""
    while node is not None:
        yield node
        node = node.previous
