"""The tip of a calm ledger: a reading that simply goes on from it needs no look back (LEDGER 3)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from wattledger.domain.event import Declared
from wattledger.domain.horizon import is_long
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Reading, Status
from wattledger.domain.run import LEAP_STEPS
from wattledger.domain.settings_timeline import AnySettings


@dataclass(frozen=True, slots=True)
class Tip:
    """The last good reading of a meter, and when its value was reached.

    ``calm`` says that the explanation of what was read so far cannot change by a reading that
    goes on from here; the judgement of all readings says so (``acceptance.Judgement``).
    """

    last: Reading
    moved_at: Instant
    calm: bool


def tip_of(readings: Iterable[Reading], *, calm: bool) -> Tip | None:
    """Return the tip of judged readings, latest first; None where none is good."""
    good = (reading for reading in readings if reading.status is Status.GOOD)
    last = next(good, None)
    if last is None:
        return None
    moved_at = last.at
    for reading in good:
        if reading.total_milliwh != last.total_milliwh:
            break
        moved_at = reading.at
    return Tip(last, moved_at, calm)


def go_on(
    tip: Tip, reading: Reading, settings: AnySettings, declared: Declared
) -> tuple[Reading, Tip] | None:
    """Judge a later reading that plainly continues a calm register; None for any other.

    Returns it, good or jitter, and the new tip: what the explanation of all readings gives.
    """
    last = tip.last
    if not tip.calm or declared.last_at >= last.at or reading.serial != last.serial:
        return None
    register = settings.at(reading.at)
    rise = reading.total_milliwh - last.total_milliwh
    resolution = register.resolution(last.resolution_milliwh, reading.resolution_milliwh)
    if -resolution <= rise < 0:
        return replace(reading, status=Status.JITTER, energy_milliwh=None, join=None), tip
    pause = reading.at - last.at
    if rise < 0 or not register.can_rise(rise, pause, resolution):
        return None
    energy = register.energy(last.total_milliwh, reading.total_milliwh)
    is_odd = (
        is_long(pause, register.poll)
        or is_long(last.at - tip.moved_at, register.poll)
        or (rise > LEAP_STEPS * resolution and energy > 2 * (last.energy_milliwh or 0))
    )
    if rise and is_odd:
        return None
    good = replace(reading, status=Status.GOOD, energy_milliwh=energy, join=Join.ADVANCE)
    moved_at = reading.at if rise else tip.moved_at
    return good, Tip(good, moved_at, calm=True)
