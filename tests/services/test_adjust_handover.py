"""A hand-over set right after the close moves what lies between the two instants, and no more."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import pytest
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    KWH,
    MARCH,
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
from wattledger.domain.period import next_month
from wattledger.domain.statement import Adjustment
from wattledger.services.adjust_months import MonthAdjuster
from wattledger.services.closed_statement import statement_of
from wattledger.store.assignments import assign, replace_assignments
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Database

Serving: TypeAlias = tuple[str, Instant, Instant | None, int]
"""A client, from when, until when, with which share in percent."""

HANDED_OVER = edge(JANUARY) + 15 * DAY
DAYS_KWH = 48


@pytest.fixture
def rack(database: Database) -> int:
    """Give a meter that uses 48 kWh a day, read to the end of April, for Alpha and then Beta."""
    with database.begin() as connection:
        number = add_meter(connection, "Rack A")
    shown = steady(edge(JANUARY), edge(next_month(APRIL)) + DAY, lag=0)
    book_all(database, number, shown)
    serves(database, number, ("Alpha", 0, HANDED_OVER, 100), ("Beta", HANDED_OVER, None, 100))
    for name in ("Alpha", "Beta"):
        give_tariff(database, name, price(energyPrice="0.50"))
    return number


def serves(database: Database, meter: int, *terms: Serving) -> None:
    """Let a meter serve clients in these parts and no others."""
    with database.begin() as connection:
        replace_assignments(connection, meter, [])
        for name, start, end, percent in terms:
            client = find_or_create_client(connection, name)
            assign(connection, meter, client, start, end, percent * 10_000)


def adjusted(database: Database, client: str, month: date) -> Sequence[Adjustment]:
    return statement_of(kept(database, client, month)).adjustments


def told(adjustments: Sequence[Adjustment]) -> list[tuple[date, int, Decimal | None]]:
    return [(each.month, each.energy_milliwh // KWH, each.amount) for each in adjustments]


def is_settled(database: Database, *clients: str) -> bool:
    with database.connect() as connection:
        adjuster = MonthAdjuster(connection)
        return not any(adjuster.has_changed(client_id(database, name)) for name in clients)


def test_a_hand_over_a_day_earlier_bills_the_new_client_that_day(
    database: Database, rack: int
) -> None:
    """What else served Beta before its first close, in April, was billed elsewhere."""
    close(database, JANUARY, "Alpha")
    earlier = HANDED_OVER - DAY
    serves(database, rack, ("Alpha", 0, earlier, 100), ("Beta", earlier, None, 100))
    close(database, APRIL)
    assert told(adjusted(database, "Alpha", APRIL)) == [
        (JANUARY, -DAYS_KWH, Decimal("-24.00")),
    ]
    assert told(adjusted(database, "Beta", APRIL)) == [(JANUARY, DAYS_KWH, Decimal("24.00"))]
    assert is_settled(database, "Alpha", "Beta")


def test_what_is_given_back_and_serves_nobody_is_billed_to_nobody(
    database: Database, rack: int
) -> None:
    later = ("Beta", HANDED_OVER + 5 * DAY, None, 100)
    serves(database, rack, ("Alpha", 0, HANDED_OVER, 100), later)
    close(database, JANUARY, "Alpha")
    serves(database, rack, ("Alpha", 0, HANDED_OVER - DAY, 100), later)
    close(database, APRIL)
    assert told(adjusted(database, "Alpha", APRIL)) == [(JANUARY, -DAYS_KWH, Decimal("-24.00"))]
    assert adjusted(database, "Beta", APRIL) == ()


def test_a_hand_over_at_the_edge_of_a_month_moves_no_month_behind_it(
    database: Database, rack: int
) -> None:
    """Alpha's last line reaches the end of January: what follows was Beta's, and is still."""
    at = edge(FEBRUARY)
    serves(database, rack, ("Alpha", 0, at, 100), ("Beta", at, None, 100))
    close(database, JANUARY, "Alpha")
    close(database, APRIL)
    serves(database, rack, ("Alpha", 0, at - DAY, 100), ("Beta", at - DAY, None, 100))
    close(database, next_month(APRIL), accept_estimates=True, reason="the last month read")
    taken = adjusted(database, "Beta", next_month(APRIL))
    assert told(taken) == [(JANUARY, DAYS_KWH, Decimal("24.00"))]


def test_a_hand_over_put_the_other_way_round_loses_no_energy(database: Database) -> None:
    """Each has half of February, and it was the other half: as long, but not as much."""
    middle = edge(FEBRUARY) + 14 * DAY
    slow = steady(edge(JANUARY), middle, kwh=6, lag=0)
    fast = steady(slow[-1].at + 6 * HOUR, edge(APRIL), begin=slow[-1].total_milliwh, lag=0)
    with database.begin() as connection:
        meter = add_meter(connection, "Rack A")
    book_all(database, meter, [*slow, *fast[1:]])
    serves(database, meter, ("Beta", 0, middle, 100), ("Alpha", middle, None, 100))
    close(database, FEBRUARY, "Alpha")
    (line,) = statement_of(kept(database, "Alpha", FEBRUARY)).lines
    serves(database, meter, ("Alpha", 0, middle, 100), ("Beta", middle, None, 100))
    assert outcomes(close(database, MARCH)) == {"Alpha": "closed", "Beta": "closed"}
    (given,), (taken,) = (adjusted(database, name, MARCH) for name in ("Alpha", "Beta"))
    assert (taken.month, taken.energy_milliwh) == (FEBRUARY, line.energy_milliwh)
    assert given.energy_milliwh < 0
    assert is_settled(database, "Alpha", "Beta")


def test_of_a_shared_meter_the_share_that_is_given_back_is_billed(
    database: Database, rack: int
) -> None:
    """Beta had a half of its own, which was billed elsewhere; Alpha gives a quarter of its half."""
    shared = ("Alpha", 0, None, 50), ("Beta", 0, None, 50)
    serves(database, rack, *shared)
    close(database, JANUARY, "Alpha")
    since = edge(JANUARY) + 30 * DAY
    serves(
        database,
        rack,
        ("Alpha", 0, since, 50),
        ("Beta", 0, since, 50),
        ("Alpha", since, None, 25),
        ("Beta", since, None, 75),
    )
    close(database, FEBRUARY)
    assert told(adjusted(database, "Alpha", FEBRUARY)) == [(JANUARY, -12, Decimal("-6.00"))]
    assert told(adjusted(database, "Beta", FEBRUARY)) == [(JANUARY, 12, Decimal("6.00"))]
    assert is_settled(database, "Alpha", "Beta")


def test_what_another_that_closed_the_month_took_is_billed_once(
    database: Database, rack: int
) -> None:
    """Gamma has closed January too: Alpha's half is Gamma's, and Beta's is what it was."""
    serves(
        database,
        rack,
        ("Alpha", 0, HANDED_OVER, 50),
        ("Beta", 0, None, 50),
        ("Gamma", HANDED_OVER, None, 50),
    )
    for name in ("Alpha", "Gamma"):
        close(database, JANUARY, name)
    earlier = HANDED_OVER - DAY
    serves(
        database,
        rack,
        ("Alpha", 0, earlier, 50),
        ("Beta", 0, None, 50),
        ("Gamma", earlier, None, 50),
    )
    close(database, FEBRUARY)
    assert adjusted(database, "Beta", FEBRUARY) == ()
    (taken,) = adjusted(database, "Gamma", FEBRUARY)
    assert taken.energy_milliwh == DAYS_KWH // 2 * KWH


def test_what_was_billed_so_and_moves_on_is_given_back(database: Database, rack: int) -> None:
    """The day is Beta's, then Gamma's, which closes nothing before May."""
    close(database, JANUARY, "Alpha")
    earlier = HANDED_OVER - DAY
    serves(database, rack, ("Alpha", 0, earlier, 100), ("Beta", earlier, None, 100))
    close(database, MARCH)
    serves(
        database,
        rack,
        ("Alpha", 0, earlier, 100),
        ("Gamma", earlier, HANDED_OVER + HOUR, 100),
        ("Beta", HANDED_OVER + HOUR, None, 100),
    )
    close(database, APRIL)
    assert told(adjusted(database, "Beta", APRIL)) == [(JANUARY, -DAYS_KWH, Decimal("-24.00"))]
    with database.connect() as connection:
        adjuster = MonthAdjuster(connection, next_month(APRIL))
        (change,) = adjuster.adjustments_of(client_id(database, "Gamma"))
    assert list(change.energies.values()) == [DAYS_KWH * KWH]
