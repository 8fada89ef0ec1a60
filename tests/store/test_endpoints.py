"""Endpoints: names, pages, and when each is due."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from wattledger.domain.errors import ConflictError, NotFoundError
from wattledger.domain.instant import MINUTE, SECOND
from wattledger.domain.recipe import Engine
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.deleted_endpoints import delete_endpoint
from wattledger.store.endpoints import (
    EndpointFilter,
    NewEndpoint,
    advance_due,
    due_endpoints,
    find_endpoint,
    insert_endpoint,
    list_endpoints,
    load_endpoints,
    meters_of,
    prefer_engines,
    update_endpoint,
)
from wattledger.store.login_tries import set_tries
from wattledger.store.sites import first_site
from wattledger.store.tables import endpoint, meter_state
from wattledger.store.targets import readable_endpoints

NOW = 1_000_000 * SECOND


def add(connection: Connection, name: str, **more: object) -> int:
    fields = {"recipe": {"scrapingConfig": {}}, "site_id": first_site(connection, "UTC"), **more}
    return insert_endpoint(connection, NewEndpoint(name=name, **fields), NOW)  # type: ignore[arg-type] # by name


def test_a_new_endpoint_has_a_meter_with_an_empty_state(database: Database) -> None:
    with database.begin() as connection:
        number = add(connection, "A")
        assert list(meters_of(connection, [number])) == [(number, "total")]
        state = connection.execute(select(meter_state)).one()
        assert (state.last_at, state.held_count) == (None, 0)


def test_a_name_is_given_once_and_free_again_after_deletion(database: Database) -> None:
    with database.begin() as connection:
        number = add(connection, "A")
        with pytest.raises(ConflictError, match="named 'A' already"):
            add(connection, "A")
        delete_endpoint(connection, number, NOW)
        with pytest.raises(NotFoundError):
            find_endpoint(connection, "A")
        add(connection, "A")
        other = add(connection, "B")
        with pytest.raises(ConflictError, match="named 'A' already"):
            update_endpoint(connection, other, NOW, name="A")


def test_an_endpoint_is_found_by_name_or_public_id(database: Database) -> None:
    with database.begin() as connection:
        add(connection, "A", client_id=find_or_create_client(connection, "Client XYZ"))
        row = find_endpoint(connection, "A")
        assert find_endpoint(connection, row.public_id) == row
        assert row.client == "Client XYZ"
        assert load_endpoints(connection, [row.id, 99]) == [row]


def test_a_client_is_one_whatever_its_case_and_spaces(database: Database) -> None:
    with database.begin() as connection:
        first = find_or_create_client(connection, "Client  XYZ ")
        assert find_or_create_client(connection, "client xyz") == first
        assert find_or_create_client(connection, "Client Y") != first


def test_a_list_goes_on_where_its_page_ended(database: Database) -> None:
    with database.begin() as connection:
        for number in range(7):
            add(connection, f"PDU {number}", location="Hall 1" if number < 5 else "100% hall")
        everything = EndpointFilter()
        page = list_endpoints(connection, everything, None, 3)
        rest = list_endpoints(connection, everything, (page[-1].name, page[-1].id), 10)
        assert [row.name for row in [*page, *rest]] == [f"PDU {n}" for n in range(7)]
        found = list_endpoints(connection, EndpointFilter(search="100%"), None, 10)
        assert len(found) == 2
        assert len(list_endpoints(connection, EndpointFilter(location="Hall 1"), None, 10)) == 5
        assert list_endpoints(connection, EndpointFilter(client="Nobody"), None, 10) == []
        assert list_endpoints(connection, EndpointFilter(enabled=False), None, 10) == []


def test_only_endpoints_that_can_be_read_are_polled(database: Database) -> None:
    with database.begin() as connection:
        number = add(connection, "A")
        add(connection, "disabled", enabled=False)
        add(connection, "without recipe", recipe=None)
        delete_endpoint(connection, add(connection, "deleted"), NOW)
        refused = add(connection, "login refused")
        waiting = add(connection, "login refused just now")
        set_tries(connection, [refused], 0)
        set_tries(connection, [waiting], 1, again_at=NOW + 1)
        assert [row.id for row in readable_endpoints(connection, NOW)] == [number]
        assert [row.id for row in readable_endpoints(connection, NOW + 1)] == [number, waiting]
        assert [row.id for row in due_endpoints(connection, NOW, 10)] == [number]


def test_the_longest_due_come_first(database: Database) -> None:
    with database.begin() as connection:
        numbers = [add(connection, f"E{n}") for n in range(3)]
        for number, due in zip(numbers, (30, 10, 20), strict=True):
            connection.execute(
                update(endpoint).where(endpoint.c.id == number).values(next_due_at=due)
            )
        assert [row.next_due_at for row in due_endpoints(connection, 25, 10)] == [10, 20]
        assert len(due_endpoints(connection, 40, 2)) == 2


def test_a_new_endpoint_is_read_at_once_and_then_at_its_own_place(database: Database) -> None:
    with database.begin() as connection:
        for number in range(200):
            add(connection, f"E{number}")
        rows = due_endpoints(connection, NOW, 1000)
        assert len(rows) == 200
        advance_due(connection, rows, NOW)
        dues = sorted(connection.scalars(select(endpoint.c.next_due_at)).all())
        assert dues[0] > NOW
        assert dues[-1] <= NOW + 15 * MINUTE
        widest = max(b - a for a, b in pairwise(dues))
        assert widest < 30 * SECOND, "spread evenly over the interval"


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from([1, 15, 60]))
def test_due_times_stay_on_the_grid(
    database: Database, start: int, late: int, minutes: int
) -> None:
    with database.begin() as connection:
        number = add(connection, f"E{start}-{late}-{minutes}", poll_minutes=minutes)
        due = start * SECOND
        connection.execute(update(endpoint).where(endpoint.c.id == number).values(next_due_at=due))
        now = due + late * SECOND
        rows = [row for row in due_endpoints(connection, now, 10_000) if row.id == number]
        advance_due(connection, rows, now)
        following = connection.scalar(select(endpoint.c.next_due_at).where(endpoint.c.id == number))
        assert following is not None
        assert (following - due) % (minutes * MINUTE) == 0
        assert now < following <= now + minutes * MINUTE
        delete_endpoint(connection, number, NOW)


def test_the_transport_that_served_is_remembered(database: Database) -> None:
    with database.begin() as connection:
        number = add(connection, "A")
        prefer_engines(connection, {number: Engine.BROWSER})
        assert find_endpoint(connection, "A").preferred_engine is Engine.BROWSER
