"""How far the figures of a scene are from the truth, in percent of the true energy (LEDGER 8)."""

from dataclasses import dataclass

from wattledger.simulate.ledger_faults.fault import Fault
from wattledger.simulate.ledger_faults.month import OTHER_RULES, this_ledger
from wattledger.simulate.ledger_faults.scene import RESOLUTION, scene
from wattledger.simulate.ledger_faults.truth import MONTH_END, MONTH_START


@dataclass(frozen=True, slots=True)
class Verdict:
    """The errors of one meter's month; an error is what exceeds twice the display's resolution.

    ``is_within`` says that the truth lies within the printed uncertainty of this ledger's figure,
    ``others`` are the errors of the other rules, that flag nothing, in the order of
    ``OTHER_RULES``.
    """

    seed: int
    error_percent: float
    flags: tuple[str, ...]
    is_within: bool
    others: tuple[float, ...]

    @property
    def is_unflagged_error(self) -> bool:
        """Tell whether the figure is wrong and says nothing of it."""
        return self.error_percent > 0 and not self.flags


def judge(fault: Fault, seed: int, interval: int) -> Verdict:
    """Let a fault befall the meter of a seed, read at an interval, and compare with the truth."""
    stage = scene(seed, interval)
    fault.strike(stage)
    figure = this_ledger(stage)
    true = stage.energy_between(figure.start, figure.end)
    whole = stage.energy_between(MONTH_START, MONTH_END)
    return Verdict(
        seed,
        _percent(figure.energy_milliwh, true),
        tuple(sorted(figure.flags)),
        abs(figure.energy_milliwh - true) <= figure.uncertainty_milliwh,
        tuple(_percent(rule(stage), whole) for rule in OTHER_RULES.values()),
    )


def _percent(figure_milliwh: int, true_milliwh: int) -> float:
    error = max(0, abs(figure_milliwh - true_milliwh) - 2 * RESOLUTION)
    return 100 * error / max(true_milliwh, RESOLUTION)
