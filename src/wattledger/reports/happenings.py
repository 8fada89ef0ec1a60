"""What happened to registers in a month, in words: breaks, and multipliers that changed."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

from wattledger.domain.instant import Instant
from wattledger.domain.month_report import Break, MonthLine, Segment
from wattledger.reports.wording import is_elsewhere, kwh_text, moment_text

_BROKE = {
    "reset": "the register was reset",
    "rollover": "the register passed its highest value and began again at zero",
    "restored": "the register fell back to an older value",
    "replacement": "the meter was replaced",
    "swap": "the meter was exchanged, as an operator entered",
    "declared": "the meter was exchanged, as an operator entered",
}


def happenings(lines: Sequence[MonthLine], zone: str) -> list[str]:
    """Return what happened to the registers of some lines, a sentence each, in order of time.

    ``zone`` is the statement's; a line of another says its own.
    """
    return [
        f"{line.endpoint}, {line.meter}: {sentence}"
        for line in lines
        for _, sentence in sorted(_of_line(line, zone))
    ]


def _of_line(line: MonthLine, zone: str) -> Iterator[tuple[Instant, str]]:
    told = f" ({line.zone})" if is_elsewhere(line, zone) else ""
    own = ZoneInfo(line.zone or zone)
    for gap in line.breaks:
        yield gap.start_at, _broke(line, gap, own, told)
    for before, after in pairwise(line.segments):
        if before.multiplier != after.multiplier:
            yield after.first_at, _multiplied_anew(before, after, own, told)


def _broke(line: MonthLine, gap: Break, zone: ZoneInfo, told: str) -> str:
    what = _BROKE.get(gap.kind, f"the register broke ({gap.kind})")
    start, end = moment_text(gap.start_at, zone), moment_text(gap.end_at, zone)
    before = next((s.last_milliwh for s in line.segments if s.last_at == gap.start_at), None)
    after = next((s.first_milliwh for s in line.segments if s.first_at == gap.end_at), None)
    shown = ""
    if before is not None and after is not None:
        shown = f", from {kwh_text(before)} to {kwh_text(after)} kWh as displayed"
    return (
        f"Between {start} and {end}{told} {what}{shown}; {kwh_text(gap.energy_milliwh)} kWh are "
        "booked for the time between."
    )


def _multiplied_anew(before: Segment, after: Segment, zone: ZoneInfo, told: str) -> str:
    """Return the sentence by which a reader reckons each side with its own multiplier."""
    between = ", reckoned between the reads on both sides" if len(after.first_reads) > 1 else ""
    return (
        f"From {moment_text(after.first_at, zone)}{told} on the register counts times "
        f"{after.multiplier} and no longer times {before.multiplier}; it stood at "
        f"{kwh_text(after.first_milliwh)} kWh then{between}."
    )
