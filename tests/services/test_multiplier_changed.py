"""A multiplier that changes at the edge of a month moves no energy over it, wherever one looks."""

import pytest
from tests.services.billing import (
    APRIL,
    DAYS,
    FEBRUARY,
    KWH,
    MARCH,
    STEP,
    add_meter,
    book_all,
    declare,
    edge,
)

from wattledger.domain.bucket import BucketLength
from wattledger.domain.event import EventKind
from wattledger.domain.instant import HOUR, MINUTE
from wattledger.services import list_readings as listed
from wattledger.services.energy_history import energy_history
from wattledger.services.history_ask import HistoryAsk
from wattledger.services.month_demand import month_demand
from wattledger.services.month_lines import month_lines
from wattledger.store.consumption import energy_between
from wattledger.store.database import Database
from wattledger.store.months import month_tallies
from wattledger.store.readings import NewReading
from wattledger.store.recompute import differences

FIRST = edge(MARCH) - 6 * HOUR
READINGS = [NewReading(FIRST + n * 8 * HOUR, n * 8 * KWH, STEP) for n in range(4)]
"""One kilowatt as displayed; the first interval reaches two hours into March."""


@pytest.fixture
def meter(database: Database) -> int:
    """Give a meter whose transformers are others from the first of March on."""
    with database.begin() as connection:
        number = add_meter(connection, "Rack", "Alpha", poll_minutes=480, p_max_mw=900 * KWH)
    book_all(database, number, READINGS[:1])
    declare(database, number, edge(MARCH), EventKind.SETTINGS, settings={"multiplier": "40"})
    book_all(database, number, READINGS[1:])
    return number


def test_each_month_has_what_its_multiplier_gives(database: Database, meter: int) -> None:
    with database.connect() as connection:
        assert list(differences(connection, [meter])) == []
        energies = [
            month_tallies(connection, month)[meter].energy_milliwh for month in (FEBRUARY, MARCH)
        ]
        (line,) = month_lines(connection, MARCH)
    assert energies == [6 * KWH, (24 - 6) * 40 * KWH]
    (segment,) = line.segments
    assert line.energy_milliwh == 40 * (segment.last_milliwh - segment.first_milliwh)


def test_what_is_cut_out_of_the_ledger_is_cut_alike(database: Database, meter: int) -> None:
    with database.connect() as connection:
        for start, end, energy in (
            (edge(MARCH) - 3 * HOUR, edge(MARCH), 3),
            (edge(MARCH), edge(MARCH) + HOUR, 40),
            (edge(MARCH) - HOUR, edge(MARCH) + HOUR, 41),
        ):
            assert (
                energy_between(connection, DAYS, start, end)[meter].energy_milliwh == energy * KWH
            )


@pytest.mark.usefixtures("meter")
def test_the_month_to_date_begins_with_the_month(database: Database) -> None:
    page = listed.list_readings(database, "Rack", listed.HistoryAsk(), 10, None).readings
    newest_first = [40 * 18, 40 * 10, 40 * 2, None]
    assert [each.month_milliwh for each in page] == [
        None if each is None else each * KWH for each in newest_first
    ]


@pytest.mark.usefixtures("meter")
def test_the_hours_of_a_history_are_those_of_each_multiplier(database: Database) -> None:
    ask = HistoryAsk("2026-02-28", "2026-03-01", length=BucketLength.HOUR)
    (series,) = energy_history(database, ask, edge(APRIL), None).series
    hours = [each.energy_milliwh for each in series.buckets]
    assert hours[18:26] == [KWH] * 6 + [40 * KWH] * 2


def test_a_change_between_two_reads_inside_a_day_is_booked_as_it_is_recomputed(
    database: Database, meter: int
) -> None:
    """Also where readings come late into an interval that it cuts."""
    at = edge(MARCH) + 5 * HOUR
    declare(database, meter, at, EventKind.SETTINGS, settings={"multiplier": "7"})
    late = [NewReading(at + each * HOUR, (11 + each) * KWH, STEP) for each in (-1, 2)]
    for each in late:
        book_all(database, meter, [each])
        with database.connect() as connection:
            assert list(differences(connection, [meter])) == []
    with database.connect() as connection:
        used = energy_between(connection, DAYS, at - HOUR, at + HOUR)[meter].energy_milliwh
    assert used == 47 * KWH


def test_the_peak_of_a_month_is_not_that_of_the_next_ones_multiplier(database: Database) -> None:
    """Quarter hours, of which one begins in February and ends in March."""
    with database.begin() as connection:
        number = add_meter(connection, "Rack", "Alpha", poll_minutes=15, p_max_mw=900 * KWH)
    first = edge(MARCH) - 37 * MINUTE
    quarters = [NewReading(first + n * 15 * MINUTE, n * 3 * KWH, STEP) for n in range(6)]
    declare(database, number, edge(MARCH), EventKind.SETTINGS, settings={"multiplier": "40"})
    book_all(database, number, quarters)
    with database.connect() as connection:
        (line,) = month_lines(connection, FEBRUARY)
        (_, peak) = month_demand(connection, FEBRUARY).peaks([line])
    assert peak is not None
    assert peak.peak_mw == 12 * KWH


def test_a_month_that_ends_with_a_multiplier_is_as_uncertain_as_that_one_makes_it(
    database: Database,
) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "Rack", "Alpha", poll_minutes=60, multiplier="40")
    declare(database, number, edge(MARCH), EventKind.SETTINGS, settings={"multiplier": "1"})
    hours = range(-24, 25)
    readings = [NewReading(edge(MARCH) + n * HOUR, (100 + n) * STEP, STEP) for n in hours]
    book_all(database, number, readings)
    with database.connect() as connection:
        lines = [*month_lines(connection, FEBRUARY), *month_lines(connection, MARCH)]
    assert [line.energy_milliwh for line in lines] == [24 * STEP * 40, 24 * STEP]
    assert [line.uncertainty_milliwh for line in lines] == [2 * STEP * 40, 2 * STEP]
