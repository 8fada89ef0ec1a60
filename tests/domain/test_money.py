"""Money: cents, currencies, rounding."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.money import format_amount, parse_currency, to_cents

amounts = st.decimals(-(10**9), 10**9, allow_nan=False, places=6)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1.005", "EUR", "1.01 EUR"),
        ("1.0049999", "EUR", "1.00 EUR"),
        ("-1.005", "CHF", "-1.01 CHF"),
        ("1234.5", "JPY", "1235 JPY"),
        ("1.0005", "KWD", "1.001 KWD"),
        ("0", "USD", "0.00 USD"),
    ],
)
def test_amounts_are_rounded_half_up_to_what_can_be_paid(
    amount: str, currency: str, text: str
) -> None:
    assert format_amount(Decimal(amount), currency) == text


@given(amounts)
def test_rounding_moves_an_amount_by_half_a_cent_at_most(amount: Decimal) -> None:
    rounded = to_cents(amount, "EUR")
    assert abs(Fraction(rounded) - Fraction(amount)) <= Fraction(1, 200)
    assert to_cents(rounded, "EUR") == rounded


@pytest.mark.parametrize("text", ["", "EU", "EUE", "€", "XXX"])
def test_what_is_no_currency_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="write it like EUR") as refused:
        parse_currency(text)
    assert refused.value.field == "currency"
