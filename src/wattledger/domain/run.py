"""Runs: readings that follow each other plausibly, as one register shows them (LEDGER 3.1-3.3)."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wattledger.domain.horizon import HORIZON, WEIGHTY_READS, is_long, mean_window
from wattledger.domain.instant import DAY, Instant
from wattledger.domain.reading import Reading
from wattledger.domain.register import RegisterSettings
from wattledger.domain.settings_timeline import AnySettings

_CONFIRMING_READS = 3
_MEASURABLE_STEPS = 4
"""Below so many display steps an expected rise says nothing of how far the register rose."""
_FROZEN_STEPS = 2
"""A display that should have shown so many steps, and shows none, is frozen."""

LEAP = 4
LEAP_STEPS = 20
"""A rise of more steps, so many times the mean before and the last rise, may be a leap."""

LEAP_SHARE = 8
"""What is no more than this part of the breaker's power is a load, however sudden."""


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


class Run:
    """Members (ascending in time, never falling) of one device, and the jitter among them.

    ``first_serial`` is the first serial told within the horizon, ``serial`` the last one and
    ``serial_at`` when; one that was not told in the last days before the end is forgotten.
    ``leapt`` is the rise by which it parted from the run before, where that was a leap.
    """

    __slots__ = ("first_serial", "jitter", "leapt", "members", "serial", "serial_at")

    def __init__(self, members: Sequence[Reading]) -> None:
        self.members: list[Reading] = []
        self.jitter: list[Reading] = []
        self.first_serial: str | None = None
        self.serial: str | None = None
        self.serial_at: Instant = 0
        self.leapt = 0
        for member in members:
            self.append(member)

    def append(self, reading: Reading) -> None:
        """Take a reading as the next member."""
        self.members.append(reading)
        if reading.serial is not None:
            self.serial, self.serial_at = reading.serial, reading.at
            near = reading.at - self.members[0].at <= HORIZON
            if near and self.first_serial is None:
                self.first_serial = reading.serial

    def is_of_another(self, serial: str | None) -> bool:
        """Tell whether a serial told behind its end is not this device's."""
        if serial is None or self.serial is None or serial == self.serial:
            return False
        return self.members[-1].at - self.serial_at <= HORIZON

    def is_of_same(self, serial: str | None) -> bool:
        """Tell whether a serial told behind its end is this device's, as it was told lately."""
        if serial is None or serial != self.serial:
            return False
        return self.members[-1].at - self.serial_at <= HORIZON

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

    def mean(self, leave: int, poll: int) -> Mean | None:
        """Return the mean before a member; None where too little is known.

        Where nothing else was read in all that time, it is the mean of the interval before.
        """
        last = self.members[leave]
        index = bisect_left(self.members, last.at - mean_window(poll), 0, leave, key=_at)
        first = self.members[index if index < leave else max(0, leave - 1)]
        if last.at - first.at < 2 * poll:
            return None
        return Mean(last.total_milliwh - first.total_milliwh, last.at - first.at)

    def frozen_since(self, leave: int, resolution: int, poll: int) -> int:
        """Return since which member the display stands still though it should have moved.

        ``leave`` itself where it does not, or where no power is drawn.
        """
        last = self.members[leave]
        if leave == 0 or self.members[leave - 1].total_milliwh != last.total_milliwh:
            return leave
        stood = self.stood_since(leave)
        mean = self.mean(stood, poll)
        if mean is None or last.power_mw == 0:
            return leave
        still = last.at - self.members[stood].at
        return stood if mean.over(still) > _FROZEN_STEPS * resolution else leave

    def catches_up(self, leave: int, reading: Reading, resolution: int, poll: int) -> bool:
        """Tell whether a reading shows the jump of a display that was frozen for long."""
        last = self.members[leave]
        if leave == 0 or self.members[leave - 1].total_milliwh != last.total_milliwh:
            return False
        stood = self.stood_since(leave)
        if not is_long(last.at - self.members[stood].at, poll):
            return False
        if self.frozen_since(leave, resolution, poll) == leave:
            return False
        rise = reading.total_milliwh - last.total_milliwh
        return exceeds(self.mean(stood, poll), rise, reading.at - last.at, resolution)

    def leaps(
        self, leave: int, reading: Reading, resolution: int, settings: RegisterSettings
    ) -> bool:
        """Tell whether a possible rise is far from all that was seen within the horizon.

        A load that steps up goes on so; a register that was exchanged for one which shows a little
        more does not. What tells the same serial was not exchanged: its rise is energy.
        """
        last = self.members[leave]
        rise, poll = reading.total_milliwh - last.total_milliwh, settings.poll
        most = settings.most_energy(reading.at - last.at)
        small = rise <= LEAP_STEPS * resolution or LEAP_SHARE * settings.scaled(rise) <= most
        if leave == 0 or small or self.is_of_same(reading.serial):
            return False
        if rise <= LEAP * (last.total_milliwh - self.members[leave - 1].total_milliwh):
            return False
        mean = self.mean(leave, poll)
        since = reading.at - self.members[self.stood_since(leave)].at
        if mean is None or not is_long(mean.time, poll) or rise <= LEAP * mean.over(since):
            return False
        if 2 * self.leapt >= rise and reading.at - self.members[0].at <= HORIZON:
            return False
        oldest = bisect_left(self.members, last.at - HORIZON, 0, leave, key=_at)
        seen = pairwise(self.members[oldest : leave + 1])
        return all(2 * (b.total_milliwh - a.total_milliwh) < rise for a, b in seen)


def _total(reading: Reading) -> int:
    return reading.total_milliwh


def _at(reading: Reading) -> Instant:
    return reading.at


def find_runs(
    readings: Sequence[Reading],
    settings: AnySettings,
    cuts: Sequence[Instant] = (),
    prefix: Sequence[Reading] = (),
) -> list[Run]:
    """Cut readings (ascending, no equal instants) into runs; none reaches over a cut.

    The first continues the prefix, members of one run, where there is one.
    """
    runs = [Run(prefix)] if prefix else []
    ahead = iter(cuts)
    cut = _next_cut(ahead, prefix[-1].at) if prefix else next(ahead, None)
    for reading in readings:
        is_cut = cut is not None and cut <= reading.at
        if is_cut:
            cut = _next_cut(ahead, reading.at)
        if is_cut or not runs:
            runs.append(Run([reading]))
        else:
            bounds = settings.over(runs[-1].members[-1].at, reading.at)
            if not _extend(runs[-1], reading, bounds):
                runs.append(_next_run(runs[-1], reading, bounds))
    return runs


def _next_run(run: Run, reading: Reading, settings: RegisterSettings) -> Run:
    following, last = Run([reading]), run.members[-1]
    resolution = settings.resolution(last.resolution_milliwh, reading.resolution_milliwh)
    if run.leaps(len(run.members) - 1, reading, resolution, settings):
        following.leapt = reading.total_milliwh - last.total_milliwh
    return following


def _next_cut(ahead: Iterator[Instant], at: Instant) -> Instant | None:
    return next((cut for cut in ahead if cut > at), None)


def _extend(run: Run, reading: Reading, settings: RegisterSettings) -> bool:
    """Add a reading to a run if it continues it; tells whether it did."""
    last = run.members[-1]
    rise = reading.total_milliwh - last.total_milliwh
    if reading.serial != run.serial and run.is_of_another(reading.serial):
        return False
    resolution = settings.resolution(last.resolution_milliwh, reading.resolution_milliwh)
    if rise < 0:
        if -rise <= resolution:
            run.jitter.append(reading)
        return -rise <= resolution
    if rise and (
        not settings.can_rise(rise, reading.at - last.at, resolution)
        or _is_doubtful(run, reading, rise, resolution, settings)
    ):
        return False
    run.append(reading)
    return True


def _is_doubtful(
    run: Run, reading: Reading, rise: int, resolution: int, settings: RegisterSettings
) -> bool:
    """Tell whether a possible rise is to wait for the next reading: behind a pause, or a freeze."""
    leave, poll = len(run.members) - 1, settings.poll
    pause = reading.at - run.members[leave].at
    if is_long(pause, poll):
        return exceeds(run.mean(leave, poll), rise, pause, resolution)
    return run.catches_up(leave, reading, resolution, poll) or run.leaps(
        leave, reading, resolution, settings
    )
