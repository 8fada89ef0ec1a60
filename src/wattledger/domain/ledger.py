"""From judged readings to the energy of local days and months (LEDGER 4).

Pure: the same readings give the same tallies. Tallies of neighbouring spans add up, so a late or
corrected reading is booked as the difference of two of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from wattledger.domain.acceptance import Base
from wattledger.domain.instant import Instant
from wattledger.domain.period import Calendar, first_of_month
from wattledger.domain.reading import Reading, Status
from wattledger.domain.register import RegisterSettings, interpolate

_CERTAIN_POLLS = 2
"""A cut through an interval of at most so many polls is not called an estimate (LEDGER 4)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece [start, end) of an interval and its share of the energy."""

    start: Instant
    end: Instant
    energy_milliwh: int


def cut(start: Instant, end: Instant, energy_milliwh: int, edges: Sequence[Instant]) -> list[Part]:
    """Cut an interval at ascending edges strictly inside it, by cumulative floor.

    The shares add up to the energy exactly, and to those of any coarser cut (LEDGER 4).

    >>> [part.energy_milliwh for part in cut(0, 3, 100, [1, 2])]
    [33, 33, 34]
    """
    whole = ((start, 0), (end, energy_milliwh))
    parts: list[Part] = []
    begun, counted = start, 0
    for edge in (*edges, end):
        upto = interpolate(*whole, edge)
        parts.append(Part(begun, edge, upto - counted))
        begun, counted = edge, upto
    return parts


@dataclass(slots=True)
class Tally:
    """What readings say of one local day or month of one meter.

    ``estimated_milliwh`` is the part of the energy that an edge cut out of a long interval,
    ``covered`` the microseconds that lie between good readings. ``start`` and ``end`` are the
    first and last instants known inside, with the register as displayed there.
    """

    energy_milliwh: int = 0
    estimated_milliwh: int = 0
    good_reads: int = 0
    held_reads: int = 0
    covered: int = 0
    start_at: Instant | None = None
    start_milliwh: int | None = None
    end_at: Instant | None = None
    end_milliwh: int | None = None

    def count(self, part: Part, *, estimated: bool) -> None:
        """Add a part of an interval; ``estimated`` when an edge cut it out of a long one."""
        self.energy_milliwh += part.energy_milliwh
        self.covered += part.end - part.start
        if estimated:
            self.estimated_milliwh += part.energy_milliwh

    def stretch(self, at: Instant, register_milliwh: int) -> None:
        """Widen the known span to an instant."""
        if self.start_at is None or at < self.start_at:
            self.start_at, self.start_milliwh = at, register_milliwh
        if self.end_at is None or at > self.end_at:
            self.end_at, self.end_milliwh = at, register_milliwh

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """Return the parts that add up: energy, estimated, good and held reads, covered."""
        return (
            self.energy_milliwh,
            self.estimated_milliwh,
            self.good_reads,
            self.held_reads,
            self.covered,
        )


@dataclass(slots=True)
class Rollup:
    """The tallies of one meter by local day and by the first date of the local month."""

    days: dict[date, Tally] = field(default_factory=dict)
    months: dict[date, Tally] = field(default_factory=dict)


def roll_up(
    base: Base | None,
    readings: Iterable[Reading],
    settings: RegisterSettings,
    calendar: Calendar,
) -> Rollup:
    """Sum judged readings that follow ``base`` (ascending) into days and months.

    The base itself is counted in no tally, but its month's span includes it.
    """
    book = _Book(settings, calendar)
    if base is not None:
        book.start_from(base.at, base.total_milliwh)
    for reading in readings:
        book.add(reading)
    return book.rollup


class _Book:
    def __init__(self, settings: RegisterSettings, calendar: Calendar) -> None:
        self.rollup = Rollup()
        self._settings = settings
        self._calendar = calendar
        self._last: tuple[Instant, int] | None = None

    def start_from(self, at: Instant, register: int) -> None:
        self._last = (at, register)
        _tally(self.rollup.months, self._calendar.month_of(at)).stretch(at, register)

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
        here = (reading.at, reading.total_milliwh)
        if self._last is not None:
            self._add_interval(self._last, here)
        day, month = self._tallies(reading.at)
        day.good_reads += 1
        month.good_reads += 1
        month.stretch(*here)
        self._last = here

    def _add_interval(self, start: tuple[Instant, int], end: tuple[Instant, int]) -> None:
        energy = self._settings.energy(start[1], end[1])
        edges = self._calendar.day_edges(start[0], end[0])
        if edges:
            self._add_cut_interval(start, end, energy, edges)
        else:
            part = Part(start[0], end[0], energy)
            day, month = self._tallies(start[0])
            day.count(part, estimated=False)
            month.count(part, estimated=False)
            month.stretch(*end)

    def _add_cut_interval(
        self,
        start: tuple[Instant, int],
        end: tuple[Instant, int],
        energy: int,
        edges: Sequence[Instant],
    ) -> None:
        long = end[0] - start[0] > _CERTAIN_POLLS * self._settings.poll
        for part in cut(start[0], end[0], energy, edges):
            day = _tally(self.rollup.days, self._calendar.day_of(part.start))
            day.count(part, estimated=long)
        months = self._calendar.month_edges(start[0], end[0])
        for part in cut(start[0], end[0], energy, months):
            month = _tally(self.rollup.months, self._calendar.month_of(part.start))
            month.count(part, estimated=long and bool(months))
            month.stretch(part.start, interpolate(start, end, part.start))
            month.stretch(part.end, interpolate(start, end, part.end))


def _tally(tallies: dict[date, Tally], key: date) -> Tally:
    tally = tallies.get(key)
    if tally is None:
        tally = tallies[key] = Tally()
    return tally
