"""Runs: readings that follow each other plausibly, as one register shows them (LEDGER 3.1-3.3)."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from wattledger.domain.horizon import HORIZON, MEAN_WINDOW, WEIGHTY_READS, is_long
from wattledger.domain.instant import DAY, Instant
from wattledger.domain.reading import Reading
from wattledger.domain.register import RegisterSettings

_CONFIRMING_READS = 3
_MEASURABLE_STEPS = 4
"""Below so many display steps an expected rise says nothing."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A register's mean over some time before an instant, as the rise seen in it."""

    rise_milliwh: int
    time: int

    def over(self, pause: int) -> int:
        """Return the rise to be expected in ``pause`` microseconds."""
        return self.rise_milliwh * pause // self.time

    def exceeded_by(self, rise: int, pause: int, resolution: int) -> bool:
        """Tell whether a rise is more than twice what is to be expected."""
        return rise > 2 * self.over(pause) + 2 * resolution

    def fits(self, rise: int, pause: int, resolution: int) -> bool:
        """Tell whether a rise is within half and twice the expected, or nothing can be said."""
        expected = self.over(pause)
        if expected <= _MEASURABLE_STEPS * resolution:
            return True
        return expected // 2 - 2 * resolution <= rise <= 2 * expected + 2 * resolution


def exceeds(mean: Mean | None, rise: int, pause: int, resolution: int) -> bool:
    """Tell whether a mean is known and a rise is more than twice what it lets expect."""
    return mean is not None and mean.exceeded_by(rise, pause, resolution)


@dataclass(slots=True)
class Run:
    """Members (ascending in time, never falling), of which device, and the jitter among them."""

    members: list[Reading]
    serial: str | None = None
    jitter: list[Reading] = field(default_factory=list)

    def moves(self, first: int = 0, end: int | None = None) -> bool:
        """Tell whether the register moved within some members."""
        last = (len(self.members) if end is None else end) - 1
        return self.members[last].total_milliwh > self.members[first].total_milliwh

    def is_confirmed(self, poll: int) -> bool:
        """Tell whether it shows a register at work: one that moves, or that draws no power.

        Three readings over two polls confirm it, or two that lie a day apart.
        """
        lasts = self.members[-1].at - self.members[0].at
        enough = len(self.members) >= _CONFIRMING_READS and 4 * lasts >= 7 * poll
        if not enough and not (len(self.members) > 1 and lasts >= DAY):
            return False
        return self.moves() or any(member.power_mw == 0 for member in self.members)

    def is_weighty(self, first: int = 0, end: int | None = None) -> bool:
        """Tell whether some members are too many, over too long, to be an excursion."""
        stop = len(self.members) if end is None else end
        if stop - first < WEIGHTY_READS:
            return False
        lasts = self.members[stop - 1].at - self.members[first].at
        return lasts > HORIZON and self.moves(first, stop)

    def stood_since(self, leave: int) -> int:
        """Return the first member, within the horizon, that shows what member ``leave`` shows."""
        last = self.members[leave]
        index = bisect_left(self.members, last.total_milliwh, 0, leave, key=_total)
        oldest = bisect_left(self.members, last.at - HORIZON, 0, leave, key=_at)
        return max(index, oldest)

    def mean(self, leave: int, poll: int, enter: int = 0) -> Mean | None:
        """Return the mean before a member; None where too little is known."""
        last = self.members[leave]
        index = bisect_left(self.members, last.at - MEAN_WINDOW, enter, leave, key=_at)
        first = self.members[index]
        if last.at - first.at < 2 * poll:
            return None
        return Mean(last.total_milliwh - first.total_milliwh, last.at - first.at)


def _total(reading: Reading) -> int:
    return reading.total_milliwh


def _at(reading: Reading) -> Instant:
    return reading.at


def find_runs(
    readings: Sequence[Reading],
    settings: RegisterSettings,
    cuts: Sequence[Instant] = (),
    prefix: Sequence[Reading] = (),
) -> list[Run]:
    """Cut readings (ascending, no equal instants) into runs; none reaches over a cut.

    The first continues the prefix, members of one run, where there is one.
    """
    runs: list[Run] = [_begun(prefix)] if prefix else []
    for reading in readings:
        last = runs[-1] if runs else None
        cut = last is None or _is_cut(cuts, last.members[-1].at, reading.at)
        if cut or last is None or not _extend(last, reading, settings):
            runs.append(Run([reading], reading.serial))
    return runs


def _begun(prefix: Sequence[Reading]) -> Run:
    serial = next((member.serial for member in prefix if member.serial), None)
    return Run(list(prefix), serial)


def _is_cut(cuts: Sequence[Instant], start: Instant, end: Instant) -> bool:
    return any(start < cut <= end for cut in cuts)


def _extend(run: Run, reading: Reading, settings: RegisterSettings) -> bool:
    """Add a reading to a run if it continues it; tells whether it did."""
    last = run.members[-1]
    if run.serial != reading.serial and None not in (run.serial, reading.serial):
        return False
    rise = reading.total_milliwh - last.total_milliwh
    resolution = settings.resolution(last.resolution_milliwh, reading.resolution_milliwh)
    if rise < 0:
        if -rise <= resolution:
            run.jitter.append(reading)
        return -rise <= resolution
    if not settings.can_rise(rise, reading.at - last.at, resolution):
        return False
    if rise > 0 and _is_doubtful(run, reading, rise, resolution, settings.poll):
        return False
    run.members.append(reading)
    run.serial = run.serial or reading.serial
    return True


def _is_doubtful(run: Run, reading: Reading, rise: int, resolution: int, poll: int) -> bool:
    """Tell whether a possible rise is to wait for the next reading: behind a pause, or a freeze."""
    leave = len(run.members) - 1
    pause = reading.at - run.members[leave].at
    if is_long(pause, poll):
        return exceeds(run.mean(leave, poll), rise, pause, resolution)
    return catches_up(run, leave, reading, resolution, poll)


def catches_up(run: Run, leave: int, reading: Reading, resolution: int, poll: int) -> bool:
    """Tell whether a display that stood still, though it should have moved, jumps to a reading."""
    if leave == 0 or run.members[leave - 1].total_milliwh != run.members[leave].total_milliwh:
        return False
    stood = run.stood_since(leave)
    if not is_long(run.members[leave].at - run.members[stood].at, poll):
        return False
    mean = run.mean(stood, poll)
    if mean is None:
        return False
    pause = reading.at - run.members[leave].at
    still = run.members[leave].at - run.members[stood].at
    rise = reading.total_milliwh - run.members[leave].total_milliwh
    should_move = mean.over(still) > _MEASURABLE_STEPS * resolution
    return should_move and mean.exceeded_by(rise, pause, resolution)
