"""Readings: what a meter showed, before and after the ledger judged it.

Energy is whole milli-watt-hours (``_milliwh``, 1 kWh = 1,000,000), power milliwatts (``_mw``),
voltage millivolts (``_mv``), current milliamperes (``_ma``), power factor thousandths (``_milli``).
A missing value is ``None``, never zero.
"""

from dataclasses import dataclass
from enum import IntEnum

from wattledger.domain.instant import Instant
from wattledger.domain.quality import Quality


class Status(IntEnum):
    """What the ledger makes of a reading (LEDGER 3). Only ``GOOD`` ends an interval.

    ``HELD`` waits for later readings to tell; ``GLITCH`` is contradicted by them; ``REJECTED`` is
    older than the epoch that opened behind it, or a person's decision; ``STALE`` repeats what a
    frozen display showed.
    """

    GOOD = 0
    JITTER = 1
    HELD = 2
    GLITCH = 3
    REJECTED = 4
    STALE = 5

    @property
    def word(self) -> str:
        """Return the name people see: ``good``, ``held`` ..."""
        return self.name.lower()


class Join(IntEnum):
    """How a good reading is joined to the good one before it (LEDGER 3).

    ``ADVANCE`` is within one run of readings, ``RESUMED`` over a pause or over what was dropped.
    From ``ROLLOVER`` on the two belong to different epochs of the register.
    """

    FIRST = 0
    ADVANCE = 1
    RESUMED = 2
    QUESTIONABLE = 3
    CATCH_UP = 4
    ROLLOVER = 5
    ROLLOVER_QUESTIONABLE = 6
    RESET = 7
    RESTORED = 8
    REPLACEMENT = 9
    DECLARED = 10

    @property
    def opens_epoch(self) -> bool:
        """Tell whether another epoch of the register begins here."""
        return self >= Join.ROLLOVER

    @property
    def is_estimated(self) -> bool:
        """Tell whether the energy of the interval is an estimate of what nobody measured."""
        return Join.RESET <= self <= Join.REPLACEMENT


class Source(IntEnum):
    """Where a reading comes from: a device, a file, or a person who read the display."""

    COLLECTED = 0
    IMPORTED = 1
    CHECK = 2


_QUALITY_OF_JOIN = {
    Join.QUESTIONABLE: Quality.QUESTIONABLE,
    Join.CATCH_UP: Quality.QUESTIONABLE,
    Join.ROLLOVER_QUESTIONABLE: Quality.QUESTIONABLE,
    Join.RESET: Quality.ESTIMATED,
    Join.RESTORED: Quality.ESTIMATED,
    Join.REPLACEMENT: Quality.ESTIMATED,
    Join.DECLARED: Quality.EDITED,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """What one meter of an endpoint showed in one attempt; not yet judged.

    ``total_milliwh`` is the register as displayed, before the multiplier; ``resolution_milliwh``
    the worth of its last printed digit; ``serial`` and ``reset_stamp`` what the device told of
    itself, where its recipe asks for that.
    """

    key: str
    total_milliwh: int | None
    resolution_milliwh: int | None = None
    power_mw: int | None = None
    voltage_mv: int | None = None
    current_ma: int | None = None
    pf_milli: int | None = None
    serial: str | None = None
    reset_stamp: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A register value at an instant, with what the ledger made of it.

    ``energy_milliwh`` is the energy (after the multiplier) of the interval that ends here: set
    for good readings that have a good one before them, else ``None``; ``join`` says how the two
    are joined, for good readings alone. ``serial`` and ``reset_stamp`` are what the device told
    of itself, where it does.
    """

    at: Instant
    total_milliwh: int
    resolution_milliwh: int
    status: Status = Status.GOOD
    energy_milliwh: int | None = None
    join: Join | None = None
    power_mw: int | None = None
    serial: str | None = None
    reset_stamp: str | None = None
    source: Source = Source.COLLECTED

    @property
    def quality(self) -> Quality:
        """Return the code of the energy of the interval that ends here, where nothing cuts it."""
        if self.join is None or self.join is Join.ADVANCE:
            return _MEASURED[self.source is Source.CHECK]
        return _QUALITY_OF_JOIN.get(self.join, _MEASURED[self.source is Source.CHECK])


_MEASURED = (Quality.VALIDATED, Quality.VERIFIED)
