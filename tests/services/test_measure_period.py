"""Any period of a meter: its parts add up, and each says what it rests on."""

import pytest
from tests.store.test_ledger import KWH, STEP, add_meter

from wattledger.domain.errors import InvalidInputError, NotFoundError
from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, parse_instant
from wattledger.domain.month_report import Flag
from wattledger.domain.quality import Quality
from wattledger.services.measure_period import Ask, Grain, measure_endpoint, measure_period
from wattledger.store.database import Database
from wattledger.store.events import NewEvent, insert_event
from wattledger.store.ledger import book, judge_again
from wattledger.store.readings import NewReading

START = parse_instant("2026-02-27T23:00:00Z")


def fill(database: Database, days: int = 40, reset_after: int | None = None) -> int:
    """Book hourly readings of 1 kW from 28 February in Berlin on; returns the meter's id."""
    readings: list[NewReading] = []
    value = 500 * KWH
    for hour in range(days * 24 + 1):
        if reset_after is not None and hour == reset_after * 24:
            value = 0
        readings.append(NewReading(START + hour * HOUR, value, STEP))
        value += KWH
    with database.begin() as connection:
        number = add_meter(connection, 60, p_max_mw=20 * KWH)
        book(connection, {number: readings})
    return number


def test_days_weeks_and_months_add_up_to_the_whole(database: Database) -> None:
    number = fill(database)
    # The clocks go forward on 29 March: 31 days less an hour.
    whole = measure_period(database, number, Ask("2026-03-01", "2026-03-31"), None).parts
    assert [part.figure.energy_milliwh for part in whole] == [743 * KWH]
    assert whole[0].figure.quality == ((Quality.VALIDATED, 743 * KWH),)
    assert whole[0].figure.uncertainty_milliwh == 2 * STEP
    for grain, count in ((Grain.DAY, 31), (Grain.WEEK, 6), (Grain.MONTH, 1)):
        parts = measure_period(database, number, Ask("2026-03-01", "2026-03-31", grain), None).parts
        assert len(parts) == count
        assert sum(part.figure.energy_milliwh or 0 for part in parts) == 743 * KWH
        assert parts[0].start_at == whole[0].start_at
        assert parts[-1].end_at == whole[0].end_at
    days = measure_period(database, number, Ask("2026-03-28", "2026-03-30", Grain.DAY), None).parts
    assert [part.figure.energy_milliwh for part in days] == [24 * KWH, 23 * KWH, 24 * KWH]


def test_a_reset_inside_makes_two_segments_and_a_break(database: Database) -> None:
    number = fill(database, reset_after=10)
    [part] = measure_period(database, number, Ask("2026-03-01", "2026-03-31"), None).parts
    assert [segment.kind for segment in part.figure.segments] == ["install", "reset"]
    [gap] = part.figure.breaks
    assert (gap.kind, gap.end_at - gap.start_at) == ("reset", HOUR)
    assert {Flag.RESET, Flag.ESTIMATED} <= set(part.figure.flags)
    rises = sum(each.last_milliwh - each.first_milliwh for each in part.figure.segments)
    assert rises + gap.energy_milliwh == part.figure.energy_milliwh
    before = measure_period(database, number, Ask("2026-03-20", "2026-03-31"), None).parts[0]
    assert [segment.kind for segment in before.figure.segments] == ["reset"]
    assert before.figure.flags == ()


def test_settings_from_a_date_cut_the_segment_and_the_energy(database: Database) -> None:
    number = fill(database, days=20)
    at = START + 10 * DAY
    with database.begin() as connection:
        changed = {"multiplier": "40", "p_max_mw": 800 * KWH}
        event = NewEvent(number, at, EventKind.SETTINGS, "Ann", "new transformer", settings=changed)
        insert_event(connection, event, at)
        judge_again(connection, number, at)
    [part] = measure_period(database, number, Ask("2026-02-28", "2026-03-19"), None).parts
    assert [each.multiplier for each in part.figure.segments] == ["1", "40"]
    assert part.figure.energy_milliwh == (240 + 240 * 40) * KWH


def test_a_time_of_day_cuts_between_readings_by_cumulative_floor(database: Database) -> None:
    number = fill(database)
    ask = Ask("2026-03-01T10:20:00+01:00", "2026-03-01T10:50:00+01:00")
    [part] = measure_period(database, number, ask, None).parts
    assert part.figure.energy_milliwh == KWH // 2
    assert part.opening_milliwh is not None
    assert part.closing_milliwh == part.opening_milliwh + KWH // 2


def test_a_period_without_readings_has_no_value_and_not_zero(database: Database) -> None:
    number = fill(database)
    [part] = measure_period(database, number, Ask("2025-03-01", "2025-03-31"), None).parts
    assert (part.figure.energy_milliwh, part.measured_percent) == (None, None)
    assert part.figure.flags == (Flag.MISSING,)


@pytest.mark.parametrize(
    "ask",
    [
        Ask("2026-03-02", "2026-02-01"),
        Ask("yesterday", "2026-03-01"),
        Ask("2001-01-01", "2026-01-01", Grain.DAY),
    ],
)
def test_a_period_that_is_none_or_too_finely_cut_is_refused(database: Database, ask: Ask) -> None:
    number = fill(database, days=1)
    with pytest.raises(InvalidInputError):
        measure_period(database, number, ask, None)


def test_a_meter_that_is_not_there_is_named(database: Database) -> None:
    with pytest.raises(NotFoundError, match="no meter 99"):
        measure_period(database, 99, Ask("2026-03-01", "2026-03-31"), None)
    with pytest.raises(NotFoundError):
        measure_endpoint(database, "nobody", None, Ask("2026-03-01", "2026-03-31"))


def test_the_uncertainty_knows_the_display_at_each_end(database: Database) -> None:
    coarse, fine = KWH, KWH // 1000
    with database.begin() as connection:
        number = add_meter(connection, 60, p_max_mw=20 * KWH)
        readings = [
            NewReading(START + hour * HOUR, (500 + hour) * KWH, coarse if hour < 300 else fine)
            for hour in range(1000)
        ]
        book(connection, {number: readings})
    [part] = measure_period(database, number, Ask("2026-03-01", "2026-03-31"), None).parts
    assert part.figure.uncertainty_milliwh == coarse + fine
