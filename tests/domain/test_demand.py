"""Demand: windows on the local clock, their means, the peak and the percentile."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.demand import (
    Demand,
    MeteredInterval,
    PowerSample,
    Windows,
    combine,
    peak_of,
    served,
    window_means,
    windows_of,
)
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import HOUR, MINUTE, to_instant
from wattledger.domain.period import calendar

QUARTER = 15 * MINUTE
FINE = 1
"""A display step so fine that any energy spans 20 of it, but nothing at all."""
ZONES = ("UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe")
KW = 1_000_000


def quarters(count: int) -> Windows:
    return Windows(15, tuple(QUARTER * n for n in range(count + 1)))


def throughout(means: Sequence[int | None]) -> Demand:
    return Demand(means, (True,) * len(means))


def day_windows(zone: str, day: date, minutes: int) -> Windows:
    local = calendar(zone)
    return windows_of(local, local.start_of(day), local.start_of(day + timedelta(days=1)), minutes)


@pytest.mark.parametrize(
    ("zone", "day", "minutes", "count"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 15, 92),
        ("Europe/Berlin", date(2026, 10, 25), 15, 100),
        ("Europe/Berlin", date(2026, 5, 1), 15, 96),
        ("Europe/Berlin", date(2026, 10, 25), 60, 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 30, 47),
        ("Australia/Lord_Howe", date(2026, 10, 4), 60, 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 60, 24),
        ("America/Sao_Paulo", date(2018, 11, 4), 15, 92),
        ("Pacific/Apia", date(2011, 12, 30), 15, 0),
    ],
)
def test_a_day_has_the_windows_its_length_gives(
    zone: str, day: date, minutes: int, count: int
) -> None:
    assert len(day_windows(zone, day, minutes)) == count


@given(
    st.sampled_from(ZONES),
    st.dates(date(2000, 1, 1), date(2039, 12, 1)),
    st.integers(1, 40 * 24 * HOUR),
    st.sampled_from((15, 30, 60)),
)
def test_windows_follow_each_other_and_straddle_no_midnight(
    zone: str, day: date, length: int, minutes: int
) -> None:
    local = calendar(zone)
    start = local.start_of(day) + length // 7
    end = start + length
    windows = windows_of(local, start, end, minutes)
    for begun, upto in pairwise(windows.edges):
        assert start <= begun < upto <= end
        assert local.day_of(begun) == local.day_of(upto - 1)
        assert minutes * MINUTE <= upto - begun < 2 * minutes * MINUTE
    if windows.edges:
        assert windows.edges[0] - start < 2 * minutes * MINUTE
        assert end - windows.edges[-1] < 2 * minutes * MINUTE


def test_windows_begin_on_the_local_clock() -> None:
    # Kathmandu is 5:45 ahead: its hours begin at a quarter past of UTC.
    windows = day_windows("Asia/Kathmandu", date(2026, 3, 1), 60)
    assert windows.edges[0] == to_instant(datetime(2026, 2, 28, 18, 15, tzinfo=UTC))


def test_another_length_of_window_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="choose 15, 30 or 60") as refused:
        windows_of(calendar("UTC"), 0, HOUR, 20)
    assert refused.value.field == "minutes"


def test_a_span_shorter_than_a_window_has_none() -> None:
    windows = windows_of(calendar("UTC"), MINUTE, 2 * MINUTE, 15)
    assert len(windows) == 0
    assert window_means(windows, [(0, QUARTER, KW, ())], [], [FINE]) == []


@st.composite
def meters(draw: st.DrawFn) -> tuple[Windows, list[MeteredInterval], list[PowerSample]]:
    """Give windows, and intervals and samples of a meter read at odd instants, with gaps."""
    steps = draw(st.lists(st.integers(1, 40 * MINUTE), min_size=1, max_size=40))
    at = draw(st.integers(-QUARTER, QUARTER))
    intervals: list[MeteredInterval] = []
    samples: list[PowerSample] = []
    for step in steps:
        energy = draw(st.integers(0, 10_000_000))
        if draw(st.integers(0, 9)):
            intervals.append((at, at + step, energy, ()))
        samples.append((at, energy))
        at += step
    return quarters(draw(st.integers(1, 30))), intervals, samples


def covered_exactly(
    start: int, end: int, pieces: list[tuple[int, int, Fraction]]
) -> Fraction | None:
    """Return the work in a window by plain fractions, piece by piece."""
    work, covered = Fraction(0), 0
    for begun, upto, amount in pieces:
        overlap = min(end, upto) - max(start, begun)
        if overlap > 0:
            work += amount * overlap / (upto - begun)
            covered += overlap
    return work if covered == end - start else None


@given(meters(), st.integers(1, 100_000))
def test_a_mean_is_of_the_register_else_of_the_power_else_unknown(
    meter: tuple[Windows, list[MeteredInterval], list[PowerSample]], step: int
) -> None:
    windows, intervals, samples = meter
    registers = [
        (start, end, Fraction(energy * HOUR))
        for start, end, energy, _ in intervals
        if end - start <= 2 * QUARTER
    ]
    powers = [
        (start, end, Fraction(first + second, 2) * (end - start))
        for (start, first), (end, second) in pairwise(samples)
        if end - start <= 2 * QUARTER
    ]
    means = window_means(windows, intervals, samples, [step] * len(intervals))
    assert len(means) == len(windows)
    for (start, end), mean in zip(pairwise(windows.edges), means, strict=True):
        work = covered_exactly(start, end, registers)
        if work is None or work < 20 * step * HOUR:
            work = covered_exactly(start, end, powers)
        if work is None:
            assert mean is None
        else:
            assert mean is not None
            assert abs(mean - work / (end - start)) <= 1


@given(st.integers(0, 10**9), st.lists(st.integers(1, 30 * MINUTE), min_size=60, max_size=60))
def test_a_steady_power_is_the_mean_of_every_window(power: int, pauses: list[int]) -> None:
    at = -MINUTE
    samples = [(at, power)]
    for pause in pauses:
        at += pause
        samples.append((at, power))
    windows = quarters(max(0, at // QUARTER))
    assert window_means(windows, [], samples, []) == [power] * len(windows)


@given(st.lists(st.integers(20, 10**7), min_size=1, max_size=50), st.integers(-QUARTER, QUARTER))
def test_the_energy_of_windows_is_that_of_the_intervals(energies: list[int], shift: int) -> None:
    """What lies between two edges is neither lost nor counted twice."""
    count = len(energies)
    intervals = [
        (n * QUARTER + shift, (n + 1) * QUARTER + shift, energy, ())
        for n, energy in enumerate(energies)
    ]
    edges = (shift, shift + count * QUARTER)
    windows = Windows(15, (edges[0], *(n * QUARTER + shift for n in range(1, count)), edges[1]))
    means = window_means(windows, intervals, [], [FINE] * count)
    assert means == [energy * 4 for energy in energies]


def test_a_difference_of_less_than_20_display_steps_gives_way_to_the_power() -> None:
    intervals = [(0, QUARTER, 1_900_000, ()), (QUARTER, 30 * MINUTE, KW, ())]
    samples = [(0, 7 * KW), (QUARTER, 7 * KW)]
    coarse, fine = 100_000, 50_000
    assert window_means(quarters(2), intervals, samples, [coarse] * 2) == [7 * KW, None]
    assert window_means(quarters(2), intervals, samples, [fine] * 2) == [7_600_000, 4 * KW]


def test_a_coarse_read_makes_no_other_window_unknown() -> None:
    intervals = [(n * QUARTER, (n + 1) * QUARTER, KW, ()) for n in range(4)]
    steps = [FINE, KW, FINE, FINE]
    assert window_means(quarters(4), intervals, [], steps) == [4 * KW, None, 4 * KW, 4 * KW]
    late = [(start + MINUTE, end + MINUTE, *rest) for start, end, *rest in intervals]
    edges = [None, None, None, 4 * KW]
    assert window_means(quarters(4), late, [], steps) == edges, "it reaches into two windows"  # type: ignore[arg-type] # tuples


def test_a_long_gap_is_no_measured_window() -> None:
    gap = (0, 3 * QUARTER, 3 * KW, ())
    assert window_means(quarters(3), [gap], [], [FINE]) == [None, None, None]
    two = (0, 2 * QUARTER, 2 * KW, ())
    assert window_means(quarters(2), [two], [], [FINE]) == [4 * KW, 4 * KW]


def test_each_side_of_a_change_of_the_multiplier_has_its_own_power() -> None:
    # A kilowatt in the first quarter of an hour, forty times that from the next one on.
    bent = (0, 2 * QUARTER, 41 * KW // 4, ((QUARTER, KW // 4),))
    assert window_means(quarters(2), [bent], [], [FINE]) == [KW, 40 * KW]


def test_where_no_register_was_measured_the_power_goes_on() -> None:
    later = [(QUARTER, 2 * QUARTER, KW, ())]
    assert window_means(quarters(2), later, [], [FINE]) == [None, 4 * KW]
    samples = [(0, 3 * KW), (QUARTER, 5 * KW)]
    assert window_means(quarters(2), later, samples, [FINE]) == [4 * KW, 4 * KW]


def test_a_lone_sample_and_two_far_apart_say_nothing() -> None:
    assert window_means(quarters(1), [], [(MINUTE, KW)], []) == [None]
    apart = [(0, KW), (3 * QUARTER, KW)]
    assert window_means(quarters(1), [], apart, []) == [None]


def test_feeds_are_summed_window_by_window() -> None:
    """The peak of A+B is less than the peaks of A and of B together."""
    a, b = [5 * KW, 1 * KW, None, 2 * KW], [1 * KW, 4 * KW, 9 * KW, 2 * KW]
    both = combine([throughout(a), throughout(b)]).means
    assert both == [6 * KW, 5 * KW, None, 4 * KW]
    peak = peak_of(quarters(4), both)
    assert peak is not None
    assert (peak.peak_mw, peak.peak_at, peak.coverage_percent) == (6 * KW, 0, Decimal("75.0"))


@st.composite
def demands(draw: st.DrawFn, count: int) -> Demand:
    """Give the demand of a meter that serves a client now and then, and is not always read."""
    served_in = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    some = st.none() | st.integers(0, 10**9)
    return Demand([draw(some) if serves else None for serves in served_in], served_in)


@given(st.integers(1, 50).flatmap(lambda n: st.lists(demands(n), min_size=1, max_size=4)))
def test_a_sum_is_known_only_where_all_feeds_that_serve_are(feeds: list[Demand]) -> None:
    both = combine(feeds)
    for n, (total, is_served) in enumerate(zip(both.means, both.served, strict=True)):
        parts = [feed.means[n] for feed in feeds if feed.served[n]]
        assert is_served is bool(parts)
        is_known = parts and None not in parts
        assert total == (sum(part or 0 for part in parts) if is_known else None)


def test_the_earliest_of_equal_windows_is_the_peak() -> None:
    peak = peak_of(quarters(4), [None, 3, 7, 7])
    assert peak is not None
    assert (peak.peak_mw, peak.peak_at, peak.window_minutes) == (7, 2 * QUARTER, 15)


@pytest.mark.parametrize(
    ("count", "element"), [(1, 1), (19, 19), (20, 19), (21, 20), (40, 38), (100, 95), (101, 96)]
)
def test_the_95th_percentile_is_element_ceil_095n(count: int, element: int) -> None:
    means = list(range(count, 0, -1))
    peak = peak_of(quarters(count), means)
    assert peak is not None
    assert peak.p95_mw == element


@given(st.lists(st.none() | st.integers(0, 1000), min_size=1, max_size=200))
def test_gaps_count_in_the_coverage_alone(means: list[int | None]) -> None:
    peak = peak_of(quarters(len(means)), means)
    known = sorted(mean for mean in means if mean is not None)
    if peak is None:
        assert known == []
        return
    assert peak.peak_mw == known[-1]
    assert peak.p95_mw == known[math.ceil(Fraction(95, 100) * len(known)) - 1]
    assert (peak.coverage_percent == 100) is (len(known) == len(means))


def test_nearly_all_is_not_printed_as_all() -> None:
    peak = peak_of(quarters(2976), [*[1] * 2975, None])
    assert peak is not None
    assert str(peak.coverage_percent) == "99.9"


def test_without_a_known_window_there_is_no_peak() -> None:
    assert peak_of(quarters(2), [None, None]) is None
    assert peak_of(quarters(0), []) is None


def test_a_meter_counts_for_a_client_while_it_serves_them() -> None:
    means: list[int | None] = [8 * KW, 8 * KW, None, 8 * KW, 8 * KW]
    span = (QUARTER + MINUTE, 4 * QUARTER)
    own = served(quarters(5), means, span, 250_000)
    assert own.means == [None, None, None, 2 * KW, None]
    assert own.served == [False, True, True, True, False]
    assert served(quarters(5), means, (0, 5 * QUARTER)) == throughout(means)


def test_a_client_drew_no_0_kw_before_it_had_a_meter() -> None:
    means: list[int | None] = [None, None, 20 * KW, 20 * KW]
    own = served(quarters(4), means, (2 * QUARTER, 4 * QUARTER))
    peak = peak_of(quarters(4), own.means, own.served)
    assert peak is not None
    assert (peak.peak_mw, peak.peak_at, peak.p95_mw) == (20 * KW, 2 * QUARTER, 20 * KW)
    assert peak.coverage_percent == 100
    unread = served(quarters(4), [None] * 4, (2 * QUARTER, 4 * QUARTER))
    assert peak_of(quarters(4), unread.means, unread.served) is None


def test_a_meter_that_does_not_serve_yet_adds_nothing_to_one_that_does() -> None:
    all_along = throughout([3 * KW, 3 * KW, None])
    later = served(quarters(3), [9 * KW] * 3, (QUARTER, 3 * QUARTER))
    assert combine([all_along, later]).means == [3 * KW, 12 * KW, None]
    neither = combine([later, later])
    assert (neither.means[0], neither.served[0]) == (None, False)


def test_the_demand_of_a_rack_is_told_of_a_feed_while_it_serves() -> None:
    later = served(quarters(3), [9 * KW] * 3, (QUARTER, 3 * QUARTER))
    own = combine([throughout([1 * KW, 2 * KW, 3 * KW]), later]).within(later)
    assert own == Demand([None, 11 * KW, 12 * KW], [False, True, True])


@pytest.mark.no_cover
def test_what_quarter_hours_take_grows_no_faster_than_their_number() -> None:
    month, year = (least_seconds(date(2026, 1, 1), end) for end in (date(2026, 1, 1), None))
    # Twelve times as many: what compared each with each would take 144 times as long.
    assert year < 40 * month


def least_seconds(first: date, last: date | None) -> float:
    """Return the processor time of the demand of a month, or of its year: the least of some."""
    local = calendar("Europe/Berlin")
    start = local.month_span(first)[0]
    end = local.month_span(last or date(first.year, 12, 1))[1]
    windows = windows_of(local, start, end, 15)
    reads = [edge + 7_000_000 for edge in range(windows.edges[0], windows.edges[-1], QUARTER)]
    intervals = [(one, two, 1_250_000, ()) for one, two in pairwise(reads)]
    samples = [(at, 5 * KW) for at in reads]
    steps = [100_000] * len(intervals)
    took = []
    for _ in range(4):
        begun = process_time()
        peak = peak_of(windows, window_means(windows, intervals, samples, steps))
        took.append(process_time() - begun)
        assert peak is not None
    return min(took)
