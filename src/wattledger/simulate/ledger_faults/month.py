"""What ledgers make of the reads of a scene: the energy of the month, and what they say of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wattledger.domain.acceptance import accept
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Reading, Status
from wattledger.domain.register import RegisterSettings, interpolate
from wattledger.simulate.ledger_faults.scene import Scene
from wattledger.simulate.ledger_faults.truth import MONTH_END, MONTH_START

_CERTAIN_POLLS = 2
_QUESTIONABLE = {Join.QUESTIONABLE, Join.CATCH_UP, Join.ROLLOVER_QUESTIONABLE}


@dataclass(frozen=True, slots=True)
class Figure:
    """The energy of the month in mWh, how uncertain it says it is, and its flags.

    It is that from ``start`` to ``end``, the first and last good reads where they lie inside.
    """

    start: Instant
    end: Instant
    energy_milliwh: int
    uncertainty_milliwh: int
    flags: frozenset[str]


def this_ledger(scene: Scene) -> Figure:
    """Return what this ledger makes of a scene (LEDGER 3 and 4)."""
    judged = accept(scene.readings(), scene.settings, scene.declared).readings
    good = [reading for reading in judged if reading.status is Status.GOOD]
    flags = set(_flags(good, scene.settings))
    if any(r.status is Status.HELD and MONTH_START <= r.at < MONTH_END for r in judged):
        flags.add("held")
    shares = [_share(before, after, scene.settings) for before, after in pairwise(good)]
    steps = 2 * scene.settings.scaled(max(reading.resolution_milliwh for reading in judged))
    return Figure(
        min(max(MONTH_START, good[0].at), MONTH_END),
        max(min(MONTH_END, good[-1].at), MONTH_START),
        sum(energy for energy, _ in shares),
        steps + sum(doubt for _, doubt in shares),
        frozenset(flags),
    )


def _share(before: Reading, after: Reading, settings: RegisterSettings) -> tuple[int, int]:
    """Return the energy of an interval inside the month, and its uncertainty."""
    energy = after.energy_milliwh or 0
    a, b = before.at, after.at
    start, end = max(a, MONTH_START), min(b, MONTH_END)
    if start >= end:
        return 0, 0
    low, high = (interpolate((a, 0), (b, energy), edge) for edge in (start, end))
    share, inside = high - low, settings.most_energy(end - start)
    outside = settings.most_energy(b - a - (end - start))
    if after.join is not None and after.join.is_estimated:
        return share, max(share, inside - share)
    least, most = max(0, energy - outside), min(energy, inside)
    return share, max(share - least, most - share)


def _flags(good: Sequence[Reading], settings: RegisterSettings) -> Iterator[str]:
    if not good or good[0].at >= MONTH_START:
        yield "partial"
    if not good or good[-1].at < MONTH_END:
        yield "projected"
    for before, after in pairwise(good):
        if after.at <= MONTH_START or before.at >= MONTH_END:
            continue
        join = after.join
        if join is not None and join.opens_epoch:
            yield join.name.lower()
        if join in _QUESTIONABLE:
            yield "questionable"
        is_cut = before.at < MONTH_START < after.at or before.at < MONTH_END < after.at
        if is_cut and after.at - before.at > _CERTAIN_POLLS * settings.poll:
            yield "estimated"


def _in_month(scene: Scene) -> list[int]:
    return [read.register for read in scene.reads if MONTH_START <= read.at < MONTH_END]


def last_minus_first(scene: Scene) -> int:
    """Return the last register of the month minus the first, as reads arrived by time."""
    shown = [r.total_milliwh for r in scene.readings() if MONTH_START <= r.at < MONTH_END]
    return shown[-1] - shown[0]


def any_fall_is_a_reset(scene: Scene) -> int:
    """Count every rise as reads arrive, and after a fall what is shown."""
    shown = _in_month(scene)
    return sum(after - before if after >= before else after for before, after in pairwise(shown))


def ten_percent_rule(scene: Scene) -> int:
    """Take a fall of more than a tenth for a reset, and ignore smaller ones."""
    shown = _in_month(scene)
    stands, counted = shown[0], 0
    for register in shown[1:]:
        if register >= stands:
            counted += register - stands
        elif 10 * register < 9 * stands:
            counted += register
        else:
            continue
        stands = register
    return counted


OTHER_RULES: dict[str, Callable[[Scene], int]] = {
    "last minus first": last_minus_first,
    "any fall is a reset": any_fall_is_a_reset,
    "10 % rule": ten_percent_rule,
}
