"""The energy of an interval between two good readings, also across a break (LEDGER 3.5)."""

from collections.abc import Sequence

from wattledger.domain.event import Swap
from wattledger.domain.reading import Join, Reading
from wattledger.domain.run import Mean
from wattledger.domain.settings_timeline import AnySettings, energy_between


def interval_energy(
    join: Join, before: Reading, after: Reading, mean: Mean | None, settings: AnySettings
) -> int:
    """Return the energy from one good reading to the next: their difference in one epoch.

    Across a break nobody measured it: the mean before, times the time; after a reset at least
    what the register has counted since, where that can be since the break. Without a mean that
    count, else nothing.
    """
    end = after.total_milliwh
    if join.is_estimated:
        return _estimate(join, before, after, mean, settings)
    if join in {Join.ROLLOVER, Join.ROLLOVER_QUESTIONABLE}:
        end += settings.at(after.at).modulus_milliwh or 0
    return energy_between((before.at, before.total_milliwh), (after.at, end), settings)


def _estimate(
    join: Join, before: Reading, after: Reading, mean: Mean | None, settings: AnySettings
) -> int:
    counted = settings.at(after.at).scaled(after.total_milliwh) if join is Join.RESET else 0
    if mean is None:
        return counted
    expected = settings.at(before.at).scaled(mean.over(after.at - before.at))
    return max(expected, counted) if counted <= 2 * expected else expected


def declared_energy(
    before: Reading, after: Reading, swaps: Sequence[Swap], settings: AnySettings
) -> int | None:
    """Return the energy across declared swaps; None unless all their registers were read."""
    energy = 0
    at, stands = before.at, before.total_milliwh
    for swap in swaps:
        if swap.final_milliwh is None or swap.initial_milliwh is None:
            return None
        if swap.final_milliwh < stands:
            return None
        energy += energy_between((at, stands), (swap.at, swap.final_milliwh), settings)
        at, stands = swap.at, swap.initial_milliwh
    if after.total_milliwh < stands:
        return None
    return energy + energy_between((at, stands), (after.at, after.total_milliwh), settings)
