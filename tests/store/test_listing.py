"""Lists page by page: each row once, in order, from where the page before ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, insert, select

from wattledger.store.database import Connection, Database
from wattledger.store.listing import Listing, ascending, escaped, has_part, key_part

rack = Table(
    "rack",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String),
    Column("hall", Integer),
)
ALL = select(rack.c.id, rack.c.name)
BY_NAME = Listing(
    ALL,
    (rack.c.name, rack.c.id),
    ascending(rack.c.name, rack.c.id),
    {"search": has_part(rack.c.name), "hall": rack.c.hall == bindparam("hall")},
)
NEWEST_FIRST = Listing(ALL, (rack.c.id.desc(),), rack.c.id < key_part(0, rack.c.id), {})
NAMES = ["b", "a", "b", "c", "a%", "a_", "B", "b"]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    database = Database(f"sqlite:///{tmp_path / 'racks.db'}")
    with database.begin() as connection:
        rack.create(connection)
        rows = [{"id": n, "name": name, "hall": n % 2} for n, name in enumerate(NAMES)]
        connection.execute(insert(rack), rows)
        yield connection
    database.close()


@pytest.mark.parametrize("limit", [1, 2, 3, len(NAMES)])
def test_pages_together_are_the_list_though_names_are_the_same(
    connection: Connection, limit: int
) -> None:
    found, after = [], None
    while page := BY_NAME.page(connection, {}, after, limit):
        found += [tuple(row) for row in page]
        after = (page[-1].name, page[-1].id)
    assert found == sorted(enumerate(NAMES), key=lambda row: (row[1], row[0]))


def test_a_list_goes_down_where_its_key_says_so(connection: Connection) -> None:
    page = NEWEST_FIRST.page(connection, {}, (3,), 2)
    assert [row.id for row in page] == [2, 1]


def test_without_a_limit_all_that_pass_the_filters_given_are_listed(
    connection: Connection,
) -> None:
    page = BY_NAME.page(connection, {"hall": 1, "search": None}, None, None)
    assert [row.id for row in page] == [1, 5, 7, 3]


@pytest.mark.parametrize(
    ("search", "found"), [("B", [6, 0, 2, 7]), ("%", [4]), ("_", [5]), ("a", [1, 4, 5])]
)
def test_a_search_finds_its_characters_and_no_others(
    connection: Connection, search: str, found: list[int]
) -> None:
    page = BY_NAME.page(connection, {"search": escaped(search)}, None, 10)
    assert [row.id for row in page] == found


def test_the_query_of_the_same_filters_is_built_once(connection: Connection) -> None:
    listing = Listing(ALL, (rack.c.id,), ascending(rack.c.id), {})
    for key in (1, 2, 3):
        listing.page(connection, {}, (key,), 1)
    listing.page(connection, {}, None, 1)
    assert len(listing.queries) == 2
