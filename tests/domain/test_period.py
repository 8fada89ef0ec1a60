"""Local days and months."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import HOUR, to_datetime, to_instant
from wattledger.domain.period import (
    calendar,
    first_of_month,
    next_month,
    parse_month,
    previous_month,
    with_zone_from,
)

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Scoresbysund",
    "Antarctica/Troll",
)
START = to_instant(datetime(2000, 1, 2, tzinfo=UTC))
END = to_instant(datetime(2040, 1, 1, tzinfo=UTC))
instants = st.integers(START, END)
zones = st.sampled_from(ZONES)


@examples(1000)
@given(zones, instants)
def test_every_instant_lies_in_the_span_of_its_local_day(zone: str, at: int) -> None:
    local = calendar(zone)
    day = local.day_of(at)
    assert local.start_of(day) <= at < local.start_of(day + timedelta(days=1))


@examples(1000)
@given(zones, instants)
def test_every_instant_lies_in_the_span_of_its_local_month(zone: str, at: int) -> None:
    local = calendar(zone)
    start, end = local.month_span(local.month_of(at))
    assert start <= at < end


@examples(1000)
@given(zones, st.dates(date(2000, 1, 1), date(2039, 12, 31)))
def test_local_days_follow_each_other_without_overlap(zone: str, day: date) -> None:
    local = calendar(zone)
    assert local.start_of(day) <= local.start_of(day + timedelta(days=1))


@examples(1000)
@given(zones, instants, st.integers(1, 100 * 24 * HOUR))
def test_edges_are_ascending_and_strictly_inside(zone: str, start: int, length: int) -> None:
    local = calendar(zone)
    days = local.day_edges(start, start + length)
    months = local.month_edges(start, start + length)
    assert days == sorted(set(days))
    assert all(start < edge < start + length for edge in days)
    assert set(months) <= set(days)
    assert all(local.start_of(local.day_of(edge)) == edge for edge in days)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2026, 5, 1), 24),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_a_local_day_has_the_length_the_zone_gives_it(zone: str, day: date, hours: int) -> None:
    local = calendar(zone)
    length = local.start_of(day + timedelta(days=1)) - local.start_of(day)
    assert length == hours * HOUR


def test_a_day_that_the_zone_skipped_holds_no_instant() -> None:
    local = calendar("Pacific/Apia")
    skipped = local.start_of(date(2011, 12, 30))
    assert local.day_of(skipped) == date(2011, 12, 31)
    assert local.day_of(skipped - 1) == date(2011, 12, 29)
    assert local.day_edges(skipped - HOUR, skipped + HOUR) == [skipped]


def test_a_clock_put_back_over_midnight_does_not_cut_the_day_in_two() -> None:
    # 2006-10-29: St. John's went from 00:01 back to 23:01 of the day before.
    local = calendar("America/St_Johns")
    start = local.start_of(date(2006, 10, 29))
    assert local.day_of(start + 30 * 60 * 1_000_000) == date(2006, 10, 29)
    assert local.day_of(start - 1) == date(2006, 10, 28)


def test_months_follow_each_other() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert previous_month(date(2026, 1, 1)) == date(2025, 12, 1)
    assert first_of_month(date(2026, 2, 28)) == date(2026, 2, 1)


@pytest.mark.parametrize("text", ["2026-13", "2026", "March", "2026-3", "", "2026-03-01"])
def test_what_is_not_a_month_is_refused_with_the_form_it_takes(text: str) -> None:
    with pytest.raises(InvalidInputError, match="write it like 2026-03"):
        parse_month(text)


def test_a_date_is_its_first_local_instant() -> None:
    assert calendar("UTC").start_of_local_date("1970-01-02") == 24 * HOUR
    with pytest.raises(InvalidInputError, match="2026-01-31"):
        calendar("UTC").start_of_local_date("31.01.2026")


@pytest.mark.parametrize("name", ["Mars/Olympus", "localtime", "Factory", "../zoneinfo/UTC", ""])
def test_a_zone_that_is_unknown_or_the_machines_own_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="IANA"):
        calendar(name)


def test_a_zone_may_change_at_a_first_of_a_month() -> None:
    moved = calendar("Europe/Berlin;2026-05=Asia/Tokyo")
    may = moved.start_of(date(2026, 5, 1))
    assert to_datetime(may).isoformat() == "2026-04-30T15:00:00+00:00"
    assert moved.day_of(may - 1) == date(2026, 4, 30)
    assert moved.day_of(may) == date(2026, 5, 1)
    assert moved.month_span(date(2026, 4, 1))[1] == may
    assert [moved.zone_on(date(2026, month, 1)) for month in (4, 5)] == [
        "Europe/Berlin",
        "Asia/Tokyo",
    ]


def test_days_that_a_change_of_zone_skips_have_no_length() -> None:
    moved = calendar("Etc/GMT+12;2026-05=Pacific/Kiritimati")
    may = moved.start_of(date(2026, 5, 1))
    assert moved.start_of(date(2026, 4, 30)) == may
    assert moved.day_of(may - 1) == date(2026, 4, 29)
    assert moved.day_edges(may - HOUR, may + HOUR) == [may]


@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin;2026-05=Mars", "Europe/Berlin;nonsense=UTC", "UTC;2026-05=UTC;2026-04=UTC"],
)
def test_a_zone_that_cannot_be_is_refused(zone: str) -> None:
    with pytest.raises(InvalidInputError):
        calendar(zone)


def test_a_later_change_of_zone_gives_way_to_an_earlier_one() -> None:
    zone = with_zone_from("UTC;2026-03=Asia/Tokyo;2026-08=Europe/Paris", date(2026, 5, 1), "UTC")
    assert zone == "UTC;2026-03=Asia/Tokyo;2026-05=UTC"


@pytest.mark.parametrize("text", ["1999-12", "2101-01", "0001-01"])
def test_a_month_no_meter_can_have_seen_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="outside the years 2000 to 2100"):
        parse_month(text)
