"""The load of a simulated meter: believable, exact, and the same in every process.

Power is constant within a quarter of an hour and is the sum of four parts: the mean, a daily
swing, a level of the day, and a little noise. The last two are differences of seeded values at
the edges of a day or a quarter, so they cancel in a sum: energy up to any instant costs a few
integer operations, however far away the instant is.
"""

from dataclasses import dataclass

from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant

LIGHTEST_W = 1_000
HEAVIEST_W = 9_000
"""Between these is the load of a usual meter."""

QUARTER = 15 * MINUTE
_QUARTERS_A_DAY = DAY // QUARTER
_HALF_DAY = _QUARTERS_A_DAY // 2

_SWING_PERMILLE = 300
_DAY_LEVEL_PERMILLE = 80
_NOISE_PERMILLE = 40
_DEVIATION_PERMILLE = _SWING_PERMILLE + _DAY_LEVEL_PERMILLE + _NOISE_PERMILLE

_MASK = (1 << 64) - 1


def _daily_swing() -> tuple[int, ...]:
    """Return the deviation of each quarter of a day in permille: one arch up, the same down."""
    arch = [
        4 * _SWING_PERMILLE * (2 * n + 1) * (2 * _HALF_DAY - 2 * n - 1) // (2 * _HALF_DAY) ** 2
        for n in range(_HALF_DAY)
    ]
    return tuple(arch + [-permille for permille in arch])


def _sums_before(steps: tuple[int, ...]) -> tuple[int, ...]:
    """Return for each step the sum of those before it."""
    sums = [0]
    for step in steps:
        sums.append(sums[-1] + step)
    return tuple(sums)


_SWING_BEFORE = _sums_before(_daily_swing())


def seeded(*numbers: int) -> int:
    """Return 64 bits that look random and depend on nothing but ``numbers`` (splitmix64)."""
    state = 0
    for number in numbers:
        state = (state ^ number) + 0x9E3779B97F4A7C15 & _MASK
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ state >> 27) * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return state


@dataclass(frozen=True, slots=True)
class LoadCurve:
    """The load behind one meter: a pure function of its seed and the instant, for any instant.

    Power stays between ``lightest_w`` and ``heaviest_w`` (watts; the heaviest at least three
    times the lightest, else there is no room for the daily swing).
    """

    seed: int
    lightest_w: int = LIGHTEST_W
    heaviest_w: int = HEAVIEST_W

    def power_mw(self, at: Instant) -> int:
        """Return the power drawn at an instant in milliwatts."""
        quarter = at // QUARTER
        return self._before(quarter + 1) - self._before(quarter)

    def energy_milliwh(self, at: Instant) -> int:
        """Return the energy drawn up to an instant in mWh, floored; it never falls.

        It counts from a fixed point near 1970, so only differences mean anything; over a span
        they are the sum of ``power_mw`` times its duration, exactly but for the two floors.
        """
        quarter, passed = divmod(at, QUARTER)
        before = self._before(quarter)
        power = self._before(quarter + 1) - before
        return (before * QUARTER + power * passed) // HOUR

    @property
    def _mean_w(self) -> int:
        lowest = self.lightest_w * 1000 // (1000 - _DEVIATION_PERMILLE) + 1
        highest = self.heaviest_w * 1000 // (1000 + _DEVIATION_PERMILLE)
        return lowest + seeded(self.seed, 0) % (highest - lowest)

    def _before(self, quarter: int) -> int:
        """Return the sum of the milliwatts of all quarters before this one."""
        mean_w = self._mean_w
        day, step = divmod(quarter + seeded(self.seed, 1) % _HALF_DAY, _QUARTERS_A_DAY)
        return (
            mean_w * 1000 * quarter
            + mean_w * _SWING_BEFORE[step]
            + self._day_levels(mean_w, day, step)
            + seeded(self.seed, 2, quarter) % (mean_w * _NOISE_PERMILLE)
        )

    def _day_levels(self, mean_w: int, day: int, step: int) -> int:
        """Return what the levels of the days add up to, ``step`` quarters into a day."""
        most = mean_w * _DAY_LEVEL_PERMILLE
        today = seeded(self.seed, 3, day) % most
        tomorrow = seeded(self.seed, 3, day + 1) % most
        return today * _QUARTERS_A_DAY + (tomorrow - today) * step
