"""The demand of a month."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import insert, update
from tests.services.billing import after, declare, give_tariff, price
from tests.services.test_report_month import END, KWH, MARCH, START, add_meter

from wattledger.domain.charge import ChargeKind
from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant
from wattledger.domain.reading import Source
from wattledger.domain.statement import Statement
from wattledger.services.month_statements import draft_month
from wattledger.store.assignments import assign, replace_assignments
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.tables import endpoint, meter, site

WHOLE = 1_000_000
QUARTER = 15 * MINUTE
KATHMANDU, CHATHAM = "Asia/Kathmandu", "Pacific/Chatham"


def drawing(
    kilowatts: int, start: Instant = START - DAY, end: Instant = END + DAY, every: int = QUARTER
) -> list[NewReading]:
    """Return readings of a meter that draws the same power all along."""
    return [
        NewReading(at, (at - start) * kilowatts * KWH // HOUR, 1_000)
        for at in range(start, end + 1, every)
    ]


def add_site(connection: Connection, name: str, zone: str, *endpoints: str) -> None:
    """Create a site and move endpoints to it."""
    other = insert(site).values(name=name, zone=zone).returning(site.c.id)
    moved = update(endpoint).where(endpoint.c.name.in_(endpoints))
    connection.execute(moved.values(site_id=connection.execute(other).scalar_one()))


def serve(
    connection: Connection,
    meter_id: int,
    start: Instant,
    end: Instant | None = None,
    share_ppm: int = WHOLE,
) -> None:
    """Let a meter serve the client X for a time, and nobody else at another."""
    replace_assignments(connection, meter_id, [])
    assign(connection, meter_id, find_or_create_client(connection, "X"), start, end, share_ppm)


def statement(database: Database) -> Statement:
    with database.connect() as connection:
        draft = draft_month(connection, MARCH)
        (number,) = draft.lines
        return draft.statement(number, after(MARCH))


def test_racks_of_the_same_name_at_two_sites_are_two_racks(database: Database) -> None:
    with database.begin() as connection:
        book(connection, {add_meter(connection, name, "X"): drawing(20) for name in ("A", "B")})
        add_site(connection, "Hamburg", "Europe/Berlin", "B")
        connection.execute(update(meter).values(rack="R1", feed="A"))
    told = statement(database)
    peaks = [line.peak.peak_mw for line in told.lines if line.peak is not None]
    assert peaks == [20 * KWH, 20 * KWH]
    assert [line.peak.of for line in told.lines if line.peak is not None] == ["meter", "meter"]


def test_the_feeds_of_a_rack_are_summed_each_with_its_own_share(database: Database) -> None:
    with database.begin() as connection:
        for feed, share in (("A", WHOLE), ("B", WHOLE // 2)):
            number = add_meter(connection, feed)
            book(connection, {number: drawing(4)})
            serve(connection, number, 0, None, share)
            named = update(meter).where(meter.c.id == number)
            connection.execute(named.values(rack="R1", feed=feed))
    told = statement(database)
    peaks = [line.peak.peak_mw for line in told.lines if line.peak is not None]
    assert peaks == [6 * KWH, 6 * KWH]
    assert [line.peak.of for line in told.lines if line.peak is not None] == ["rack", "rack"]


def test_a_meter_that_came_inside_the_month_and_is_read_hourly_has_no_peak(
    database: Database,
) -> None:
    """Nobody knows what it drew by quarter hours; before it came, nothing was drawn at all."""
    came = START + 14 * DAY
    with database.begin() as connection:
        number = add_meter(connection, "A")
        book(connection, {number: drawing(4, came, every=HOUR)})
        serve(connection, number, came)
    told = statement(database)
    assert told.lines[0].energy_milliwh is not None
    assert (told.lines[0].peak, told.peak) == (None, None)


def test_a_client_of_the_last_day_has_that_days_percentile_and_coverage(
    database: Database,
) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "A")
        book(connection, {number: drawing(20)})
        serve(connection, number, END - DAY)
    told = statement(database)
    peak = told.peak
    assert peak is not None
    assert told.lines[0].peak == peak
    assert (peak.peak_mw, peak.p95_mw, peak.peak_at) == (20 * KWH, 20 * KWH, END - DAY)
    assert peak.coverage_percent == 100


def test_a_meter_that_came_later_adds_to_a_clients_peak_from_then_on(database: Database) -> None:
    came = START + 14 * DAY
    with database.begin() as connection:
        first, second = add_meter(connection, "A", "X"), add_meter(connection, "B")
        book(connection, {first: drawing(1), second: drawing(4, came)})
        serve(connection, second, came)
    peak = statement(database).peak
    assert peak is not None
    assert (peak.peak_mw, peak.peak_at, peak.coverage_percent) == (5 * KWH, came, Decimal(100))


@pytest.mark.parametrize("zone", ["Asia/Tokyo", KATHMANDU, CHATHAM, "America/St_Johns"])
def test_power_above_the_committed_is_charged_whatever_the_zones_of_the_meters(
    database: Database, zone: str
) -> None:
    with database.begin() as connection:
        meters = {add_meter(connection, name, "X"): kw for name, kw in (("A", 4), ("B", 1))}
        book(connection, {number: drawing(kw) for number, kw in meters.items()})
        add_site(connection, "Abroad", zone, "B")
    give_tariff(
        database,
        "X",
        price(committedKw="2", committedPrice="10", powerOveragePrice="100"),
    )
    told = statement(database)
    (above,) = [each for each in told.charges if each.kind is ChargeKind.POWER_OVERAGE]
    assert (above.quantity, above.amount) == (Decimal(3), Decimal(300))
    assert told.notes == ()
    assert told.peak is not None
    assert (told.peak.peak_mw, told.peak.coverage_percent) == (5 * KWH, Decimal(100))


def test_what_is_drawn_abroad_counts_in_the_month_of_the_statement(database: Database) -> None:
    """Berlin's March ends while it is already April in Kathmandu: it is one month on the bill."""
    late = END - HOUR
    with database.begin() as connection:
        first, second = add_meter(connection, "A", "X"), add_meter(connection, "B")
        book(connection, {first: drawing(1)})
        before = drawing(2, START - DAY, late)
        rising = [
            NewReading(at, before[-1].total_milliwh + (at - late) * 8 * KWH // HOUR, 1_000)
            for at in range(late + QUARTER, END + DAY, QUARTER)
        ]
        book(connection, {second: [*before, *rising]})
        serve(connection, second, 0, END - QUARTER)
        add_site(connection, "Abroad", KATHMANDU, "B")
    told = statement(database)
    assert told.zone == "Europe/Berlin"
    assert [line.peak.peak_mw for line in told.lines if line.peak is not None] == [KWH, 2 * KWH]
    assert told.peak is not None
    assert (told.peak.peak_mw, told.peak.peak_at) == (9 * KWH, late)
    assert told.peak.coverage_percent == 100


@pytest.mark.parametrize("is_typed", [True, False])
def test_one_coarse_read_costs_no_more_than_its_own_windows(
    database: Database, *, is_typed: bool
) -> None:
    """A check reading typed in whole kWh, or a number printed without its last zero."""
    with database.begin() as connection:
        number = add_meter(connection, "A", "X")
        readings = drawing(8)
        source = Source.CHECK if is_typed else Source.COLLECTED
        readings[1_000] = replace(readings[1_000], resolution_milliwh=KWH, source=source)
        book(connection, {number: readings})
    peak = statement(database).peak
    assert peak is not None
    assert peak.peak_mw == 8 * KWH
    assert peak.coverage_percent == Decimal("99.9" if is_typed else 100)


def test_a_window_is_as_fine_as_the_multiplier_of_its_own_time_makes_it(
    database: Database,
) -> None:
    """A current transformer that is removed at the month's end makes no peak of a display step."""
    removed = END - 12 * HOUR
    readings = []
    for at in range(START - DAY, END + DAY + 1, QUARTER):
        behind = max(0, at - removed)
        true = (at - behind - START + DAY) * 10 * KWH // HOUR // 40 + behind * 10 * KWH // HOUR
        shown = true // 100_000 * 100_000
        readings.append(NewReading(at, shown, 100_000, power_mw=10 * KWH))
    with database.begin() as connection:
        number = add_meter(connection, "A", "X")
        connection.execute(update(meter).values(p_max_mw=100 * KWH, multiplier="40"))
        book(connection, {number: readings})
    declare(database, number, removed, EventKind.SETTINGS, settings={"multiplier": "1"})
    peak = statement(database).peak
    assert peak is not None
    assert (peak.peak_mw, peak.p95_mw) == (10 * KWH, 10 * KWH)
