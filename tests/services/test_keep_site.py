"""Sites in any zone: each with its own months, changed only from a month that is not closed."""

from datetime import date

import pytest
from sqlalchemy import insert

from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError
from wattledger.domain.instant import HOUR, parse_instant
from wattledger.services.keep_site import all_sites, change_zone, create_site, site_page
from wattledger.services.progress import unwatched
from wattledger.store.billing_tables import month_close
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.ledger import book
from wattledger.store.months import month_tallies
from wattledger.store.readings import NewReading
from wattledger.store.recompute import differences
from wattledger.store.sites import find_site, first_site

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
START = parse_instant("2026-04-01T00:00:00Z")
KWH = 1_000_000


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


def test_an_interrupted_change_is_finished_by_asking_again(hall: Database) -> None:
    class PowerCutError(Exception):
        pass

    def cut(_label: str, _total: int) -> None:
        raise PowerCutError

    with pytest.raises(PowerCutError):
        change_zone(hall, "1", "Asia/Tokyo", MAY, cut)  # type: ignore[arg-type] # it ends there
    changed = change_zone(hall, "1", "Asia/Tokyo", MAY, unwatched)
    assert changed.row.zone == "UTC;2026-05=Asia/Tokyo"
    with hall.connect() as connection:
        assert list(differences(connection, [1])) == []


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
