"""The totals of a sealed statement, read without the rest of it: a list shows hundreds of them."""

from decimal import Decimal

import msgspec


class Totals(msgspec.Struct, frozen=True):
    """What a statement comes to; ``kwh`` is None where no line has a value."""

    kwh: Decimal | None
    net: Decimal
    vat: Decimal
    gross: Decimal


class StatementTotals(msgspec.Struct, frozen=True):
    """Whose a statement is and what it comes to; without a tariff it has no currency."""

    client: str
    currency: str | None
    totals: Totals


_decoder = msgspec.json.Decoder(StatementTotals)


def totals_of(document: bytes) -> StatementTotals:
    """Return the totals of a sealed document, as they were printed."""
    return _decoder.decode(document)
