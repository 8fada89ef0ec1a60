"""Bill at risk: what to look at before a month is closed (LEDGER 6)."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from wattledger.domain.finding import Finding, FindingKind
from wattledger.domain.hierarchy import Metered, balance
from wattledger.domain.instant import Instant, to_datetime
from wattledger.domain.month_report import Flag, MonthLine, energy_of
from wattledger.domain.period import calendar
from wattledger.domain.register import DEFAULT_P_MAX_MW
from wattledger.domain.scaled import KWH, rounded, to_decimal
from wattledger.domain.tally import Tally
from wattledger.services.month_demand import MonthDemand

_KINDS = {
    Flag.MISSING: FindingKind.MISSING,
    Flag.PROJECTED: FindingKind.SILENT,
    Flag.HELD: FindingKind.HELD,
    Flag.ESTIMATED: FindingKind.ESTIMATED,
    Flag.QUESTIONABLE: FindingKind.QUESTIONABLE,
}
_MISSING = (
    "There are not two readings to tell its energy from; read the meter, enter a check reading, "
    "end the meter if it is gone, or let its assignment begin later if it was not there yet."
)
_HELD = (
    "Some readings are held: the register cannot have gone there, or two values are of one "
    "instant. Look at them, and accept or reject them, or enter the swap that explains them."
)
_ESTIMATED = (
    "A part of its energy is an estimate. A check reading, or the final and initial read of a "
    "swap, replaces it."
)
_QUESTIONABLE = (
    "A part of its energy has another explanation that is nearly as good; look at its readings."
)
_STANDING = (
    "Its register stands still since {}, though power is drawn; what is used since then is in no "
    "figure until it moves. Read its display, and exchange the meter if that stands still too."
)
_TWO_DEVICES = (
    "Readings of another device, serial {}, came from its address and were left out: two devices "
    "answer there, or a meter was exchanged and back. Find out which one is the client's."
)
_BREAKER = (
    "Nobody said what its breaker lets through, so 100 kW is taken; set p_max_kw, for a tighter "
    "check and a smaller uncertainty."
)
_SENTENCES = {
    FindingKind.MISSING: _MISSING,
    FindingKind.HELD: _HELD,
    FindingKind.ESTIMATED: _ESTIMATED,
    FindingKind.QUESTIONABLE: _QUESTIONABLE,
}


def findings_of(
    lines: Iterable[MonthLine], unassigned: Sequence[MonthLine], demand: MonthDemand
) -> list[Finding]:
    """Return what puts the bills of a month at risk, meter by meter."""
    every = [*lines, *unassigned]
    found = [finding for line in every for finding in findings_of_line(line, demand)]
    found += [
        _finding(FindingKind.UNASSIGNED, line, f"{_kwh(line.energy_milliwh)} serve no client.")
        for line in unassigned
        if line.energy_milliwh
    ]
    return [*found, *_imbalances(every, demand)]


def findings_of_line(line: MonthLine, demand: MonthDemand) -> Iterator[Finding]:
    """Yield what a line alone tells of; whether meters add up to each other, it does not."""
    for flag in line.flags:
        kind = _KINDS.get(flag)
        if kind is FindingKind.SILENT:
            zone = demand.meters[line.meter_id].zone
            yield _finding(kind, line, _silent(line, zone))
        elif kind is not None:
            yield _finding(kind, line, _SENTENCES[kind])
    since = demand.standing.get(line.meter_id)
    if since is not None and since < line.end_at:
        moment = _moment(since, demand.meters[line.meter_id].zone)
        yield _finding(FindingKind.QUESTIONABLE, line, _STANDING.format(moment))
    other = demand.other_devices.get(line.meter_id)
    if other is not None:
        yield _finding(FindingKind.TWO_DEVICES, line, _TWO_DEVICES.format(other))
    settings = demand.registers[line.meter_id].settings.at(line.start_at)
    if settings.p_max_mw == DEFAULT_P_MAX_MW:
        yield _finding(FindingKind.BREAKER, line, _BREAKER)


def _silent(line: MonthLine, zone: str) -> str:
    last = max((segment.last_at for segment in line.segments), default=line.start_at)
    return (
        f"It was last read at {_moment(last, zone)}, before the end of the month; its energy is "
        "known up to then only."
    )


def _moment(at: Instant, zone: str) -> str:
    days = calendar(zone)
    name = days.zone_on(days.day_of(at))
    return f"{to_datetime(at).astimezone(ZoneInfo(name)):%Y-%m-%d %H:%M} ({name})"


def _finding(kind: FindingKind, line: MonthLine, sentence: str) -> Finding:
    return Finding(
        kind,
        line.endpoint_id,
        line.endpoint,
        line.meter_id,
        line.meter,
        line.client_id,
        line.client,
        sentence,
    )


def _kwh(milliwh: int | None) -> str:
    return "nothing" if milliwh is None else f"{rounded(to_decimal(milliwh, KWH), 3)} kWh"


def _metered(tally: Tally | None) -> Metered:
    return Metered(energy_of(tally), 0 if tally is None else tally.uncertainty_milliwh)


def _imbalances(lines: Sequence[MonthLine], demand: MonthDemand) -> Iterator[Finding]:
    """Yield the parents whose children do not add up to them."""
    metered: dict[int, Metered] = {}
    shown: dict[int, MonthLine] = {}
    for line in lines:
        known = metered.get(line.meter_id, Metered(0))
        energy = None
        if known.energy_milliwh is not None and line.energy_milliwh is not None:
            energy = known.energy_milliwh + line.energy_milliwh
        uncertainty = known.uncertainty_milliwh + (line.uncertainty_milliwh or 0)
        metered[line.meter_id] = Metered(energy, uncertainty)
        shown.setdefault(line.meter_id, line)
    tallies = demand.tallies
    children: dict[int, list[Metered]] = {}
    for meter in demand.meters.values():
        if meter.parent_id is not None and (not meter.is_deleted or meter.id in tallies):
            # A meter that is billed with its parent has no line, and counts all the same.
            of_child = metered.get(meter.id) or _metered(tallies.get(meter.id))
            children.setdefault(meter.parent_id, []).append(of_child)
    for parent, below in children.items():
        weighed = balance(metered[parent], below) if parent in metered else None
        if weighed is not None and not weighed.is_even:
            yield _finding(
                FindingKind.IMBALANCE,
                shown[parent],
                f"It counted {_kwh(metered[parent].energy_milliwh)}, the meters behind it "
                f"{_kwh(weighed.difference_milliwh)} less; one of them is wrong, or one is not "
                "read.",
            )
