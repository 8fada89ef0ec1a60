"""Energy between any two instants is exactly what the readings say, however it is summed."""

from collections.abc import Sequence
from itertools import count, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant, parse_instant
from wattledger.domain.month_to_date import Interval
from wattledger.domain.period import calendar
from wattledger.store.consumption import Used, counted_meters, energy_between
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import TOTAL, NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.sites import first_site

# The clocks of Berlin go forward on 29 March 2026.
START = parse_instant("2026-03-20T22:17:00Z")
BERLIN = calendar("Europe/Berlin")
COARSE = 1_000_000_000
"""So coarse a display that no rise of these is doubted."""
_numbers = count(1)


def add_meter(connection: Connection) -> int:
    site_id = first_site(connection, BERLIN.zone)
    new = NewEndpoint(f"Rack {next(_numbers)}", site_id)
    return find_or_create_meter(connection, insert_endpoint(connection, new, START), TOTAL)


def expected(readings: Sequence[tuple[Instant, int]], start: Instant, end: Instant) -> Used | None:
    """Sum the shares of all intervals, each cut by itself."""
    energy = covered = 0
    for (a, low), (b, high) in pairwise(readings):
        interval = Interval(a, b, high - low)
        energy += interval.share_before(end) - interval.share_before(start)
        covered += max(0, min(b, end) - max(a, start))
    return Used(energy, covered) if covered else None


@st.composite
def registers(draw: st.DrawFn) -> list[tuple[Instant, int]]:
    gaps = draw(st.lists(st.sampled_from((7 * MINUTE, HOUR, 11 * HOUR, 3 * DAY)), max_size=30))
    at, value, readings = START, 1_000_000, [(START, 1_000_000)]
    for gap in gaps:
        at += gap + draw(st.integers(0, 999_999))
        value += draw(st.integers(0, gap // 500_000))
        readings.append((at, value))
    return readings


@settings(max_examples=150)
@given(registers(), st.integers(-2 * DAY, 20 * DAY), st.integers(1, 30 * DAY))
def test_the_energy_of_any_period_is_that_of_its_cut_intervals(
    database: Database, readings: list[tuple[Instant, int]], after: int, length: int
) -> None:
    start = START + after
    with database.begin() as connection:
        meter_id = add_meter(connection)
        book(connection, {meter_id: [NewReading(at, value, COARSE) for at, value in readings]})
        used = energy_between(connection, BERLIN, start, start + length)
        assert used.get(meter_id) == expected(readings, start, start + length)


def test_only_meters_of_the_zone_and_of_living_endpoints_count(database: Database) -> None:
    with database.begin() as connection:
        meter_id = add_meter(connection)
        book(connection, {meter_id: [NewReading(START, 0, 1), NewReading(START + HOUR, 5, 1)]})
        assert energy_between(connection, calendar("UTC"), START, START + DAY) == {}
        assert energy_between(connection, BERLIN, START, START + DAY) == {meter_id: Used(5, HOUR)}
        [counted] = counted_meters(connection)
        assert (counted.id, counted.is_read, counted.zone) == (meter_id, True, "Europe/Berlin")
