"""Registers that stand still while power is drawn: questionable until they move (LEDGER 4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wattledger.domain.horizon import is_long
from wattledger.domain.instant import HOUR, Instant
from wattledger.domain.reading import Reading, Status
from wattledger.domain.register import RegisterSettings
from wattledger.domain.settings_timeline import AnySettings

_STEPS = 4
"""So many display steps the power that is drawn must be worth: fewer may be yet to come."""

_ERROR_STEPS = 2
"""What exceeds so many display steps is an error of a figure (LEDGER 8)."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """A time in which a register showed the same though power was drawn.

    It lasts from the read at which the register last moved, ``since``, to the last one that showed
    the same, ``last_at``. ``moved_at`` is the read that showed more, None where there is none yet
    or the epoch ended; ``rise_milliwh`` what it had counted by then. ``power_mw`` is the mean of
    the reads that showed the same, and ``step_milliwh`` a display step, after the multiplier.
    """

    since: Instant
    last_at: Instant
    moved_at: Instant | None
    rise_milliwh: int
    power_mw: int
    step_milliwh: int

    def unshown_between(self, start: Instant, end: Instant) -> int:
        """Return how far power times time is from what the register showed in [start, end).

        What it counted when it moved makes up for what it had missed, but only in the period that
        it is booked in.
        """
        until = self.last_at if self.moved_at is None else self.moved_at
        drawn = self.power_mw * _overlap(self.since, until, start, end) // HOUR
        late = _overlap(self.last_at, until, start, end)
        shown = self.rise_milliwh * late // (until - self.last_at) if late else 0
        return abs(drawn - shown)

    def touches(self, start: Instant, end: Instant) -> bool:
        """Tell whether it puts the figure of [start, end) in doubt: by more than two steps."""
        if not _overlap(self.since, self.last_at, start, end):
            return False
        return self.unshown_between(start, end) > _ERROR_STEPS * self.step_milliwh


def _overlap(first: Instant, last: Instant, start: Instant, end: Instant) -> int:
    return max(0, min(last, end) - max(first, start))


def is_standstill(power_mw: int, watched: int, step_milliwh: int, poll: int) -> bool:
    """Tell whether a register that shows the same for so long, at a mean power, stands still.

    >>> is_standstill(2_000_000, 3 * HOUR, 100_000, HOUR // 4)
    True
    """
    return is_long(watched, poll) and power_mw * watched // HOUR > _STEPS * step_milliwh


def standstills(readings: Sequence[Reading], settings: AnySettings) -> Iterator[Standstill]:
    """Yield the standstills among judged readings, ascending; only good ones count.

    The register was watched for a long pause, from the first read that showed no rise and some
    power to the last, and that power was worth more than four display steps. A pause in which
    nobody read is not enough: nothing may have been drawn in it.
    """
    good = [each for each in readings if each.status is Status.GOOD]
    first = 0
    for index, (before, after) in enumerate(pairwise(good), 1):
        if _opens_epoch(after) or after.total_milliwh != before.total_milliwh:
            yield from _standstill(good[first:index], after, settings)
            first = index
    yield from _standstill(good[first:], None, settings)


def _opens_epoch(reading: Reading) -> bool:
    return reading.join is not None and reading.join.opens_epoch


def _standstill(
    same: Sequence[Reading], after: Reading | None, settings: AnySettings
) -> Iterator[Standstill]:
    """Yield the standstill that good readings of one value are, where they are one."""
    told = [each.power_mw for each in same[1:] if each.power_mw is not None]
    powered = [each.at for each in same[1:] if each.power_mw]
    if not powered:
        return
    last, power = same[-1], sum(told) // len(told)
    register = settings.at(last.at)
    step = step_of(register, max(each.resolution_milliwh for each in same))
    if not is_standstill(power, powered[-1] - powered[0], step, register.poll):
        return
    if after is None or _opens_epoch(after):
        yield Standstill(same[0].at, last.at, None, 0, power, step)
    else:
        rise = after.energy_milliwh or 0
        yield Standstill(same[0].at, last.at, after.at, rise, power, step)


def step_of(register: RegisterSettings, shown: int) -> int:
    """Return the worth of a display step, after the multiplier: declared, else as shown."""
    return register.scaled(register.resolution_milliwh or shown)
