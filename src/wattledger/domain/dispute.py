"""Unequal values of one instant (LEDGER 3.6): the one that fits both neighbours counts."""

from collections.abc import Sequence

from wattledger.domain.reading import Reading
from wattledger.domain.settings_timeline import AnySettings


def decide(
    before: Reading | None,
    candidates: Sequence[Reading],
    after: Reading | None,
    settings: AnySettings,
) -> tuple[Reading, bool]:
    """Return which of several values of one instant stands, and whether it is in dispute.

    ``before`` and ``after`` are the nearest readings with one value. Where not exactly one fits
    both, the smallest stands and the dispute is open: it counts for nothing.
    """
    fitting = [each for each in candidates if _fits(before, each, after, settings)]
    if len(fitting) == 1:
        return fitting[0], False
    return min(candidates, key=_total), True


def _fits(
    before: Reading | None, candidate: Reading, after: Reading | None, settings: AnySettings
) -> bool:
    return (before is None or _follows(before, candidate, settings)) and (
        after is None or _follows(candidate, after, settings)
    )


def _follows(first: Reading, second: Reading, settings: AnySettings) -> bool:
    register = settings.over(first.at, second.at)
    rise = second.total_milliwh - first.total_milliwh
    resolution = register.resolution(first.resolution_milliwh, second.resolution_milliwh)
    return rise >= 0 and register.can_rise(rise, second.at - first.at, resolution)


def _total(reading: Reading) -> int:
    return reading.total_milliwh
