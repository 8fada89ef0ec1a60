"""A line reckoned once more from readings, by whoever doubts it (LEDGER 4).

Needed are the good readings from the last one up to the line's span to the first one behind it; of
those inside only the ones next to a break or a change of settings. More do no harm.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.instant import Instant, format_instant
from wattledger.domain.month_report import Break, MonthLine, Segment
from wattledger.domain.neighbours import Neighbours
from wattledger.domain.recount_claims import claim_findings
from wattledger.domain.register import (
    MILLIWH_PER_KWH,
    RegisterSettings,
    interpolate,
    parse_multiplier,
)
from wattledger.domain.settings_timeline import SettingsTimeline

_WHOLE_PPM = 1_000_000
_SHARED_SLACK = 1
"""Milliwatt-hours by which the shares of a meter may differ, so that they add up."""


def recount(line: MonthLine, readings: Sequence[EvidencedReading]) -> list[str]:
    """Return what of a line does not follow from its readings, a sentence each; none: it does.

    The energy over a break is that which the reading behind it tells: no reading measured it. A
    line without a value claims nothing.
    """
    if line.energy_milliwh is None:
        return []
    try:
        findings = [
            *_edge_findings(line),
            *_energy_findings(line, _Register(line, readings)),
            *claim_findings(line),
        ]
    except InvalidInputError as error:
        findings = [str(error)]
    return [f"{line.endpoint}, {line.meter}: {finding}" for finding in findings]


class _Register(Neighbours):
    """The good readings of a line's meter."""

    def __init__(self, line: MonthLine, readings: Sequence[EvidencedReading]) -> None:
        of = (line.endpoint_id, line.meter_id)
        super().__init__(each for each in readings if (each.endpoint_id, each.meter_id) == of)

    def check_intervals(self, segment: Segment) -> None:
        """Refuse an interval inside a segment whose energy is told and not that of its ends."""
        settings = _settings(segment)
        for before, after in pairwise(self.between(segment.first_at, segment.last_at)):
            given = settings.energy(before.total_milliwh, after.total_milliwh)
            if after.energy_milliwh not in {None, given}:
                raise InvalidInputError(
                    f"the energy up to {format_instant(after.at)} is {_kwh(after.energy_milliwh)} "
                    f"kWh, its registers give {_kwh(given)}."
                )

    def check_names(self, segment: Segment) -> None:
        """Refuse readings that a segment names and that are not the ones at its ends."""
        for at, reads in (
            (segment.first_at, segment.first_reads),
            (segment.last_at, segment.last_reads),
        ):
            if reads and reads != self.named(at):
                raise InvalidInputError(
                    f"the readings it names for {format_instant(at)} are not the ones it has."
                )

    def check_break(self, gap: Break, line: MonthLine) -> None:
        """Refuse a break that is not between two neighbours, or of other energy than booked."""
        ends = self.between(gap.start_at, gap.end_at)
        if [each.at for each in ends] != [gap.start_at, gap.end_at]:
            raise InvalidInputError(
                f"its break from {format_instant(gap.start_at)} to {format_instant(gap.end_at)} is "
                "not one from a good reading to the next."
            )
        booked = ends[-1].energy_milliwh
        if booked is None:
            return
        whole = (gap.start_at, 0), (gap.end_at, booked)
        given = interpolate(*whole, min(gap.end_at, line.end_at))
        given -= interpolate(*whole, max(gap.start_at, line.start_at))
        if gap.energy_milliwh != given:
            raise InvalidInputError(
                f"its break up to {format_instant(gap.end_at)} is stated as "
                f"{_kwh(gap.energy_milliwh)} kWh, the reading behind it gives {_kwh(given)}."
            )

    def check(self, at: Instant, stated: int) -> None:
        """Refuse a register that readings do not give at an instant."""
        first, last = self.around(at)
        shown = first.total_milliwh
        if first is not last:
            shown = interpolate((first.at, shown), (last.at, last.total_milliwh), at)
        if shown != stated:
            raise InvalidInputError(
                f"at {format_instant(at)} the register is stated as {_kwh(stated)} kWh, the "
                f"readings give {_kwh(shown)}."
            )


@dataclass(frozen=True, slots=True)
class _Leg:
    """A segment or a break, as a span."""

    start: Instant
    end: Instant
    of: Segment | Break

    @property
    def is_break(self) -> bool:
        return isinstance(self.of, Break)


def _legs(line: MonthLine) -> list[_Leg]:
    """Return the segments and breaks of a line, each beginning where the one before it ends."""
    legs = [
        *(_Leg(each.first_at, each.last_at, each) for each in line.segments),
        *(_Leg(each.start_at, each.end_at, each) for each in line.breaks),
    ]
    legs.sort(key=_span)
    if not legs:
        raise InvalidInputError("it has energy, and names no readings.")
    for leg in legs:
        if leg.start > leg.end or leg.start > line.end_at or leg.end < line.start_at:
            raise InvalidInputError(
                f"what it names at {format_instant(leg.start)} is not in its span."
            )
    for before, after in pairwise(legs):
        if before.end != after.start:
            raise InvalidInputError(
                f"nothing accounts for the time from {format_instant(before.end)} to "
                f"{format_instant(after.start)}."
            )
    return legs


def _span(leg: _Leg) -> tuple[Instant, Instant]:
    return leg.start, leg.end


def _edge_findings(line: MonthLine) -> Iterator[str]:
    """Yield a finding for a register that is not its segment's; inside a break there is none."""
    legs = _legs(line)
    first, last = legs[0].of, legs[-1].of
    opening = first.first_milliwh if isinstance(first, Segment) else None
    closing = last.last_milliwh if isinstance(last, Segment) else None
    for which, stated, given in (
        ("opening", line.opening_milliwh, opening),
        ("closing", line.closing_milliwh, closing),
    ):
        if stated != given:
            yield f"the {which} register is {_kwh(stated)}, that of its epoch {_kwh(given)}."


def _energy_findings(line: MonthLine, register: _Register) -> Iterator[str]:
    energy = sum(each.energy_milliwh for each in line.breaks)
    for is_break, legs in groupby(_legs(line), key=_is_break):
        if not is_break:
            segments = [leg.of for leg in legs if isinstance(leg.of, Segment)]
            energy += _Epoch(line, register, segments).energy()
    for gap in line.breaks:
        register.check_break(gap, line)
    given = energy * line.share_ppm // _WHOLE_PPM
    stated = line.energy_milliwh or 0
    if abs(given - stated) > (0 if line.share_ppm == _WHOLE_PPM else _SHARED_SLACK):
        yield f"the energy is stated as {_kwh(stated)} kWh, the readings give {_kwh(given)}."
    coded = sum(part for _, part in line.quality)
    if coded != stated:
        yield f"its quality codes add up to {_kwh(coded)} kWh, its energy is {_kwh(stated)}."


def _is_break(leg: _Leg) -> bool:
    return leg.is_break


class _Epoch:
    """The segments of one epoch, one a setting, that follow each other."""

    def __init__(self, line: MonthLine, register: _Register, segments: Sequence[Segment]) -> None:
        self._register = register
        self._segments = segments
        self._start, self._end = segments[0].first_at, segments[-1].last_at
        later = tuple((each.first_at, _settings(each)) for each in segments[1:])
        self._settings = SettingsTimeline(_settings(segments[0]), later)
        for segment in segments:
            register.check(segment.first_at, segment.first_milliwh)
            register.check(segment.last_at, segment.last_milliwh)
            register.check_intervals(segment)
            register.check_names(segment)
        for at, edge in ((self._start, line.start_at), (self._end, line.end_at)):
            first, last = register.around(at)
            if first is not last and at != edge:
                raise InvalidInputError(f"no good reading is of {format_instant(at)}.")

    def energy(self) -> int:
        """Return the energy of the whole intervals, and the parts that the edges cut out."""
        before, first = self._register.around(self._start)
        last, behind = self._register.around(self._end)
        if last.at < first.at:  # both edges cut the same interval
            return self._part(before, first, self._start, self._end)
        energy = sum(self._between(segment, first, last) for segment in self._segments)
        if before is not first:
            energy += self._part(before, first, self._start, first.at)
        if last is not behind:
            energy += self._part(last, behind, last.at, self._end)
        return energy

    def _between(self, segment: Segment, first: EvidencedReading, last: EvidencedReading) -> int:
        """Return the energy of a segment between two readings, by its registers."""
        start, end = segment.first_milliwh, segment.last_milliwh
        if segment.first_at < first.at:
            start = first.total_milliwh
        if segment.last_at > last.at:
            end = last.total_milliwh
        if segment.last_at <= first.at or segment.first_at >= last.at:
            return 0
        return _settings(segment).energy(start, end)

    def _part(
        self, before: EvidencedReading, after: EvidencedReading, start: Instant, end: Instant
    ) -> int:
        """Return the energy that the edges leave of an interval, by cumulative floor.

        Where the multiplier changes in it, also beyond the line, the line's registers tell it.
        """
        settings = self._settings.at(start)
        energy = settings.energy(before.total_milliwh, after.total_milliwh)
        is_one = not self._settings.multiplied_anew_between(before.at, after.at)
        if not is_one or after.energy_milliwh not in {None, energy}:
            return sum(self._between(segment, before, after) for segment in self._segments)
        whole = (before.at, 0), (after.at, energy)
        return interpolate(*whole, end) - interpolate(*whole, start)


def _settings(segment: Segment) -> RegisterSettings:
    numerator, denominator = parse_multiplier(segment.multiplier)
    return RegisterSettings(numerator, denominator)


def _kwh(milliwh: int | None) -> str:
    """Write energy of any size."""
    if milliwh is None:
        return "none"
    whole, rest = divmod(abs(milliwh), MILLIWH_PER_KWH)
    return f"{'-' if milliwh < 0 else ''}{whole}.{rest:06d}"
