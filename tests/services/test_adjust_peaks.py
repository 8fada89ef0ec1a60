"""A peak that changes after a close is set right, too, though each meter used what was billed."""

from datetime import date
from decimal import Decimal

from tests.services.billing import (
    APRIL,
    KWH,
    MARCH,
    MAY,
    add_meter,
    after,
    book_all,
    client_id,
    close,
    declare,
    edge,
    give_tariff,
    kept,
    price,
)

from wattledger.domain.charge import ChargeKind
from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant
from wattledger.domain.statement import Statement
from wattledger.reports.bundle_check import check_bundle
from wattledger.services.adjust_months import MonthAdjuster
from wattledger.services.closed_statement import statement_of
from wattledger.services.export_bundle import export_bundle
from wattledger.services.month_changes import month_changes
from wattledger.store.assignments import cut_from
from wattledger.store.database import Database
from wattledger.store.readings import NewReading, delete_readings
from wattledger.store.recompute import rebuild

QUARTER = 15 * MINUTE
MISTIMED = edge(MARCH) + 10 * DAY + 9 * HOUR
"""When a meter that draws 4 kW was said to show what it showed 13 minutes later."""
POWER = {"committedKw": "2", "committedPrice": "10", "powerOveragePrice": "100"}


def one_client(database: Database, *prices: dict[str, object]) -> int:
    """Give a client a meter that draws 4 kW in March and April, with one read out of time."""
    start, end = edge(MARCH) - HOUR, edge(MAY) + HOUR
    with database.begin() as connection:
        number = add_meter(connection, "Rack A1", "Alpha")
    book_all(database, number, [_reading(start, at) for at in range(start, end, QUARTER)])
    give_tariff(database, "Alpha", *prices)
    return number


def _reading(start: Instant, at: Instant) -> NewReading:
    early = 900_000 if at == MISTIMED else 0
    return NewReading(at, KWH * (at - start) // QUARTER + early, 1_000)


def closed(database: Database, month: date = MARCH) -> Statement:
    return statement_of(kept(database, "Alpha", month))


def overage(statement: Statement) -> Decimal:
    (charge,) = [each for each in statement.charges if each.kind is ChargeKind.POWER_OVERAGE]
    return charge.amount


def test_a_peak_that_a_mistimed_read_made_is_taken_back_with_the_next_close(
    database: Database,
) -> None:
    meter_id = one_client(database, price(**POWER, vatPercent="10"))
    close(database, MARCH)
    assert overage(closed(database)) == 560
    declare(database, meter_id, MISTIMED, EventKind.REJECT)
    told = month_changes(database, client_id(database, "Alpha"), MARCH)
    assert (told.amount, [each.would_change_milliwh for each in told.meters]) == (
        Decimal(-360),
        [0],
    )
    close(database, APRIL)
    statement = closed(database, APRIL)
    (adjustment,) = statement.adjustments
    assert (adjustment.month, adjustment.energy_milliwh) == (MARCH, 0)
    assert adjustment.amount == -360
    assert adjustment.reason == (
        "Readings or settings of the month changed after it was closed. The peak power is 4 kW "
        "now; the month was closed with 7.6 kW."
    )
    [booked] = [each for each in statement.charges if each.kind is ChargeKind.ADJUSTMENT]
    assert booked.amount == -360
    assert statement.vat == statement.net / 10
    with database.connect() as connection:
        assert not MonthAdjuster(connection).has_changed(client_id(database, "Alpha"))
    exported = export_bundle(database, client_id(database, "Alpha"), APRIL, None)
    assert check_bundle(exported).findings == ()


def test_a_client_that_has_left_gets_back_what_a_peak_cost_too_much(database: Database) -> None:
    meter_id = one_client(database, price(**POWER))
    close(database, MARCH)
    with database.begin() as connection:
        cut_from(connection, [meter_id], edge(APRIL))
    assert close(database, APRIL) == {}
    declare(database, meter_id, MISTIMED, EventKind.REJECT)
    close(database, APRIL)
    assert closed(database, APRIL).net == -360


def test_a_peak_within_what_is_committed_adjusts_nothing(database: Database) -> None:
    meter_id = one_client(database, price(**POWER | {"committedKw": "8"}))
    close(database, MARCH)
    declare(database, meter_id, MISTIMED, EventKind.REJECT)
    close(database, APRIL)
    assert closed(database, APRIL).adjustments == ()


def test_a_peak_that_is_not_known_any_more_is_not_taken_back(database: Database) -> None:
    meter_id = one_client(database, price(**POWER))
    close(database, MARCH)
    start, end = edge(MARCH) - HOUR, edge(MAY) + HOUR
    with database.begin() as connection:
        gone = [at for at in range(start, end, QUARTER) if (at - start) % HOUR]
        delete_readings(connection, meter_id, gone)
        rebuild(connection, [meter_id])
    with database.connect() as connection:
        assert not MonthAdjuster(connection).has_changed(client_id(database, "Alpha"))
    at = edge(APRIL) - 10 * MINUTE
    more = _reading(start, at).total_milliwh + KWH
    book_all(database, meter_id, [NewReading(at, more, 1_000)])
    close(database, APRIL)
    (adjustment,) = closed(database, APRIL).adjustments
    kwh = Decimal(adjustment.energy_milliwh).scaleb(-6)
    assert adjustment.amount is not None
    assert abs(adjustment.amount - kwh / 4) < Decimal("0.01")


def test_a_peak_adjusted_in_another_currency_is_told_once(database: Database) -> None:
    prices = price(**POWER), price("2026-04-01", currency="CHF")
    meter_id = one_client(database, *prices)
    close(database, MARCH)
    declare(database, meter_id, MISTIMED, EventKind.REJECT)
    close(database, APRIL)
    statement = closed(database, APRIL)
    assert "The adjustment of 2026-03 is -360.00 EUR, which is not the currency" in " ".join(
        statement.notes
    )
    assert [each.amount for each in statement.adjustments] == [None]
    close(database, MAY, now=after(MAY), accept_estimates=True, reason="the last month read")
    assert closed(database, MAY).adjustments == ()


def test_energy_that_moves_to_days_of_another_price_is_adjusted(database: Database) -> None:
    prices = price(energyPrice="1"), price("2026-03-16", energyPrice="2")
    meter_id = one_client(database, *prices)
    at = edge(MARCH.replace(day=16))
    for quarter in range(1, 8):
        declare(database, meter_id, at - HOUR + quarter * QUARTER, EventKind.REJECT)
    close(database, MARCH)
    # All of the two hours' 8 kWh were used before midnight, when a kWh was half as dear.
    shown = _reading(edge(MARCH) - HOUR, at + HOUR).total_milliwh
    book_all(database, meter_id, [NewReading(at - MINUTE, shown, 1_000)])
    close(database, APRIL)
    (adjustment,) = closed(database, APRIL).adjustments
    assert adjustment.energy_milliwh == 0
    assert adjustment.amount is not None
    assert -4 <= adjustment.amount < 0
