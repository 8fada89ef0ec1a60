"""Energy that turns out to be another client's is billed to it, also before its first close."""

from datetime import date
from decimal import Decimal

import pytest
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    KWH,
    MARCH,
    MAY,
    STEP,
    add_meter,
    book_all,
    client_id,
    close,
    edge,
    give_tariff,
    kept,
    outcomes,
    price,
    steady,
)

from wattledger.domain.instant import DAY, HOUR, Instant
from wattledger.domain.statement import Adjustment
from wattledger.services.adjust_months import MonthAdjuster
from wattledger.services.closed_statement import statement_of
from wattledger.services.month_changes import month_changes
from wattledger.store.assignments import assign, move_meter, replace_assignments
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Database
from wattledger.store.months import month_tallies
from wattledger.store.readings import NewReading


@pytest.fixture
def racks(database: Database) -> dict[str, int]:
    """Give Alpha and Beta a meter each, that are read from January to May, and tariffs."""
    with database.begin() as connection:
        numbers = {name: add_meter(connection, f"Rack {name}", name) for name in ("Alpha", "Beta")}
    for name, number in numbers.items():
        book_all(database, number, steady(edge(JANUARY), edge(MAY) + DAY))
        give_tariff(database, name, price(energyPrice="0.50", fixedFee="100"))
    return numbers


def move(database: Database, meter_id: int, client: str, since: Instant) -> None:
    with database.begin() as connection:
        move_meter(connection, meter_id, find_or_create_client(connection, client), since)


def truth(database: Database, meter_id: int, month: date) -> int:
    with database.connect() as connection:
        return month_tallies(connection, month)[meter_id].energy_milliwh


def adjusted(database: Database, client: str, month: date) -> list[Adjustment]:
    return list(statement_of(kept(database, client, month)).adjustments)


def test_what_is_taken_from_one_client_is_billed_to_the_other(
    database: Database, racks: dict[str, int]
) -> None:
    """Beta closes its first month when Alpha has closed two, and its own meter served it before."""
    meter = racks["Alpha"]
    for month in (JANUARY, FEBRUARY):
        close(database, month, "Alpha")
    close(database, MARCH)
    move(database, meter, "Beta", edge(JANUARY) + 15 * DAY)
    assert outcomes(close(database, APRIL)) == {"Alpha": "closed", "Beta": "closed"}
    given, taken = adjusted(database, "Alpha", APRIL), adjusted(database, "Beta", APRIL)
    assert [each.month for each in taken] == [JANUARY, FEBRUARY, MARCH]
    assert [each.energy_milliwh for each in taken] == [-each.energy_milliwh for each in given]
    assert {each.endpoint for each in taken} == {"Rack Alpha"}, "its own was billed elsewhere"
    assert taken[1].energy_milliwh == truth(database, meter, FEBRUARY)
    # The month before costs what the meter adds: its fee was billed with its own meter.
    kwh = Decimal(taken[1].energy_milliwh).scaleb(-6)
    assert taken[1].amount == (kwh * Decimal("0.50")).quantize(Decimal("0.01"))
    assert taken[1].reason.endswith("the meter served the client, and was not billed for it.")
    with database.connect() as connection:
        adjuster = MonthAdjuster(connection)
        assert not any(adjuster.has_changed(client_id(database, name)) for name in racks)


def test_a_client_of_which_nothing_is_closed_is_billed_with_its_first_close(
    database: Database, racks: dict[str, int]
) -> None:
    meter = racks["Alpha"]
    for month in (JANUARY, FEBRUARY):
        close(database, month, "Alpha")
    move(database, meter, "Gamma", edge(FEBRUARY))
    close(database, MARCH)
    (taken,) = adjusted(database, "Gamma", MARCH)
    assert (taken.month, taken.energy_milliwh) == (FEBRUARY, truth(database, meter, FEBRUARY))
    assert taken.amount is None, "Gamma has no tariff"


def test_its_month_can_still_be_closed_first(database: Database, racks: dict[str, int]) -> None:
    meter = racks["Alpha"]
    close(database, FEBRUARY, "Alpha")
    move(database, meter, "Gamma", edge(FEBRUARY))
    close(database, FEBRUARY, "Gamma")
    close(database, MARCH)
    statement = statement_of(kept(database, "Gamma", FEBRUARY))
    assert statement.lines[0].energy_milliwh == truth(database, meter, FEBRUARY)
    assert adjusted(database, "Gamma", FEBRUARY) == []
    assert adjusted(database, "Gamma", MARCH) == []


def test_what_is_moved_back_is_taken_back(database: Database, racks: dict[str, int]) -> None:
    meter = racks["Alpha"]
    close(database, JANUARY, "Alpha")
    for month in (FEBRUARY, MARCH):
        close(database, month)
    with database.begin() as connection:
        beta = find_or_create_client(connection, "Beta")
        replace_assignments(connection, meter, [])
        assign(connection, meter, beta, 0)
    close(database, APRIL)
    with database.begin() as connection:
        replace_assignments(connection, meter, [])
        assign(connection, meter, find_or_create_client(connection, "Alpha"), 0)
    close(database, MAY, accept_estimates=True, reason="the last month that is read")
    january = [
        each
        for month in (APRIL, MAY)
        for each in adjusted(database, "Beta", month)
        if each.month == JANUARY
    ]
    assert [each.energy_milliwh for each in january] == [
        truth(database, meter, JANUARY),
        -truth(database, meter, JANUARY),
    ]
    assert sum(each.amount or Decimal(0) for each in january) == 0
    assert january[1].reason.endswith("the meter did not serve the client in the month.")


def test_a_month_between_that_nobody_closed_is_billed_too(
    database: Database, racks: dict[str, int]
) -> None:
    """Alpha has not closed February when its meter is Beta's after all, which began with March.

    Nor will it: it is booked whoever closes April first, and stays booked.
    """
    close(database, JANUARY, "Alpha")
    close(database, MARCH, "Beta")
    move(database, racks["Alpha"], "Beta", edge(JANUARY))
    close(database, APRIL, "Alpha")
    close(database, APRIL, "Beta")
    taken = adjusted(database, "Beta", APRIL)
    assert [each.month for each in taken] == [JANUARY, FEBRUARY, MARCH]
    with database.connect() as connection:
        adjuster = MonthAdjuster(connection)
        assert not any(adjuster.has_changed(client_id(database, name)) for name in racks)


def test_a_corrected_reading_of_a_shared_meter_moves_nothing(
    database: Database, racks: dict[str, int]
) -> None:
    """What Beta had of it in January was billed elsewhere, whatever Alpha gives back."""
    meter = racks["Alpha"]
    with database.begin() as connection:
        replace_assignments(connection, meter, [])
        for name in ("Alpha", "Beta"):
            assign(connection, meter, find_or_create_client(connection, name), 0, None, 500_000)
    close(database, JANUARY, "Alpha")
    close(database, FEBRUARY)
    shown = steady(edge(JANUARY), edge(FEBRUARY))[-2]
    late = NewReading(edge(FEBRUARY) - 4 * HOUR // 3, shown.total_milliwh + STEP, STEP)
    before = truth(database, meter, JANUARY)
    book_all(database, meter, [late])
    assert truth(database, meter, JANUARY) < before - KWH // 2
    close(database, MARCH)
    assert [each.month for each in adjusted(database, "Alpha", MARCH)] == [JANUARY, FEBRUARY]
    assert [each.month for each in adjusted(database, "Beta", MARCH)] == [FEBRUARY]


def test_what_was_billed_as_an_adjustment_is_moved_on(
    database: Database, racks: dict[str, int]
) -> None:
    """February was nobody's, then Alpha's, and is Beta's in the end."""
    meter = racks["Alpha"]
    with database.begin() as connection:
        alpha = find_or_create_client(connection, "Alpha")
        replace_assignments(connection, meter, [])
        assign(connection, meter, alpha, 0, edge(FEBRUARY))
        assign(connection, meter, alpha, edge(MARCH))
    close(database, JANUARY, "Alpha")
    close(database, MARCH)
    with database.begin() as connection:
        replace_assignments(connection, meter, [])
        assign(connection, meter, alpha, 0)
    close(database, APRIL)
    (billed,) = adjusted(database, "Alpha", APRIL)
    with database.begin() as connection:
        beta = find_or_create_client(connection, "Beta")
        replace_assignments(connection, meter, [])
        assign(connection, meter, alpha, 0, edge(FEBRUARY))
        assign(connection, meter, beta, edge(FEBRUARY), edge(MARCH))
        assign(connection, meter, alpha, edge(MARCH))
    close(database, MAY, accept_estimates=True, reason="the last month that is read")
    (taken,) = adjusted(database, "Beta", MAY)
    (given,) = adjusted(database, "Alpha", MAY)
    assert (taken.month, taken.energy_milliwh) == (FEBRUARY, billed.energy_milliwh)
    assert given.energy_milliwh == -taken.energy_milliwh
    changes = month_changes(database, client_id(database, "Beta"), MARCH)
    assert [each.would_change_milliwh for each in changes.meters] == [0]
