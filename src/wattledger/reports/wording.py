"""The words of statements: what a state, a flag, a code and a break mean to an accountant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.instant import Instant, to_datetime
from wattledger.domain.money import to_cents
from wattledger.domain.month_report import Break, Flag, MonthLine, MonthState, Peak, printed
from wattledger.domain.period import next_month
from wattledger.domain.quality import Quality
from wattledger.domain.scaled import percent

STATES = {
    MonthState.OPEN: "OPEN: the month is running; the figures will change.",
    MonthState.PROVISIONAL: "PROVISIONAL: not closed; the figures may still change.",
    MonthState.CLOSED: "CLOSED and sealed: the figures are final.",
}

FLAGS = {
    Flag.MISSING: "no reading in or around the month, so no value",
    Flag.PARTIAL: "the meter begins or ends inside the month; it counts for the known part",
    Flag.PROJECTED: "no reading after the month's end yet; counted up to the last",
    Flag.GAP: "readings failed for longer than two polls; the register bridges the gap",
    Flag.ESTIMATED: "a part is estimated",
    Flag.QUESTIONABLE: "a part could be explained otherwise, or the register stood still",
    Flag.EDITED: "a part rests on what a person entered",
    Flag.HELD: "readings are held back as doubtful; they are not used",
    Flag.RESET: "the register was reset",
    Flag.ROLLOVER: "the register passed its highest value and began again at zero",
    Flag.RESTORED: "the register fell back to an older value",
    Flag.REPLACEMENT: "the meter was replaced",
}

QUALITIES = {
    Quality.EDITED: "edited: from what a person read or entered",
    Quality.ESTIMATED: "estimated: reckoned, not measured",
    Quality.QUESTIONABLE: "questionable: another explanation is near, or the register stood still",
    Quality.VALIDATED: "validated: measured between good readings",
    Quality.VERIFIED: "verified: measured up to a check reading",
}

_BROKE = {
    "reset": "the register was reset",
    "rollover": "the register passed its highest value and began again at zero",
    "restored": "the register fell back to an older value",
    "replacement": "the meter was replaced",
    "swap": "the meter was exchanged, as an operator entered",
    "declared": "the meter was exchanged, as an operator entered",
}


def peak_owner(peak: Peak) -> str:
    """Return whose demand a line's peak is: its meter's, or that of a rack's feeds."""
    return "the rack's feeds together" if peak.is_of_rack else "the meter"


@dataclass(frozen=True, slots=True)
class QualityShare:
    """The energy of one quality code in some lines, and its share of all."""

    code: Quality
    energy_milliwh: int
    percent: Decimal | None


def quality_shares(lines: Sequence[MonthLine]) -> list[QualityShare]:
    """Return the energy of some lines by quality code, the largest first."""
    sums: dict[Quality, int] = {}
    for line in lines:
        for code, energy in line.quality:
            sums[code] = sums.get(code, 0) + energy
    whole = sum(sums.values())
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    return [QualityShare(code, energy, percent(energy, whole)) for code, energy in ordered]


def flags_in(lines: Sequence[MonthLine]) -> list[Flag]:
    """Return the flags that some lines carry, in the order of their enum."""
    carried = {flag for line in lines for flag in line.flags}
    return [flag for flag in Flag if flag in carried]


def break_sentences(line: MonthLine, zone: str) -> Iterator[str]:
    """Yield what happened to a meter's register in the month, a sentence a break."""
    for gap in line.breaks:
        yield _broke(line, gap, ZoneInfo(zone))


def _broke(line: MonthLine, gap: Break, zone: ZoneInfo) -> str:
    what = _BROKE.get(gap.kind, f"the register broke ({gap.kind})")
    start, end = moment_text(gap.start_at, zone), moment_text(gap.end_at, zone)
    before = next((s.last_milliwh for s in line.segments if s.last_at == gap.start_at), None)
    after = next((s.first_milliwh for s in line.segments if s.first_at == gap.end_at), None)
    shown = ""
    if before is not None and after is not None:
        shown = f", from {kwh_text(before)} to {kwh_text(after)} kWh as displayed"
    return (
        f"Between {start} and {end} {what}{shown}; {kwh_text(gap.energy_milliwh)} kWh are booked "
        "for the time between."
    )


def month_text(month: date) -> str:
    """Return a month as people write it: ``March 2026``."""
    return f"{month:%B %Y}"


def period_text(month: date, zone: str) -> str:
    """Return the days of a month with the zone they are of."""
    last = next_month(month) - (date(2, 1, 2) - date(2, 1, 1))
    return f"1 to {last.day} {month:%B %Y}, midnight to midnight, {zone}"


def moment_text(at: Instant, zone: ZoneInfo) -> str:
    """Return an instant as clocks show it in a zone: ``12 Mar 2026 10:15``."""
    local = to_datetime(at).astimezone(zone)
    return f"{local.day} {local:%b %Y %H:%M}"


def kwh_text(milliwh: int | None) -> str:
    """Return energy with three decimals and thousands; a dash where there is no value."""
    kwh = printed(milliwh)
    return "-" if kwh is None else f"{kwh:,}"


def before_vat(charges: Sequence[Charge]) -> list[Charge]:
    """Return the charges that add to the net sum."""
    return [charge for charge in charges if charge.kind is not ChargeKind.VAT]


def of_vat(charges: Sequence[Charge]) -> list[Charge]:
    """Return the charges of VAT."""
    return [charge for charge in charges if charge.kind is ChargeKind.VAT]


def percent_text(change: Decimal | None) -> str:
    """Return a change with its sign: ``+8.6 %``; nothing where there is none."""
    return "" if change is None else f"{change:+} %"


def total_change(lines: Sequence[MonthLine], then: Sequence[int | None]) -> Decimal | None:
    """Return the change of some lines together against earlier energies of theirs.

    There is none unless each is known in both months or in neither: it would compare two things.
    """
    pairs = [(line.energy_milliwh, earlier) for line, earlier in zip(lines, then, strict=True)]
    if any((now is None) != (earlier is None) for now, earlier in pairs):
        return None
    now = sum(line.energy_milliwh or 0 for line in lines)
    earlier = sum(each or 0 for each in then)
    return percent(now - earlier, earlier)


def total_measured(lines: Sequence[MonthLine]) -> Decimal | None:
    """Return how much of the energy of some lines is measured, in percent."""
    known = [line for line in lines if line.energy_milliwh is not None]
    if not known:
        return None
    energy = sum(line.energy_milliwh or 0 for line in known)
    parts = [part for line in known for code, part in line.quality if code.is_measured]
    return percent(sum(parts), energy) if energy else Decimal("100.0")


def money_text(amount: Decimal | None, currency: str | None) -> str:
    """Return money with thousands and the decimals of its currency.

    >>> money_text(Decimal("1234.5"), "EUR"), money_text(Decimal("1234"), "JPY")
    ('1,234.50', '1,234')
    """
    return "-" if amount is None else f"{to_cents(amount, currency or ''):,f}"


def plain_text(value: Decimal | None) -> str:
    """Return a quantity or price with thousands and the decimals it has."""
    return "" if value is None else f"{value:,f}"
