"""A meter moves to another client, and nothing is billed twice or changed in silence."""

from datetime import date

import pytest
from sqlalchemy import insert, update

from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError
from wattledger.domain.instant import HOUR, format_instant, parse_instant
from wattledger.services.assign_meter import (
    Assigned,
    Move,
    assign_meter,
    assignment_page,
    change_end,
    withdraw_assignment,
)
from wattledger.store.assignment_list import AssignmentFilter
from wattledger.store.billing_tables import month_close
from wattledger.store.clients import find_client, find_or_create_client, insert_client
from wattledger.store.database import Database
from wattledger.store.endpoints import (
    NewEndpoint,
    find_endpoint,
    find_or_create_meter,
    insert_endpoint,
)
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.sites import first_site
from wattledger.store.tables import meter

NOW = parse_instant("2026-03-15T12:00:00+01:00")
HALF = 500_000


@pytest.fixture
def rack(database: Database) -> Database:
    """Give a rack in Berlin with a total and an outlet, both read, and the clients X and Y."""
    with database.begin() as connection:
        site_id = first_site(connection, "Europe/Berlin")
        x = find_or_create_client(connection, "X")
        insert_client(connection, "Y")
        number = insert_endpoint(connection, NewEndpoint("Rack", site_id, client_id=x), 0)
        total = find_or_create_meter(connection, number, "total")
        book(connection, {total: [NewReading(NOW, 0, 1), NewReading(NOW + HOUR, 1, 1)]})
        find_or_create_meter(connection, number, "outlet-1")
    return database


def close(database: Database, client: str, month: date) -> None:
    with database.begin() as connection:
        columns = {
            "client_id": find_client(connection, client).id,
            "month": month,
            "sequence": month.month,
            "document": b"",
            "readings": b"",
            "sha256": "",
            "closed_at": 0,
            "closed_by": "me",
        }
        connection.execute(insert(month_close).values(columns))


def served(assigned: Assigned) -> list[tuple[str, str, str, str | None]]:
    return [
        (
            each.meter,
            each.client,
            format_instant(each.start_at),
            None if each.end_at is None else format_instant(each.end_at),
        )
        for each in assigned.assignments
    ]


def shown_client(database: Database) -> str | None:
    with database.connect() as connection:
        return find_endpoint(connection, "Rack").client


def test_a_local_date_moves_what_is_billed_of_an_endpoint(rack: Database) -> None:
    moved = assign_meter(rack, Move("Rack", "Y", since="2026-03-10"), NOW)
    assert served(moved) == [
        ("total", "X", "1970-01-01T00:00:00Z", "2026-03-09T23:00:00Z"),
        ("total", "Y", "2026-03-09T23:00:00Z", None),
    ]
    assert moved.notices == []
    assert shown_client(rack) == "Y"


def test_what_is_planned_for_later_shows_the_client_of_now(rack: Database) -> None:
    planned = assign_meter(rack, Move("Rack", "Y", since="2026-04-01"), NOW)
    assert len(planned.assignments) == 2
    assert shown_client(rack) == "X"
    corrected = assign_meter(rack, Move("Rack", None, since="2026-03-01"), NOW)
    assert corrected.notices == [
        "From 2026-03-31T22:00:00Z on, Rack total serves Y, as was set up before."
    ]
    assert shown_client(rack) is None


def test_two_clients_share_a_meter(rack: Database) -> None:
    assign_meter(rack, Move("Rack", "X", since="2026-03-10", share_ppm=HALF), NOW)
    shared = assign_meter(
        rack, Move("Rack", "Y", since="2026-03-10", until="2026-03-12", share_ppm=HALF), NOW
    )
    assert served(shared)[1:] == [
        ("total", "X", "2026-03-09T23:00:00Z", None),
        ("total", "Y", "2026-03-09T23:00:00Z", "2026-03-12T23:00:00Z"),
    ]
    assert shown_client(rack) == "X", "whom alone it serves now"
    with pytest.raises(InvalidInputError, match="500000 are free") as refused:
        assign_meter(rack, Move("Rack", "Y", since="2026-03-13", share_ppm=600_000), NOW)
    assert refused.value.field == "share"


def test_a_closed_month_is_told_and_stays(rack: Database) -> None:
    close(rack, "X", date(2026, 2, 1))
    close(rack, "X", date(2026, 3, 1))
    moved = assign_meter(rack, Move("Rack", "Y", since="beginning"), NOW)
    assert moved.notices == [
        (
            "X: 2026-02, 2026-03 are closed and stay as they were billed; the next close books the "
            "difference as an adjustment."
        )
    ]
    assert [each.client for each in moved.assignments] == ["Y"]


def test_energy_of_a_month_before_the_first_close_is_told(rack: Database) -> None:
    for client, month in (("X", 2), ("X", 3), ("Y", 3)):
        close(rack, client, date(2026, month, 1))
    moved = assign_meter(rack, Move("Rack", "Y", since="beginning"), NOW)
    assert moved.notices[-1] == (
        "Y: 2026-02 lies before 2026-03, the first month closed for it; the next close bills it "
        "the energy that others give back as an adjustment."
    )
    back = assign_meter(rack, Move("Rack", "X", since="2026-03-01"), NOW)
    assert not any("lies before" in notice for notice in back.notices)


def test_a_total_and_its_part_are_not_billed_at_once(rack: Database) -> None:
    to_part = Move("Rack", "Y", meter="outlet-1", since="2026-03-10")
    with pytest.raises(ConflictError, match="the energy billed twice"):
        assign_meter(rack, to_part, NOW)
    assign_meter(rack, Move("Rack", None, meter="total", since="2026-03-10"), NOW)
    assert served(assign_meter(rack, to_part, NOW)) == [
        ("outlet-1", "Y", "2026-03-09T23:00:00Z", None)
    ]
    [ended] = assignment_page(rack, AssignmentFilter(client="X"), None, 10).assignments
    with pytest.raises(ConflictError, match="the energy billed twice"):
        change_end(rack, ended.id, None, NOW)


def test_a_part_whose_parent_is_declared_may_be_billed_too(rack: Database) -> None:
    with rack.begin() as connection:
        total = find_or_create_meter(connection, find_endpoint(connection, "Rack").id, "total")
        connection.execute(update(meter).where(meter.c.key == "outlet-1").values(parent_id=total))
    moved = assign_meter(rack, Move("Rack", "Y", meter="outlet-1"), NOW)
    assert moved.notices == [
        (
            "'outlet-1' is a part of 'total' of Rack, and both are assigned: its energy stands on "
            "both statements."
        )
    ]


def test_an_end_is_set_and_taken_back(rack: Database) -> None:
    [row] = assignment_page(rack, AssignmentFilter(endpoint="Rack"), None, 10).assignments
    close(rack, "X", date(2026, 2, 1))
    ended = change_end(rack, row.id, "2026-02-28", NOW)
    assert served(ended) == [("total", "X", "1970-01-01T00:00:00Z", "2026-02-28T23:00:00Z")]
    assert ended.notices == [], "February is as it was"
    assert shown_client(rack) is None
    earlier = change_end(rack, row.id, "2026-02-20", NOW)
    assert "2026-02 is closed" in earlier.notices[0]
    assert served(change_end(rack, row.id, None, NOW))[0][3] is None


def test_only_what_no_closed_month_rests_on_is_deleted(rack: Database) -> None:
    close(rack, "X", date(2026, 2, 1))
    [row] = assignment_page(rack, AssignmentFilter(meter_id=1), None, 10).assignments
    with pytest.raises(ConflictError, match="2026-02 of X is closed and rests on this"):
        withdraw_assignment(rack, row.id, NOW)
    moved = assign_meter(rack, Move("Rack", "Y"), NOW)
    assert withdraw_assignment(rack, moved.assignments[-1].id, NOW).client == "Y"
    with pytest.raises(NotFoundError):
        withdraw_assignment(rack, moved.assignments[-1].id, NOW)


def test_assignments_are_listed_in_pages(rack: Database) -> None:
    for day in range(10, 14):
        assign_meter(rack, Move("Rack", "XY"[day % 2], since=f"2026-03-{day}"), NOW)
    first = assignment_page(rack, AssignmentFilter(), None, 3)
    rest = assignment_page(rack, AssignmentFilter(), first.following, 3)
    assert [each.client for each in (*first.assignments, *rest.assignments)] == ["X", "Y", "X", "Y"]
    assert rest.following is None


@pytest.mark.parametrize(
    ("move", "error", "told"),
    [
        (Move("Nowhere", "X"), NotFoundError, "no endpoint 'Nowhere'"),
        (Move("Rack", "Z"), NotFoundError, "no client 'Z'"),
        (Move("Rack", "X", meter="b"), NotFoundError, "no meter 'b'; it has 'total', 'outlet-1'"),
        (Move("Rack", "X", since="soon"), InvalidInputError, "'soon' is neither a date nor"),
        (Move("Rack", "Y", since="2026-03-10", until="2026-03-08"), InvalidInputError, "not after"),
    ],
)
def test_what_cannot_be_is_refused(
    rack: Database, move: Move, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        assign_meter(rack, move, NOW)
    assert len(assignment_page(rack, AssignmentFilter(), None, 10).assignments) == 1
