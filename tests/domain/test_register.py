"""Registers: multipliers, resolutions, bounds."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import HOUR, MINUTE
from wattledger.domain.register import RegisterSettings, interpolate, parse_multiplier

values = st.integers(0, 10**15)
fractions = st.tuples(st.integers(1, 10**6), st.integers(1, 10**6))


@given(fractions, values, values, values)
def test_energies_of_neighbouring_intervals_add_up_with_any_multiplier(
    fraction: tuple[int, int], first: int, second: int, third: int
) -> None:
    settings = RegisterSettings(*fraction)
    whole = settings.energy(first, third)
    assert settings.energy(first, second) + settings.energy(second, third) == whole


@given(values, values, st.integers(1, 1000))
def test_unit_and_multiplier_scaled_against_each_other_change_nothing(
    first: int, second: int, scale: int
) -> None:
    plain = RegisterSettings().energy(first * scale, second * scale)
    assert RegisterSettings(numerator=scale).energy(first, second) == plain


def test_a_register_rises_at_most_by_the_breaker_and_two_display_steps() -> None:
    settings = RegisterSettings(p_max_mw=10_000_000)
    limit = 2_500_000 + 2 * 100_000
    assert settings.can_rise(limit, 15 * MINUTE, 100_000)
    assert not settings.can_rise(limit + 1, 15 * MINUTE, 100_000)


def test_a_multiplier_lowers_what_the_register_may_rise() -> None:
    settings = RegisterSettings(numerator=10, p_max_mw=10_000_000)
    assert settings.can_rise(1_000_000, HOUR, 0)
    assert not settings.can_rise(1_000_001, HOUR, 0)


def test_the_declared_resolution_wins_over_the_printed_one() -> None:
    assert RegisterSettings(resolution_milliwh=5).resolution(10, 20) == 5
    assert RegisterSettings().resolution(10, 20) == 20


@pytest.mark.parametrize(("text", "pair"), [("40", (40, 1)), ("0.25", (1, 4)), (" 1 ", (1, 1))])
def test_a_multiplier_is_an_exact_fraction(text: str, pair: tuple[int, int]) -> None:
    assert parse_multiplier(text) == pair
    assert Decimal(pair[0]) / Decimal(pair[1]) == Decimal(text.strip())


@pytest.mark.parametrize("text", ["0", "-1", "x", "", "NaN", "Infinity", "1e10", "0.0000000001"])
def test_a_multiplier_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="multiplier"):
        parse_multiplier(text)


@given(st.integers(0, 10**12), st.integers(1, 10**12), values, st.integers(0, 10**12))
def test_interpolation_meets_both_ends_and_stays_between(
    start: int, length: int, low: int, rise: int
) -> None:
    end = start + length
    line = ((start, low), (end, low + rise))
    assert interpolate(*line, start) == low
    assert interpolate(*line, end) == low + rise
    assert low <= interpolate(*line, start + length // 2) <= low + rise
