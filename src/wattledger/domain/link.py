"""Links between runs: how the register may have gone from one to another, and what that costs.

Costs are whole numbers; the explanation of the readings that costs least is taken (LEDGER 3). A
break costs more than one dropped reading and less than two, so that it takes the confirming reads
to open an epoch; leaving a register and coming back to it costs less than two breaks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wattledger.domain.horizon import is_long
from wattledger.domain.instant import DAY
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import RegisterSettings
from wattledger.domain.run import Mean, Run, catches_up, exceeds

DROPPED = 2
EXCURSION = 5
MISFIT = 2
BREAK = 3
NEW_DEVICE = 1
ROLLOVER = 1
CATCH_UP = 1

_RESTORABLE = 31 * DAY
"""A register restored from a backup fell by no more than it counts in so long."""


@dataclass(frozen=True, slots=True)
class Link:
    """Leave a run behind its member ``leave`` and enter another at ``enter``.

    ``join`` says how the two are joined.
    """

    leave: int
    enter: int
    cost: int
    join: Join


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two runs that may follow each other, and what is known at the end of the first.

    ``entered`` is the member at which the first was entered, ``stood`` the one before which its
    register moved last; ``mean`` is that before its end. ``returns`` says that the second is of a
    device that was seen before the first's; ``declared`` that an operator declared a swap between
    the two, ``accepted`` that an operator accepted the second's first reading.
    """

    run: Run
    entered: int
    following: Run
    mean: Mean | None
    returns: bool
    declared: bool
    accepted: bool
    settings: RegisterSettings


def links(pair: Neighbours) -> Iterator[Link]:
    """Yield the ways from a run to a later one; what lies between is not counted here."""
    last = len(pair.run.members) - 1
    if pair.declared:
        yield Link(last, 0, 0, Join.DECLARED)
        return
    if pair.accepted:
        yield Link(last, 0, 0, _accepted(pair, last))
        return
    if _other_device(pair):
        if not pair.returns:
            yield Link(last, 0, NEW_DEVICE, Join.REPLACEMENT)
        return
    yield from _straight(pair, last)
    yield from _trimmed(pair, last)


def _accepted(pair: Neighbours, leave: int) -> Join:
    """Return the join to a reading that a person says is right, however it came about."""
    before, after = pair.run.members[leave], pair.following.members[0]
    if after.total_milliwh >= before.total_milliwh and not _other_device(pair):
        return Join.ADVANCE
    return break_kind(before, after, pair.mean, pair.settings)


def _other_device(pair: Neighbours) -> bool:
    serials = (pair.run.serial, pair.following.serial)
    return None not in serials and serials[0] != serials[1]


def _straight(pair: Neighbours, leave: int) -> Iterator[Link]:
    """Yield the links from the last member to the first."""
    before, after = pair.run.members[leave], pair.following.members[0]
    rise = after.total_milliwh - before.total_milliwh
    if rise >= 0:
        yield from _risen(pair, leave, rise)
    else:
        yield from _rolled_over(pair, before, after)
    if _is_stamped(before, after):
        yield Link(leave, 0, NEW_DEVICE, Join.RESET)
    elif pair.following.is_confirmed(pair.settings.poll):
        yield Link(leave, 0, BREAK, break_kind(before, after, pair.mean, pair.settings))


def _is_stamped(before: Reading, after: Reading) -> bool:
    """Tell whether the device says that it was reset."""
    stamps = (before.reset_stamp, after.reset_stamp)
    fell = after.total_milliwh < before.total_milliwh
    return fell and None not in stamps and stamps[0] != stamps[1]


def _risen(pair: Neighbours, leave: int, rise: int) -> Iterator[Link]:
    before, after = pair.run.members[leave], pair.following.members[0]
    settings, pause = pair.settings, after.at - before.at
    resolution = settings.resolution(before.resolution_milliwh, after.resolution_milliwh)
    agrees = len(pair.following.members) > 1
    if catches_up(pair.run, leave, after, resolution, settings.poll) or not settings.can_rise(
        rise, pause, resolution
    ):
        stood = max(pair.run.stood_since(leave), pair.entered)
        since = after.at - pair.run.members[stood].at
        if agrees and stood < leave and settings.can_rise(rise, since, resolution):
            yield Link(stood, 0, CATCH_UP, Join.CATCH_UP)
    elif not is_long(pause, settings.poll) or not exceeds(pair.mean, rise, pause, resolution):
        yield Link(leave, 0, 0, Join.ADVANCE)
    elif agrees:
        yield Link(leave, 0, CATCH_UP, Join.ADVANCE)


def _rolled_over(pair: Neighbours, before: Reading, after: Reading) -> Iterator[Link]:
    """Yield the rollover of a register whose modulus is known, where it can have been one."""
    settings, pause = pair.settings, after.at - before.at
    if settings.modulus_milliwh is None or settings.most_energy(pause) >= settings.scaled(
        settings.modulus_milliwh
    ):
        return
    rise = settings.modulus_milliwh - before.total_milliwh + after.total_milliwh
    resolution = settings.resolution(before.resolution_milliwh, after.resolution_milliwh)
    if rise < 0 or not settings.can_rise(rise, pause, resolution):
        return
    if not is_long(pause, settings.poll):
        yield Link(len(pair.run.members) - 1, 0, ROLLOVER, Join.ROLLOVER)
    elif pair.mean is not None and pair.mean.fits(rise, pause, resolution):
        yield Link(len(pair.run.members) - 1, 0, ROLLOVER, Join.ROLLOVER_QUESTIONABLE)


def _trimmed(pair: Neighbours, last: int) -> Iterator[Link]:
    """Yield the links that drop what stands too low at the start of one, too high at the end.

    A dip or a spike may be part of a run: the register can have risen from it, or to it.
    """
    members, following = pair.run.members, pair.following.members
    enter = _first_from(following, members[last].total_milliwh)
    if 0 < enter < len(following):
        yield from _advance(pair, last, enter)
    leave = _first_from(members, following[0].total_milliwh + 1) - 1
    if pair.entered <= leave < last:
        yield from _advance(pair, leave, 0)


def _first_from(members: Sequence[Reading], total_milliwh: int) -> int:
    """Return the index of the first member that shows at least so much."""
    low, high = 0, len(members)
    while low < high:
        middle = (low + high) // 2
        if members[middle].total_milliwh < total_milliwh:
            low = middle + 1
        else:
            high = middle
    return low


def _advance(pair: Neighbours, leave: int, enter: int) -> Iterator[Link]:
    before, after = pair.run.members[leave], pair.following.members[enter]
    rise, pause = after.total_milliwh - before.total_milliwh, after.at - before.at
    resolution = pair.settings.resolution(before.resolution_milliwh, after.resolution_milliwh)
    if pair.settings.can_rise(rise, pause, resolution):
        yield Link(leave, enter, 0, Join.ADVANCE)


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
