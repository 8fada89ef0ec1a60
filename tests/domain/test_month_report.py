"""The month's line: what is known, and what a reader must be told."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.ledger import Tally
from wattledger.domain.month_report import (
    Flag,
    MonthLine,
    MonthReport,
    MonthState,
    energy_of,
    flags_of,
    measured_of,
)
from wattledger.domain.scaled import KWH, percent, rounded, to_decimal, to_text

SPAN = (100, 200)


def line(energy: int | None, previous: int | None) -> MonthLine:
    return MonthLine("e", "total", None, None, None, energy, previous, None, ())


def tally(**values: int) -> Tally:
    return Tally(**({"start_at": 100, "end_at": 200, "covered": 100} | values))


def test_a_month_without_readings_is_missing_and_not_zero() -> None:
    assert energy_of(None) is None
    assert measured_of(None) is None
    assert flags_of(None, SPAN) == (Flag.MISSING,)


def test_a_single_reading_gives_no_energy() -> None:
    alone = Tally(start_at=150, end_at=150, good_reads=1)
    assert energy_of(alone) is None
    assert measured_of(alone) is None
    assert flags_of(alone, SPAN) == (Flag.PARTIAL, Flag.PROJECTED)


def test_a_month_of_only_held_readings_is_missing_and_held() -> None:
    assert flags_of(Tally(held_reads=3), SPAN) == (Flag.MISSING, Flag.HELD)


def test_a_whole_month_has_no_flags() -> None:
    whole = tally(energy_milliwh=10)
    assert flags_of(whole, SPAN) == ()
    assert measured_of(whole) == Decimal("100.0")


def test_an_idle_meter_used_a_measured_zero() -> None:
    assert energy_of(tally()) == 0
    assert measured_of(tally()) == Decimal("100.0")


def test_what_is_estimated_or_held_is_said() -> None:
    doubtful = tally(energy_milliwh=100, estimated_milliwh=25, held_reads=1)
    assert flags_of(doubtful, SPAN) == (Flag.ESTIMATED, Flag.HELD)
    assert measured_of(doubtful) == Decimal("75.0")


def test_change_needs_both_months() -> None:
    assert line(110, 100).change_percent == Decimal("10.0")
    assert line(110, None).change_percent is None
    assert line(None, 100).change_percent is None
    assert line(110, 0).change_percent is None


def test_the_total_is_the_sum_of_what_is_known() -> None:
    lines = (line(110, None), line(None, None), line(5, None))
    report = MonthReport(date(2026, 3, 1), "UTC", MonthState.OPEN, lines)
    assert report.total_milliwh == 115
    empty = MonthReport(date(2026, 3, 1), "UTC", MonthState.OPEN, lines[1:2])
    assert empty.total_milliwh is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1, "0.000001"), (-1_500_000, "-1.5"), (12_000_000, "12"), (None, None)],
)
def test_energy_is_printed_exactly_and_without_exponent(
    value: int | None, text: str | None
) -> None:
    assert to_text(value, KWH) == text


@given(st.integers(-(10**18), 10**18))
def test_a_scaled_number_is_exact(value: int) -> None:
    assert to_decimal(value, KWH) * 10**6 == value


def test_rounding_is_half_up_and_a_share_of_nothing_is_none() -> None:
    assert rounded(Decimal("0.25"), 1) == Decimal("0.3")
    assert percent(1, 0) is None
