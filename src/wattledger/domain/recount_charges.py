"""The charges of a statement reckoned once more, from its lines (LEDGER 6).

What is priced is all of the energy, and VAT is on all that bears it. Which prices were agreed, and
what was committed or drawn at the peak, a statement can only say.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.month_report import PRINTED_DECIMALS, printed_days
from wattledger.domain.pue import told_pue
from wattledger.domain.scaled import rounded
from wattledger.domain.statement import Statement
from wattledger.domain.vat import taxed_sums

_ONE_DAY = timedelta(days=1)
_ENERGY = {ChargeKind.ENERGY, ChargeKind.INCLUDED, ChargeKind.OVERAGE}
_OF_OTHER_MONTHS = {ChargeKind.ADJUSTMENT, ChargeKind.VAT}
_LUMP_SUMS = {ChargeKind.MINIMUM, ChargeKind.ADJUSTMENT}
_DATE = "([0-9]{4}-[0-9]{2}-[0-9]{2})"
_DAYS = re.compile(f", {_DATE} to {_DATE} ")
_UNPRICED = re.compile(f"^Between {_DATE} and {_DATE} nothing is priced: ")


def recount_charges(statement: Statement) -> Iterator[str]:
    """Yield what of the charges does not follow, a sentence each; none: all of it does."""
    for charge in statement.charges:
        yield from _product_findings(charge)
    # Nothing but adjustments is charged where the month itself has no tariff.
    if any(charge.kind not in _OF_OTHER_MONTHS for charge in statement.charges):
        yield from _energy_findings(statement)
    yield from _vat_findings(statement.charges)


def _product_findings(charge: Charge) -> Iterator[str]:
    if charge.quantity is None or charge.unit_price is None:
        if charge.kind not in _LUMP_SUMS:
            yield f"{charge.description}: the amount is of no quantity and price."
        return
    product = (charge.quantity * charge.unit_price).scaleb(-2 if charge.unit == "%" else 0)
    if abs(product - charge.amount) > _half_of_the_last_digit(charge.amount):
        yield f"{charge.description}: the amount is not the quantity times the price."


def _half_of_the_last_digit(amount: Decimal) -> Decimal:
    """Return what rounding may change; an amount is written with all digits of its currency."""
    exponent = amount.as_tuple().exponent
    return Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) else Decimal(0)


def _energy_findings(statement: Statement) -> Iterator[str]:
    priced = Decimal(0)
    charges = [charge for charge in statement.charges if charge.kind in _ENERGY]
    for _, run in groupby(charges, _days_of):
        lines = list(run)
        charged = sum((line.quantity or Decimal(0) for line in lines), Decimal(0))
        told = next((pue for line in lines if (pue := told_pue(line.description))), None)
        if told is not None and rounded(told.kwh * told.factor, PRINTED_DECIMALS) != charged:
            yield f"{lines[0].description}: what is charged is not the energy times the factor."
        priced += charged if told is None else told.kwh
    given = (statement.total_kwh or Decimal(0)) - _unpriced(statement)
    if priced != given:
        yield f"Energy is charged for {priced} kWh, the lines have {given} kWh to be charged."


def _days_of(charge: Charge) -> tuple[str, ...]:
    """Return the days that a charge is of: none where it is of the month."""
    found = _DAYS.search(charge.description)
    return () if found is None else found.groups()


def _unpriced(statement: Statement) -> Decimal:
    """Return the energy of the days before the tariff began, which a note names.

    The last days of which anything is known take what rounding leaves.
    """
    total = statement.total_kwh or Decimal(0)
    for note in statement.notes:
        found = _UNPRICED.match(note)
        if found is None:
            continue
        first, last = (date.fromisoformat(day) for day in found.groups())
        energy = printed_days(statement.lines, first, last + _ONE_DAY)
        goes_on = printed_days(statement.lines, last + _ONE_DAY, date.max) is not None
        return min(energy or Decimal(0), total) if goes_on or energy is None else total
    return Decimal(0)


def _vat_findings(charges: Sequence[Charge]) -> Iterator[str]:
    taxes = [charge.quantity for charge in charges if charge.kind is ChargeKind.VAT]
    taxed = sum((base or Decimal(0) for base in taxes), Decimal(0))
    sums = taxed_sums(charges)
    if taxed not in sums:
        yield f"VAT is taken on {taxed}, the charges that bear it are {sums[0]}."
