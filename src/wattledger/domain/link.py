"""Links between runs: how the register may have gone from one to another, and what that costs.

Costs are whole numbers; the explanation of the readings that costs least is taken (LEDGER 3). A
break costs more than one dropped reading and less than two, so that it takes the confirming reads
to open an epoch; leaving a register and coming back to it costs less than two breaks, and no more
than a break and a glitch.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wattledger.domain.horizon import is_long
from wattledger.domain.instant import DAY, HOUR
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import RegisterSettings
from wattledger.domain.run import Mean, Run, exceeds

DROPPED = 20
EXCURSION = 50
MISFIT = 20
BREAK = 31
NEW_DEVICE = 11
ROLLOVER = 10
CATCH_UP = 10
CLOCK_STEP = 10
RETURNING = 30
"""So much more a break costs that the readings seem to take back."""
HURRIED = 9
"""So much more a break costs to readings that rise faster at first than the mean before."""
UNSURE = 25
"""So much more a break costs from a first few readings that show no register at work."""

_RESTORABLE = 31 * DAY
"""A register restored from a backup fell by no more than it counts in so long."""
_FIRST_STEPS = 3
_TWO = 2
_CLOCK = 2 * HOUR
"""A clock that was wrong or is put right steps by no more."""


@dataclass(frozen=True, slots=True)
class Link:
    """Leave a run behind its member ``leave`` and enter another at ``enter``.

    ``join`` says how the two are joined; ``stale`` that the members behind ``leave`` show a frozen
    display, ``flicker`` that those beside the link lie within one step of what it joins and cost
    nothing.
    """

    leave: int
    enter: int
    cost: int
    join: Join
    stale: bool = False
    flicker: bool = False


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two runs that may follow each other, and what is known at the end of the first.

    ``entered`` is the member at which the first was entered, ``mean`` that before its end.
    ``begins`` says that nothing is known before the first, ``alternates`` that one of the two
    devices is seen on the wrong side of the other; ``declared`` that an operator declared a swap
    between the two, ``accepted`` that an operator accepted the second's first reading.
    ``settings`` are those that bound a register between the two.
    """

    run: Run
    entered: int
    following: Run
    mean: Mean | None
    begins: bool
    alternates: bool
    declared: bool
    accepted: bool
    settings: RegisterSettings

    @property
    def before(self) -> Reading:
        """Return the last member of the first."""
        return self.run.members[-1]

    @property
    def after(self) -> Reading:
        """Return the first member of the second."""
        return self.following.members[0]

    @property
    def resolution(self) -> int:
        """Return the display step of the two."""
        return self.settings.resolution(
            self.before.resolution_milliwh, self.after.resolution_milliwh
        )

    @property
    def other_device(self) -> bool:
        """Tell whether the two are known to be of different devices."""
        return self.run.is_of_another(self.following.first_serial)

    @property
    def same_device(self) -> bool:
        """Tell whether the two are known to be of one device."""
        return self.run.is_of_same(self.following.first_serial)


def links(pair: Neighbours) -> Iterator[Link]:
    """Yield the ways from a run to a later one; what lies between is not counted here."""
    last = len(pair.run.members) - 1
    if pair.declared:
        yield Link(last, 0, 0, Join.DECLARED)
    elif pair.accepted:
        # A flicker of the last digit is no break, whoever says that it was shown.
        flicker = () if pair.other_device else tuple(_within_a_step(pair, last))
        yield from flicker or (Link(last, 0, 0, _accepted(pair)),)
    elif pair.other_device:
        if not pair.alternates:
            yield Link(last, 0, NEW_DEVICE, Join.REPLACEMENT)
    else:
        yield from _straight(pair, last)
        yield from _broken(pair, last)
        yield from _trimmed(pair, last)
        yield from _within_a_step(pair, last)


def _accepted(pair: Neighbours) -> Join:
    """Return the join to a reading that a person says is right, however it came about."""
    if pair.after.total_milliwh >= pair.before.total_milliwh and not pair.other_device:
        return Join.ADVANCE
    return break_kind(pair.before, pair.after, pair.mean, pair.settings)


def _straight(pair: Neighbours, leave: int) -> Iterator[Link]:
    """Yield the links from the last member to the first in one epoch, and over a rollover."""
    rise = pair.after.total_milliwh - pair.before.total_milliwh
    if rise < 0:
        yield from _rolled_over(pair, leave)
        return
    settings, pause = pair.settings, pair.after.at - pair.before.at
    resolution, agrees = pair.resolution, len(pair.following.members) > 1
    frozen = pair.run.catches_up(leave, pair.after, resolution, settings.poll)
    if frozen or not settings.can_rise(rise, pause, resolution):
        if agrees:
            yield from _caught_up(pair, leave, rise)
    elif is_long(pause, settings.poll) and exceeds(pair.mean, rise, pause, resolution):
        if agrees:
            yield Link(leave, 0, CATCH_UP, Join.ADVANCE)
    elif pair.same_device or not pair.run.leaps(leave, pair.after, resolution, settings):
        yield Link(leave, 0, 0, Join.ADVANCE)
    elif agrees and _goes_on(pair, rise, pause):
        yield Link(leave, 0, CATCH_UP, Join.ADVANCE)


def _goes_on(pair: Neighbours, rise: int, pause: int) -> bool:
    """Tell whether the register rises on at least half as fast as in a leap."""
    first, second = pair.following.members[:2]
    further = second.total_milliwh - first.total_milliwh
    return 2 * further * pause >= rise * (second.at - first.at)


def _caught_up(pair: Neighbours, leave: int, rise: int) -> Iterator[Link]:
    """Yield the links over too steep a rise: the display was frozen, or a clock stepped."""
    members, settings, resolution = pair.run.members, pair.settings, pair.resolution
    stood = max(pair.run.stood_since(leave), pair.entered)
    since = pair.after.at - members[stood].at
    if stood < leave and settings.can_rise(rise, since, resolution):
        mean = pair.run.mean(stood, settings.poll)
        cost = CATCH_UP + MISFIT * exceeds(mean, rise, since, resolution)
        yield Link(stood, 0, cost, Join.CATCH_UP, stale=True)
    pause = pair.after.at - pair.before.at + _CLOCK
    if pair.mean is not None and not pair.mean.exceeded_by(rise, pause, resolution):
        yield Link(leave, 0, CLOCK_STEP, Join.QUESTIONABLE)


def _rolled_over(pair: Neighbours, leave: int) -> Iterator[Link]:
    """Yield the rollover of a register whose modulus is known, where it can have been one."""
    settings, pause = pair.settings, pair.after.at - pair.before.at
    if settings.modulus_milliwh is None or settings.most_energy(pause) >= settings.scaled(
        settings.modulus_milliwh
    ):
        return
    rise = settings.modulus_milliwh - pair.before.total_milliwh + pair.after.total_milliwh
    if rise < 0 or not settings.can_rise(rise, pause, pair.resolution):
        return
    if not is_long(pause, settings.poll):
        yield Link(leave, 0, ROLLOVER, Join.ROLLOVER)
    elif pair.mean is not None and pair.mean.fits(rise, pause, pair.resolution):
        yield Link(leave, 0, ROLLOVER, Join.ROLLOVER_QUESTIONABLE)


def _broken(pair: Neighbours, leave: int) -> Iterator[Link]:
    """Yield the link over a break, if the second run or its reset stamp tells of one.

    A display that was frozen at the end is left where it last moved.
    """
    stamped = _is_stamped(pair.before, pair.after)
    poll = pair.settings.poll
    if not stamped and not pair.following.is_confirmed(poll):
        return
    stood = max(pair.run.frozen_since(leave, pair.resolution, poll), pair.entered)
    if stamped:
        yield Link(stood, 0, NEW_DEVICE, Join.RESET, stale=True)
        return
    hurried = _is_hurried(pair)
    if hurried and len(pair.following.members) == _TWO:
        return
    cost = BREAK + RETURNING * _is_taken_back(pair, leave) + HURRIED * hurried
    cost += UNSURE * (pair.begins and not pair.run.is_confirmed(poll))
    kind = break_kind(pair.before, pair.after, pair.mean, pair.settings)
    yield Link(stood, 0, cost, kind, stale=True)


def _is_stamped(before: Reading, after: Reading) -> bool:
    """Tell whether the device says that it was reset."""
    stamps = (before.reset_stamp, after.reset_stamp)
    fell = after.total_milliwh < before.total_milliwh
    return fell and None not in stamps and stamps[0] != stamps[1]


def _is_hurried(pair: Neighbours) -> bool:
    """Tell whether the first steps behind a break are unusual; of two readings, that the one is."""
    first = pair.following.members[: _FIRST_STEPS + 1]
    return any(
        _is_unusual(pair.mean, first, index, pair.resolution) for index in range(1, len(first))
    )


def _is_taken_back(pair: Neighbours, last: int) -> bool:
    """Tell whether one run departs from the other by an unusual step, or comes back to it by one.

    Then the part between is a short excursion within what the breaker allows, no epoch.
    """
    members, following = pair.run.members, pair.following.members
    enter = _first_from(following, members[last].total_milliwh)
    comes_back = 0 < enter < len(following) and not pair.following.is_weighty(0, enter)
    if comes_back and _is_unusual(pair.mean, following, enter, pair.resolution):
        return True
    leave = _first_from(members, following[0].total_milliwh + 1) - 1
    if leave < pair.entered or leave == last or pair.run.is_weighty(leave + 1):
        return False
    mean = pair.run.mean(leave, pair.settings.poll)
    return _is_unusual(mean, members, leave + 1, pair.resolution)


def _is_unusual(mean: Mean | None, members: Sequence[Reading], index: int, resolution: int) -> bool:
    before, after = members[index - 1], members[index]
    rise = after.total_milliwh - before.total_milliwh
    return exceeds(mean, rise, after.at - before.at, resolution)


def _trimmed(pair: Neighbours, last: int) -> Iterator[Link]:
    """Yield the links that drop what stands too low at the start of one, too high at the end.

    A dip or a spike may be part of a run: the register can have risen from it, or to it.
    """
    members, following = pair.run.members, pair.following.members
    enter = _first_from(following, members[last].total_milliwh)
    if 0 < enter < len(following) and not pair.following.is_weighty(0, enter):
        flicker = following[0].total_milliwh >= members[last].total_milliwh - pair.resolution
        yield from _advance(pair, last, enter, flicker=flicker)
    leave = _first_from(members, following[0].total_milliwh + 1) - 1
    if pair.entered <= leave < last and not pair.run.is_weighty(leave + 1):
        yield from _advance(pair, leave, 0, flicker=False)


def _within_a_step(pair: Neighbours, last: int) -> Iterator[Link]:
    """Yield the link to a run that stands one step lower: the last members flickered up."""
    members, following = pair.run.members, pair.following.members
    fall = members[last].total_milliwh - following[0].total_milliwh
    if 0 < fall <= pair.resolution:
        leave = _first_from(members, following[0].total_milliwh + 1) - 1
        if leave >= pair.entered and not pair.run.is_weighty(leave + 1):
            yield from _advance(pair, leave, 0, flicker=True)


def _first_from(members: Sequence[Reading], total_milliwh: int) -> int:
    """Return the index of the first member that shows at least so much."""
    return bisect_left(members, total_milliwh, key=_total)


def _total(reading: Reading) -> int:
    return reading.total_milliwh


def _advance(pair: Neighbours, leave: int, enter: int, *, flicker: bool) -> Iterator[Link]:
    before, after = pair.run.members[leave], pair.following.members[enter]
    rise, pause = after.total_milliwh - before.total_milliwh, after.at - before.at
    if pair.settings.can_rise(rise, pause, pair.resolution):
        yield Link(leave, enter, 0, Join.ADVANCE, flicker=flicker)


def break_kind(
    before: Reading, after: Reading, mean: Mean | None, settings: RegisterSettings
) -> Join:
    """Return what the break between two readings of one device is (LEDGER 3.4)."""
    fall = before.total_milliwh - after.total_milliwh
    if fall <= 0:
        return Join.REPLACEMENT
    pause = after.at - before.at
    resolution = settings.resolution(before.resolution_milliwh, after.resolution_milliwh)
    if mean is None:
        counted = settings.can_rise(after.total_milliwh, pause, resolution)
        return Join.RESET if counted else Join.REPLACEMENT
    if not mean.exceeded_by(after.total_milliwh, pause, resolution):
        return Join.RESET
    return Join.RESTORED if fall <= mean.over(_RESTORABLE) else Join.REPLACEMENT
