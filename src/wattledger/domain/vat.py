"""VAT: one line a rate, each on the sum of the charges that are taxed at it (LEDGER 6)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.money import to_cents

_WITHOUT = "without VAT"
_OWN_RATE = re.compile(r", VAT [0-9.]+ %$")


class Taxed(NamedTuple):
    """A charge and the rate of VAT at which it is taxed; None where no VAT is printed."""

    charge: Charge
    percent: Decimal | None

    def told_beside(self, own: Decimal | None) -> Charge:
        """Return the charge as a statement of another rate tells it: with its own.

        >>> change = Taxed(Charge(ChargeKind.ADJUSTMENT, "Adjustment", Decimal(1)), Decimal(16))
        >>> change.told_beside(Decimal(19)).description
        'Adjustment, VAT 16 %'
        """
        if self.percent == own:
            return self.charge
        rate = _WITHOUT if self.percent is None else f"VAT {self.percent:f} %"
        return replace(self.charge, description=f"{self.charge.description}, {rate}")


def vat(net: Decimal, percent: Decimal, currency: str) -> Charge:
    """Return the VAT on a net sum, taken once.

    >>> vat(Decimal("100.10"), Decimal(19), "EUR").amount
    Decimal('19.02')
    """
    amount = to_cents(net * percent / 100, currency)
    return Charge(ChargeKind.VAT, f"VAT {percent:f} %", amount, net, "%", percent)


def taxes(charges: Iterable[Taxed], currency: str) -> list[Charge]:
    """Return a line of VAT for each rate, in the order in which the charges name them.

    The net sums of the lines, and the charges without VAT, add up to all charges.
    """
    nets: dict[Decimal, Decimal] = {}
    for charge, percent in charges:
        if percent is not None:
            nets[percent] = nets.get(percent, Decimal(0)) + charge.amount
    return [vat(net, percent, currency) for percent, net in nets.items()]


def taxed_sums(charges: Sequence[Charge]) -> tuple[Decimal, Decimal]:
    """Return what the lines of VAT are on together: of a month that bears VAT, and of one without.

    The first is all but the adjustments that are told to be without it, the second those that are
    told to bear it.
    """
    before = [charge for charge in charges if charge.kind is not ChargeKind.VAT]
    changes = [charge for charge in before if charge.kind is ChargeKind.ADJUSTMENT]
    free = _sum(each for each in changes if each.description.endswith(f", {_WITHOUT}"))
    taxed = _sum(each for each in changes if _OWN_RATE.search(each.description))
    return _sum(before) - free, taxed


def _sum(charges: Iterable[Charge]) -> Decimal:
    return sum((charge.amount for charge in charges), Decimal(0))
