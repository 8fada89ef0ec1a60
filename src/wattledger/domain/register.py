"""A register: the cumulative counter of one meter as displayed, and its worth (LEDGER 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import HOUR, MINUTE, Instant

MILLIWH_PER_KWH = 1_000_000
MILLIWATTS_PER_KW = 1_000_000
DEFAULT_P_MAX_MW = 100 * MILLIWATTS_PER_KW
"""100 kW until somebody sets the breaker (LEDGER 2)."""

INT64_MAX = 2**63 - 1
_MULTIPLIER_DIGITS = 9


@dataclass(frozen=True, slots=True)
class RegisterSettings:
    """What turns the differences of a register into energy, and bounds them.

    ``multiplier`` (CT/PT ratio) is the fraction ``numerator / denominator``; ``resolution_milliwh``
    overrides the one printed; ``modulus_milliwh`` is where it wraps, if that is known; ``poll`` is
    the time between two reads in microseconds.
    """

    numerator: int = 1
    denominator: int = 1
    resolution_milliwh: int | None = None
    p_max_mw: int = DEFAULT_P_MAX_MW
    modulus_milliwh: int | None = None
    poll: int = 15 * MINUTE

    def at(self, _instant: Instant) -> "RegisterSettings":
        """Return the settings at an instant: these, whenever."""
        return self

    def over(self, _start: Instant, _end: Instant) -> "RegisterSettings":
        """Return what bounds the register between two reads: these, whenever."""
        return self

    @property
    def longest_poll(self) -> int:
        """Return the longest time between two reads that was ever set: this one."""
        return self.poll

    def changes_between(self, _start: Instant, _end: Instant) -> Sequence[Instant]:
        """Return the instants at which the settings change: none."""
        return ()

    multiplied_anew_between = changes_between

    def energy(self, start_milliwh: int, end_milliwh: int) -> int:
        """Return the energy between two displayed values.

        Each end is scaled and floored by itself, so that the energies of neighbouring intervals
        add to the energy of the whole, to the mWh, with any multiplier.

        >>> RegisterSettings(numerator=3, denominator=2).energy(1, 4)
        5
        """
        return self.scaled(end_milliwh) - self.scaled(start_milliwh)

    def scaled(self, register_milliwh: int) -> int:
        """Return a displayed value times the multiplier, floored."""
        return register_milliwh * self.numerator // self.denominator

    def most_energy(self, pause: int) -> int:
        """Return the most energy that can have been used in ``pause`` microseconds."""
        return self.p_max_mw * pause // HOUR

    def resolution(self, first_milliwh: int, second_milliwh: int) -> int:
        """Return the display step of a pair of reads: the declared, else the coarser of the two."""
        return self.resolution_milliwh or max(first_milliwh, second_milliwh)

    def can_rise(self, rise_milliwh: int, pause: int, resolution_milliwh: int) -> bool:
        """Tell whether the register can have risen so much in ``pause`` microseconds (LEDGER 3.2).

        The bound is ``p_max * pause + 2 * resolution``; mW times microseconds over an hour is mWh.
        """
        scaled_rise = (rise_milliwh - 2 * resolution_milliwh) * self.numerator * HOUR
        return scaled_rise <= self.p_max_mw * pause * self.denominator


def parse_multiplier(text: str) -> tuple[int, int]:
    """Read a multiplier (CT ratio) as a fraction in lowest terms.

    >>> parse_multiplier("0.5")
    (1, 2)
    """
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value <= 0 or value.adjusted() > _MULTIPLIER_DIGITS:
        raise InvalidInputError(
            f"The multiplier '{text}' is not a positive number up to 1,000,000,000; write it like "
            "40 or 0.1.",
            field="multiplier",
        )
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_MULTIPLIER_DIGITS:
        raise InvalidInputError(
            f"The multiplier '{text}' has more than {_MULTIPLIER_DIGITS} decimals.",
            field="multiplier",
        )
    numerator, denominator = value.as_integer_ratio()
    return numerator, denominator


def interpolate(start: tuple[Instant, int], end: tuple[Instant, int], at: Instant) -> int:
    """Return the value at an instant on the line between two (instant, value) points, floored.

    This is the cumulative floor of LEDGER 4, F(t) = floor(E (t - a) / (b - a)), from the start's
    value: shares cut by it add up to the whole.

    >>> interpolate((0, 100), (10, 200), 5)
    150
    """
    (a, low), (b, high) = start, end
    return low + (high - low) * (at - a) // (b - a)
