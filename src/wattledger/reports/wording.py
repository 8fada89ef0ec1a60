"""The words of statements: what a state, a flag, a code and a break mean to an accountant."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.earlier import Earlier
from wattledger.domain.instant import Instant, to_datetime
from wattledger.domain.money import to_cents
from wattledger.domain.month_report import (
    Flag,
    MonthLine,
    MonthState,
    Peak,
    printed,
    printed_sum,
)
from wattledger.domain.period import next_month
from wattledger.domain.quality import Quality
from wattledger.domain.scaled import percent
from wattledger.domain.statement import Adjustment, Statement

STATES = {
    MonthState.OPEN: "OPEN: the month is running; the figures will change.",
    MonthState.PROVISIONAL: "PROVISIONAL: not closed; the figures may still change.",
    MonthState.CLOSED: "CLOSED and sealed: the figures are final.",
}

FLAGS = {
    Flag.MISSING: "no reading in or around the month, so no value",
    Flag.PARTIAL: "the meter begins or ends inside the month; it counts for the known part",
    Flag.PROJECTED: "no reading after the month's end yet; counted up to the last",
    Flag.GAP: "readings failed for more than 2 hours and 3 polls; the register bridges the gap",
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

KNOWN_IN_PART = "known in part"
BETWEEN_READS = (
    "* Nobody read the register at this instant: it is reckoned in a straight line between the "
    "reads on both sides."
)
SHARED_AMOUNT = (
    "The amount is that of a month as a whole; it stands with the first of the month's meters."
)
OTHERS_OF_THEN = "Meters of then that are not above; rounding"


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


def is_elsewhere(line: MonthLine, zone: str) -> bool:
    """Tell whether a line's meter stands in another zone than its statement's."""
    return line.zone not in {None, zone}


def remarks(line: MonthLine, zone: str) -> Iterator[str]:
    """Yield what must be known of a line's figures beside its flags."""
    if is_elsewhere(line, zone):
        yield f"month in {line.zone}"
    edges = [("opening", line.opening_between), ("closing", line.closing_between)]
    between = [name for name, is_between in edges if is_between]
    if between:
        yield f"{' and '.join(between)} between reads"
    if line.previous_in_part and line.previous_milliwh is not None:
        yield f"previous month {KNOWN_IN_PART}"
    if line.year_ago_in_part and line.year_ago_milliwh is not None:
        yield f"year ago {KNOWN_IN_PART}"


def month_text(month: date) -> str:
    """Return a month as people write it: ``March 2026``."""
    return f"{month:%B %Y}"


def period_text(month: date, zone: str, zones: Sequence[str] = ()) -> str:
    """Return the days of a month with the zones they are of, where there are several.

    >>> period_text(date(2026, 3, 1), "UTC", ("UTC", "Asia/Tokyo"))
    '1 to 31 March 2026, midnight to midnight at each meter: UTC, Asia/Tokyo'
    """
    last = next_month(month) - (date(2, 1, 2) - date(2, 1, 1))
    days = f"1 to {last.day} {month:%B %Y}, midnight to midnight"
    if len(zones) > 1:
        return f"{days} at each meter: {', '.join(zones)}"
    return f"{days}, {zone}"


def moment_text(at: Instant, zone: ZoneInfo) -> str:
    """Return an instant as clocks show it in a zone: ``12 Mar 2026 10:15``.

    In an hour that is there twice the zone's name says which: ``25 Oct 2026 02:30 CEST``.
    """
    local = to_datetime(at).astimezone(zone)
    is_twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return f"{local.day} {local:%b %Y %H:%M}{f' {local:%Z}' if is_twice else ''}"


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


def multipliers_of(line: MonthLine) -> list[str]:
    """Return what a register's differences count times, one after the other as it changed."""
    return [multiplier for multiplier, _ in groupby(each.multiplier for each in line.segments)]


def percent_text(change: Decimal | None) -> str:
    """Return a change with its sign: ``+8.6 %``; nothing where there is none."""
    return "" if change is None else f"{change:+} %"


def compared_text(change: Decimal | None, earlier: Earlier) -> str:
    """Return a change against an earlier month, and whether that is known in part alone."""
    told = earlier.in_part and earlier.kwh is not None
    return ", ".join(filter(None, (percent_text(change), KNOWN_IN_PART if told else "")))


def beside_lines(earlier: Earlier, energies: Iterable[int | None]) -> Decimal | None:
    """Return what an earlier month has beside what some lines of now print of it; None for none.

    It is of meters that served then and are not among the lines, and what rounding leaves.
    """
    if earlier.kwh is None:
        return None
    return (earlier.kwh - (printed_sum(energies) or 0)) or None


def total_measured(lines: Sequence[MonthLine]) -> Decimal | None:
    """Return how much of the energy of some lines is measured, in percent."""
    known = [line for line in lines if line.energy_milliwh is not None]
    if not known:
        return None
    energy = sum(line.energy_milliwh or 0 for line in known)
    parts = [part for line in known for code, part in line.quality if code.is_measured]
    return percent(sum(parts), energy) if energy else Decimal("100.0")


def has_shared_amount(adjustments: Sequence[Adjustment]) -> bool:
    """Tell whether an amount stands for several meters of a month."""
    priced = {each.month for each in adjustments if each.amount is not None}
    return any(each.amount is None and each.month in priced for each in adjustments)


def money_text(amount: Decimal | None, currency: str | None) -> str:
    """Return money with thousands and the decimals of its currency.

    >>> money_text(Decimal("1234.5"), "EUR"), money_text(Decimal("1234"), "JPY")
    ('1,234.50', '1,234')
    """
    return "-" if amount is None else f"{to_cents(amount, currency or ''):,f}"


def zones_of(statement: Statement) -> list[str]:
    """Return the zones of a statement's meters, its own first."""
    others = {line.zone for line in statement.lines if line.zone} - {statement.zone}
    return [statement.zone, *sorted(others)]


def plain_text(value: Decimal | None) -> str:
    """Return a quantity or price with thousands and the decimals it has."""
    return "" if value is None else f"{value:,f}"
