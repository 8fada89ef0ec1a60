"""Settings of a register that change from dates on (LEDGER 2)."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
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

    @property
    def longest_poll(self) -> int:
        """Return the longest time between two reads that was ever set, in microseconds."""
        return max(self.initial.poll, *(settings.poll for _, settings in self.later), 0)

    def changes_between(self, start: Instant, end: Instant) -> Sequence[Instant]:
        """Return the instants of the changes strictly between two others."""
        return [at for at, _ in self.later if start < at < end]


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
    energy, (at, register) = 0, start
    if isinstance(settings, SettingsTimeline):
        for change in settings.changes_between(at, end[0]):
            stands = interpolate(start, end, change)
            energy += settings.at(at).energy(register, stands)
            at, register = change, stands
    return energy + settings.at(at).energy(register, end[1])


def _from(change: tuple[Instant, RegisterSettings]) -> Instant:
    return change[0]
