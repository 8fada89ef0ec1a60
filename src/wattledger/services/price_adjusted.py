"""Price a statement together with what it adjusts of closed months (LEDGER 6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wattledger.domain.pricing import PricedMonth
from wattledger.domain.statement import Statement
from wattledger.domain.tariff import Tariff
from wattledger.services.month_adjustment import MonthAdjustment
from wattledger.services.month_statements import MonthDraft
from wattledger.services.price_month import closing_prices, price_adjustments, price_month


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A statement with its charges and adjustments; ``tariff`` is what its own month costs by."""

    statement: Statement
    tariff: Tariff | None


def price_adjusted(
    draft: MonthDraft, bare: Statement, changes: Sequence[MonthAdjustment]
) -> Adjusted:
    """Return a statement priced by the client's tariff, with the adjustments of earlier months.

    A client that has no tariff any more is charged its adjustments by the one they were priced by.
    An adjustment in another currency than the statement's is not charged; a note names it.
    """
    own = draft.tariff_of(bare.client_id)
    priced_by = [change.repriced.tariff for change in changes if change.repriced is not None]
    tariff = own or next(reversed(priced_by), None)
    if tariff is None:
        energies = tuple(each for change in changes for each in change.adjustments)
        return Adjusted(replace(bare, adjustments=energies), None)
    currency = closing_prices(tariff, bare.month).currency
    told = [change.beside(currency) for change in changes]
    priced = _price(draft, bare, own, tariff, told)
    statement = replace(
        bare,
        currency=priced.currency,
        charges=priced.charges,
        adjustments=tuple(each for change in told for each in change.adjustments),
        notes=(*priced.notes, *(note for change in told for note in change.notes)),
    )
    return Adjusted(statement, own)


def _price(
    draft: MonthDraft,
    bare: Statement,
    own: Tariff | None,
    tariff: Tariff,
    changes: Sequence[MonthAdjustment],
) -> PricedMonth:
    charges = [change.charge for change in changes if change.charge is not None]
    if own is None or not bare.lines:
        return price_adjustments(tariff, bare.month, charges)
    days = draft.calendar(bare.client_id)
    return price_month(own, bare.month, days, bare.lines, bare.peak, charges)
