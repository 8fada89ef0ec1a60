"""Accepting readings (LEDGER 3): which belong to the register, which are held.

A fold over the readings of one meter in order of time, from the last good one; no reading is
good unless the register can have gone there. What is doubted is held: shown, booked nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Reading, Status
from wattledger.domain.register import RegisterSettings


@dataclass(frozen=True, slots=True)
class Base:
    """The last good reading, and when the register was first seen at its value."""

    at: Instant
    total_milliwh: int
    resolution_milliwh: int
    moved_at: Instant


def accept(
    base: Base | None, readings: Iterable[Reading], settings: RegisterSettings
) -> tuple[list[Reading], Base | None]:
    """Judge readings that follow ``base``; they must be ascending in time without equal instants.

    Returns them in order with status and interval energy set, and the base after the last.

    Rules: a fall within one display step is *jitter*; a rise that the time since the base allows
    (``p_max``) is *good*; else the reading is *held*. A held one becomes a *glitch* when a later
    reading continues the base and not it; it becomes good when it is a display that froze and
    caught up (the rise fits the time since the register last moved) and the next reading agrees.
    A reading that continues both the base and what is held decides nothing and is held as well.
    """
    judge = _Judge(base, settings)
    for reading in readings:
        judge.see(reading)
    return judge.judged, judge.base


def follows(base: Base, reading: Reading, settings: RegisterSettings) -> bool:
    """Tell whether a register can have gone from ``base`` to a later reading (LEDGER 3.2)."""
    rise = reading.total_milliwh - base.total_milliwh
    resolution = settings.resolution(base.resolution_milliwh, reading.resolution_milliwh)
    return rise >= 0 and settings.can_rise(rise, reading.at - base.at, resolution)


class _Judge:
    """The state of the fold: what is judged, the base, and the indices still held."""

    def __init__(self, base: Base | None, settings: RegisterSettings) -> None:
        self.base = base
        self.judged: list[Reading] = []
        self._settings = settings
        self._held: list[int] = []
        self._catching_up = False

    def see(self, reading: Reading) -> None:
        """Judge the next reading."""
        base = self.base
        if base is None:
            self._take(reading)
        elif self._held:
            self._see_after_held(base, reading)
        else:
            self._see_after_good(base, reading)

    def _see_after_good(self, base: Base, reading: Reading) -> None:
        if self._is_jitter(base, reading):
            self._append(reading, Status.JITTER)
        elif self._follows(base, reading):
            self._take(reading)
        else:
            self._catching_up = self._follows(replace(base, at=base.moved_at), reading)
            self._hold(reading)

    def _see_after_held(self, base: Base, reading: Reading) -> None:
        held = self.judged[self._held[-1]]
        continues_held = self._continues(_standing_on(held), reading)
        if continues_held and self._catching_up:
            self._release(held)
            self.see(reading)
        elif not continues_held and self._continues(base, reading):
            self._drop_held()
            self._see_after_good(base, reading)
        else:
            self._catching_up = False
            self._hold(reading)

    def _continues(self, base: Base, reading: Reading) -> bool:
        return self._is_jitter(base, reading) or self._follows(base, reading)

    def _is_jitter(self, base: Base, reading: Reading) -> bool:
        fall = base.total_milliwh - reading.total_milliwh
        return 0 < fall <= self._resolution(base, reading)

    def _follows(self, base: Base, reading: Reading) -> bool:
        return follows(base, reading, self._settings)

    def _resolution(self, base: Base, reading: Reading) -> int:
        return self._settings.resolution(base.resolution_milliwh, reading.resolution_milliwh)

    def _append(self, reading: Reading, status: Status) -> None:
        self.judged.append(replace(reading, status=status, energy_milliwh=None))

    def _hold(self, reading: Reading) -> None:
        self._held.append(len(self.judged))
        self._append(reading, Status.HELD)

    def _drop_held(self) -> None:
        for index in self._held:
            self.judged[index] = replace(self.judged[index], status=Status.GLITCH)
        self._held.clear()

    def _release(self, held: Reading) -> None:
        """Take the one held reading that caught up, where it stands."""
        index = self._held.pop()
        self._catching_up = False
        self.judged[index] = self._good(held)

    def _take(self, reading: Reading) -> None:
        self.judged.append(self._good(reading))

    def _good(self, reading: Reading) -> Reading:
        base = self.base
        if base is None:
            self.base = _standing_on(reading)
            return replace(reading, status=Status.GOOD, energy_milliwh=None)
        moved = reading.total_milliwh != base.total_milliwh
        self.base = Base(
            reading.at,
            reading.total_milliwh,
            reading.resolution_milliwh,
            reading.at if moved else base.moved_at,
        )
        energy = self._settings.energy(base.total_milliwh, reading.total_milliwh)
        return replace(reading, status=Status.GOOD, energy_milliwh=energy)


def _standing_on(reading: Reading) -> Base:
    return Base(reading.at, reading.total_milliwh, reading.resolution_milliwh, moved_at=reading.at)
