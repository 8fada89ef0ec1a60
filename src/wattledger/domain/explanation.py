"""The explanation of readings that costs least (LEDGER 3): a shortest path over their runs.

It is a function of the set of readings, whatever the order they came in, and undoes itself when
later readings tell better.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from wattledger.domain.event import Declared
from wattledger.domain.horizon import HORIZON, mean_window, memory
from wattledger.domain.instant import Instant
from wattledger.domain.link import DROPPED, EXCURSION, MISFIT, RETURNING, Link, Neighbours, links
from wattledger.domain.reading import Reading
from wattledger.domain.run import Mean, Run, find_runs
from wattledger.domain.settings_timeline import AnySettings, energy_between

_REACH = 20
"""A link skips no more runs than this, but that from the last weighty one."""
_AGAINST_A_PERSON = 10_000
_FEW = 2
"""So few readings dropped at once are noise, and all noise within the horizon is one excursion."""
_REMARKABLE = 3
"""So many readings left out make the interval over them questionable."""


@dataclass(frozen=True, slots=True)
class Node:
    """The cheapest way to a run: entered at a member, by a link from a node before it.

    ``cost`` is a pair: the cost, and the number of readings dropped, which decides between equals.
    ``noise`` is when the last noise began and what it has cost so far; ``questionable`` says that
    another explanation of what was left out was near.
    """

    index: int
    entered: int
    cost: tuple[int, int]
    previous: "Node | None" = None
    link: Link | None = None
    noise: tuple[Instant, int] | None = None
    questionable: bool = False


class Explanation:
    """The runs of some readings, and the path through them that costs least.

    What is explained behind a weighty run depends on nothing before its last days (``memory``),
    and no path goes round one, nor leaves out a weighty part of one. So a history may be cut
    behind any member of a run that has a weighty part behind it, and those days before it:
    ``anchored`` says that the first run begins with such a part, known to be good.
    """

    def __init__(
        self, runs: Sequence[Run], settings: AnySettings, declared: Declared, *, anchored: bool
    ) -> None:
        self.runs = runs
        self._settings = settings
        self._declared = declared
        self._reads = [0, *accumulate(len(run.members) for run in runs)]
        self._instants = [member.at for run in runs for member in run.members]
        self._heavy = [run.is_weighty() or (anchored and not n) for n, run in enumerate(runs)]
        accepted = [run.members[0].at in declared.accepted for run in runs]
        self._accepted = [0, *accumulate(accepted)]
        self._seen = _places(runs)
        self.path = self._cheapest_path()

    def is_calm(self) -> bool:
        """Tell whether a plausible reading behind the last changes nothing before it."""
        if not self.path or self.path[-1].index != len(self.runs) - 1:
            return False
        # Behind such an interval its energy does not tell what rise is to be expected.
        before, last = self.runs[-1].members[-2:][0].at, self.runs[-1].members[-1].at
        if self._settings.multiplied_anew_between(before, last):
            return False
        return self._heavy[-1] or len(self.runs) == 1

    def settled(self) -> tuple[Instant, Instant] | None:
        """Return the last stretch of a run that no reading behind the last one known can change.

        It is the ``memory`` of what lies behind, which begins with a weighty part of the run.
        """
        length = memory(self._settings.longest_poll)
        for node in reversed(self.path):
            if not self._heavy[node.index]:
                continue
            members = self.runs[node.index].members
            end = _last_before_weight(self.runs[node.index])
            oldest = members[end].at - length if end >= 0 else 0
            start = bisect_right(members, oldest, key=_at) - 1
            if end >= 0 and start >= node.entered:
                return members[start].at, members[end].at
        return None

    def _cheapest_path(self) -> list[Node]:
        nodes: list[Node] = []
        heavy: Node | None = None
        for index in range(len(self.runs)):
            ways = list(self._ways_to(index, nodes, heavy))
            if heavy is None:
                ways.extend(self._beginning(index, min(map(_cost, ways), default=None)))
            best = min(ways, key=_cost, default=None)
            if best is not None:
                nodes.append(best)
                heavy = best if self._heavy[index] else heavy
        last = min(nodes, key=lambda node: _plus(node.cost, self._left(node)), default=None)
        return list(reversed(list(_back(last))))

    def _beginning(self, index: int, least: tuple[int, int] | None) -> Iterator[Node]:
        """Yield the path that begins with a run, if it may cost less than others.

        Behind the first it begins with a register at work.
        """
        run = self.runs[index]
        poll = self._settings.at(run.members[0].at).poll
        accepted = self._accepted[index + 1] > self._accepted[index]
        if index and not accepted and not run.is_confirmed(poll):
            return
        cost = self._skipped(index)
        if least is None or cost < least:
            yield Node(index, 0, (cost[0] + self._leading(index), cost[1]))

    def _leading(self, index: int) -> int:
        """Return how many of the readings before a run may lead to it: each is a loss."""
        first = self.runs[index].members[0]
        lost = 0
        for run in self.runs[:index]:
            settings = self._settings.over(run.members[0].at, first.at)
            most = settings.most_energy(first.at - run.members[0].at)
            low = first.total_milliwh - most * settings.denominator // settings.numerator
            lost += bisect_right(run.members, first.total_milliwh, key=_total)
            lost -= bisect_left(run.members, low, key=_total)
        return lost

    def _ways_to(self, index: int, nodes: Sequence[Node], heavy: Node | None) -> Iterator[Node]:
        """Yield the ways to a run from those before it; what skips a weighty one never pays."""
        first = heavy.index if heavy is not None else 0
        near = [node for node in nodes[-_REACH:] if node.index >= first]
        if heavy is not None and near[0] is not heavy:
            near.append(heavy)
        for node in near:
            yield from self._ways_between(node, index)

    def _ways_between(self, node: Node, index: int) -> Iterator[Node]:
        run, following = self.runs[node.index], self.runs[index]
        last, first = run.members[-1], following.members[0]
        pair = Neighbours(
            run=run,
            entered=node.entered,
            following=following,
            mean=self.mean(node, len(run.members) - 1),
            begins=node.previous is None and not self._heavy[node.index],
            alternates=self._alternates(node, index),
            declared=bool(self._declared.swaps_between(last.at, first.at)),
            accepted=self._accepted[index + 1] > self._accepted[index],
            settings=self._settings.over(last.at, first.at),
        )
        for link in links(pair):
            yield self._node(node, index, link, pair)

    def _node(self, node: Node, index: int, link: Link, pair: Neighbours) -> Node:
        trimmed = 0 if link.stale else len(pair.run.members) - 1 - link.leave
        skipped = self._reads[index] - self._reads[node.index + 1]
        beside = trimmed + link.enter
        dropped = skipped + (0 if link.flicker else beside)
        at = pair.run.members[link.leave].at
        end = self._reads[index] + link.enter
        late = end - bisect_right(self._instants, at + HORIZON, 0, end)
        price, noise = _price(dropped, min(late, skipped), at, node.noise)
        price += _AGAINST_A_PERSON * (self._accepted[index] - self._accepted[node.index + 1])
        misfit = dropped > 0 and not link.join.opens_epoch and not self._fits(node, link, pair)
        cost = link.cost + price + MISFIT * misfit + self._fitting(node, index, link)
        return Node(
            index=index,
            entered=link.enter,
            cost=_plus(node.cost, (cost, skipped + beside)),
            previous=node,
            link=link,
            noise=noise,
            questionable=misfit or dropped >= _REMARKABLE,
        )

    def _fits(self, node: Node, link: Link, pair: Neighbours) -> bool:
        before = pair.run.members[link.leave]
        after = pair.following.members[link.enter]
        mean = self.mean(node, link.leave)
        rise = after.total_milliwh - before.total_milliwh
        return mean is None or mean.fits(rise, after.at - before.at, pair.resolution)

    def _fitting(self, node: Node, index: int, link: Link) -> int:
        """Return how many of the readings in skipped runs fit what a link leaves: each is a loss.

        They lie between what it joins, or where the mean lets expect the register before a break.
        A few may be lost within an excursion.
        """
        before = self.runs[node.index].members[link.leave]
        after = self.runs[index].members[link.enter]
        low, high = before.total_milliwh, after.total_milliwh
        skipped = [run.members for run in self.runs[node.index + 1 : index]]
        if link.join.opens_epoch and skipped:
            mean = self.mean(node, link.leave)
            high = low + 2 * mean.over(after.at - before.at) if mean is not None else low
        fitting = sum(
            bisect_right(members, high, key=_total) - bisect_left(members, low, key=_total)
            for members in skipped
        )
        return max(0, fitting - _REMARKABLE)

    def _skipped(self, end: int) -> tuple[int, int]:
        """Return the cost of dropping the runs before the one begun with."""
        dropped = self._reads[end]
        early = bisect_left(self._instants, self._instants[dropped] - HORIZON)
        price, _ = _price(dropped, early, 0, None)
        price += RETURNING * any(run.is_confirmed(0) for run in self.runs[:end])
        return price + _AGAINST_A_PERSON * self._accepted[end], dropped

    def _left(self, node: Node) -> tuple[int, int]:
        """Return the cost of leaving all runs after a node undecided."""
        dropped = self._reads[-1] - self._reads[node.index + 1]
        person = self._accepted[-1] - self._accepted[node.index + 1]
        return DROPPED * dropped + _AGAINST_A_PERSON * person, dropped

    def _alternates(self, node: Node, index: int) -> bool:
        """Tell whether a device was seen lately before another, or the other is soon after it.

        Serials that alternate are two devices behind one address, until one of them stays.
        """
        run, following = self.runs[node.index], self.runs[index]
        if following.first_serial is None or run.serial is None or self._heavy[index]:
            return False
        others, own = self._seen.get(following.first_serial, []), self._seen[run.serial]
        place = bisect_left(others, node.index)
        since = run.members[-1].at - HORIZON
        if place and self.runs[others[place - 1]].serial_at >= since:
            return True
        first = min([index, *others[place : place + 1]])
        behind = own[bisect_right(own, first) :][:1]
        until = following.members[0].at + HORIZON
        return any(self.runs[again].members[0].at <= until for again in behind)

    def mean(self, node: Node, leave: int) -> Mean | None:
        """Return the register's mean before a member, along the path (LEDGER 3).

        Where it broke nothing is counted, neither rise nor time. Where nothing else was read in all
        that time, it is the mean of the interval before. The rise is in what the register shows at
        the member: each part counts by its own multiplier.
        """
        last_at = self.runs[node.index].members[leave].at
        poll = self._settings.at(last_at).poll
        start = last_at - mean_window(poll)
        rise = time = 0
        at, last = node, leave
        while True:
            members = self.runs[at.index].members
            first = bisect_left(members, start, at.entered, last, key=_at)
            rise += self._rise(members[first : last + 1], last_at)
            time += members[last].at - members[first].at
            before, link = at.previous, at.link
            if first > at.entered or before is None or link is None:
                break
            left = self.runs[before.index].members[link.leave]
            if left.at < start:
                break
            if not link.join.opens_epoch:
                rise += self._rise((left, members[first]), last_at)
                time += members[first].at - left.at
            at, last = before, link.leave
        if not time:
            rise, time = self._interval_before(node, leave)
        return Mean(rise, time) if time >= 2 * poll else None

    def _interval_before(self, node: Node, leave: int) -> tuple[int, int]:
        """Return rise and time up to a member from the one before it; nothing where it begins."""
        members = self.runs[node.index].members
        after = before = members[leave]
        if leave > node.entered:
            before = members[leave - 1]
        elif node.previous and node.link and not node.link.join.opens_epoch:
            before = self.runs[node.previous.index].members[node.link.leave]
        return self._rise((before, after), after.at), after.at - before.at

    def _rise(self, stretch: Sequence[Reading], shown_at: Instant) -> int:
        """Return the rise over readings of one epoch, in what the register shows at an instant."""
        first, last = stretch[0], stretch[-1]
        if not self._settings.multiplied_anew_between(first.at, shown_at + 1):
            return last.total_milliwh - first.total_milliwh
        energy = sum(
            energy_between((a.at, a.total_milliwh), (b.at, b.total_milliwh), self._settings)
            for a, b in pairwise(stretch)
        )
        register = self._settings.at(shown_at)
        return energy * register.denominator // register.numerator


def explain(
    readings: Sequence[Reading],
    settings: AnySettings,
    declared: Declared,
    prefix: Sequence[Reading] = (),
) -> Explanation:
    """Return the explanation of readings (ascending, no equal instants) that follow a prefix."""
    runs = find_runs(readings, settings, declared.cuts, prefix)
    return Explanation(runs, settings, declared, anchored=bool(prefix))


def _places(runs: Sequence[Run]) -> dict[str, list[int]]:
    """Return the indices of the runs of each device that tells its serial."""
    places: dict[str, list[int]] = {}
    for index, run in enumerate(runs):
        if run.serial is not None:
            places.setdefault(run.serial, []).append(index)
    return places


def _last_before_weight(run: Run) -> int:
    """Return the last member that has a weighty part of the run behind it; -1 if none has."""
    low, high = -1, len(run.members) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if run.is_weighty(middle + 1):
            low = middle
        else:
            high = middle - 1
    return low


def _price(
    dropped: int, beyond: int, at: Instant, noise: tuple[Instant, int] | None
) -> tuple[int, tuple[Instant, int] | None]:
    """Return what dropping some readings behind an instant costs, and the noise up to there.

    Those beyond the horizon are no part of a short excursion.
    """
    whole = min(DROPPED * dropped, EXCURSION) + DROPPED * beyond
    if not 0 < dropped <= _FEW:
        return whole, noise
    since, paid = noise if noise is not None and at - noise[0] <= HORIZON else (at, 0)
    price = min(whole, EXCURSION - paid)
    return price, (since, paid + price)


def _plus(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _total(reading: Reading) -> int:
    return reading.total_milliwh


def _at(reading: Reading) -> Instant:
    return reading.at


def _cost(node: Node) -> tuple[int, int]:
    return node.cost


def _back(node: Node | None) -> Iterator[Node]:
    """Yield a node and those before it."""
    while node is not None:
        yield node
        node = node.previous
