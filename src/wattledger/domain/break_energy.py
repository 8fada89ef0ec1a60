"""The energy of an interval between two good readings, also across a break (LEDGER 3.5)."""

from collections.abc import Sequence

from wattledger.domain.event import Swap
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import RegisterSettings
from wattledger.domain.run import Mean


def interval_energy(
    join: Join, before: Reading, after: Reading, mean: Mean | None, settings: RegisterSettings
) -> int:
    """Return the energy from one good reading to the next: their difference in one epoch.

    Across a break nobody measured it: the mean before, times the time; after a reset at least
    what the register has counted since, where that can be since the break. Without a mean that
    count, else nothing.
    """
    if not join.opens_epoch:
        return settings.energy(before.total_milliwh, after.total_milliwh)
    if join in {Join.ROLLOVER, Join.ROLLOVER_QUESTIONABLE}:
        modulus = settings.modulus_milliwh or 0
        return settings.energy(before.total_milliwh, modulus) + settings.scaled(after.total_milliwh)
    return settings.scaled(_estimate(join, before, after, mean))


def _estimate(join: Join, before: Reading, after: Reading, mean: Mean | None) -> int:
    counted = after.total_milliwh if join is Join.RESET else 0
    if mean is None:
        return counted
    expected = mean.over(after.at - before.at)
    return max(expected, counted) if counted <= 2 * expected else expected


def declared_energy(
    before: Reading, after: Reading, swaps: Sequence[Swap], settings: RegisterSettings
) -> int | None:
    """Return the energy across declared swaps; None unless all their registers were read."""
    energy = 0
    stands: int | None = before.total_milliwh
    for swap in swaps:
        if stands is None or swap.final_milliwh is None or swap.final_milliwh < stands:
            return None
        energy += settings.energy(stands, swap.final_milliwh)
        stands = swap.initial_milliwh
    if stands is None or after.total_milliwh < stands:
        return None
    return energy + settings.energy(stands, after.total_milliwh)
