"""Bill at risk: what to look at before a month is closed (LEDGER 6)."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from wattledger.domain.finding import Finding, FindingKind
from wattledger.domain.instant import Instant, to_datetime
from wattledger.domain.month_report import Flag, MonthLine
from wattledger.domain.period import calendar
from wattledger.domain.quality import Quality
from wattledger.domain.register import DEFAULT_P_MAX_MW
from wattledger.domain.scaled import KWH, rounded, to_decimal
from wattledger.services.month_demand import MonthDemand
from wattledger.services.parent_balance import Imbalance, imbalances

_KINDS = {
    Flag.MISSING: FindingKind.MISSING,
    Flag.PARTIAL: FindingKind.PARTIAL,
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
_STOOD = (
    "Its register stood still from {} to {}{}, though power was drawn: by the power, its energy is "
    "wrong by about {}. Exchange the meter if it sticks again, agree on what is billed for that "
    "time, and accept the figure with that reason."
)
_PARTIAL = (
    "It was first read at {}; what it used for the client from {} on until then is in no figure. "
    "Import what was read before, or let its assignment begin later if it was not there yet."
)
_TWO_DEVICES = (
    "Readings of another device, serial {}, came from its address and were left out: two devices "
    "answer there, or a meter was exchanged and back. Find out which one is the client's."
)
_BREAKER = (
    "Nobody said what its breaker lets through, so 100 kW is taken. For a tighter check and a "
    "smaller uncertainty, set it at Meters on its page, or in a list of endpoints (p_max_kw)."
)
_SENTENCES = {
    FindingKind.MISSING: _MISSING,
    FindingKind.HELD: _HELD,
    FindingKind.ESTIMATED: _ESTIMATED,
}


def findings_of_month(
    lines: Iterable[MonthLine], unassigned: Sequence[MonthLine], demand: MonthDemand
) -> list[Finding]:
    """Return what puts the bills of a month at risk, meter by meter, of all its lines."""
    every = [*lines, *unassigned]
    found = [finding for line in every for finding in findings_of_line(line, demand)]
    found += [
        _finding(FindingKind.UNASSIGNED, line, f"{_kwh(line.energy_milliwh)} serve no client.")
        for line in unassigned
        if line.energy_milliwh
    ]
    for imbalance in imbalances(every, demand):
        found += _of_balance(imbalance)
    return found


def findings_of_client(lines: Sequence[MonthLine], demand: MonthDemand) -> list[Finding]:
    """Return what puts one client's bill at risk: nothing of meters that do not serve it."""
    found = [finding for line in lines for finding in findings_of_line(line, demand)]
    for imbalance in imbalances(lines, demand):
        if imbalance.line is not None:
            found += _of_balance(imbalance)
    return found


def findings_of_line(line: MonthLine, demand: MonthDemand) -> Iterator[Finding]:
    """Yield what a line alone tells of; whether meters add up to each other, it does not."""
    for flag in line.flags:
        kind = _KINDS.get(flag)
        if kind is not None:
            for sentence in _told(kind, line, demand):
                yield _finding(kind, line, sentence)
    other = demand.other_devices.get(line.meter_id)
    if other is not None:
        yield _finding(FindingKind.TWO_DEVICES, line, _TWO_DEVICES.format(other))
    settings = demand.registers[line.meter_id].settings.at(line.start_at)
    if settings.p_max_mw == DEFAULT_P_MAX_MW:
        yield _finding(FindingKind.BREAKER, line, _BREAKER)


def _told(kind: FindingKind, line: MonthLine, demand: MonthDemand) -> Iterator[str]:
    """Yield what a flag of a line comes to, a sentence a finding."""
    zone = demand.meters[line.meter_id].zone
    if kind is FindingKind.SILENT:
        yield _silent(line, zone)
    elif kind is FindingKind.PARTIAL:
        yield from _partial(line, zone)
    elif kind is FindingKind.QUESTIONABLE:
        yield from _questionable(line, demand, zone)
    else:
        yield _SENTENCES[kind]


def _questionable(line: MonthLine, demand: MonthDemand, zone: str) -> Iterator[str]:
    if dict(line.quality).get(Quality.QUESTIONABLE):
        yield _QUESTIONABLE
    stood = demand.standstills(line)
    if stood and stood[-1].moved_at is None:
        yield _STANDING.format(_moment(stood.pop().since, zone))
    if stood:
        since, until = _moment(stood[0].since, zone), _moment(stood[0].last_at, zone)
        more = f" and {len(stood) - 1} times more" if stood[1:] else ""
        unshown = sum(each.unshown_between(line.start_at, line.end_at) for each in stood)
        yield _STOOD.format(since, until, more, _kwh(unshown))


def _partial(line: MonthLine, zone: str) -> Iterator[str]:
    """Yield that a client is served before the meter was read; its end somebody has declared."""
    first = min(
        [
            *(segment.first_at for segment in line.segments),
            *(each.start_at for each in line.breaks),
        ],
        default=line.start_at,
    )
    if line.client_id is not None and first > line.start_at:
        yield _PARTIAL.format(_moment(first, zone), _moment(line.start_at, zone))


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


def _of_balance(imbalance: Imbalance) -> Iterator[Finding]:
    """Yield that meters do not add up, and what serves nobody because of it."""
    less = _kwh(imbalance.difference_milliwh)
    yield _of_parent(
        FindingKind.IMBALANCE,
        imbalance,
        f"It counted {_kwh(imbalance.energy_milliwh)}, the meters behind it {less} less; one of "
        "them is wrong, or one is not read.",
    )
    if imbalance.is_unassigned:
        yield _of_parent(
            FindingKind.UNASSIGNED,
            imbalance,
            f"{less} of what it counted are in no meter behind it, and serve no client.",
        )


def _of_parent(kind: FindingKind, imbalance: Imbalance, sentence: str) -> Finding:
    parent, line = imbalance.parent, imbalance.line
    if line is not None:
        return _finding(kind, line, sentence)
    return Finding(
        kind, parent.endpoint_id, parent.endpoint, parent.id, parent.key, None, None, sentence
    )
