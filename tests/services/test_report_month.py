"""The month of all meters."""

from datetime import date
from decimal import Decimal

from sqlalchemy import update

from wattledger.domain.earlier import Earlier
from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant, parse_instant
from wattledger.domain.month_report import Flag, MonthReport, MonthState
from wattledger.domain.statement import Statement
from wattledger.services.correct_register import declare
from wattledger.services.declaration import Declaration
from wattledger.services.progress import unwatched
from wattledger.services.report_month import month_book, report_month
from wattledger.store.assignments import move_meter
from wattledger.store.clients import find_client, find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.deleted_endpoints import delete_endpoint
from wattledger.store.endpoints import (
    NewEndpoint,
    find_endpoint,
    find_or_create_meter,
    insert_endpoint,
)
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.sites import first_site, insert_site
from wattledger.store.tables import site

KWH = 1_000_000
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
START = parse_instant("2026-02-28T23:00:00Z")
END = parse_instant("2026-03-31T22:00:00Z")
MAY = parse_instant("2026-04-30T22:00:00Z")


def add_meter(connection: Connection, name: str, client: str | None = None) -> int:
    site_id = first_site(connection, "Europe/Berlin")
    client_id = find_or_create_client(connection, client) if client else None
    new = NewEndpoint(name=name, site_id=site_id, client_id=client_id)
    return find_or_create_meter(connection, insert_endpoint(connection, new, 0), "total")


def readings(*pairs: tuple[Instant, int]) -> list[NewReading]:
    return [NewReading(at, kwh * KWH, 100_000) for at, kwh in pairs]


def report(database: Database, now: Instant = END + HOUR) -> MonthReport:
    return report_month(database, MARCH, "UTC", now)


def test_lines_come_by_client_and_name_and_those_without_client_last(database: Database) -> None:
    with database.begin() as connection:
        add_meter(connection, "C")
        add_meter(connection, "B", "Zeta")
        add_meter(connection, "A", "Zeta")
        add_meter(connection, "D", "Alpha")
    assert [line.endpoint for line in report(database).lines] == ["D", "A", "B", "C"]


def test_a_month_is_open_while_it_runs_and_provisional_after(database: Database) -> None:
    assert report(database, END - 1).state is MonthState.OPEN
    assert report(database, parse_instant("2026-04-01T00:00:00Z")).state is MonthState.PROVISIONAL


def test_the_zone_is_the_sites_whatever_the_setting_says(database: Database) -> None:
    assert report(database).zone == "UTC"
    with database.begin() as connection:
        first_site(connection, "Europe/Berlin")
    assert report(database).zone == "Europe/Berlin"


def test_registers_stand_at_the_edges_of_the_month(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "A")
        edge = (START - 15 * MINUTE, 100), (START + 15 * MINUTE, 102), (END, 1000), (END + 1, 1000)
        book(connection, {number: readings(*edge)})
    (line,) = report(database).lines
    assert line.opening_milliwh == 101 * KWH
    assert line.closing_milliwh == 1000 * KWH
    assert line.energy_milliwh == 899 * KWH
    assert line.previous_milliwh == KWH
    assert line.measured_percent == Decimal("100.0")
    assert line.flags == (Flag.GAP,)


def test_an_outage_over_the_month_end_is_estimated_and_said(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "A")
        pairs = (START, 0), (END - 10 * HOUR, 900), (END + 10 * HOUR, 940)
        book(connection, {number: readings(*pairs)})
    (line,) = report(database).lines
    assert line.energy_milliwh == 920 * KWH
    assert line.flags == (Flag.GAP, Flag.ESTIMATED)
    assert line.measured_percent == Decimal("97.8")


def test_a_meter_without_readings_has_no_value_and_not_zero(database: Database) -> None:
    with database.begin() as connection:
        add_meter(connection, "A")
    result = report(database)
    assert result.lines[0].energy_milliwh is None
    assert result.lines[0].flags == (Flag.MISSING,)
    assert result.total_milliwh is None


def test_a_deleted_endpoint_stays_in_the_months_it_was_read(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "Gone")
        book(connection, {number: readings((START, 0), (START + HOUR, 5))})
        delete_endpoint(connection, find_endpoint(connection, "Gone").id, START + HOUR)
    assert [line.endpoint for line in report(database).lines] == ["Gone"]
    assert report_month(database, date(2026, 4, 1), "UTC", END).lines == ()


def test_nothing_more_is_to_come_of_a_meter_that_ends_with_the_month(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "Gone", "X")
        book(connection, {number: readings((START, 0), (END - HOUR, 5))})
    end = Declaration(EventKind.END, END, "Ann", "The rack was dismantled")
    declare(database, number, end, END + HOUR)
    (line,) = report(database).lines
    assert Flag.PARTIAL in line.flags
    assert Flag.PROJECTED not in line.flags


def test_each_meter_is_judged_by_the_zone_of_its_own_site(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "A")
        connection.execute(update(site).values(zone="Asia/Tokyo"))
        book(connection, {number: readings((START, 0), (START + HOUR, 5))})
    (line,) = report(database).lines
    assert Flag.PARTIAL in line.flags


def test_outlets_stand_for_an_endpoint_whose_total_was_never_read(database: Database) -> None:
    with database.begin() as connection:
        site_id = first_site(connection, "Europe/Berlin")
        client_id = find_or_create_client(connection, "X")
        for name, of_client in (("A", client_id), ("B", None)):
            new = NewEndpoint(name=name, site_id=site_id, client_id=of_client)
            endpoint_id = insert_endpoint(connection, new, 0)
            for key in ("outlet-1", "outlet-2"):
                number = find_or_create_meter(connection, endpoint_id, key)
                book(connection, {number: readings((START, 0), (START + HOUR, 5))})
    assert [(line.client, line.endpoint, line.meter) for line in report(database).lines] == [
        ("X", "A", "outlet-1"),
        ("X", "A", "outlet-2"),
        (None, "B", "outlet-1"),
        (None, "B", "outlet-2"),
    ]


def test_a_move_inside_a_month_cuts_it_there(database: Database) -> None:
    middle = START + 10 * HOUR
    with database.begin() as connection:
        number = add_meter(connection, "A", "X")
        book(connection, {number: readings((START, 0), (middle - HOUR, 9), (middle + HOUR, 11))})
        move_meter(connection, number, find_or_create_client(connection, "Y"), middle)
    lines = report(database).lines
    assert [(line.client, line.energy_milliwh) for line in lines] == [("X", 10 * KWH), ("Y", KWH)]


def test_a_meter_behind_its_end_has_no_line_that_would_block_its_client(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "Gone", "X")
        book(connection, {number: readings((START, 0), (START + HOUR, 5))})
    end = Declaration(EventKind.END, START + 2 * HOUR, "Ann", "The rack was dismantled")
    declare(database, number, end, END + HOUR)
    (line,) = report(database).lines
    assert (line.energy_milliwh, line.flags) == (5 * KWH, (Flag.PARTIAL,))
    assert report_month(database, date(2026, 4, 1), "UTC", END).lines == ()


def test_a_meter_that_is_read_last_as_the_month_ends_has_no_line_in_the_next(
    database: Database,
) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "Gone", "X")
        book(connection, {number: readings((START, 0), (END, 5))})
    declare(database, number, Declaration(EventKind.END, END, "Ann", "Dismantled"), END + HOUR)
    (line,) = report(database).lines
    assert (line.energy_milliwh, line.flags) == (5 * KWH, (Flag.GAP,))
    assert report_month(database, date(2026, 4, 1), "UTC", END + HOUR).lines == ()


def test_a_share_that_changes_counts_the_month_before_once(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "A", "X")
        pairs = (START - 10 * HOUR, 0), (START, 8), (START + 10 * HOUR, 18), (END, 918)
        book(connection, {number: readings(*pairs)})
        client_id = find_or_create_client(connection, "X")
        move_meter(connection, number, client_id, START + 10 * HOUR, 500_000)
    lines = [line for line in report(database).lines if line.client == "X"]
    assert [line.share_ppm for line in lines] == [1_000_000, 500_000]
    assert [line.previous_milliwh for line in lines] == [8 * KWH, None]


def test_the_month_before_is_the_clients_own_also_of_a_meter_that_has_left_it(
    database: Database,
) -> None:
    with database.begin() as connection:
        stays, left = add_meter(connection, "A", "X"), add_meter(connection, "B", "X")
        for number, kwh in ((stays, 700), (left, 200)):
            pairs = (START, 0), (END, kwh), (MAY, 2 * kwh)
            book(connection, {number: readings(*pairs)})
        move_meter(connection, left, find_or_create_client(connection, "Y"), END)
    march, april = (statement_of_x(database, month) for month in (MARCH, APRIL))
    assert march.total_kwh == 900
    assert [line.endpoint for line in april.lines] == ["A"]
    assert april.before == Earlier(Decimal("900.000"))
    assert april.change_percent == Decimal("-22.2")
    with database.connect() as connection:
        view = find_client(connection, "X").public_id
    alone = month_book(database, APRIL, "UTC", MAY, unwatched, view).statements[0]
    assert alone.before == april.before


def test_a_month_that_is_known_in_part_is_told_and_a_line_is_not_compared_with_it(
    database: Database,
) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "A", "X")
        pairs = (START + 240 * HOUR, 0), (END + MINUTE, 100), (MAY - MINUTE, 300), (MAY + HOUR, 301)
        book(connection, {number: readings(*pairs)})
    statement = statement_of_x(database, APRIL)
    (line,) = statement.lines
    assert (line.previous_in_part, line.change_percent) == (True, None)
    assert statement.before.in_part
    assert (line.opening_between, line.closing_between) == (True, True)
    (first,) = statement_of_x(database, MARCH).lines
    # The register stands at the first read, and not at the month's edge.
    assert (first.opening_between, first.closing_between) == (False, True)


def test_a_month_is_compared_with_the_one_before_once_all_of_it_is_read(
    database: Database,
) -> None:
    half = END - 15 * DAY
    with database.begin() as connection:
        meter = add_meter(connection, "A", "X")
        at_edges = readings((START - 28 * DAY, 0), (START, 280), (half, 440))
        book(connection, {meter: at_edges})
    told = month_book(database, MARCH, "UTC", half + HOUR, unwatched)
    assert (told.before.kwh, told.change_percent) == (Decimal(280), None)
    assert told.statements[0].change_percent is None
    assert told.report.lines[0].change_percent is None
    with database.begin() as connection:
        book(connection, {meter: readings((END, 588))})
    told = month_book(database, MARCH, "UTC", END + HOUR, unwatched)
    assert told.change_percent == told.statements[0].change_percent == 10
    assert told.report.lines[0].change_percent == 10


def test_the_zones_of_a_month_are_those_of_its_lines_and_not_of_an_unused_site(
    database: Database,
) -> None:
    with database.begin() as connection:
        insert_site(connection, "Unused", "UTC")
        tokyo = insert_site(connection, "Tokyo", "Asia/Tokyo")
        berlin = insert_site(connection, "Berlin", "Europe/Berlin")
        client_id = find_or_create_client(connection, "X")
        for name, site_id in (("A", berlin), ("B", berlin), ("C", tokyo)):
            new = NewEndpoint(name=name, site_id=site_id, client_id=client_id)
            number = find_or_create_meter(connection, insert_endpoint(connection, new, 0), "total")
            book(connection, {number: readings((START - DAY, 0), (END + DAY, 100))})
    told = report(database)
    assert (told.zone, told.zones) == ("Europe/Berlin", ("Europe/Berlin", "Asia/Tokyo"))
    whole = month_book(database, MARCH, "UTC", END + HOUR, unwatched)
    assert (whole.zone, whole.zones) == (told.zone, told.zones)
    assert [line.zone for line in whole.statements[0].lines] == [
        "Europe/Berlin",
        "Europe/Berlin",
        "Asia/Tokyo",
    ]


def statement_of_x(database: Database, month: date) -> Statement:
    whole = month_book(database, month, "UTC", MAY, unwatched)
    return next(each for each in whole.statements if each.client == "X")
