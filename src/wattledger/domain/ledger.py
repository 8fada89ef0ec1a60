"""From judged readings to the energy of local days and months (LEDGER 4).

Pure: the same readings give the same tallies. Tallies of neighbouring spans add up, so a late or
corrected reading is booked as the difference of two of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from wattledger.domain.break_energy import energy_within
from wattledger.domain.horizon import is_long
from wattledger.domain.instant import HOUR, Instant
from wattledger.domain.period import Calendar, first_of_month
from wattledger.domain.quality import Quality
from wattledger.domain.reading import Join, Reading, Status
from wattledger.domain.register import interpolate
from wattledger.domain.settings_timeline import AnySettings
from wattledger.domain.tally import Part, Tally, cut_by

CERTAIN_POLLS = 2
"""A cut through an interval of at most so many polls is not called an estimate (LEDGER 4)."""


@dataclass(slots=True)
class Rollup:
    """The tallies of one meter by local day and by the first date of the local month."""

    days: dict[date, Tally] = field(default_factory=dict)
    months: dict[date, Tally] = field(default_factory=dict)


def roll_up(
    base: Reading | None,
    readings: Iterable[Reading],
    settings: AnySettings,
    calendar: Calendar,
) -> Rollup:
    """Sum judged readings that follow the good one ``base`` (ascending) into days and months.

    The base itself is counted in no tally, but its month's span includes it.
    """
    book = _Book(settings, calendar)
    if base is not None:
        book.start_from(base)
    for reading in readings:
        book.add(reading)
    return book.rollup


def quality_of_cut(whole: Quality) -> Quality:
    """Return the code of what an edge cuts out of a long interval: what was measured no more is.

    >>> quality_of_cut(Quality.VALIDATED).word, quality_of_cut(Quality.EDITED).word
    ('estimated', 'edited')
    """
    return Quality.ESTIMATED if whole in {Quality.VALIDATED, Quality.VERIFIED} else whole


@dataclass(frozen=True, slots=True)
class ReadInterval:
    """The time between two neighbouring good readings, and its energy."""

    start: Reading
    end: Reading
    settings: AnySettings

    @property
    def p_max_mw(self) -> int:
        """Return the most power that can be drawn in it."""
        return self.settings.over(self.start.at, self.end.at).p_max_mw

    @property
    def poll(self) -> int:
        """Return the microseconds between two reads, as set where it ends."""
        return self.settings.at(self.end.at).poll

    @property
    def energy_milliwh(self) -> int:
        """Return the energy, after the multiplier."""
        return self.end.energy_milliwh or 0

    @property
    def pause(self) -> int:
        """Return the microseconds between the two readings."""
        return self.end.at - self.start.at

    @property
    def join(self) -> Join:
        """Return how the second reading is joined to the first."""
        return Join.ADVANCE if self.end.join is None else self.end.join

    @property
    def is_gap(self) -> bool:
        """Tell whether nobody read the register for long."""
        return self.join is not Join.CATCH_UP and is_long(self.pause, self.poll)

    def cut(self, edges: Sequence[Instant]) -> list[Part]:
        """Cut it at ascending edges strictly inside; without any it is one part."""
        upto = energy_within(self.start, self.end, self.settings)
        return cut_by(upto, self.start.at, self.end.at, edges)

    @property
    def is_bent(self) -> bool:
        """Tell whether the multiplier changes in it: nobody read where the register stood then."""
        start, end = self.start.at, self.end.at
        is_changed = bool(self.settings.multiplied_anew_between(start, end))
        return is_changed and not self.join.opens_epoch

    def quality_of(self, part: Part) -> Quality:
        """Return the code of a part: what is cut out of a long interval is an estimate.

        An edge cuts it, or a change of the multiplier.
        """
        if self.pause <= CERTAIN_POLLS * self.poll:
            return self.end.quality
        is_cut = part.end - part.start < self.pause or self.is_bent
        return quality_of_cut(self.end.quality) if is_cut else self.end.quality

    def uncertainty_of(self, part: Part) -> int:
        """Return how far the true energy of a part can be from its share (LEDGER 4)."""
        duration, is_estimated = part.end - part.start, self.join.is_estimated
        if duration == self.pause and not is_estimated and not self.is_bent:
            return 0
        most = self.p_max_mw * duration // HOUR
        if is_estimated:
            return max(part.energy_milliwh, most - part.energy_milliwh)
        rest = self.p_max_mw * (self.pause - duration) // HOUR
        least, greatest = self._range_of(part)
        low, high = max(0, least - rest), min(greatest, most)
        # Never below 0, as where a multiplier was set and p_max was not.
        return max(0, part.energy_milliwh - low, high - part.energy_milliwh)

    def _range_of(self, part: Part) -> tuple[int, int]:
        """Return the least energy of it all, and the greatest that can lie in a part.

        Where the multiplier changes, all that the register rose by may have been on either side.
        """
        if not self.is_bent:
            return self.energy_milliwh, self.energy_milliwh
        least = min(self._if_all_at(at) for at in self._bends(self.start.at, self.end.at))
        return least, max(self._if_all_at(at) for at in self._bends(part.start, part.end))

    def _bends(self, start: Instant, end: Instant) -> list[Instant]:
        return [start, *self.settings.multiplied_anew_between(start, end)]

    def _if_all_at(self, at: Instant) -> int:
        """Return the energy if all of the rise had been under the multiplier of an instant."""
        register = self.settings.at(at)
        return register.energy(self.start.total_milliwh, self.end.total_milliwh)

    def register_at(self, at: Instant) -> int | None:
        """Return the register as displayed at an instant: interpolated, None inside a break."""
        if at == self.start.at:
            return self.start.total_milliwh
        if at == self.end.at:
            return self.end.total_milliwh
        if self.join.opens_epoch:
            return None
        first = (self.start.at, self.start.total_milliwh)
        return interpolate(first, (self.end.at, self.end.total_milliwh), at)

    def resolution_at(self, at: Instant) -> int:
        """Return the display step of the register at an instant: between reads the coarser one."""
        if at == self.start.at:
            return self.start.resolution_milliwh
        if at == self.end.at:
            return self.end.resolution_milliwh
        return max(self.start.resolution_milliwh, self.end.resolution_milliwh)

    def count_into(self, part: Part, *tallies: Tally) -> None:
        """Add a part of this interval to tallies, as to those of its day and month."""
        quality, uncertainty = self.quality_of(part), self.uncertainty_of(part)
        is_break, is_gap = self.join.opens_epoch, self.is_gap
        for tally in tallies:
            tally.count(part, quality)
            tally.uncertainty_milliwh += uncertainty
            tally.breaks += is_break
            tally.gaps += is_gap


class _Book:
    def __init__(self, settings: AnySettings, calendar: Calendar) -> None:
        self.rollup = Rollup()
        self._settings = settings
        self._calendar = calendar
        self._last: Reading | None = None
        self._at_last: tuple[Tally, Tally] | None = None

    def start_from(self, base: Reading) -> None:
        self._last = base
        month = _tally(self.rollup.months, self._calendar.month_of(base.at))
        month.stretch(base.at, base.total_milliwh, base.resolution_milliwh)

    def add(self, reading: Reading) -> None:
        if reading.status is Status.GOOD:
            self._add_good(reading)
        elif reading.status is Status.HELD:
            for tally in self._tallies(reading.at):
                tally.held_reads += 1

    def _tallies(self, at: Instant) -> tuple[Tally, Tally]:
        day = self._calendar.day_of(at)
        return _tally(self.rollup.days, day), _tally(self.rollup.months, first_of_month(day))

    def _add_good(self, reading: Reading) -> None:
        if self._last is not None:
            self._add_interval(ReadInterval(self._last, reading, self._settings))
        self._at_last = day, month = self._tallies(reading.at)
        day.good_reads += 1
        month.good_reads += 1
        month.stretch(reading.at, reading.total_milliwh, reading.resolution_milliwh)
        self._last = reading

    def _add_interval(self, interval: ReadInterval) -> None:
        start, end = interval.start.at, interval.end.at
        edges = self._calendar.day_edges(start, end)
        if not edges:
            whole = Part(start, end, interval.energy_milliwh)
            day, month = self._at_last or self._tallies(start)
            interval.count_into(whole, day, month)
            # At midnight sharp the reading itself belongs to the next day, its register to both.
            month.stretch(end, interval.end.total_milliwh, interval.end.resolution_milliwh)
            return
        for part in interval.cut(edges):
            interval.count_into(part, _tally(self.rollup.days, self._calendar.day_of(part.start)))
        self._add_months(interval, self._calendar.month_edges(start, end))

    def _add_months(self, interval: ReadInterval, edges: Sequence[Instant]) -> None:
        for part in interval.cut(edges):
            month = _tally(self.rollup.months, self._calendar.month_of(part.start))
            interval.count_into(part, month)
            for at in (part.start, part.end):
                month.stretch(at, interval.register_at(at), interval.resolution_at(at))


def _tally(tallies: dict[date, Tally], key: date) -> Tally:
    tally = tallies.get(key)
    if tally is None:
        tally = tallies[key] = Tally()
    return tally
