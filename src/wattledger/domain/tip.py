"""The tip of a calm ledger: a reading that simply goes on from it needs no look back (LEDGER 3)."""

from dataclasses import dataclass, replace

from wattledger.domain.event import Declared
from wattledger.domain.horizon import is_long
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Reading, Status
from wattledger.domain.register import RegisterSettings


@dataclass(frozen=True, slots=True)
class Tip:
    """The last good reading of a meter, when its value was reached, and by which device.

    ``calm`` says that the explanation of what was read so far cannot change by a reading that
    goes on from here; the judgement of all readings says so (``acceptance.Judgement``).
    """

    last: Reading
    moved_at: Instant
    serial: str | None
    calm: bool


def go_on(
    tip: Tip, reading: Reading, settings: RegisterSettings, declared: Declared
) -> tuple[Reading, Tip] | None:
    """Judge a later reading that plainly continues a calm register; None for any other.

    Returns it, good or jitter, and the new tip: what the explanation of all readings gives.
    """
    last = tip.last
    if not tip.calm or declared.last_at >= last.at or _is_another(tip, reading):
        return None
    register = settings
    rise = reading.total_milliwh - last.total_milliwh
    resolution = register.resolution(last.resolution_milliwh, reading.resolution_milliwh)
    if -resolution <= rise < 0:
        return replace(reading, status=Status.JITTER, energy_milliwh=None, join=None), tip
    pause = reading.at - last.at
    if rise < 0 or not register.can_rise(rise, pause, resolution):
        return None
    if rise and (is_long(pause, register.poll) or is_long(last.at - tip.moved_at, register.poll)):
        return None
    energy = settings.energy(last.total_milliwh, reading.total_milliwh)
    good = replace(reading, status=Status.GOOD, energy_milliwh=energy, join=Join.ADVANCE)
    moved_at = reading.at if rise else tip.moved_at
    return good, Tip(good, moved_at, tip.serial or reading.serial, calm=True)


def _is_another(tip: Tip, reading: Reading) -> bool:
    serials = (tip.serial, reading.serial)
    return None not in serials and serials[0] != serials[1]
