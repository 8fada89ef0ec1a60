"""What one month of a client is to be adjusted by, as a statement names and charges it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.money import format_amount
from wattledger.domain.statement import Adjustment, ChangedReads, Priced, ServedPart
from wattledger.domain.tariff import Tariff
from wattledger.domain.vat import Taxed
from wattledger.store.closes import BilledEnergy
from wattledger.store.months import BilledMeter

_CHANGED = "Readings or settings of the month changed after it was closed."
_ALL_METERS = "All meters", "charges"
"""What an adjustment names where no meter's energy changed, but what the month costs."""


@dataclass(frozen=True, slots=True)
class MeterAdjustment:
    """One meter of it: ``by`` is the truth of ``parts`` less what was billed, which is ``before``.

    ``changed`` are the readings that changed, where that was looked for.
    """

    meter: BilledMeter
    by: int
    before: int
    parts: tuple[ServedPart, ...]
    reason: str
    changed: ChangedReads | None = None


@dataclass(frozen=True, slots=True)
class Repriced:
    """What a month costs more than was billed so far, by what, and what must be told of it.

    ``tariff`` is what it is priced by; ``peak`` what became of the peak power, if that changed.
    """

    priced: Priced
    tariff: Tariff
    notes: tuple[str, ...] = ()
    peak: str | None = None


@dataclass(frozen=True, slots=True)
class MonthAdjustment:
    """What one month of a client is to be adjusted by, meter by meter, and in money.

    There are no ``meters`` where the month costs something else though they used what was billed.
    ``repriced`` is None without prices. Where it is not ``is_charged`` it is of another currency
    than the statement.
    """

    month: date
    meters: Mapping[int, MeterAdjustment]
    repriced: Repriced | None
    is_charged: bool = True

    @property
    def energies(self) -> dict[int, int]:
        """Return the energy by meter: the truth less what was billed."""
        return {number: each.by for number, each in self.meters.items()}

    @property
    def amount(self) -> Decimal | None:
        """Return what it comes to before VAT, in its ``currency``; None without prices."""
        return None if self.repriced is None else self.repriced.priced.amount

    @property
    def currency(self) -> str | None:
        """Return the currency of the month; None without prices."""
        return None if self.repriced is None else self.repriced.priced.currency

    @property
    def billed(self) -> list[BilledEnergy]:
        """Return the rows that record it."""
        return [
            BilledEnergy(meter, self.month, each.by, each.parts)
            for meter, each in self.meters.items()
        ]

    @property
    def adjustments(self) -> list[Adjustment]:
        """Return it as the statement names it; the money stands with the first meter."""
        if self.meters:
            first, *others = (self._adjustment(each) for each in self.meters.values())
        else:
            reason = self._reason(_CHANGED)
            first, others = Adjustment(self.month, *_ALL_METERS, 0, None, reason), []
        if self.repriced is None:
            return [first, *others]
        priced = self.repriced.priced
        amount = priced.amount if self.is_charged else None
        return [replace(first, amount=amount, priced=priced), *others]

    def _adjustment(self, each: MeterAdjustment) -> Adjustment:
        return Adjustment(
            self.month,
            each.meter.endpoint,
            each.meter.key,
            each.by,
            None,
            self._reason(each.reason),
            before_milliwh=each.before,
            after_milliwh=each.before + each.by,
            endpoint_id=each.meter.endpoint_id,
            meter_id=each.meter.id,
            changed=each.changed,
            parts=each.parts,
        )

    def _reason(self, changed: str) -> str:
        peak = None if self.repriced is None else self.repriced.peak
        return " ".join(filter(None, (changed, peak)))

    @property
    def charge(self) -> Taxed | None:
        """Return its charge, taxed at the rate of its month; None where it is not charged."""
        if self.repriced is None or not self.is_charged:
            return None
        text, priced = f"Adjustment of {self.month:%Y-%m}", self.repriced.priced
        return Taxed(Charge(ChargeKind.ADJUSTMENT, text, priced.amount), priced.vat_percent)

    @property
    def notes(self) -> list[str]:
        """Return what an accountant must read of it."""
        month = f"{self.month:%Y-%m}"
        if self.repriced is None:
            return [f"The adjustment of {month} is not charged: no prices for {month}."]
        told = [f"Adjustment of {month}: {note}" for note in self.repriced.notes]
        if self.is_charged:
            return told
        amount = format_amount(self.repriced.priced.amount, self.repriced.priced.currency)
        apart = f"The adjustment of {month} is {amount}, which is not the currency of this "
        return [f"{apart}statement; settle it apart.", *told]

    def beside(self, currency: str) -> "MonthAdjustment":
        """Return it for a statement in a currency, which charges no other."""
        return replace(self, is_charged=self.currency in {None, currency})
