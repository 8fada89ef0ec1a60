"""What stands beside closed statements and later money rests on: their rows, and their prices."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.period import calendar
from wattledger.domain.statement import ServedPart, Statement
from wattledger.domain.tariff_form import parse_tariff
from wattledger.services.closed_statement import statement_of
from wattledger.services.price_month import price_month
from wattledger.store.closes import ClosedMonth, billed_by
from wattledger.store.database import Connection

_Billed: TypeAlias = tuple[int, date, int | None, tuple[ServedPart, ...]]

_OF_OTHERS = frozenset({ChargeKind.ADJUSTMENT, ChargeKind.VAT})


def beside_sentences(connection: Connection, closed: ClosedMonth) -> Iterator[str]:
    """Yield what is not as a statement says that its seal fits.

    The next close adjusts by these rows, and at these prices: the seal is not over them.
    """
    statement = statement_of(closed)
    rows = billed_by(connection, closed.client_id, closed.month)
    are_of_old = any(not row.parts for row in rows)
    kept = Counter(
        (row.meter_id, row.month, row.energy_milliwh, () if are_of_old else tuple(row.parts))
        for row in rows
    )
    if kept != Counter(_billed(statement, without_parts=are_of_old)):
        yield "the energy that is kept as billed by it is not what it says"
    if _own(_priced(closed, statement)) != _own(statement.charges):
        yield "the prices that are kept with it are not those that it was priced by"


def _billed(statement: Statement, *, without_parts: bool) -> Iterator[_Billed]:
    for line in statement.lines:
        of_line = () if without_parts else (ServedPart.of(line),)
        yield line.meter_id, statement.month, line.energy_milliwh, of_line
    for each in statement.adjustments:
        if each.meter_id is not None:
            parts = () if without_parts else tuple(each.parts or ())
            yield each.meter_id, each.month, each.energy_milliwh, parts


def _priced(closed: ClosedMonth, statement: Statement) -> Sequence[Charge]:
    if closed.tariff is None or not statement.lines:
        return ()
    days, tariff = calendar(statement.zone), parse_tariff(closed.tariff)
    return price_month(tariff, statement.month, days, statement.lines, statement.peak).charges


def _own(charges: Sequence[Charge]) -> list[tuple[ChargeKind, Decimal]]:
    return [(each.kind, each.amount) for each in charges if each.kind not in _OF_OTHERS]
