"""What ledgers make of the reads of a scene: the energy of the month, and what they say of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from wattledger.domain.acceptance import accept
from wattledger.domain.instant import Instant
from wattledger.domain.ledger import roll_up
from wattledger.domain.period import calendar
from wattledger.domain.tally import Tally
from wattledger.simulate.ledger_faults.scene import RESOLUTION, Scene
from wattledger.simulate.ledger_faults.truth import MONTH_END, MONTH_START

_ZONE = calendar("Europe/Berlin")
_MARCH = _ZONE.month_of(MONTH_START)


@dataclass(frozen=True, slots=True)
class Figure:
    """The energy of the month in mWh, how uncertain it says it is, and its flags.

    It is that from ``start`` to ``end``, the first and last instants known inside the month.
    """

    start: Instant
    end: Instant
    energy_milliwh: int
    uncertainty_milliwh: int
    flags: frozenset[str]


def this_ledger(scene: Scene) -> Figure:
    """Return what this ledger makes of a scene (LEDGER 3 and 4)."""
    judged = accept(scene.readings(), scene.settings, scene.declared).readings
    tally = roll_up(None, judged, scene.settings, _ZONE).months[_MARCH]
    start, end = tally.start_at or MONTH_START, tally.end_at or MONTH_START
    return Figure(
        start,
        end,
        tally.energy_milliwh,
        tally.uncertainty_milliwh + 2 * scene.settings.scaled(RESOLUTION),
        frozenset(_flags(tally, start, end)),
    )


def _flags(tally: Tally, start: Instant, end: Instant) -> Iterator[str]:
    said = {
        "break": tally.breaks,
        "gap": tally.gaps,
        "estimated": tally.estimated_milliwh,
        "edited": tally.edited_milliwh,
        "questionable": tally.questionable_milliwh,
        "held": tally.held_reads,
        "partial": start > MONTH_START,
        "projected": end < MONTH_END,
    }
    yield from (flag for flag, so in said.items() if so)


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
