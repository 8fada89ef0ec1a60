"""One month of all meters: what was used, what the register showed, and how well it is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from wattledger.domain.instant import Instant
from wattledger.domain.quality import Quality
from wattledger.domain.scaled import KWH, percent, rounded, to_decimal
from wattledger.domain.tally import Tally

PRINTED_DECIMALS = 3
"""Decimals of kWh on a printed line."""


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
    GAP = "gap"
    ESTIMATED = "estimated"
    QUESTIONABLE = "questionable"
    EDITED = "edited"
    HELD = "held"
    RESET = "reset"
    ROLLOVER = "rollover"
    RESTORED = "restored"
    REPLACEMENT = "replacement"


@dataclass(frozen=True, slots=True)
class NamedRead:
    """A reading as a statement names it: by its instant, and by what leads to the device's answer.

    ``attempt_id`` and ``evidence_sha256`` are None where there is none, as for imported readings,
    or where it was kept no longer when the statement was made. What it showed is not said: the
    reading before a meter served a client is another's.
    """

    at: Instant
    attempt_id: int | None = None
    evidence_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of an epoch that a period rests on: its first and last reading used.

    Registers are as displayed; the energy between them is their difference times the multiplier.
    ``kind`` says how the epoch began: ``install``, ``reset`` ... ``first_reads`` and ``last_reads``
    are the good readings that the two registers follow from: the one of that instant, or those
    before and behind it where nobody read it then. They are empty where they were not looked up.
    """

    kind: str
    first_at: Instant
    first_milliwh: int
    last_at: Instant
    last_milliwh: int
    multiplier: str
    first_reads: tuple[NamedRead, ...] = ()
    last_reads: tuple[NamedRead, ...] = ()


@dataclass(frozen=True, slots=True)
class Break:
    """The end of an epoch inside a period, and the energy booked over it (both instants known)."""

    kind: str
    start_at: Instant
    end_at: Instant
    energy_milliwh: int


@dataclass(frozen=True, slots=True)
class Peak:
    """A month's demand (LEDGER 5): the largest window with its start, and the 95th percentile.

    ``coverage_percent`` is the share of the windows, of those in which a meter served, that are
    known. ``is_of_rack`` where it is of the feeds of a rack together, not of one meter.
    """

    peak_mw: int
    peak_at: Instant
    p95_mw: int
    window_minutes: int
    coverage_percent: Decimal
    is_of_rack: bool = False

    @property
    def of(self) -> str:
        """Return what a line's peak is of, by its public name."""
        return "rack" if self.is_of_rack else "meter"


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One meter's month for one client. Energy is after multiplier and share, in mWh.

    Registers are as displayed; they stand at the edges of the line's span, or of the known part of
    it when it is flagged *partial* or *projected*, and are None where a break spans the edge.
    Without two readings there is no energy: ``None``, never 0. ``[start_at, end_at)`` is the part
    of the month in which the meter served the client; ``share_ppm`` its share in millionths.
    ``quality`` is energy by code, ascending; ``days`` the energy of each local day that it served,
    None where unknown, and ``estimated_days`` the part of it that is estimated, for the days that
    have one. ``zone`` is that of its site; None in statements that were sealed without it.

    The month before, and that a year ago, are *in part* where less than the whole month is known
    of this meter and client: nothing is compared with them then. A register is *between* reads
    where nobody read it at the edge of the span: it is reckoned from the readings on both sides.
    """

    endpoint_id: str
    endpoint: str
    meter_id: int
    meter: str
    client_id: str | None
    client: str | None
    location: str | None
    start_at: Instant
    end_at: Instant
    share_ppm: int
    opening_milliwh: int | None
    closing_milliwh: int | None
    energy_milliwh: int | None
    previous_milliwh: int | None
    year_ago_milliwh: int | None
    quality: tuple[tuple[Quality, int], ...]
    uncertainty_milliwh: int | None
    flags: tuple[Flag, ...]
    segments: tuple[Segment, ...] = ()
    breaks: tuple[Break, ...] = ()
    peak: Peak | None = None
    days: tuple[tuple[date, int | None], ...] = ()
    estimated_days: tuple[tuple[date, int], ...] = ()
    zone: str | None = None
    previous_in_part: bool = False
    year_ago_in_part: bool = False
    opening_between: bool = False
    closing_between: bool = False

    @property
    def printed_kwh(self) -> Decimal | None:
        """Return the energy as a line prints it: rounded half up, once (LEDGER 6)."""
        return printed(self.energy_milliwh)

    @property
    def is_comparable(self) -> bool:
        """Tell whether the energy is that of all its time: up to a last read is less than that."""
        return self.energy_milliwh is not None and Flag.PROJECTED not in self.flags

    @property
    def change_percent(self) -> Decimal | None:
        """Return the change against the month before, where all of both is known."""
        return self._change_to(None if self.previous_in_part else self.previous_milliwh)

    @property
    def year_change_percent(self) -> Decimal | None:
        """Return the change against the same month a year ago, where all of both is known."""
        return self._change_to(None if self.year_ago_in_part else self.year_ago_milliwh)

    def _change_to(self, then: int | None) -> Decimal | None:
        return _change(self.energy_milliwh, then) if self.is_comparable else None

    @property
    def measured_percent(self) -> Decimal | None:
        """Return the share of the energy that is measured and not estimated."""
        return measured_percent(self.energy_milliwh, self.quality)


def measured_percent(
    energy_milliwh: int | None, quality: Sequence[tuple[Quality, int]]
) -> Decimal | None:
    """Return the share of an energy by code that is measured and not estimated, in percent."""
    if energy_milliwh is None:
        return None
    measured = sum(energy for code, energy in quality if code.is_measured)
    return percent(measured, energy_milliwh) if energy_milliwh else Decimal("100.0")


def printed(milliwh: int | None) -> Decimal | None:
    """Return energy as it is printed, in kWh; a missing value stays missing.

    >>> printed(1_234_500)
    Decimal('1.235')
    """
    return None if milliwh is None else rounded(to_decimal(milliwh, KWH), PRINTED_DECIMALS)


def printed_sum(energies: Iterable[int | None]) -> Decimal | None:
    """Return the sum of energies as they are printed; None where none is known (never 0)."""
    known = [kwh for energy in energies if (kwh := printed(energy)) is not None]
    return sum(known, Decimal(0)) if known else None


def printed_days(lines: Iterable[MonthLine], first: date, end: date) -> Decimal | None:
    """Return the energy of the days [first, end) of lines as it is printed; None if not known."""
    known = [
        energy
        for line in lines
        for day, energy in line.days
        if energy is not None and first <= day < end
    ]
    return printed(sum(known)) if known else None


def _change(now: int | None, then: int | None) -> Decimal | None:
    return None if now is None or then is None else percent(now - then, then)


@dataclass(frozen=True, slots=True)
class MonthReport:
    """The lines of one month, by client, endpoint and meter.

    ``zone`` is that of most lines; ``zones`` are those of all of them, where there are several.
    """

    month: date
    zone: str
    state: MonthState
    lines: tuple[MonthLine, ...]
    zones: tuple[str, ...] = ()

    @property
    def total_milliwh(self) -> int | None:
        """Return the sum of the known energies; ``None`` where no meter has one."""
        known = [line.energy_milliwh for line in self.lines if line.energy_milliwh is not None]
        return sum(known) if known else None

    @property
    def total_kwh(self) -> Decimal | None:
        """Return the sum of the printed lines, as a reader adds them (LEDGER 6)."""
        return printed_sum(line.energy_milliwh for line in self.lines)


def energy_of(tally: Tally | None) -> int | None:
    """Return a period's energy; one reading alone says nothing about any time."""
    return tally.energy_milliwh if tally is not None and tally.covered > 0 else None


def flags_of(
    tally: Tally | None, span: tuple[Instant, Instant], *, is_ended: bool = False
) -> tuple[Flag, ...]:
    """Return the flags of a period that lies in ``span``, but for those of its breaks.

    ``is_ended`` says that nothing more is to come of the meter: it was taken out of use.
    """
    if tally is None or tally.start_at is None or tally.end_at is None or not tally.covered:
        held = (Flag.HELD,) if tally is not None and tally.held_reads else ()
        return (Flag.MISSING, *held)
    start, end = span
    stops = tally.end_at < end
    told = (
        (Flag.PARTIAL, tally.start_at > start or (stops and is_ended)),
        (Flag.PROJECTED, stops and not is_ended),
        (Flag.GAP, tally.gaps > 0),
        (Flag.ESTIMATED, tally.estimated_milliwh > 0),
        (Flag.QUESTIONABLE, tally.questionable_milliwh > 0),
        (Flag.EDITED, tally.edited_milliwh > 0),
        (Flag.HELD, tally.held_reads > 0),
    )
    return tuple(flag for flag, holds in told if holds)
