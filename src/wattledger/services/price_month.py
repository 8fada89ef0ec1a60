"""Price a client's month: its lines cut where prices change, by the client's tariff (LEDGER 6)."""

from collections.abc import Sequence
from datetime import date, timedelta

from wattledger.domain.month_report import MonthLine, Peak, printed_days, printed_sum
from wattledger.domain.period import Calendar, next_month
from wattledger.domain.pricing import EnergyPart, PricedMonth, charges
from wattledger.domain.tariff import PricePeriod, Tariff, month_parts
from wattledger.domain.vat import Taxed, taxes

_ONE_DAY = timedelta(days=1)


def has_begun(tariff: Tariff, month: date) -> bool:
    """Tell whether a tariff has prices for the month that begins on ``month``, or its end."""
    return tariff.prices[0].from_on < next_month(month)


def closing_prices(
    tariff: Tariff, month: date, days: Calendar | None = None, lines: Sequence[MonthLine] = ()
) -> PricePeriod:
    """Return the prices of the last day of a month's lines, or of the month's last without any.

    They are the first ones where those begin later. At their rate a month is taxed.
    """
    day = next_month(month) - _ONE_DAY
    if days is not None and lines:
        day = min(day, _last_day(days, lines))
    return tariff.on(day) or tariff.prices[0]


def price_month(
    tariff: Tariff,
    month: date,
    days: Calendar,
    lines: Sequence[MonthLine],
    peak: Peak | None,
    adjustments: Sequence[Taxed] = (),
) -> PricedMonth:
    """Return what the lines of one client's month cost."""
    from_on = days.day_of(min(line.start_at for line in lines))
    parts = month_parts(tariff, month, from_on, _last_day(days, lines) + _ONE_DAY)
    return charges(tariff, month, days, _energies(parts, lines), peak, adjustments)


def price_adjustments(tariff: Tariff, month: date, adjustments: Sequence[Taxed]) -> PricedMonth:
    """Return the bill of a month in which nothing but adjustments is charged, with their VAT."""
    prices = closing_prices(tariff, month)
    told = [each.told_beside(prices.vat_percent) for each in adjustments]
    taxed = taxes(adjustments, prices.currency)
    return PricedMonth(prices.currency, (*told, *taxed), ())


def _last_day(days: Calendar, lines: Sequence[MonthLine]) -> date:
    return days.day_of(max(line.end_at for line in lines) - 1)


def _energies(parts: Sequence[tuple[date, date]], lines: Sequence[MonthLine]) -> list[EnergyPart]:
    """Return the energy of each part; the parts add up to the sum of the printed lines.

    A part in which no day of any line is known has no energy, which is not 0. The last one known
    takes what rounding leaves; no part is less than 0 for it.
    """
    left = printed_sum(line.energy_milliwh for line in lines)
    days = [printed_days(lines, first, end) for first, end in parts]
    last = max((n for n, kwh in enumerate(days) if kwh is not None), default=len(parts) - 1)
    energies: list[EnergyPart] = []
    for number, ((first, end), kwh) in enumerate(zip(parts, days, strict=True)):
        part = kwh
        if left is not None and (number == last or kwh is not None):
            part = left if number == last or kwh is None else min(kwh, left)
            left -= part
        energies.append(EnergyPart(first, end, part))
    return energies
