"""Meters whose true energy is known: a load, a register that counts it, reads of that register."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from random import Random

from wattledger.domain.instant import DAY, HOUR, MINUTE, SECOND, Instant, parse_instant

MONTH_START = parse_instant("2026-03-01T00:00:00+01:00")
MONTH_END = parse_instant("2026-04-01T00:00:00+02:00")
"""March 2026 in Europe/Berlin: 743 hours, the clock goes forward on the 29th."""

FIRST_READ = MONTH_START - 5 * DAY
LAST_READ = MONTH_END + 4 * DAY
_KNOT = 10 * MINUTE
_SWING = 0.3
_NOISE = 0.1
_MW_PER_KW = 1_000_000


@dataclass(frozen=True, slots=True)
class Truth:
    """The energy a meter has counted since ``FIRST_READ``, at knots ten minutes apart, in mWh."""

    load_kw: float
    knots: tuple[int, ...]

    def at(self, instant: Instant) -> int:
        """Return the energy counted up to an instant."""
        index, rest = divmod(instant - FIRST_READ, _KNOT)
        low, high = self.knots[index], self.knots[index + 1]
        return low + (high - low) * rest // _KNOT

    def power_mw(self, instant: Instant) -> int:
        """Return the load at an instant in milliwatts."""
        index = (instant - FIRST_READ) // _KNOT
        return (self.knots[index + 1] - self.knots[index]) * (HOUR // _KNOT)

    def when(self, energy_milliwh: int) -> Instant:
        """Return about when so much had been counted."""
        return FIRST_READ + (bisect_right(self.knots, energy_milliwh) - 1) * _KNOT


@cache
def truth(seed: int) -> Truth:
    """Return the truth of a seed: a load of 1-9 kW, of 0.05-0.5 kW for every other one."""
    rng = Random(seed)  # noqa: S311
    load_kw = rng.uniform(0.05, 0.5) if seed % 2 else rng.uniform(1, 9)
    peak = rng.uniform(0, 24)
    counted, knots = 0, [0]
    for index in range((LAST_READ + DAY - FIRST_READ) // _KNOT):
        hour = index * _KNOT / HOUR
        swing = 1 + _SWING * math.cos((hour - peak) * math.pi / 12)
        power = load_kw * swing * rng.uniform(1 - _NOISE, 1 + _NOISE)
        counted += round(power * _MW_PER_KW * _KNOT / HOUR)
        knots.append(counted)
    return Truth(load_kw, tuple(knots))


@cache
def read_instants(seed: int, interval: int) -> tuple[Instant, ...]:
    """Return when a meter is read: at the interval, some seconds late."""
    rng = Random(seed * 31 + interval)  # noqa: S311
    phase = rng.randrange(interval)
    late = min(interval // 10, 40 * SECOND)
    return tuple(
        at + rng.randrange(late) for at in range(FIRST_READ + phase, LAST_READ - late, interval)
    )
