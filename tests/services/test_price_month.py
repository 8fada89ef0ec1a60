"""A client's month cut where prices change."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tests.services.test_report_month import END, KWH, MARCH, START, add_meter

from wattledger.domain.charge import ChargeKind
from wattledger.domain.instant import DAY, HOUR
from wattledger.domain.period import calendar
from wattledger.domain.pricing import PricedMonth
from wattledger.domain.tariff import PricePeriod, Tariff
from wattledger.services.month_lines import month_lines
from wattledger.services.price_month import price_month
from wattledger.store.database import Database
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading

TARIFF = Tariff(
    name="Dearer since the 15th",
    prices=tuple(
        PricePeriod(from_on=since, currency="EUR", energy_price=Decimal(price))
        for since, price in ((date(2026, 1, 1), "0.3"), (date(2026, 3, 15), "0.4"))
    ),
)


def priced(database: Database) -> PricedMonth:
    with database.connect() as connection:
        lines = month_lines(connection, MARCH)
    return price_month(TARIFF, MARCH, calendar("Europe/Berlin"), lines, None)


def add_meters(database: Database, number: int, readings: Sequence[NewReading]) -> None:
    with database.begin() as connection:
        for each in range(number):
            book(connection, {add_meter(connection, f"PDU {each}", "X"): readings})


def test_what_rounding_leaves_makes_no_part_less_than_nothing(database: Database) -> None:
    used = KWH + 400
    idle = [NewReading(at, used, 1) for at in range(START + HOUR, END + HOUR, HOUR)]
    add_meters(database, 5, [NewReading(START, 0, 1), *idle])
    energy = [each for each in priced(database).charges if each.kind is ChargeKind.ENERGY]
    assert [each.quantity for each in energy] == [Decimal("5.000"), Decimal("0.000")]


def test_days_that_nobody_measured_are_not_priced_as_nothing_used(database: Database) -> None:
    hourly = [
        NewReading(at, (at - START) // HOUR * KWH, 100_000)
        for at in range(START, START + 5 * DAY + HOUR, HOUR)
    ]
    add_meters(database, 1, hourly)
    month = priced(database)
    assert [each.quantity for each in month.charges] == [Decimal("120.000")]
    assert month.notes == (
        "The energy between 2026-03-15 and 2026-03-31 is not known and is not priced.",
    )
