"""Units are converted exactly, and never confused."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.errors import InvalidInputError, UnitMismatchError
from wattledger.domain.unit import Quantity, find_unit, resolution_milli, spelled, to_milli

ENERGY = Quantity.ENERGY


@pytest.mark.parametrize(
    ("value", "unit", "milliwh"),
    [
        ("1", "Wh", 1_000),
        ("1", "kWh", 1_000_000),
        ("1.5", "MWh", 1_500_000_000),
        ("2", "GWh", 2 * 10**12),
        ("3600", "J", 1_000),
        ("3600", "Ws", 1_000),
        ("3.6", "MJ", 1_000_000),
        ("0.0000005", "kWh", 0),
        ("0.0000015", "kWh", 2),
        ("-1", "Wh", -1_000),
    ],
)
def test_energy_is_converted_exactly_and_rounded_half_even_once(
    value: str, unit: str, milliwh: int
) -> None:
    assert to_milli(Decimal(value), unit, ENERGY) == milliwh


@pytest.mark.parametrize(
    ("value", "unit", "quantity", "milli"),
    [
        ("1.25", "kW", Quantity.POWER, 1_250_000),
        ("1250", "W", Quantity.POWER, 1_250_000),
        ("5", "mW", Quantity.POWER, 5),
        ("0.5", "MW", Quantity.POWER, 500_000_000),
        ("230.4", "V", Quantity.VOLTAGE, 230_400),
        ("400", "mA", Quantity.CURRENT, 400),
        ("0.93", "1", Quantity.POWER_FACTOR, 930),
        ("93", "%", Quantity.POWER_FACTOR, 930),
    ],
)
def test_other_quantities_are_converted_exactly(
    value: str, unit: str, quantity: Quantity, milli: int
) -> None:
    assert to_milli(Decimal(value), unit, quantity) == milli


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        *(("KWH", "kWh"), ("Kwh", "kWh"), ("kwh", "kWh"), ("kW-h", "kWh"), ("kW\u00b7h", "kWh")),
        *(("MWH", "MWh"), ("wh", "Wh"), ("KW", "kW"), ("MW", "MW"), ("mW", "mW"), ("w", "W")),
        *(("VA", "VA"), ("kVAh", "kVAh"), ("mwh", None), ("mw", None), ("mj", None), ("", None)),
        ("lux", None),
    ],
)
def test_case_is_forgiven_where_it_cannot_mislead(written: str, unit: str | None) -> None:
    assert spelled(written) == unit


@pytest.mark.parametrize(
    ("unit", "told"),
    [("VAh", "not a unit of energy"), ("kW", "not a unit of energy"), ("lux", "not a unit")],
)
def test_a_unit_of_something_else_is_refused(unit: str, told: str) -> None:
    with pytest.raises(UnitMismatchError, match=told):
        to_milli(Decimal(1), unit, ENERGY)


def test_what_is_more_than_64_bits_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="more than can be counted"):
        to_milli(Decimal(10) ** 13, "kWh", ENERGY)


@pytest.mark.parametrize(
    ("value", "unit", "step"),
    [
        ("12543.5", "kWh", 100_000),
        ("12543", "kWh", 1_000_000),
        ("12543", "Wh", 1_000),
        ("1.0000001", "kWh", 1),
        ("5", "J", 1),
        ("1.23457e7", "Wh", 100_000),
        ("1.2e7", "Wh", 100_000),
        ("1e3", "kWh", 10**6),
        ("1E+12", "kWh", 10**13),
        ("1000", "MJ", 277_778),
    ],
)
def test_the_resolution_is_the_worth_of_the_last_printed_digit(
    value: str, unit: str, step: int
) -> None:
    assert resolution_milli(Decimal(value), unit, ENERGY) == step


def test_what_is_not_finite_has_no_resolution() -> None:
    with pytest.raises(InvalidInputError, match="not a finite number"):
        resolution_milli(Decimal("NaN"), "kWh", ENERGY)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *((" kWh", "kWh"), ("kWh total", "kWh"), ("(kWh)", "kWh"), ("[MWh]", "MWh"), ("%", "%")),
        *((" since 2020", None), ("", None), ("kWh2", None), ("12", None), (" kVAh", "kVAh")),
    ],
)
def test_the_unit_behind_a_number_is_found(text: str, unit: str | None) -> None:
    assert find_unit(text) == unit


@given(st.integers(0, 10**6), st.sampled_from(["Wh", "kWh", "MWh", "J", "MJ", "Ws"]))
def test_a_whole_number_is_worth_the_same_in_any_unit(count: int, unit: str) -> None:
    one = Fraction(to_milli(Decimal(3600), unit, ENERGY), 3600)
    assert to_milli(Decimal(count * 3600), unit, ENERGY) == one * count * 3600
