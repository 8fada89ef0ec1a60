"""The energy of an interval between two good readings, also across a break (LEDGER 3.5)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from wattledger.domain.event import Swap
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import interpolate
from wattledger.domain.run import Mean
from wattledger.domain.settings_timeline import AnySettings, energy_between, energy_upto

Bend: TypeAlias = Callable[[Instant], int]
"""What tells the energy of an interval from its start up to an instant in it."""


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


def energy_within(before: Reading, after: Reading, settings: AnySettings) -> Bend:
    """Return what tells the energy from a judged reading up to any instant before the next.

    It is the cumulative floor of LEDGER 4. Where the multiplier changes within an epoch it is what
    the register rose by up to then, straight between the reads, each side times its own multiplier.
    """
    ends = (before.at, before.total_milliwh), (after.at, after.total_milliwh)
    is_in_epoch = after.join is None or not after.join.opens_epoch
    if is_in_epoch and settings.multiplied_anew_between(before.at, after.at):
        return partial(energy_upto, *ends, settings)
    return partial(interpolate, (before.at, 0), (after.at, after.energy_milliwh or 0))


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
    """Return the energy across declared swaps; None unless all their registers were read.

    Who reads a display may see more digits of it than the device tells: what lies within one step
    of it contradicts nothing.
    """
    step = settings.at(after.at).resolution(before.resolution_milliwh, after.resolution_milliwh)
    energy = 0
    at, stands = before.at, before.total_milliwh
    for swap in swaps:
        if swap.final_milliwh is None or swap.initial_milliwh is None:
            return None
        if swap.final_milliwh < stands - step:
            return None
        energy += energy_between((at, stands), (swap.at, swap.final_milliwh), settings)
        at, stands = swap.at, swap.initial_milliwh
    if after.total_milliwh < stands - step:
        return None
    energy += energy_between((at, stands), (after.at, after.total_milliwh), settings)
    return energy if energy >= 0 else None
