"""Buckets follow the local clock, and each cell is found in months, days or readings once."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.bucket import (
    MOST_BUCKETS,
    BucketLength,
    bucket_edges,
    dates_of,
    edges_elsewhere,
)
from wattledger.domain.bucket_plan import plan_cells
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant, parse_instant
from wattledger.domain.period import calendar

BERLIN = calendar("Europe/Berlin")
MARCH = BERLIN.start_of(date(2026, 3, 1))
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


@pytest.mark.parametrize(
    ("length", "day", "count"),
    [
        (BucketLength.HOUR, date(2026, 3, 29), 23),
        (BucketLength.HOUR, date(2026, 10, 25), 25),
        (BucketLength.QUARTER, date(2026, 3, 29), 92),
        (BucketLength.DAY, date(2026, 3, 29), 1),
    ],
)
def test_a_day_of_the_change_of_clocks_has_as_many_hours_as_it_has(
    length: BucketLength, day: date, count: int
) -> None:
    start, end = BERLIN.start_of(day), BERLIN.start_of(date(day.year, day.month, day.day + 1))
    edges = bucket_edges(BERLIN, length, start, end)
    assert len(edges) == count + 1
    assert (edges[0], edges[-1]) == (start, end)


def test_the_first_and_the_last_bucket_are_cut_by_the_ends() -> None:
    start, end = MARCH + 9 * HOUR + 20 * MINUTE, MARCH + 11 * HOUR + 5 * MINUTE
    hours = bucket_edges(BERLIN, BucketLength.HOUR, start, end)
    assert hours == [start, MARCH + 10 * HOUR, MARCH + 11 * HOUR, end]
    assert bucket_edges(BERLIN, BucketLength.MONTH, start, end) == [start, end]
    months = bucket_edges(BERLIN, BucketLength.MONTH, MARCH - DAY, MARCH + 40 * DAY)
    assert months[1:-1] == [MARCH, BERLIN.start_of(date(2026, 4, 1))]


def test_of_too_many_buckets_none_is_made() -> None:
    end = MARCH + MOST_BUCKETS * 15 * MINUTE
    assert len(bucket_edges(BERLIN, BucketLength.QUARTER, MARCH, end)) == MOST_BUCKETS + 1
    with pytest.raises(InvalidInputError, match="longer step"):
        bucket_edges(BERLIN, BucketLength.QUARTER, MARCH, end + MINUTE)


def test_days_elsewhere_begin_at_midnight_there() -> None:
    edges = bucket_edges(BERLIN, BucketLength.DAY, MARCH, MARCH + 3 * DAY)
    tokyo = calendar("Asia/Tokyo")
    dates = dates_of(BERLIN, edges)
    assert dates == [date(2026, 3, day) for day in (1, 2, 3)]
    there = edges_elsewhere(tokyo, dates, edges[0], edges[-1])
    assert there == [
        MARCH,
        parse_instant("2026-03-02T00:00:00+09:00"),
        parse_instant("2026-03-03T00:00:00+09:00"),
        MARCH + 3 * DAY,
    ]
    # A date that begins outside has no time there, and none is lost.
    late = MARCH + 30 * HOUR
    assert edges_elsewhere(tokyo, dates, late, late + HOUR) == [
        late,
        late,
        late + HOUR,
        late + HOUR,
    ]


@given(
    st.sampled_from(ZONES),
    st.sampled_from(BucketLength),
    st.lists(st.integers(0, 90 * 96), min_size=2, max_size=8, unique=True),
    st.tuples(st.booleans(), st.booleans()),
)
def test_every_instant_of_the_cells_is_found_once(
    zone: str, length: BucketLength, quarters: list[int], how: tuple[bool, bool]
) -> None:
    days, (lead, whole) = calendar(zone), how
    edges = [MARCH + number * 15 * MINUTE for number in sorted(quarters)]
    if whole:
        edges = [*edges, *days.month_edges(edges[0], edges[-1])]
        edges = sorted({*edges, *days.day_edges(edges[0], edges[-1])})
    plan = plan_cells(days, length, edges, lead=lead)
    found: list[tuple[Instant, Instant, int]] = []
    for first, some in plan.reads:
        found += [(*pair, first + number) for number, pair in enumerate(pairwise(some))]
    for month, cell in plan.months.items():
        found.append((*days.month_span(month), cell))
    for day, cell in plan.days.items():
        found.append(
            (days.start_of(day), days.start_of(date.fromordinal(day.toordinal() + 1)), cell)
        )
    found = sorted(each for each in found if each[0] < each[1])
    assert (found[0][0], found[-1][1]) == (edges[0], edges[-1])
    for (_, end, _), (start, _, _) in pairwise(found):
        assert end == start
    for start, end, cell in found:
        assert edges[cell] <= start < end <= edges[cell + 1]
    if length.is_fine:
        assert not plan.months
        assert lead or not plan.days
