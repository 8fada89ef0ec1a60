"""What a month's demand is made of."""

from dataclasses import replace
from itertools import pairwise

from tests.store.test_ledger import KWH, START, add_meter

from wattledger.domain.instant import HOUR, MINUTE
from wattledger.domain.register import RegisterSettings
from wattledger.store.database import Database
from wattledger.store.demand import demand_of
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading


def test_the_power_beside_a_doubted_register_makes_no_peak(database: Database) -> None:
    quarters = [START + number * 15 * MINUTE for number in range(40)]
    readings = [
        NewReading(at, (at - START) // HOUR * 2 * KWH, KWH, power_mw=2 * KWH) for at in quarters
    ]
    for index in (20, 39):
        readings[index] = replace(readings[index], total_milliwh=9**9 * KWH, power_mw=65_535 * KWH)
    with database.begin() as connection:
        number = add_meter(connection)
        book(connection, {number: readings})
        samples = demand_of(connection, number, RegisterSettings(), START, quarters[-1]).samples
    assert {power for _, power in samples} == {2 * KWH}
    assert len(samples) == len(readings) - 2


def test_a_break_is_no_measured_interval(database: Database) -> None:
    """A window in which a meter began anew is not known, however its energy was estimated."""
    quarters = [START + number * 15 * MINUTE for number in range(8)]
    shown = [900, 901, 902, 903, 1, 2, 3, 4]
    readings = [NewReading(at, kwh * KWH, KWH) for at, kwh in zip(quarters, shown, strict=True)]
    with database.begin() as connection:
        number = add_meter(connection)
        book(connection, {number: readings})
        intervals = demand_of(connection, number, RegisterSettings(), START, quarters[-1]).intervals
    spans = [(start, end) for start, end, _, _ in intervals]
    broken = (quarters[3], quarters[4])
    assert spans == [span for span in pairwise(quarters) if span != broken]
