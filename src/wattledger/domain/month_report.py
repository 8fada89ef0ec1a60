"""One month of all meters: what was used, what the register showed, and how well it is known."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from wattledger.domain.instant import Instant
from wattledger.domain.ledger import Tally
from wattledger.domain.scaled import percent


class MonthState(StrEnum):
    """How final a month is: still running, over but not closed, or frozen."""

    OPEN = "open"
    PROVISIONAL = "provisional"
    CLOSED = "closed"


class Flag(StrEnum):
    """What a reader of a figure must know (LEDGER 4)."""

    MISSING = "missing"
    PARTIAL = "partial"
    PROJECTED = "projected"
    ESTIMATED = "estimated"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One meter's month. Energy is after the multiplier, registers as displayed; in mWh.

    The registers stand at the edges of the month, or of the known part of it when it is flagged
    *partial* or *projected*. Without two readings there is no energy: ``None``, never 0.
    """

    endpoint: str
    meter: str
    client: str | None
    opening_milliwh: int | None
    closing_milliwh: int | None
    energy_milliwh: int | None
    previous_milliwh: int | None
    measured_percent: Decimal | None
    flags: tuple[Flag, ...]

    @property
    def change_percent(self) -> Decimal | None:
        """Return the change against the month before, where both are known."""
        if self.energy_milliwh is None or self.previous_milliwh is None:
            return None
        return percent(self.energy_milliwh - self.previous_milliwh, self.previous_milliwh)


@dataclass(frozen=True, slots=True)
class MonthReport:
    """The lines of one month, by client, endpoint and meter."""

    month: date
    zone: str
    state: MonthState
    lines: tuple[MonthLine, ...]

    @property
    def total_milliwh(self) -> int | None:
        """Return the sum of the known energies; ``None`` where no meter has one."""
        known = [line.energy_milliwh for line in self.lines if line.energy_milliwh is not None]
        return sum(known) if known else None


def energy_of(tally: Tally | None) -> int | None:
    """Return a month's energy; one reading alone says nothing about any time."""
    return tally.energy_milliwh if tally is not None and tally.covered > 0 else None


def measured_of(tally: Tally | None) -> Decimal | None:
    """Return the percentage of a month's energy that is measured and not estimated."""
    energy = energy_of(tally)
    if tally is None or energy is None:
        return None
    return percent(energy - tally.estimated_milliwh, energy) if energy else Decimal("100.0")


def flags_of(tally: Tally | None, span: tuple[Instant, Instant]) -> tuple[Flag, ...]:
    """Return the flags of a month that lies in ``span``."""
    if tally is None or tally.start_at is None or tally.end_at is None:
        held = (Flag.HELD,) if tally is not None and tally.held_reads else ()
        return (Flag.MISSING, *held)
    start, end = span
    told = (
        (Flag.PARTIAL, tally.start_at > start),
        (Flag.PROJECTED, tally.end_at < end),
        (Flag.ESTIMATED, tally.estimated_milliwh > 0),
        (Flag.HELD, tally.held_reads > 0),
    )
    return tuple(flag for flag, holds in told if holds)
