"""What an adjustment was priced by is kept: the next one of its month is priced by the same."""

from decimal import Decimal
from typing import Any

import pytest
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    MARCH,
    MAY,
    STEP,
    add_meter,
    book_all,
    close,
    edge,
    give_tariff,
    kept,
    price,
    steady,
)

from wattledger.domain.instant import DAY, MINUTE
from wattledger.domain.period import next_month
from wattledger.domain.statement import Adjustment, Statement
from wattledger.services.closed_statement import statement_of
from wattledger.services.month_changes import month_changes
from wattledger.store.assignments import assign, move_meter, replace_assignments
from wattledger.store.clients import find_client, find_or_create_client, set_client_tariff
from wattledger.store.database import Database
from wattledger.store.readings import NewReading

HALF = price(energyPrice="0.50", vatPercent="19")


@pytest.fixture
def racks(database: Database) -> dict[str, int]:
    """Give Alpha and Beta a meter each, that are read from January to May, and tariffs."""
    with database.begin() as connection:
        numbers = {name: add_meter(connection, f"Rack {name}", name) for name in ("Alpha", "Beta")}
    for name, number in numbers.items():
        book_all(database, number, steady(edge(JANUARY), edge(MAY) + DAY))
        give_tariff(database, name, HALF)
    return numbers


def moved(database: Database, racks: dict[str, int]) -> None:
    """Let Beta's first close bill it the part of January that Alpha gives back."""
    close(database, JANUARY, "Alpha")
    with database.begin() as connection:
        beta = find_or_create_client(connection, "Beta")
        move_meter(connection, racks["Alpha"], beta, edge(JANUARY) + 10 * DAY)
    close(database, FEBRUARY)


def correct(database: Database, meter: int, month: Any = JANUARY, minutes: int = 80) -> None:  # noqa: ANN401 - a month
    """Book a late reading that moves some energy over a month's end."""
    end = edge(next_month(month))
    shown = [each for each in steady(edge(JANUARY), edge(MAY)) if each.at < end][-1]
    late = NewReading(end - minutes * MINUTE, shown.total_milliwh + STEP, STEP)
    book_all(database, meter, [late])


def statement(database: Database, client: str, month: Any) -> Statement:  # noqa: ANN401 - a month
    return statement_of(kept(database, client, month))


def january(database: Database, client: str, month: Any) -> Adjustment:  # noqa: ANN401 - a month
    each, *_ = (a for a in statement(database, client, month).adjustments if a.month == JANUARY)
    return each


def cost(adjustment: Adjustment) -> Decimal:
    """Return what an adjustment of energy costs at half a unit of money a kWh, about."""
    return Decimal(adjustment.energy_milliwh).scaleb(-6) / 2


def test_a_month_never_closed_is_adjusted_again_at_the_price_of_the_first_time(
    database: Database, racks: dict[str, int]
) -> None:
    moved(database, racks)
    give_tariff(database, "Beta", price(energyPrice="1.00", vatPercent="7"))
    correct(database, racks["Alpha"])
    close(database, MARCH, "Beta")
    again = january(database, "Beta", MARCH)
    assert again.energy_milliwh < 0
    assert again.amount is not None
    assert abs(again.amount - cost(again)) <= Decimal("0.01")
    texts = [each.description for each in statement(database, "Beta", MARCH).charges]
    assert "Adjustment of 2026-01, VAT 19 %" in texts, "not the rate that is paid now"


def test_a_month_between_closes_is_adjusted_again_at_the_price_of_the_first_time(
    database: Database, racks: dict[str, int]
) -> None:
    with database.begin() as connection:
        alpha = find_client(connection, "Alpha").id
        replace_assignments(connection, racks["Alpha"], [])
        assign(connection, racks["Alpha"], alpha, 0, edge(FEBRUARY))
        assign(connection, racks["Alpha"], alpha, edge(MARCH))
    for month in (JANUARY, MARCH):
        close(database, month, "Alpha")
    with database.begin() as connection:
        replace_assignments(connection, racks["Alpha"], [])
        assign(connection, racks["Alpha"], alpha, 0)
    close(database, APRIL, "Alpha")
    give_tariff(database, "Alpha", price(energyPrice="9"))
    correct(database, racks["Alpha"], FEBRUARY)
    close(database, MAY, "Alpha", accept_estimates=True, reason="the last month read")
    again, *_ = (
        each for each in statement(database, "Alpha", MAY).adjustments if each.month == FEBRUARY
    )
    assert again.amount is not None
    assert abs(again.amount - cost(again)) <= Decimal("0.01")


def test_amounts_of_two_currencies_are_never_mixed(
    database: Database, racks: dict[str, int]
) -> None:
    moved(database, racks)
    give_tariff(database, "Beta", price(energyPrice="1.00", currency="USD"))
    correct(database, racks["Alpha"])
    close(database, MARCH, "Beta")
    again = january(database, "Beta", MARCH)
    assert again.amount is None
    settled, *_ = statement(database, "Beta", MARCH).notes
    assert settled.startswith("The adjustment of 2026-01 is -0.36 EUR, which is not the currency")


def test_what_was_charged_is_refunded_also_where_the_tariff_was_taken_off(
    database: Database, racks: dict[str, int]
) -> None:
    moved(database, racks)
    charged = january(database, "Beta", FEBRUARY)
    with database.begin() as connection:
        set_client_tariff(connection, find_client(connection, "Beta").id, None)
        replace_assignments(connection, racks["Alpha"], [])
        assign(connection, racks["Alpha"], find_client(connection, "Alpha").id, 0)
    close(database, MARCH, "Beta")
    refunded = january(database, "Beta", MARCH)
    assert refunded.energy_milliwh == -charged.energy_milliwh
    assert charged.amount is not None
    assert refunded.amount == -charged.amount
    assert "VAT 19 %" in [each.description for each in statement(database, "Beta", MARCH).charges]


@pytest.mark.parametrize("inside", [False, True])
def test_what_is_to_be_settled_apart_is_named_once(
    database: Database,
    racks: dict[str, int],
    inside: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Also where the prices change inside the month, so that it is looked at with each close."""
    changed = [price("2026-01-16", energyPrice="0.55")] if inside else []
    give_tariff(database, "Alpha", price(energyPrice="0.50"), *changed)
    close(database, JANUARY, "Alpha")
    give_tariff(database, "Alpha", price(energyPrice="0.60", currency="USD"))
    close(database, FEBRUARY, "Alpha")
    correct(database, racks["Alpha"])
    close(database, MARCH, "Alpha")
    amount = "-0.40" if inside else "-0.36"
    assert f"The adjustment of 2026-01 is {amount} EUR" in str(
        statement(database, "Alpha", MARCH).notes
    )
    if not inside:
        correct(database, racks["Alpha"], minutes=70)
    close(database, APRIL, "Alpha")
    again = statement(database, "Alpha", APRIL)
    if inside:
        assert (again.adjustments, again.notes) == ((), ())
    else:
        assert again.notes[0].startswith("The adjustment of 2026-01 is -0.06 EUR")


def test_a_second_adjustment_of_a_month_never_closed_says_what_changed_since(
    database: Database, racks: dict[str, int]
) -> None:
    moved(database, racks)
    assert january(database, "Beta", FEBRUARY).reason.endswith("was not billed for it.")
    correct(database, racks["Alpha"])
    close(database, MARCH, "Beta")
    again = january(database, "Beta", MARCH)
    assert again.before_milliwh
    assert again.reason.startswith("Readings of the month came late")


def test_energy_of_a_month_before_the_first_prices_says_that_it_is_not_charged(
    database: Database, racks: dict[str, int]
) -> None:
    give_tariff(database, "Beta", price("2026-02-01", energyPrice="0.50"))
    moved(database, racks)
    taken = january(database, "Beta", FEBRUARY)
    assert taken.amount is None
    assert statement(database, "Beta", FEBRUARY).notes == (
        "The adjustment of 2026-01 is not charged: no prices for 2026-01.",
    )


def test_what_is_priced_only_in_part_says_so(database: Database, racks: dict[str, int]) -> None:
    """Beta's prices begin inside the month of which Alpha gives it a part."""
    give_tariff(database, "Beta", price("2026-01-21", energyPrice="0.50"))
    with database.begin() as connection:
        replace_assignments(connection, racks["Beta"], [])
    moved(database, racks)
    (note,) = statement(database, "Beta", FEBRUARY).notes
    assert note.startswith("Adjustment of 2026-01: Between ")
    assert "nothing is priced: the tariff" in note


def test_what_a_change_costs_is_told_before_it_is_booked(
    database: Database, racks: dict[str, int]
) -> None:
    close(database, JANUARY, "Alpha")
    correct(database, racks["Alpha"])
    with database.connect() as connection:
        alpha = find_client(connection, "Alpha").public_id
    changes = month_changes(database, alpha, JANUARY)
    assert (changes.amount, changes.currency) == (Decimal("-0.36"), "EUR")
