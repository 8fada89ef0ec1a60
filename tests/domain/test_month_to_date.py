"""Month to date adds up within a local month and starts again with the next."""

from wattledger.domain.instant import DAY, HOUR, parse_instant
from wattledger.domain.month_to_date import Interval, months_to_date
from wattledger.domain.period import calendar

BERLIN = calendar("Europe/Berlin")
MARCH = parse_instant("2026-02-28T23:00:00Z")


def test_intervals_add_up_within_a_month() -> None:
    first, second = Interval(MARCH, MARCH + HOUR, 5), Interval(MARCH + HOUR, MARCH + DAY, 7)
    assert list(months_to_date(10, [first, second], BERLIN)) == [15, 22]


def test_an_interval_over_the_edge_counts_from_the_edge_on() -> None:
    over = Interval(MARCH - HOUR, MARCH + HOUR, 101)
    assert list(months_to_date(1_000, [over], BERLIN)) == [51]


def test_an_interval_over_whole_months_leaves_only_the_last_part() -> None:
    long = Interval(MARCH - 59 * DAY, MARCH + DAY, 60)
    assert list(months_to_date(1_000, [long], BERLIN)) == [1]


def test_a_reading_at_the_edge_begins_the_month_with_nothing() -> None:
    upto = Interval(MARCH - HOUR, MARCH, 101)
    assert list(months_to_date(1_000, [upto], BERLIN)) == [0]


def test_shares_before_and_after_an_instant_are_the_whole() -> None:
    interval = Interval(0, 7, 100)
    for at in range(-1, 9):
        assert interval.share_before(at) + interval.share_after(at) == 100
