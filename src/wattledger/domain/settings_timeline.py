"""Settings of a register that change from dates on (LEDGER 2)."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from wattledger.domain.instant import Instant
from wattledger.domain.register import RegisterSettings, interpolate


@dataclass(frozen=True, slots=True)
class SettingsTimeline:
    """The settings a register began with, and those that hold from later instants, ascending."""

    initial: RegisterSettings
    later: tuple[tuple[Instant, RegisterSettings], ...] = ()

    def at(self, instant: Instant) -> RegisterSettings:
        """Return the settings that hold at an instant: those of a change hold from its instant."""
        index = bisect_right(self.later, instant, key=_from)
        return self.later[index - 1][1] if index else self.initial

    def over(self, start: Instant, end: Instant) -> RegisterSettings:
        """Return what bounds the register between two reads: the settings of the second.

        Where others held before in that time, it can have risen by as much as any of them let
        through: the greatest power, and the smallest multiplier, count.
        """
        holds = self.at(end)
        if not any(start < at <= end for at, _ in self.later):
            return holds
        held = [self.at(start), *(each for at, each in self.later if start < at < end)]
        least = min(held, key=_multiplier)
        p_max = max(each.p_max_mw for each in held)
        return replace(
            holds, numerator=least.numerator, denominator=least.denominator, p_max_mw=p_max
        )

    @property
    def longest_poll(self) -> int:
        """Return the longest time between two reads that was ever set, in microseconds."""
        return max(self.initial.poll, *(settings.poll for _, settings in self.later), 0)

    def changes_between(self, start: Instant, end: Instant) -> Sequence[Instant]:
        """Return the instants of the changes strictly between two others."""
        return [at for at, _ in self.later if start < at < end]

    def multiplied_anew_between(self, start: Instant, end: Instant) -> Sequence[Instant]:
        """Return the instants strictly between two others at which the multiplier changes."""
        return [at for at in self.changes_between(start, end) if self._is_multiplied_anew(at)]

    def _is_multiplied_anew(self, at: Instant) -> bool:
        before, after = self.at(at - 1), self.at(at)
        return before.numerator * after.denominator != after.numerator * before.denominator


AnySettings: TypeAlias = RegisterSettings | SettingsTimeline
"""Settings that never change, or dated ones: both tell them ``at`` an instant."""


def energy_between(
    start: tuple[Instant, int], end: tuple[Instant, int], settings: AnySettings
) -> int:
    """Return the energy between two (instant, displayed register) points, in mWh.

    Where the settings change between them the register is taken to rise evenly, and each side
    counts by its own multiplier.

    >>> ten = SettingsTimeline(RegisterSettings(), ((5, RegisterSettings(numerator=10)),))
    >>> energy_between((0, 100), (10, 200), ten)
    550
    """
    return energy_upto(start, end, settings, end[0])


def energy_upto(
    start: tuple[Instant, int], end: tuple[Instant, int], settings: AnySettings, at: Instant
) -> int:
    """Return the energy from the first of two such points up to an instant between them.

    >>> ten = SettingsTimeline(RegisterSettings(), ((5, RegisterSettings(numerator=10)),))
    >>> [energy_upto((0, 100), (10, 200), ten, at) for at in (0, 4, 5, 6, 10)]
    [0, 40, 50, 150, 550]
    """
    energy, (begun, register) = 0, start
    for change in settings.changes_between(begun, at):
        stands = interpolate(start, end, change)
        energy += settings.at(begun).energy(register, stands)
        begun, register = change, stands
    last = end[1] if at == end[0] else interpolate(start, end, at)
    return energy + settings.at(begun).energy(register, last)


def _from(change: tuple[Instant, RegisterSettings]) -> Instant:
    return change[0]


def _multiplier(settings: RegisterSettings) -> Fraction:
    return Fraction(settings.numerator, settings.denominator)
