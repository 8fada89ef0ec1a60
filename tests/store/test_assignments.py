"""Assignments are kept, moved and ended, and never bill energy twice."""

import pytest

from wattledger.domain.assignment import Assignment
from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError
from wattledger.store.assignments import (
    assign,
    assignments_between,
    clients_by_id,
    cut_from,
    end_assignment,
    find_assignment,
    move_meter,
    remove_assignment,
    replace_assignments,
    stored_assignments,
)
from wattledger.store.clients import (
    find_client,
    find_or_create_client,
    insert_client,
    list_clients,
    rename_client,
)
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import TOTAL, NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.sites import first_site

HALF = 500_000


def meter(connection: Connection, name: str = "A") -> int:
    new = NewEndpoint(name=name, site_id=first_site(connection, "UTC"))
    return find_or_create_meter(connection, insert_endpoint(connection, new, 0), TOTAL)


def terms(connection: Connection, meter_id: int) -> list[tuple[str, int, int | None, int]]:
    """Return (client, start, end, share) of all assignments of a meter."""
    stored = stored_assignments(connection, [meter_id]).get(meter_id, [])
    return [(s.client, s.terms.start_at, s.terms.end_at, s.terms.share_ppm) for s in stored]


def test_what_runs_in_a_period_is_found_by_meter(database: Database) -> None:
    with database.begin() as connection:
        one, two = meter(connection, "A"), meter(connection, "B")
        first, second = (find_or_create_client(connection, name) for name in ("X", "Y"))
        assign(connection, one, first, 0, 10)
        assign(connection, one, second, 10, 20)
        assign(connection, two, first, 20)
        x, y = str(first), str(second)
        assert clients_by_id(connection)[x].name == "X"
        assert assignments_between(connection, 5, 11) == {
            one: [Assignment(one, x, 0, 10), Assignment(one, y, 10, 20)]
        }
        assert assignments_between(connection, 10, 20) == {one: [Assignment(one, y, 10, 20)]}
        assert assignments_between(connection, 30, 40, [one]) == {}
        assert assignments_between(connection, 30, 40, [one, two]) == {
            two: [Assignment(two, x, 20)]
        }


def test_a_meter_moves_at_an_instant(database: Database) -> None:
    with database.begin() as connection:
        number = meter(connection)
        x, y, z = (find_or_create_client(connection, name) for name in "XYZ")
        move_meter(connection, number, x, 0)
        move_meter(connection, number, y, 50)
        move_meter(connection, number, y, 60)
        whole = 1_000_000
        assert terms(connection, number) == [("X", 0, 50, whole), ("Y", 50, None, whole)]
        # A change of the past ends where the next one is stored already.
        move_meter(connection, number, z, 20)
        assert terms(connection, number)[1:] == [("Z", 20, 50, whole), ("Y", 50, None, whole)]
        # What begins at that very instant was wrong: it is replaced.
        move_meter(connection, number, x, 50)
        assert terms(connection, number)[2:] == [("X", 50, None, whole)]
        move_meter(connection, number, None, 70)
        assert terms(connection, number)[2:] == [("X", 50, 70, whole)]


def test_shares_stand_beside_each_other(database: Database) -> None:
    with database.begin() as connection:
        number = meter(connection)
        x, y = (find_or_create_client(connection, name) for name in "XY")
        move_meter(connection, number, x, 0)
        with pytest.raises(InvalidInputError, match="0 are free"):
            move_meter(connection, number, y, 10, HALF)
    with database.begin() as connection:
        move_meter(connection, number, x, 10, HALF)
        move_meter(connection, number, y, 10, HALF)
        assert terms(connection, number)[1:] == [("X", 10, None, HALF), ("Y", 10, None, HALF)]
        move_meter(connection, number, y, 20)
        assert terms(connection, number)[1:] == [
            ("X", 10, 20, HALF),
            ("Y", 10, 20, HALF),
            ("Y", 20, None, 1_000_000),
        ]


def test_an_assignment_is_ended_and_deleted(database: Database) -> None:
    with database.begin() as connection:
        number = meter(connection)
        x, y = (find_or_create_client(connection, name) for name in ("Client X", "Y"))
        first = assign(connection, number, x, 0)
        assert end_assignment(connection, first, 10).terms.end_at == 10
        second = assign(connection, number, y, 10)
        remove_assignment(connection, second)
        with pytest.raises(NotFoundError, match=f"no assignment {second}"):
            find_assignment(connection, second)
        cut_from(connection, [number], 5)
        assert terms(connection, number) == [("Client X", 0, 5, 1_000_000)]
        cut_from(connection, [number], 0)
        assert terms(connection, number) == []


def test_what_bills_energy_twice_is_refused_by_the_names_of_clients(database: Database) -> None:
    with database.begin() as connection:
        number = meter(connection)
        client = find_or_create_client(connection, "Client X")
        assign(connection, number, client, 0)
    with (
        pytest.raises(InvalidInputError, match="already assigned to the client Client X at"),
        database.begin() as connection,
    ):
        assign(connection, number, client, 10, 20)
    with (
        pytest.raises(InvalidInputError, match="not after its start"),
        database.begin() as connection,
    ):
        replace_assignments(connection, number, [Assignment(0, str(client), 5, 5)])
    with database.connect() as connection:
        assert terms(connection, number) == [("Client X", 0, None, 1_000_000)]


def test_clients_have_names_that_are_theirs_alone(database: Database) -> None:
    with database.begin() as connection:
        number = insert_client(connection, " Ärzte  GmbH ")
        assert find_or_create_client(connection, "Ärzte GMBH") == number
        with pytest.raises(ConflictError, match="named 'Ärzte GmbH' already"):
            insert_client(connection, "Ärzte GmbH")
        other = insert_client(connection, "Other")
        with pytest.raises(ConflictError, match="already"):
            rename_client(connection, other, "ärzte GmbH".replace("ä", "Ä"))
        rename_client(connection, other, "OTHER")
        assert find_client(connection, "other").name == "OTHER"
        assert find_client(connection, find_client(connection, "other").public_id).id == other
        with pytest.raises(NotFoundError, match="no client 'Nobody'"):
            find_client(connection, "Nobody")


def test_clients_are_listed_in_pages(database: Database) -> None:
    with database.begin() as connection:
        for number in range(5):
            insert_client(connection, f"Client {number}")
        page = list_clients(connection, limit=2)
        rest = list_clients(connection, after=(page[-1].name, page[-1].id))
        assert [row.name for row in [*page, *rest]] == [f"Client {n}" for n in range(5)]
        assert [row.name for row in list_clients(connection, "T 3")] == ["Client 3"]
