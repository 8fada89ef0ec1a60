"""The month's line: what is known, and what a reader must be told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.month_report import (
    Flag,
    MonthLine,
    MonthReport,
    MonthState,
    energy_of,
    flags_of,
    measured_percent,
)
from wattledger.domain.quality import Quality
from wattledger.domain.scaled import KWH, percent, rounded, to_decimal, to_text
from wattledger.domain.tally import Tally

SPAN = (100, 200)


def line(energy: int | None, previous: int | None = None, year_ago: int | None = None) -> MonthLine:
    return MonthLine(
        endpoint_id="e1",
        endpoint="e",
        meter_id=1,
        meter="total",
        client_id=None,
        client=None,
        location=None,
        start_at=100,
        end_at=200,
        share_ppm=1_000_000,
        opening_milliwh=None,
        closing_milliwh=None,
        energy_milliwh=energy,
        previous_milliwh=previous,
        year_ago_milliwh=year_ago,
        quality=() if energy is None else ((Quality.VALIDATED, energy),),
        uncertainty_milliwh=None,
        flags=(),
    )


def tally(**values: int) -> Tally:
    return Tally(**({"start_at": 100, "end_at": 200, "covered": 100} | values))


def test_a_month_without_readings_is_missing_and_not_zero() -> None:
    assert energy_of(None) is None
    assert measured_percent(None, ()) is None
    assert flags_of(None, SPAN) == (Flag.MISSING,)


def test_a_single_reading_gives_no_energy() -> None:
    alone = Tally(start_at=150, end_at=150, good_reads=1)
    assert energy_of(alone) is None
    assert flags_of(alone, SPAN) == (Flag.MISSING,)


def test_a_month_of_only_held_readings_is_missing_and_held() -> None:
    assert flags_of(Tally(held_reads=3), SPAN) == (Flag.MISSING, Flag.HELD)


def test_a_whole_month_has_no_flags() -> None:
    whole = tally(energy_milliwh=10)
    assert flags_of(whole, SPAN) == ()
    assert measured_percent(10, whole.quality) == Decimal("100.0")
    assert line(10).measured_percent == Decimal("100.0")


def test_an_idle_meter_used_a_measured_zero() -> None:
    assert energy_of(tally()) == 0
    assert measured_percent(0, ()) == Decimal("100.0")


def test_what_is_estimated_or_held_is_said() -> None:
    doubtful = tally(energy_milliwh=100, estimated_milliwh=25, held_reads=1)
    assert flags_of(doubtful, SPAN) == (Flag.ESTIMATED, Flag.HELD)
    assert measured_percent(100, doubtful.quality) == Decimal("75.0")


def test_a_month_that_stops_early_is_projected_unless_the_meter_ended() -> None:
    stops = tally(end_at=150, energy_milliwh=1)
    assert flags_of(stops, SPAN) == (Flag.PROJECTED,)
    assert flags_of(stops, SPAN, is_ended=True) == (Flag.PARTIAL,)


def test_every_quality_but_the_validated_has_its_flag() -> None:
    told = tally(energy_milliwh=9, questionable_milliwh=1, edited_milliwh=2, verified_milliwh=3)
    assert flags_of(told, SPAN) == (Flag.QUESTIONABLE, Flag.EDITED)
    assert told.quality == (
        (Quality.EDITED, 2),
        (Quality.QUESTIONABLE, 1),
        (Quality.VALIDATED, 3),
        (Quality.VERIFIED, 3),
    )
    assert told.quality[0][0].word == "edited"


def test_change_needs_both_months() -> None:
    assert line(110, 100).change_percent == Decimal("10.0")
    assert line(110, None).change_percent is None
    assert line(None, 100).change_percent is None
    assert line(110, 0).change_percent is None
    assert line(110, None, 100).year_change_percent == Decimal("10.0")
    in_part = replace(line(110, 100, 100), previous_in_part=True, year_ago_in_part=True)
    assert (in_part.change_percent, in_part.year_change_percent) == (None, None)


def test_the_total_is_the_sum_of_the_printed_lines() -> None:
    lines = (line(1_500), line(None), line(1_500))
    report = MonthReport(date(2026, 3, 1), "UTC", MonthState.OPEN, lines)
    assert [each.printed_kwh for each in lines] == [Decimal("0.002"), None, Decimal("0.002")]
    assert report.total_kwh == Decimal("0.004")
    assert report.total_milliwh == 3_000
    empty = MonthReport(date(2026, 3, 1), "UTC", MonthState.OPEN, lines[1:2])
    assert empty.total_milliwh is None
    assert empty.total_kwh is None


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
