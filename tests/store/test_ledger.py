"""Booking as readings arrive gives what a recomputation of all of them gives."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.event import listen, remove
from tests.examples import examples

from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, MINUTE, parse_instant
from wattledger.domain.reading import Status
from wattledger.store.database import Database
from wattledger.store.events import NewEvent, insert_event
from wattledger.store.ledger import book, judge_again
from wattledger.store.readings import NewReading
from wattledger.store.recompute import differences, rebuild
from wattledger.store.tables import (
    endpoint,
    energy_day,
    energy_month,
    meter,
    meter_state,
    reading,
    reading_revision,
    site,
)

START = parse_instant("2026-02-27T22:00:00Z")
KWH = 1_000_000
STEP = 100_000
_numbers = count(1)


def add_meter(connection: Connection, poll_minutes: int = 15, **settings_: object) -> int:
    """Create a meter at a site in Berlin and return its id."""
    number = next(_numbers)
    site_id = connection.scalar(select(site.c.id))
    if site_id is None:
        site_id = connection.execute(
            insert(site).values(name="Berlin", zone="Europe/Berlin").returning(site.c.id)
        ).scalar_one()
    endpoint_id = connection.execute(
        insert(endpoint)
        .values(
            public_id=str(number),
            name=f"PDU {number}",
            address="http://10.0.0.1",
            host_port="10.0.0.1:80",
            site_id=site_id,
            poll_minutes=poll_minutes,
            created_at=0,
            updated_at=0,
        )
        .returning(endpoint.c.id)
    ).scalar_one()
    created = insert(meter).values(endpoint_id=endpoint_id, **settings_).returning(meter.c.id)
    return int(connection.execute(created).scalar_one())


def reads(*pairs: tuple[int, int]) -> list[NewReading]:
    return [NewReading(START + at, value, STEP, power_mw=at) for at, value in pairs]


def days_of(connection: Connection, meter_id: int) -> dict[str, int]:
    rows = select(energy_day).where(energy_day.c.meter_id == meter_id)
    return {str(row.day): row.energy_milliwh for row in connection.execute(rows)}


def test_readings_in_order_fill_days_months_and_state(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection)
        book(connection, {number: reads((0, KWH), (DAY, 25 * KWH))})
        book(connection, {number: reads((2 * DAY, 49 * KWH))})
        assert days_of(connection, number) == {
            "2026-02-27": KWH,
            "2026-02-28": 24 * KWH,
            "2026-03-01": 23 * KWH,
        }
        months = connection.execute(
            select(energy_month).where(energy_month.c.meter_id == number)
        ).all()
        assert [(str(m.month), m.energy_milliwh) for m in months] == [
            ("2026-02-01", 25 * KWH),
            ("2026-03-01", 23 * KWH),
        ]
        assert months[0].end_milliwh == months[1].start_milliwh == 26 * KWH
        state = connection.execute(select(meter_state)).one()
        assert (state.last_milliwh, state.month_milliwh) == (49 * KWH, 23 * KWH)
        assert state.power_mw == 2 * DAY
        assert list(differences(connection, [number])) == []


def test_booking_the_same_readings_again_changes_nothing(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection)
        fresh = reads((0, KWH), (HOUR, 2 * KWH), (2 * HOUR, 3 * KWH))
        assert book(connection, {number: fresh})[number].new == 3
        again = book(connection, {number: fresh})[number]
        assert (again.new, again.duplicates) == (0, 3)
        state = connection.execute(select(meter_state)).one()
        assert state.version == 1
        assert list(differences(connection, [number])) == []


def test_of_two_values_of_one_instant_the_one_that_fits_its_neighbours_stands(
    database: Database,
) -> None:
    with database.begin() as connection:
        number = add_meter(connection)
        book(connection, {number: reads((0, KWH), (HOUR, 2 * KWH), (2 * HOUR, 4 * KWH))})
        result = book(connection, {number: reads((HOUR, 900 * KWH))})[number]
        assert (result.new, result.conflicts) == (0, [START + HOUR])
        assert sum(days_of(connection, number).values()) == 3 * KWH
        assert [row.total_milliwh for row in others(connection, number)] == [900 * KWH]
        assert book(connection, {number: reads((HOUR, 900 * KWH))})[number].conflicts == []
        assert list(differences(connection, [number])) == []


def test_the_value_that_came_first_gives_way_to_the_one_that_fits(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection)
        book(connection, {number: reads((0, KWH), (HOUR, 900 * KWH), (2 * HOUR, 4 * KWH))})
        assert book(connection, {number: reads((HOUR, 2 * KWH))})[number].last is Status.GOOD
        assert [row.total_milliwh for row in others(connection, number)] == [900 * KWH]
        assert sum(days_of(connection, number).values()) == 3 * KWH
        assert list(differences(connection, [number])) == []


def test_two_values_that_both_fit_are_held_and_the_smaller_stands(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection)
        book(connection, {number: reads((0, KWH), (2 * HOUR, 9 * KWH))})
        book(connection, {number: reads((HOUR, 4 * KWH))})
        result = book(connection, {number: reads((HOUR, 3 * KWH))})[number]
        assert (result.last, result.newly_held) == (Status.HELD, 1)
        standing = select(reading.c.total_milliwh).where(reading.c.status == Status.HELD)
        assert connection.scalar(standing) == 3 * KWH
        assert sum(days_of(connection, number).values()) == 8 * KWH
        assert list(differences(connection, [number])) == []
        accept = NewEvent(number, START + HOUR, EventKind.ACCEPT, "Ann", "looked", 4 * KWH)
        insert_event(connection, accept, START)
        judge_again(connection, number, START + HOUR)
        standing = select(reading.c.total_milliwh).where(reading.c.ts == START + HOUR)
        assert connection.scalar(standing) == 4 * KWH
        assert list(differences(connection, [number])) == []


def others(connection: Connection, meter_id: int) -> Sequence[Row[Any]]:
    rows = select(reading_revision).where(reading_revision.c.meter_id == meter_id)
    return connection.execute(rows.order_by(reading_revision.c.ts)).all()


def test_a_late_reading_moves_energy_between_days_and_not_the_sum(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection)
        book(connection, {number: reads((0, 0), (DAY, 24 * KWH))})
        book(connection, {number: reads((HOUR, 10 * KWH))})
        assert days_of(connection, number) == {"2026-02-27": 10 * KWH, "2026-02-28": 14 * KWH}
        assert list(differences(connection, [number])) == []


def test_held_readings_are_counted_and_released_as_glitches(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection)
        book(connection, {number: reads((0, 100 * KWH))})
        held = book(connection, {number: reads((15 * MINUTE, 0))})[number]
        assert (held.last, held.newly_held) == (Status.HELD, 1)
        assert connection.scalar(select(meter_state.c.held_count)) == 1
        released = book(connection, {number: reads((30 * MINUTE, 101 * KWH))})[number]
        assert (released.last, released.newly_held) == (Status.GOOD, -1)
        statuses = connection.scalars(select(reading.c.status).order_by(reading.c.ts)).all()
        assert statuses == [Status.GOOD, Status.GLITCH, Status.GOOD]
        assert list(differences(connection, [number])) == []


def test_a_reading_that_comes_in_behind_a_catch_up_judges_it_anew(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection, p_max_mw=20_000_000)
        flat = [(minute * MINUTE, 500 * KWH) for minute in range(4)]
        caught_up, agreeing = (4 * MINUTE, 500_600_000), (6 * MINUTE, 501_200_000)
        book(connection, {number: reads(*flat, caught_up, agreeing)})
        assert list(differences(connection, [number])) == []
        book(connection, {number: reads((5 * MINUTE, 501_200_000))})
        assert list(differences(connection, [number])) == []


def test_a_reading_in_order_is_booked_without_a_look_back(database: Database) -> None:
    fine = 1_000
    with database.begin() as connection:
        number = add_meter(connection)
        at, value = START, 500 * KWH
        for load in (450, 520, 610, 480, 700, 900, 750):
            at, value = at + 15 * MINUTE, value + load * fine
            book(connection, {number: [NewReading(at, value, fine)]})
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    listen(database.engine, "before_cursor_execute", note)
    with database.begin() as connection:
        fresh = [NewReading(at + 15 * MINUTE, value + 800 * fine, fine)]
        assert book(connection, {number: fresh})[number].last is Status.GOOD
    remove(database.engine, "before_cursor_execute", note)
    assert [each for each in asked if "FROM reading" in each] == []


def test_a_changed_setting_takes_effect_by_a_rebuild(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection)
        book(connection, {number: reads((0, 0), (HOUR, KWH))})
        connection.execute(meter.update().values(multiplier="40"))
        assert list(differences(connection, [number])) != []
        rebuild(connection, [number])
        assert list(differences(connection, [number])) == []
        assert sum(days_of(connection, number).values()) == 40 * KWH


def test_a_difference_between_ledger_and_readings_is_told(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection)
        book(connection, {number: reads((0, 0), (HOUR, KWH))})
        connection.execute(energy_day.update().values(energy_milliwh=1))
        told = list(differences(connection, [number]))
        assert told == [
            f"energy_day {day} of meter {number}: energy_milliwh is 1, the readings give {energy}"
            for day, energy in (("2026-02-27", KWH), ("2026-02-28", 0))
        ]


@st.composite
def registers(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Draw a register over some days: it mostly rises, now and then glitches or stands still."""
    gaps = draw(st.lists(st.sampled_from((MINUTE, 15 * MINUTE, 5 * HOUR, 2 * DAY)), max_size=25))
    at, value, pairs = 0, 500 * KWH, [(0, 500 * KWH)]
    for gap in gaps:
        at += gap
        value += draw(st.integers(0, 30)) * STEP
        glitch = draw(st.sampled_from((0,) * 12 + (-400 * KWH, 4000 * KWH, -STEP)))
        pairs.append((at, value + glitch))
    return pairs


@examples(1000)
@given(registers(), st.randoms(use_true_random=False), st.integers(1, 6))
def test_any_order_and_any_portions_give_what_a_recomputation_gives(
    database: Database, pairs: list[tuple[int, int]], random: object, portions: int
) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # Hypothesis gives a Random
    with database.begin() as connection:
        number = add_meter(connection, p_max_mw=20_000_000)
        in_order = add_meter(connection, p_max_mw=20_000_000)
        for start in range(portions):
            portion = shuffled[start::portions]
            if portion:
                book(connection, {number: reads(*portion)})
                assert list(differences(connection, [number])) == []
        book(connection, {in_order: reads(*pairs)})
        assert days_of(connection, number) == days_of(connection, in_order)
