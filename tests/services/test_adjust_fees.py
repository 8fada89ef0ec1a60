"""What a closed month costs by its days of service, where its meters used nothing (LEDGER 6)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import update
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    MARCH,
    MAY,
    add_meter,
    after,
    book_all,
    close,
    edge,
    give_tariff,
    kept,
    price,
    steady,
)

from wattledger.domain.statement import Adjustment
from wattledger.services.assign_meter import Move, assign_meter
from wattledger.services.closed_statement import statement_of
from wattledger.store.billing_tables import statement_line
from wattledger.store.database import Database

FEES = price(fixedFee="150", committedKw="5", committedPrice="10")


@pytest.fixture
def idle(database: Database) -> Database:
    """Give a client with an idle rack, closed for January and February, and one from March on."""
    with database.begin() as connection:
        still = add_meter(connection, "Rack A", "Alpha")
        busy = add_meter(connection, "Rack B")
    shown = steady(edge(JANUARY), edge(MAY), kwh=0)
    book_all(database, still, [replace(each, power_mw=None) for each in shown])
    book_all(database, busy, steady(edge(MARCH), edge(MAY)))
    moves(database, "Rack B", "Alpha", "2026-03-01")
    give_tariff(database, "Alpha", FEES)
    for month in (JANUARY, FEBRUARY):
        assert close(database, month)["Alpha"].statement is not None
    return database


def moves(database: Database, rack: str, client: str | None, since: str) -> None:
    assign_meter(database, Move(rack, client, since=since), after(FEBRUARY))


def adjusted(database: Database) -> list[Adjustment]:
    close(database, MARCH)
    return [*statement_of(kept(database, "Alpha", MARCH)).adjustments]


def told(adjustments: list[Adjustment]) -> list[tuple[str, int, Decimal | None]]:
    return [(f"{each.month:%m}", each.energy_milliwh, each.amount) for each in adjustments]


@pytest.mark.parametrize("is_of_older_version", [False, True])
def test_fees_of_days_in_which_an_idle_meter_served_nobody_are_given_back(
    idle: Database, *, is_of_older_version: bool
) -> None:
    if is_of_older_version:
        with idle.begin() as connection:
            connection.execute(update(statement_line).values(parts=None))
    moves(idle, "Rack A", None, "beginning")
    moves(idle, "Rack A", "Alpha", "2026-02-15")
    found = adjusted(idle)
    assert told(found) == [("01", 0, Decimal("-200.00")), ("02", 0, Decimal("-100.00"))]
    assert "did not serve the client in the month" in found[0].reason
    assert "in another part of the month" in found[1].reason
    close(idle, APRIL)
    assert statement_of(kept(idle, "Alpha", APRIL)).adjustments == ()


def test_fees_of_days_that_an_idle_meter_is_found_to_have_served_are_charged(
    idle: Database,
) -> None:
    with idle.begin() as connection:
        other = add_meter(connection, "Rack C", "Beta")
    shown = steady(edge(JANUARY), edge(MAY), kwh=0)
    book_all(idle, other, [replace(each, power_mw=None) for each in shown])
    give_tariff(idle, "Beta", FEES)
    moves(idle, "Rack C", None, "beginning")
    moves(idle, "Rack C", "Beta", "2026-01-22")
    closed = close(idle, JANUARY)["Beta"].statement
    assert closed is not None
    assert closed.net == Decimal("64.52")
    moves(idle, "Rack C", "Beta", "2026-01-01")
    following = close(idle, FEBRUARY)["Beta"].statement
    assert following is not None
    assert told([*following.adjustments]) == [("01", 0, Decimal("135.48"))]


def test_a_move_that_changes_neither_energy_nor_fees_is_no_adjustment(idle: Database) -> None:
    """The rack is moved away and back: all of the month is served, in two parts."""
    moves(idle, "Rack A", None, "2026-01-10")
    moves(idle, "Rack A", "Alpha", "2026-01-10")
    assert told(adjusted(idle)) == []
