"""Which meters of an endpoint are billed by default, and whom they serve."""

from datetime import date

import pytest
from sqlalchemy import insert, update

from wattledger.domain.errors import ConflictError
from wattledger.domain.instant import DAY, HOUR, parse_instant
from wattledger.store.assignments import move_meter, stored_assignments
from wattledger.store.billed_meters import (
    assign_endpoint,
    assign_part,
    billed_meters,
    let_part_go,
    let_totals_take_over,
)
from wattledger.store.billing_tables import month_close
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.deleted_endpoints import delete_endpoint
from wattledger.store.endpoints import (
    TOTAL,
    NewEndpoint,
    find_endpoint,
    find_or_create_meter,
    insert_endpoint,
)
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.sites import first_site
from wattledger.store.tables import meter

NOW = parse_instant("2026-03-10T00:00:00Z")
APRIL = parse_instant("2026-04-01T00:00:00Z")


def add(connection: Connection, client: str | None = "X", *keys: str) -> tuple[int, list[int]]:
    """Create an endpoint with meters beside its total; returns its id and those of all meters."""
    client_id = None if client is None else find_or_create_client(connection, client)
    site_id = first_site(connection, "UTC")
    endpoint_id = insert_endpoint(connection, NewEndpoint("A", site_id, client_id=client_id), 0)
    return endpoint_id, [find_or_create_meter(connection, endpoint_id, k) for k in (TOTAL, *keys)]


def read(connection: Connection, meter_id: int, at: int) -> None:
    readings = [NewReading(at, 0, 100_000), NewReading(at + HOUR, 1_000_000, 100_000)]
    book(connection, {meter_id: readings})
    let_totals_take_over(connection, [meter_id])


def served(connection: Connection, meter_id: int) -> list[tuple[str, int, int | None]]:
    stored = stored_assignments(connection, [meter_id]).get(meter_id, [])
    return [(each.client, each.terms.start_at, each.terms.end_at) for each in stored]


def test_a_new_endpoint_serves_its_client_from_the_beginning(database: Database) -> None:
    with database.begin() as connection:
        _, (total,) = add(connection)
        assert served(connection, total) == [("X", 0, None)]


def test_an_endpoint_without_client_serves_nobody(database: Database) -> None:
    with database.begin() as connection:
        _, meters = add(connection, None, "outlet-1")
        assert [served(connection, number) for number in meters] == [[], []]


def test_another_client_is_served_from_then_on(database: Database) -> None:
    with database.begin() as connection:
        endpoint_id, (total,) = add(connection)
        other = find_or_create_client(connection, "Y")
        assert assign_endpoint(connection, endpoint_id, other, NOW)
        assert not assign_endpoint(connection, endpoint_id, other, NOW + DAY)
        assert served(connection, total) == [("X", 0, NOW), ("Y", NOW, None)]
        assert find_endpoint(connection, "A").client == "Y"
        assert assign_endpoint(connection, endpoint_id, None, NOW + DAY)
        assert served(connection, total) == [("X", 0, NOW), ("Y", NOW, NOW + DAY)]
        assert find_endpoint(connection, "A").client is None


def test_outlets_are_billed_while_the_total_was_never_read(database: Database) -> None:
    with database.begin() as connection:
        endpoint_id, (total, one, two) = add(connection, "X", "outlet-1", "outlet-2")
        assert billed_meters(connection, endpoint_id) == (one, two)
        assert [served(connection, number) for number in (total, one, two)] == [
            [],
            [("X", 0, None)],
            [("X", 0, None)],
        ]
        assign_endpoint(connection, endpoint_id, find_or_create_client(connection, "Y"), NOW)
        third = find_or_create_meter(connection, endpoint_id, "outlet-3")
        assert served(connection, third) == [("X", 0, NOW), ("Y", NOW, None)], "as its siblings"


def test_an_outlet_behind_another_is_not_billed(database: Database) -> None:
    with database.begin() as connection:
        endpoint_id, (_, one, two) = add(connection, None, "phase-1", "outlet-1")
        connection.execute(update(meter).where(meter.c.id == two).values(parent_id=one))
        assert billed_meters(connection, endpoint_id) == (one,)
        assign_endpoint(connection, endpoint_id, find_or_create_client(connection, "Y"), NOW)
        assert served(connection, two) == []


def test_a_meter_that_is_found_to_be_behind_another_is_billed_no_more(database: Database) -> None:
    with database.begin() as connection:
        endpoint_id, (_, phase, one, two) = add(connection, "X", "phase-1", "outlet-1", "outlet-2")
        move_meter(connection, two, find_or_create_client(connection, "Y"), NOW)
        connection.execute(update(meter).where(meter.c.id.in_([one, two])).values(parent_id=phase))
        for number in (phase, one, two):
            let_part_go(connection, number)
        assert billed_meters(connection, endpoint_id) == (phase,)
        assert served(connection, phase) == [("X", 0, None)]
        assert served(connection, one) == []
        assert served(connection, two) == [("X", 0, NOW), ("Y", NOW, None)], "meant so"


def test_a_part_beside_a_total_that_is_read_is_not_billed(database: Database) -> None:
    with database.begin() as connection:
        endpoint_id, (total,) = add(connection)
        read(connection, total, NOW)
        outlet = find_or_create_meter(connection, endpoint_id, "outlet-1")
        assert served(connection, total) == [("X", 0, None)]
        assert served(connection, outlet) == []
        same, other = (find_or_create_client(connection, name) for name in "XY")
        assert not assign_part(connection, outlet, same, NOW)
        with pytest.raises(ConflictError, match="its energy would be billed twice"):
            assign_part(connection, outlet, other, NOW)


def test_a_total_takes_the_place_of_its_parts_when_it_is_read(database: Database) -> None:
    with database.begin() as connection:
        _, (total, one, two) = add(connection, "X", "outlet-1", "outlet-2")
        read(connection, total, NOW)
        assert served(connection, total) == [("X", 0, None)]
        assert served(connection, one) == served(connection, two) == []


def test_what_the_parts_counted_before_stays_billed(database: Database) -> None:
    with database.begin() as connection:
        endpoint_id, (total, one, two) = add(connection, "X", "outlet-1", "outlet-2")
        read(connection, one, NOW - DAY)
        assign_endpoint(connection, endpoint_id, find_or_create_client(connection, "Y"), NOW)
        read(connection, total, NOW + HOUR)
        assert served(connection, one) == served(connection, two)
        assert served(connection, one) == [("X", 0, NOW), ("Y", NOW, NOW + HOUR)]
        assert served(connection, total) == [("Y", NOW + HOUR, None)]


def test_a_total_takes_nothing_of_a_closed_month(database: Database) -> None:
    with database.begin() as connection:
        _, (total, one) = add(connection, "X", "outlet-1")
        closed = {
            "sequence": 1,
            "document": b"",
            "readings": b"",
            "sha256": "",
            "closed_at": 0,
            "closed_by": "me",
        }
        client_id = find_or_create_client(connection, "X")
        connection.execute(
            insert(month_close).values(client_id=client_id, month=date(2026, 3, 1), **closed)
        )
        read(connection, total, NOW)
        assert served(connection, one) == [("X", 0, APRIL)]
        assert served(connection, total) == [("X", APRIL, None)]


def test_a_total_leaves_parts_of_several_clients_alone(database: Database) -> None:
    with database.begin() as connection:
        _, (total, one, two) = add(connection, "X", "outlet-1", "outlet-2")
        move_meter(connection, two, find_or_create_client(connection, "Y"), NOW)
        read(connection, total, NOW)
        assert served(connection, total) == []
        assert served(connection, one) == [("X", 0, None)]


def test_a_part_gets_a_client_of_its_own(database: Database) -> None:
    with database.begin() as connection:
        _, (_, one, two) = add(connection, None, "outlet-1", "outlet-2")
        x, y = (find_or_create_client(connection, name) for name in "XY")
        assert assign_part(connection, one, x, NOW, 0)
        assert assign_part(connection, two, y, NOW, 0)
        assert not assign_part(connection, two, y, NOW, 0)
        assert find_endpoint(connection, "A").client == "X"
        read(connection, two, NOW)
        assert assign_part(connection, two, x, NOW, 0)
        assert served(connection, one) == [("X", 0, None)]
        assert served(connection, two) == [("Y", 0, NOW), ("X", NOW, None)]


def test_a_deleted_endpoint_serves_nobody(database: Database) -> None:
    with database.begin() as connection:
        endpoint_id, (total,) = add(connection)
        delete_endpoint(connection, endpoint_id, NOW)
        assert served(connection, total) == [("X", 0, NOW)]
