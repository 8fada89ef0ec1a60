"""What a line claims of its energy beside the sum: codes, flags, uncertainty, days (LEDGER 4).

A forger who seals anew may let the sum be as it is and call an estimate measured. What energy of a
break nobody entered is an estimate; how much of the rest is one is not told by readings alone.
"""

from collections.abc import Iterator

from wattledger.domain.assignment import WHOLE_PPM
from wattledger.domain.month_report import Flag, MonthLine
from wattledger.domain.quality import Quality
from wattledger.domain.scaled import KWH, to_text

_MEASURED_BREAK = Flag.ROLLOVER.value
_NEVER_ENTERED = {Flag.RESET.value, Flag.RESTORED.value}
"""Breaks that the readings alone tell; the energy of others may be what a person read."""

_FLAG_OF = {
    Quality.EDITED: Flag.EDITED,
    Quality.ESTIMATED: Flag.ESTIMATED,
    Quality.QUESTIONABLE: Flag.QUESTIONABLE,
}
_SLACK = 1
"""Milliwatt-hours by which each part of a shared meter may differ, so that the parts add up."""


def claim_findings(line: MonthLine) -> Iterator[str]:
    """Yield what of a line's codes, flags, uncertainty and days is not as its energy is."""
    yield from _estimate_findings(line)
    yield from _flag_findings(line)
    yield from _day_findings(line)


def _estimate_findings(line: MonthLine) -> Iterator[str]:
    codes = dict(line.quality)
    broken = {each.kind: 0 for each in line.breaks}
    for each in line.breaks:
        broken[each.kind] += each.energy_milliwh
    by_readings = sum(energy for kind, energy in broken.items() if kind in _NEVER_ENTERED)
    unread = sum(energy for kind, energy in broken.items() if kind != _MEASURED_BREAK)
    edited = codes.get(Quality.EDITED, 0)
    least = max(_shared(line, by_readings), _shared(line, unread) - edited) - _slack(line, 2)
    estimated = codes.get(Quality.ESTIMATED, 0)
    if estimated < least:
        yield (
            f"{_kwh(least)} kWh of its breaks were measured by nobody, and {_kwh(estimated)} kWh "
            "are called estimated."
        )
    # Where more was used than p_max allowed, it was once sealed below 0: that hides no break.
    if least > max(line.uncertainty_milliwh or 0, 0):
        yield f"its uncertainty is less than the {_kwh(least)} kWh that nobody measured."


def _flag_findings(line: MonthLine) -> Iterator[str]:
    known = {flag.value: flag for flag in Flag}
    called = {_FLAG_OF[code] for code, _ in line.quality if code in _FLAG_OF}
    broken = {known[each.kind] for each in line.breaks if each.kind in known}
    lacking = [flag.value for flag in Flag if flag in called | broken and flag not in line.flags]
    if lacking:
        yield f"it is not flagged {', '.join(lacking)}."


def _day_findings(line: MonthLine) -> Iterator[str]:
    known = [energy for _, energy in line.days if energy is not None]
    stated = line.energy_milliwh or 0
    if line.days and abs(sum(known) - stated) > _slack(line, len(known)):
        yield f"its days add up to {_kwh(sum(known))} kWh, its energy is {_kwh(stated)}."


def _shared(line: MonthLine, energy: int) -> int:
    return energy * line.share_ppm // WHOLE_PPM


def _slack(line: MonthLine, parts: int) -> int:
    return 0 if line.share_ppm == WHOLE_PPM else parts * _SLACK


def _kwh(milliwh: int) -> str:
    return to_text(milliwh, KWH) or ""
