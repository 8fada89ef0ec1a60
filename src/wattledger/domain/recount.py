"""A line reckoned once more from the readings it names, by whoever doubts it (LEDGER 4).

Needed are the first and last reading of each epoch, and the good readings next to the edges of the
line's span; more do no harm.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.instant import Instant, format_instant
from wattledger.domain.month_report import Break, MonthLine, Segment
from wattledger.domain.reading import Status
from wattledger.domain.register import (
    MILLIWH_PER_KWH,
    RegisterSettings,
    interpolate,
    parse_multiplier,
)

_WHOLE_PPM = 1_000_000
_SHARED_SLACK = 2
"""Milliwatt-hours by which the roundings of a shared meter may differ."""


@dataclass(frozen=True, slots=True)
class _Epoch:
    """The good readings of a segment, and the worth of its register."""

    start: Instant
    end: Instant
    at: Sequence[Instant]
    registers: Sequence[int]
    settings: RegisterSettings

    def register_at(self, instant: Instant) -> int:
        first, last = self._neighbours(instant)
        if first == last:
            return self.registers[first]
        before, after = ((self.at[n], self.registers[n]) for n in (first, last))
        return interpolate(before, after, instant)

    def energy_at(self, instant: Instant) -> int:
        """Return the energy since the register's zero, cut between readings by floor."""
        first, last = self._neighbours(instant)
        low, high = (self.settings.scaled(self.registers[n]) for n in (first, last))
        if first == last:
            return low
        return low + interpolate((self.at[first], 0), (self.at[last], high - low), instant)

    def energy(self, start: Instant, end: Instant) -> int:
        return self.energy_at(end) - self.energy_at(start)

    def _neighbours(self, instant: Instant) -> tuple[int, int]:
        return bisect_right(self.at, instant) - 1, bisect_left(self.at, instant)


@dataclass(frozen=True, slots=True)
class _Gap:
    """A break, its energy spread evenly."""

    start: Instant
    end: Instant
    whole: int

    def energy(self, start: Instant, end: Instant) -> int:
        first, last = (self.start, 0), (self.end, self.whole)
        return interpolate(first, last, end) - interpolate(first, last, start)


def recount(line: MonthLine, readings: Sequence[EvidencedReading]) -> list[str]:
    """Return what of a line does not follow from its readings, a sentence each; none: it does.

    The energy over a break is taken as booked: no reading measured it. A line without a value
    claims nothing.
    """
    if line.energy_milliwh is None:
        return []
    try:
        legs = _legs(line, readings)
    except InvalidInputError as error:
        return [f"{_name(line)}: {error}"]
    start, end = max(line.start_at, legs[0].start), min(line.end_at, legs[-1].end)
    if start > end:
        return [f"{_name(line)}: its readings lie outside its span."]
    return [
        f"{_name(line)}: {finding}"
        for finding in (
            *_register_findings("opening", line.opening_milliwh, legs, start),
            *_register_findings("closing", line.closing_milliwh, legs, end),
            *_energy_findings(line, legs, (start, end)),
        )
    ]


def _name(line: MonthLine) -> str:
    return f"{line.endpoint}, {line.meter}"


def _legs(line: MonthLine, readings: Sequence[EvidencedReading]) -> list[_Epoch | _Gap]:
    """Return the epochs and breaks of a line, each beginning where the one before it ends."""
    good = sorted(
        (reading.at, reading.total_milliwh)
        for reading in readings
        if _is_of(reading, line) and reading.status is Status.GOOD
    )
    legs: list[_Epoch | _Gap] = [
        *(_epoch(segment, good) for segment in line.segments),
        *(_gap(gap) for gap in line.breaks),
    ]
    if not legs:
        raise InvalidInputError("it has energy, and names no readings.")
    legs.sort(key=_span)
    for before, after in pairwise(legs):
        if before.end != after.start:
            raise InvalidInputError(
                f"nothing accounts for the time from {format_instant(before.end)} to "
                f"{format_instant(after.start)}."
            )
    return legs


def _is_of(reading: EvidencedReading, line: MonthLine) -> bool:
    return (reading.endpoint_id, reading.meter_id) == (line.endpoint_id, line.meter_id)


def _span(leg: _Epoch | _Gap) -> tuple[Instant, Instant]:
    return leg.start, leg.end


def _gap(gap: Break) -> _Gap:
    if gap.start_at >= gap.end_at:
        raise InvalidInputError(f"its break at {format_instant(gap.start_at)} takes no time.")
    return _Gap(gap.start_at, gap.end_at, gap.energy_milliwh)


def _epoch(segment: Segment, good: Sequence[tuple[Instant, int]]) -> _Epoch:
    first = bisect_left(good, (segment.first_at,))
    last = bisect_left(good, (segment.last_at + 1,))
    own = good[first:last]
    stated = (
        (segment.first_at, segment.first_milliwh),
        (segment.last_at, segment.last_milliwh),
    )
    for (at, register), found in zip(stated, (own[:1], own[-1:]), strict=True):
        if found != [(at, register)]:
            raise InvalidInputError(
                f"no good reading shows {_kwh(register)} kWh at {format_instant(at)}."
            )
    numerator, denominator = parse_multiplier(segment.multiplier)
    settings = RegisterSettings(numerator, denominator)
    instants, registers = [at for at, _ in own], [register for _, register in own]
    if len(set(instants)) < len(instants):
        raise InvalidInputError("two good readings of it are of one instant.")
    return _Epoch(segment.first_at, segment.last_at, instants, registers, settings)


def _register_findings(
    which: str, stated: int | None, legs: Sequence[_Epoch | _Gap], at: Instant
) -> Iterator[str]:
    """Yield a finding unless the register stands as stated; inside a break nothing is stated."""
    shown: list[int | None] = [
        leg.register_at(at)
        for leg in legs
        if isinstance(leg, _Epoch) and leg.start <= at <= leg.end
    ]
    if stated not in (shown or [None]):
        given = _kwh(shown[0]) if shown else "none"
        yield f"the {which} register is stated as {_kwh(stated)}, the readings give {given}."


def _energy_findings(
    line: MonthLine, legs: Sequence[_Epoch | _Gap], span: tuple[Instant, Instant]
) -> Iterator[str]:
    energy = 0
    for leg in legs:
        start, end = max(leg.start, span[0]), min(leg.end, span[1])
        energy += leg.energy(start, end) if start < end else 0
    given = energy * line.share_ppm // _WHOLE_PPM
    stated = line.energy_milliwh or 0
    if abs(given - stated) > (0 if line.share_ppm == _WHOLE_PPM else _SHARED_SLACK):
        yield f"the energy is stated as {_kwh(stated)} kWh, the readings give {_kwh(given)}."
    coded = sum(part for _, part in line.quality)
    if coded != stated:
        yield f"its quality codes add up to {_kwh(coded)} kWh, its energy is {_kwh(stated)}."


def _kwh(milliwh: int | None) -> str:
    """Write energy of any size."""
    if milliwh is None:
        return "none"
    whole, rest = divmod(abs(milliwh), MILLIWH_PER_KWH)
    return f"{'-' if milliwh < 0 else ''}{whole}.{rest:06d}"
