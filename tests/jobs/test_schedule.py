"""Schedules against a slow reckoning that looks at every minute of every day."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import (
    SECOND,
    Instant,
    format_instant,
    parse_instant,
    to_datetime,
    to_instant,
)
from wattledger.jobs.schedule import Schedule

MINUTE = timedelta(minutes=1)

CHANGES = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Apia", "2011-04-02"),
    ("America/Havana", "2026-03-08"),
    ("America/Havana", "2026-11-01"),
    ("Africa/Cairo", "2026-04-24"),
    ("Asia/Beirut", "2026-03-29"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Asia/Kathmandu", "2026-05-01"),
    ("UTC", "2028-02-29"),
]
"""Zones, and a day on or about which their clocks change."""

MINUTES = {
    "0": {0},
    "30": {30},
    "15,45": {15, 45},
    "*/20": {0, 20, 40},
    "59": {59},
    "7-9": {7, 8, 9},
}
HOURS = {
    "*": set(range(24)),
    "*/1": set(range(24)),
    "0": {0},
    "1": {1},
    "2": {2},
    "3": {3},
    "*/6": {0, 6, 12, 18},
    "1-3": {1, 2, 3},
    "0,23": {0, 23},
}
DAYS: dict[str, Callable[[date], bool]] = {
    "* * *": lambda _: True,
    "1 * *": lambda day: day.day == 1,
    "L * *": lambda day: (day + timedelta(days=1)).day == 1,
    "* * 1-5": lambda day: day.weekday() < 5,
    "* * SUN": lambda day: day.weekday() == 6,
    "30 12 *": lambda day: (day.month, day.day) == (12, 30),
    "29 2 *": lambda day: (day.month, day.day) == (2, 29),
    "1,15 * 0": lambda day: day.day in {1, 15} or day.weekday() == 6,
}


def slow_reckoning(
    minutes: set[int],
    hours: set[int],
    matches: Callable[[date], bool],
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
) -> list[Instant]:
    """Return the firings in (start, end), from the clock on the wall at every minute."""
    walls: list[tuple[datetime, datetime]] = []
    at = start - timedelta(days=3)
    while at < end + timedelta(days=1):
        walls.append((at, at.astimezone(zone).replace(tzinfo=None)))
        at += MINUTE

    def named(wall: datetime) -> bool:
        return wall.minute in minutes and wall.hour in hours and matches(wall.date())

    if len(hours) == 24:
        fired = [at for at, wall in walls if named(wall)]
    else:
        fired = [*first_passes(walls, named)]
    return sorted({to_instant(at) for at in fired if start < at < end})


def first_passes(
    walls: list[tuple[datetime, datetime]], named: Callable[[datetime], bool]
) -> Iterator[datetime]:
    """Yield when the clock on the wall first shows a named time, or has passed it by."""
    reached = walls[0][1]
    for at, shown in walls[1:]:
        ahead = reached
        while ahead < shown:
            ahead += MINUTE
            if named(ahead):
                yield at
        reached = max(reached, shown)


@given(
    st.sampled_from(CHANGES),
    st.sampled_from(sorted(MINUTES)),
    st.sampled_from(sorted(HOURS)),
    st.sampled_from(sorted(DAYS)),
    st.integers(-2880, 2880),
)
@example(("Australia/Lord_Howe", "2026-10-04"), "*/20", "1-3", "* * *", 0)
@example(("Pacific/Apia", "2011-12-30"), "0", "1-3", "30 12 *", 0)
@example(("Pacific/Apia", "2011-12-30"), "30", "2", "* * *", -1440)
def test_it_fires_exactly_as_the_slow_reckoning_says(
    change: tuple[str, str], minute: str, hour: str, days: str, shift: int
) -> None:
    name, day = change
    zone = ZoneInfo(name)
    middle = datetime.fromisoformat(day).replace(hour=12, tzinfo=zone).astimezone(UTC)
    start = middle + shift * MINUTE - timedelta(days=2)
    end = start + timedelta(days=4)
    expected = slow_reckoning(MINUTES[minute], HOURS[hour], DAYS[days], zone, start, end)
    schedule = Schedule(f"{minute} {hour} {days}", name)
    firings = []
    for at in schedule.following(to_instant(start)):
        if at >= to_instant(end):
            break
        firings.append(at)
    assert list(map(format_instant, firings)) == list(map(format_instant, expected))


def told(text: str, zone: str, after: str, count: int) -> list[str]:
    firings = Schedule(text, zone).following(parse_instant(after))
    return [format_instant(at) for at in islice(firings, count)]


def test_a_time_that_clocks_skip_comes_once_at_the_first_instant_after_it() -> None:
    assert told("10,30,50 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00+01:00", 4) == [
        "2026-03-29T01:00:00Z",
        "2026-03-30T00:10:00Z",
        "2026-03-30T00:30:00Z",
        "2026-03-30T00:50:00Z",
    ]


def test_a_time_that_clocks_show_twice_comes_once_and_an_interval_runs_through() -> None:
    before = "2026-10-25T00:10:00Z"
    assert told("30 2 * * *", "Europe/Berlin", before, 2) == [
        "2026-10-25T00:30:00Z",
        "2026-10-26T01:30:00Z",
    ]
    assert told("*/30 * * * *", "Europe/Berlin", before, 4) == [
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:00:00Z",
        "2026-10-25T01:30:00Z",
        "2026-10-25T02:00:00Z",
    ]


def test_a_day_that_a_zone_left_out_comes_when_it_is_over() -> None:
    assert told("0 12 30 12 *", "Pacific/Apia", "2011-12-29T12:00:00-10:00", 2) == [
        "2011-12-30T10:00:00Z",
        "2012-12-29T22:00:00Z",
    ]


@given(st.integers(0, 4_000_000_000 * SECOND), st.sampled_from([zone for zone, _ in CHANGES]))
def test_the_next_firing_is_later_and_at_a_full_minute(after: Instant, zone: str) -> None:
    for text in ("* * * * *", "30 2 * * *", "@monthly"):
        following = Schedule(text, zone).next(after)
        assert following is not None
        assert following > after
        assert to_datetime(following).second == 0


def test_a_schedule_is_told_in_words() -> None:
    assert Schedule("*/15 8-18 * * 1-5", "UTC").words.startswith("Every 15th minute from 08:00")
    assert Schedule("@daily", "UTC").words == "At 00:00 every day"


@pytest.mark.parametrize("text", ["", "* * * *", "@reboot", "* * * * * *", "0 0 30 2 *", "*" * 200])
def test_what_is_no_schedule_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Schedule(text, "UTC")
    assert refused.value.field == "schedule"
    assert "five fields" in str(refused.value)


@given(st.text(max_size=120) | st.from_regex(r"([0-9*/,LW#-]{1,4} ){4}[0-9*/,LW#A-Z-]{1,5}"))
def test_any_text_is_a_schedule_or_refused(text: str) -> None:
    try:
        schedule = Schedule(text, "Europe/Berlin")
    except InvalidInputError:
        return
    assert schedule.words
    schedule.next(parse_instant("2026-01-01T00:00:00Z"))
