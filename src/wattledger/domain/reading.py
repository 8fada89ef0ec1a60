"""Readings: what a meter showed, before and after the ledger judged it.

Energy is whole milli-watt-hours (``_milliwh``, 1 kWh = 1,000,000), power milliwatts (``_mw``),
voltage millivolts (``_mv``), current milliamperes (``_ma``), power factor thousandths (``_milli``).
A missing value is ``None``, never zero.
"""

from dataclasses import dataclass
from enum import IntEnum

from wattledger.domain.instant import Instant


class Status(IntEnum):
    """What the ledger makes of a reading (LEDGER 3). Only ``GOOD`` ends an interval."""

    GOOD = 0
    JITTER = 1
    HELD = 2
    GLITCH = 3
    REJECTED = 4

    @property
    def word(self) -> str:
        """Return the name people see: ``good``, ``held`` ..."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Sample:
    """What one meter of an endpoint showed in one attempt; not yet judged.

    ``total_milliwh`` is the register as displayed, before the multiplier; ``resolution_milliwh``
    the worth of its last printed digit.
    """

    key: str
    total_milliwh: int | None
    resolution_milliwh: int | None = None
    power_mw: int | None = None
    voltage_mv: int | None = None
    current_ma: int | None = None
    pf_milli: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A register value at an instant, with what the ledger made of it.

    ``energy_milliwh`` is the energy (after the multiplier) of the interval that ends here: set
    for good readings that have a good one before them, else ``None``.
    """

    at: Instant
    total_milliwh: int
    resolution_milliwh: int
    status: Status = Status.GOOD
    energy_milliwh: int | None = None
