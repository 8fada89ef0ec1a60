"""Sites in any zone: each with its own months, changed only from a month that is not closed."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from sqlalchemy import insert
from tests.services.billing import (
    FEBRUARY,
    JANUARY,
    MARCH,
    add_meter,
    after,
    book_all,
    client_id,
    declare,
    edge,
    steady,
)
from tests.services.billing import close as close_month

from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError, NotYetError
from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, parse_instant
from wattledger.domain.period import calendar
from wattledger.services.count_anew import count_some_left
from wattledger.services.keep_site import all_sites, change_zone, create_site, site_page
from wattledger.services.progress import unwatched
from wattledger.services.report_month import month_book, report_month
from wattledger.services.verify_ledger import verify_ledger
from wattledger.store.billing_tables import month_close
from wattledger.store.bucket_rows import DateSpan, days_within, months_within
from wattledger.store.clients import find_or_create_client
from wattledger.store.consumption import energy_of_days
from wattledger.store.database import Connection, Database
from wattledger.store.endpoint_month import endpoint_month
from wattledger.store.endpoints import NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.ledger import book
from wattledger.store.months import day_energies, month_tallies
from wattledger.store.readings import NewReading
from wattledger.store.recompute import differences
from wattledger.store.register_history import month_energies
from wattledger.store.sites import find_site, first_site
from wattledger.store.uncounted import mark_uncounted

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
START = parse_instant("2026-04-01T00:00:00Z")
KWH = 1_000_000
ZONES = calendar("UTC;2026-05=Asia/Tokyo")


@pytest.fixture
def hall(database: Database) -> Database:
    """Give a site in UTC with a meter that counts 1 kWh an hour in April and May."""
    with database.begin() as connection:
        site_id = first_site(connection, "UTC")
        client_id = find_or_create_client(connection, "X")
        new = NewEndpoint("Rack", site_id, client_id=client_id, poll_minutes=60)
        meter_id = find_or_create_meter(connection, insert_endpoint(connection, new, 0), "total")
        hours = range(61 * 24 + 1)
        readings = [NewReading(START + hour * HOUR, hour * KWH, KWH) for hour in hours]
        book(connection, {meter_id: readings})
    return database


def energies(connection: Connection) -> list[int]:
    return [
        sum(tally.energy_milliwh for tally in month_tallies(connection, month).values()) // KWH
        for month in (APRIL, MAY)
    ]


def close(database: Database, month: date) -> None:
    with database.begin() as connection:
        client_id = find_or_create_client(connection, "X")
        closed = {
            "sequence": 1,
            "document": b"",
            "readings": b"",
            "sha256": "",
            "closed_at": 0,
            "closed_by": "me",
        }
        connection.execute(insert(month_close).values(client_id=client_id, month=month, **closed))


def test_a_zone_changes_from_a_month_on_and_the_months_are_counted_anew(hall: Database) -> None:
    changed = change_zone(hall, "Main site", "Asia/Tokyo", MAY, unwatched)
    assert changed.row.zone == "UTC;2026-05=Asia/Tokyo"
    assert changed.notices == []
    with hall.connect() as connection:
        assert energies(connection) == [30 * 24 - 9, 31 * 24], "April ends nine hours earlier"
        assert list(differences(connection, [1])) == []


class PowerCutError(Exception):
    """The change ends here."""


@pytest.fixture
def interrupted(hall: Database) -> Database:
    """Give the site with a zone that was changed, but no day counted anew."""

    def cut(_label: str, _total: int) -> None:
        raise PowerCutError

    with pytest.raises(PowerCutError):
        change_zone(hall, "1", "Asia/Tokyo", MAY, cut)  # type: ignore[arg-type] # it ends there
    return hall


def asked_again(database: Database) -> None:
    assert change_zone(database, "1", "Asia/Tokyo", MAY, unwatched).row.zone.endswith("Tokyo")


def repaired(database: Database) -> None:
    [found] = verify_ledger(database, repair=True, progress=unwatched).different
    assert "uncounted is True, the readings give False" in " ".join(found.sentences)
    assert found.is_repaired


def read_again(database: Database) -> None:
    book_all(database, 1, [NewReading(START + 61 * DAY + HOUR, (61 * 24 + 1) * KWH, KWH)])


def corrected(database: Database) -> None:
    declare(database, 1, START + HOUR, EventKind.REJECT)


def gone_on(database: Database) -> None:
    assert (count_some_left(database), count_some_left(database)) == (1, 0)


@pytest.mark.parametrize("finished", [asked_again, repaired, read_again, corrected, gone_on])
def test_of_an_interrupted_change_no_month_is_told_until_it_is_counted_anew(
    interrupted: Database, finished: Callable[[Database], None]
) -> None:
    with interrupted.connect() as connection:
        for told in (
            partial(month_tallies, month=APRIL),
            partial(endpoint_month, endpoint_id=1, month=APRIL),
            partial(day_energies, first=APRIL, end=MAY),
            partial(month_energies, meter_id=1),
            partial(energy_of_days, calendar=ZONES, first=APRIL, end=MAY),
            lambda connection: [*months_within(connection, [DateSpan(1, APRIL, MAY)])],
            lambda connection: [*days_within(connection, [DateSpan(1, APRIL, MAY)])],
        ):
            with pytest.raises(NotYetError, match="of Main site are being counted anew"):
                told(connection)
    finished(interrupted)
    with interrupted.connect() as connection:
        assert list(differences(connection, [1])) == []
        assert energies(connection) == [30 * 24 - 9, 31 * 24]
        [month] = endpoint_month(connection, 1, APRIL)
        assert month.tally is not None
        assert month.tally.energy_milliwh == (30 * 24 - 9) * KWH


def test_what_is_left_of_one_meter_holds_up_no_other_client_nor_what_is_sealed(
    database: Database,
) -> None:
    with database.begin() as connection:
        here, there = (add_meter(connection, f"Rack {name}", name) for name in ("Here", "There"))
        readings = steady(edge(JANUARY), edge(MARCH))
        book(connection, {here: readings, there: readings})
    assert len(close_month(database, JANUARY)) == 2
    with database.begin() as connection:
        mark_uncounted(connection, [there])
    now = after(FEBRUARY)
    assert report_month(database, FEBRUARY, "UTC", now, client_id(database, "Here")).lines
    there_id = client_id(database, "There")
    for told in (report_month, partial(month_book, progress=unwatched)):
        assert told(database, JANUARY, "UTC", now, client_id=there_id) is not None
        with pytest.raises(NotYetError, match="of Main site are"):
            told(database, FEBRUARY, "UTC", now, client_id=there_id)
    with pytest.raises(NotYetError):
        close_month(database, FEBRUARY)


def test_a_meter_that_was_never_read_holds_no_report_up(hall: Database) -> None:
    with hall.begin() as connection:
        find_or_create_meter(connection, 1, "outlet-1")
    change_zone(hall, "1", "Asia/Tokyo", MAY, unwatched)
    with hall.connect() as connection:
        assert energies(connection) == [30 * 24 - 9, 31 * 24]


def test_a_closed_month_keeps_its_zone(hall: Database) -> None:
    close(hall, APRIL)
    with pytest.raises(ConflictError, match="2026-04 is closed for X, who is served at Main site"):
        change_zone(hall, "Main site", "Asia/Tokyo", APRIL, unwatched)
    changed = change_zone(hall, "Main site", "Asia/Tokyo", MAY, unwatched)
    assert changed.notices == [
        (
            "X: 2026-04 is closed and ends at another instant in the new zone; the next close "
            "books the hours in between as an adjustment."
        )
    ]


def test_there_are_several_sites(database: Database) -> None:
    created = create_site(database, "  Hall  2", "Asia/Kathmandu", "Europe/Berlin")
    assert (created.name, created.zone) == ("Hall 2", "Asia/Kathmandu")
    assert [(row.name, row.zone) for row in all_sites(database)] == [
        ("Main site", "Europe/Berlin"),
        ("Hall 2", "Asia/Kathmandu"),
    ]
    page = site_page(database, 0, 1)
    assert page.following == 1
    assert [row.name for row in site_page(database, 1, 1).sites] == ["Hall 2"]
    with pytest.raises(ConflictError, match="named 'hall 2' already"):
        create_site(database, "hall 2", "UTC", "UTC")
    with database.connect() as connection:
        assert find_site(connection, "hall 2") == find_site(connection, "2") == created
        with pytest.raises(NotFoundError, match="no site '99999999999999999999'"):
            find_site(connection, "9" * 20)


@pytest.mark.parametrize("zone", ["Berlin", "UTC;2026-05=Asia/Tokyo", ""])
def test_a_zone_is_an_iana_name(hall: Database, zone: str) -> None:
    with pytest.raises(InvalidInputError, match="not an IANA time zone") as refused:
        create_site(hall, "Hall 2", zone, "UTC")
    assert refused.value.field == "timeZone"
    with pytest.raises(InvalidInputError, match="first of a month"):
        change_zone(hall, "Main site", "Asia/Tokyo", date(2026, 5, 2), unwatched)


def test_a_sites_name_is_not_mistaken_for_another_sites_number(database: Database) -> None:
    with pytest.raises(InvalidInputError, match="as 'Hall 1'"):
        create_site(database, "1", "UTC", "UTC")
    assert create_site(database, "1b", "UTC", "UTC").name == "1b"
