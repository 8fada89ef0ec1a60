"""What a month costs by a tariff (LEDGER 6): lines that a pocket calculator confirms.

Quantities are rounded half up before they are priced, amounts half up to cents, each once; the
net is the sum of the printed lines, and VAT is taken once on what is taxed at the same rate.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.money import format_amount, to_cents
from wattledger.domain.month_report import PRINTED_DECIMALS, Peak
from wattledger.domain.period import Calendar, next_month
from wattledger.domain.pue import Metered, pue_text
from wattledger.domain.scaled import KWH, rounded, to_decimal
from wattledger.domain.tariff import PricePeriod, Tariff
from wattledger.domain.vat import Taxed, taxes

_SHARE_DECIMALS = 6
"""Decimals of a part of a month, and of kW in it."""

_KW_DECIMALS = 3
_ONE_DAY = timedelta(days=1)
_ALL_WINDOWS = 100


class EnergyPart(NamedTuple):
    """The energy of the local dates ``[from_on, until_on)``; None where it is not known."""

    from_on: date
    until_on: date
    kwh: Decimal | None


@dataclass(frozen=True, slots=True)
class PricedMonth:
    """What a month costs, and sentences about what could not be priced."""

    currency: str
    charges: tuple[Charge, ...]
    notes: tuple[str, ...]


def charges(
    tariff: Tariff,
    month: date,
    calendar: Calendar,
    parts: Sequence[EnergyPart],
    peak: Peak | None,
    adjustments: Sequence[Taxed] = (),
) -> PricedMonth:
    """Price one client's month.

    ``month`` is its first date; ``parts`` are the days under contract, ascending, cut where
    prices change (``month_parts``), with their energy before the PUE factor; ``peak`` is the
    client's over the month. ``adjustments`` of earlier months stand between the net of this one
    and the VAT, each taxed at the rate of its own month. What is not known is never priced as 0: it
    is left out, and a note says so. InvalidInputError for parts that are not those of
    the month and the tariff.
    """
    _check(tariff, month, parts)
    bill = _Bill(tariff, month, calendar)
    bill.take(parts)
    bill.price_energy()
    for run in _runs(bill.parts, _committed_terms):
        bill.price_committed(run)
    bill.price_peak(peak)
    for run in _runs(bill.parts, _fee_terms):
        bill.price_fee(run)
    bill.top_up()
    bill.tax(adjustments)
    return PricedMonth(bill.closing.currency, tuple(bill.charges), tuple(bill.notes))


def _check(tariff: Tariff, month: date, parts: Sequence[EnergyPart]) -> None:
    """Refuse parts that overlap, leave the month, or reach over a change of prices."""
    edges = [month, *(day for part in parts for day in part[:2]), next_month(month)]
    if any(after < before for before, after in pairwise(edges)) or any(
        part.from_on == part.until_on for part in parts
    ):
        raise InvalidInputError(
            f"The parts of {month:%Y-%m} are not its days in ascending order; take month_parts.",
            field="parts",
        )
    for part in parts:
        if tariff.on(part.from_on) != tariff.on(part.until_on - _ONE_DAY):
            raise InvalidInputError(
                f"Prices change between {_days(*part[:2])}; cut the energy there.",
                field="parts",
            )
        if part.kwh is not None and part.kwh < 0:
            raise InvalidInputError(
                f"{part.kwh} kWh cannot be priced: energy is not negative.", field="parts"
            )


class _Part(NamedTuple):
    """A part with its prices, and the number of days of the month before its two edges."""

    energy: EnergyPart
    terms: PricePeriod
    first: int
    last: int


def _energy_terms(terms: PricePeriod) -> object:
    has_included = terms.included_kwh is not None
    return terms.energy_price, has_included, terms.overage_price, terms.pue_factor


def _included_terms(terms: PricePeriod) -> Decimal | None:
    return terms.included_kwh


def _committed_terms(terms: PricePeriod) -> object:
    return terms.committed_kw, terms.committed_price


def _fee_terms(terms: PricePeriod) -> object:
    return terms.fixed_fee


def _minimum_terms(terms: PricePeriod) -> object:
    return terms.minimum


def _runs(
    parts: Sequence[_Part], terms_of: Callable[[PricePeriod], object]
) -> Iterator[list[_Part]]:
    """Yield neighbouring parts together while the terms asked for stay the same."""
    run: list[_Part] = []
    for part in parts:
        if run and (part.first != run[-1].last or terms_of(part.terms) != terms_of(run[-1].terms)):
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _days(from_on: date, until_on: date) -> str:
    return f"{from_on} and {until_on - _ONE_DAY}"


class _Bill:
    """The lines of a month, in the order in which they are printed."""

    def __init__(self, tariff: Tariff, month: date, calendar: Calendar) -> None:
        self._tariff = tariff
        self._calendar = calendar
        self._month = month
        self._length = self._day_number(next_month(month))
        self.closing = tariff.prices[0]
        self.parts: list[_Part] = []
        self.charges: list[Charge] = []
        self.notes: list[str] = []

    def _day_number(self, day: date) -> int:
        """Return how many local days of the month there are before a date.

        A date that the zone skipped is none.
        """
        start = self._calendar.start_of
        dates = (self._month + timedelta(days=n) for n in range((day - self._month).days))
        return sum(start(each) < start(each + _ONE_DAY) for each in dates)

    def take(self, parts: Sequence[EnergyPart]) -> None:
        """Take the parts that have prices; the prices of the last day are the closing ones."""
        for part in parts:
            terms = self._tariff.on(part.from_on)
            if terms is None:
                self.notes.append(
                    f"Between {_days(part.from_on, part.until_on)} nothing is priced: the tariff "
                    f"'{self._tariff.name}' begins on {self.closing.from_on}."
                )
                continue
            first, last = self._day_number(part.from_on), self._day_number(part.until_on)
            self.parts.append(_Part(part, terms, first, last))
        if self.parts:
            self.closing = self.parts[-1].terms

    def _add(
        self, kind: ChargeKind, text: str, quantity: Decimal, unit: str, unit_price: Decimal
    ) -> None:
        amount = to_cents(quantity * unit_price, self.closing.currency)
        self.charges.append(Charge(kind, text, amount, quantity, unit, unit_price))

    def _is_whole(self, run: Sequence[_Part]) -> bool:
        return run[-1].last - run[0].first == self._length

    def _pro_rata(self, value: Decimal, run: Sequence[_Part], decimals: int) -> Decimal:
        """Return a run's part of what is agreed for the month, by days.

        Rounded at the run's edges, so that the parts of a month add up to the whole.
        """
        if self._is_whole(run):
            return value
        upto = rounded(value * run[-1].last / self._length, decimals)
        return upto - rounded(value * run[0].first / self._length, decimals)

    def _when(self, run: Sequence[_Part]) -> str:
        """Return the dates of a run, and its days, as a line tells them; of a month nothing."""
        if self._is_whole(run):
            return ""
        from_on, until_on = run[0].energy.from_on, run[-1].energy.until_on
        days = run[-1].last - run[0].first
        return f", {from_on} to {until_on - _ONE_DAY} ({days} of {self._length} days)"

    def price_energy(self) -> None:
        """Price the kWh of the month, beyond those included.

        These are of the month, whatever changes in it: they are used up in order of time, and what
        goes beyond costs the price of its day (decision 36).
        """
        included = left = self._included()
        for run in _runs(self.parts, _energy_terms):
            metered = self._metered(run)
            if metered is None:
                continue
            terms, told = run[0].terms, self._when(run)
            kwh = rounded(metered * terms.pue_factor, PRINTED_DECIMALS)
            pue = pue_text(Metered(metered, terms.pue_factor))
            if terms.included_kwh is None:
                self._add(ChargeKind.ENERGY, f"Energy{told}{pue}", kwh, "kWh", terms.energy_price)
                continue
            free = min(kwh, left)
            if left:
                rest = "" if left == included else f" left of {included:f} kWh"
                text = f"Energy included, up to {left:f} kWh{rest}{told}{pue}"
                self._add(ChargeKind.INCLUDED, text, free, "kWh", Decimal(0))
                left, pue = left - free, ""
                if kwh == free:
                    continue
            price = terms.energy_price if terms.overage_price is None else terms.overage_price
            text = f"Energy above {included:f} kWh{told}{pue}"
            self._add(ChargeKind.OVERAGE, text, kwh - free, "kWh", price)

    def _included(self) -> Decimal:
        """Return the kWh that the month includes: where another number is agreed, by days."""
        agreed = [
            self._pro_rata(run[0].terms.included_kwh, run, PRINTED_DECIMALS)
            for run in _runs(self.parts, _included_terms)
            if run[0].terms.included_kwh is not None
        ]
        return sum(agreed, Decimal(0))

    def _metered(self, run: Sequence[_Part]) -> Decimal | None:
        """Return the energy of a run as far as it is known, and note what is not."""
        for part in run:
            if part.energy.kwh is None:
                self.notes.append(
                    f"The energy between {_days(*part.energy[:2])} is not known and is not priced."
                )
        known = [part.energy.kwh for part in run if part.energy.kwh is not None]
        return rounded(sum(known, Decimal(0)), PRINTED_DECIMALS) if known else None

    def price_committed(self, run: Sequence[_Part]) -> None:
        """Price committed power, whether drawn or not."""
        terms = run[0].terms
        if terms.committed_kw is None or terms.committed_price is None:
            return
        text = f"Committed power {terms.committed_kw:f} kW{self._when(run)}"
        kilowatts = self._pro_rata(terms.committed_kw, run, _SHARE_DECIMALS)
        self._add(ChargeKind.COMMITTED_POWER, text, kilowatts, "kW", terms.committed_price)

    def price_peak(self, peak: Peak | None) -> None:
        """Price the power by which the peak exceeds what is committed on its day."""
        if all(part.terms.power_overage_price is None for part in self.parts):
            return
        if peak is None:
            self.notes.append(
                "The peak power is not known, so power above the committed is not charged."
            )
            return
        if peak.coverage_percent < _ALL_WINDOWS:
            self.notes.append(
                f"The peak power is that of the {peak.coverage_percent} % of the windows of "
                f"{peak.window_minutes} minutes that are known."
            )
        day = self._calendar.day_of(peak.peak_at)
        terms = self._terms_on(day)
        if terms is None:
            self.notes.append(
                f"The peak power was drawn on {day}, for which nothing is agreed, so power above "
                "the committed is not charged."
            )
        else:
            self._price_above(terms, rounded(to_decimal(peak.peak_mw, KWH), _KW_DECIMALS), day)

    def _terms_on(self, day: date) -> PricePeriod | None:
        for part in self.parts:
            if part.energy.from_on <= day < part.energy.until_on:
                return part.terms
        return None

    def _price_above(self, terms: PricePeriod, kilowatts: Decimal, day: date) -> None:
        committed, price = terms.committed_kw, terms.power_overage_price
        if committed is not None and price is not None and kilowatts > committed:
            text = f"Power above {committed:f} kW, peak {kilowatts} kW on {day}"
            self._add(ChargeKind.POWER_OVERAGE, text, kilowatts - committed, "kW", price)

    def price_fee(self, run: Sequence[_Part]) -> None:
        """Price the fee of a run."""
        fee = run[0].terms.fixed_fee
        if fee is not None:
            months = self._pro_rata(Decimal(1), run, _SHARE_DECIMALS)
            self._add(ChargeKind.FIXED_FEE, f"Fixed fee{self._when(run)}", months, "month", fee)

    def _net(self) -> Decimal:
        return sum((charge.amount for charge in self.charges), Decimal(0))

    def top_up(self) -> None:
        """Raise the month to its minimum."""
        currency, least = self.closing.currency, Decimal(0)
        for run in _runs(self.parts, _minimum_terms):
            months = self._pro_rata(Decimal(1), run, _SHARE_DECIMALS)
            least += to_cents((run[0].terms.minimum or Decimal(0)) * months, currency)
        missing = least - self._net()
        if missing > 0:
            text = f"Top-up to the minimum of {format_amount(least, currency)}"
            self.charges.append(Charge(ChargeKind.MINIMUM, text, missing))

    def tax(self, adjustments: Sequence[Taxed]) -> None:
        """Take VAT on the month's own charges at the rate of the last day, on others at theirs."""
        percent = self.closing.vat_percent
        rates = {part.terms.vat_percent for part in self.parts}
        if len(rates) > 1:
            self.notes.append("The rate of VAT changes inside the month; that of its end counts.")
        own = [Taxed(charge, percent) for charge in self.charges]
        self.charges += [each.told_beside(percent) for each in adjustments]
        self.charges += taxes([*own, *adjustments], self.closing.currency)
