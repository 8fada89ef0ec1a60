"""Month to date at a reading is what the ledger's months would hold if it were the last one."""

from itertools import count, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from wattledger.domain.acceptance import accept
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant, parse_instant
from wattledger.domain.ledger import roll_up
from wattledger.domain.month_to_date import Interval, months_to_date
from wattledger.domain.period import calendar
from wattledger.domain.reading import Reading
from wattledger.domain.register import RegisterSettings
from wattledger.store.database import Database
from wattledger.store.endpoints import TOTAL, NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.history import month_to_date_at
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.sites import first_site

START = parse_instant("2026-02-24T22:17:00Z")
BERLIN = calendar("Europe/Berlin")
MIDNIGHT = BERLIN.start_of(BERLIN.day_of(START + 5 * DAY))
COARSE = 1_000_000_000
"""So coarse a display that no rise of these is doubted."""
_numbers = count(1)


@st.composite
def registers(draw: st.DrawFn) -> list[tuple[Instant, int]]:
    gaps = draw(
        st.lists(st.sampled_from((7 * MINUTE, HOUR, 11 * HOUR, 3 * DAY)), min_size=1, max_size=25)
    )
    stamps = {START, MIDNIGHT}
    at = START
    for gap in gaps:
        at += gap + draw(st.integers(0, 999_999))
        stamps.add(at)
    value, readings = 1_000_000, []
    for at in sorted(stamps):
        value += draw(st.integers(0, 800))
        readings.append((at, value))
    return readings


def ledger_month(readings: list[tuple[Instant, int]]) -> int:
    judged = accept(
        [Reading(at, value, COARSE) for at, value in readings], RegisterSettings()
    ).readings
    months = roll_up(None, judged, RegisterSettings(), BERLIN).months
    return months[BERLIN.month_of(readings[-1][0])].energy_milliwh


@settings(max_examples=100)
@given(registers())
def test_month_to_date_is_the_month_of_the_ledger_up_to_there(
    database: Database, readings: list[tuple[Instant, int]]
) -> None:
    expected = [ledger_month(readings[: end + 1]) for end in range(1, len(readings))]
    with database.begin() as connection:
        new = NewEndpoint(f"Rack {next(_numbers)}", first_site(connection, BERLIN.zone))
        meter_id = find_or_create_meter(connection, insert_endpoint(connection, new, START), TOTAL)
        book(connection, {meter_id: [NewReading(at, value, COARSE) for at, value in readings]})
        seen = [month_to_date_at(connection, meter_id, at, BERLIN, {}) for at, _ in readings[1:]]
    assert seen == expected
    intervals = [Interval(a, b, high - low) for (a, low), (b, high) in pairwise(readings)]
    assert list(months_to_date(0, intervals, BERLIN)) == expected
