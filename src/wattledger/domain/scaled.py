"""Whole thousandths and millionths as exact decimals for people and programs."""

from decimal import ROUND_HALF_UP, Decimal

KWH = 6
"""Places from milli-watt-hours to kWh."""
KW = 6
"""Places from milliwatts to kW."""
MILLI = 3
"""Places from thousandths to the unit."""


def to_decimal(value: int, places: int) -> Decimal:
    """Return ``value * 10**-places`` exactly, without trailing zeros.

    >>> to_decimal(12543500000, KWH)
    Decimal('12543.5')
    >>> to_decimal(40000000, KWH)
    Decimal('40')
    """
    whole, rest = divmod(value, 10**places)
    return Decimal(value).scaleb(-places).normalize() if rest else Decimal(whole)


def to_text(value: int | None, places: int) -> str | None:
    """Return the exact decimal as plain digits; a missing value stays missing.

    >>> to_text(12543500000, KWH)
    '12543.5'
    """
    return None if value is None else format(to_decimal(value, places), "f")


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Round half up, once, for print.

    >>> rounded(Decimal("2.345"), 2)
    Decimal('2.35')
    """
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in percent with one decimal; of nothing there is none.

    >>> percent(1, 3)
    Decimal('33.3')
    """
    if whole == 0:
        return None
    return rounded(Decimal(part) * 100 / Decimal(whole), 1)
