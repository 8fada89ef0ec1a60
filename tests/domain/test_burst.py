"""A load that rises for minutes: energy where the device says who it is, else a leap in doubt."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.domain.test_acceptance import DAY_OF_READS, POLL, booked, joins, read, words

from wattledger.domain.acceptance import accept
from wattledger.domain.instant import DAY
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import RegisterSettings
from wattledger.simulate.ledger_faults.histories import STEP

WIDE = RegisterSettings()
VALUES = (*DAY_OF_READS, 10_880, *range(10_888, 10_968, 8))
"""A day of 3.2 kW, then 48 kW for a quarter of an hour, then 3.2 kW again."""
BURST = len(DAY_OF_READS)


def told(serials: Sequence[str | None]) -> list[Reading]:
    pairs = zip(read(VALUES), serials, strict=True)
    return [replace(reading, serial=serial) for reading, serial in pairs]


def test_a_burst_of_a_device_that_tells_its_serial_is_energy_at_once() -> None:
    readings = told(["A1"] * len(VALUES))
    assert words(accept(readings[: BURST + 1], WIDE).readings).endswith("good good")
    judgement = accept(readings, WIDE)
    assert joins(judgement.readings) == []
    assert booked(judgement.readings) == (VALUES[-1] - VALUES[0]) * STEP


@pytest.mark.parametrize("behind", [1, 3])
def test_a_serial_that_is_told_now_and_then_tells_the_burst_afterwards(behind: int) -> None:
    serials: list[str | None] = [None] * len(VALUES)
    serials[BURST - 9] = serials[BURST + behind] = "A1"
    readings = told(serials)
    unknown = accept(readings[: BURST + behind], WIDE).readings
    assert booked(unknown) < (VALUES[BURST + behind - 1] - VALUES[0]) * STEP
    known = accept(readings[: BURST + behind + 1], WIDE).readings
    assert joins(known) == [Join.RESUMED]
    assert booked(known) == (VALUES[BURST + behind] - VALUES[0]) * STEP


def test_a_burst_of_a_device_that_tells_no_serial_may_be_another_meter() -> None:
    found = accept(told([None] * len(VALUES)), WIDE).readings
    assert joins(found) == [Join.REPLACEMENT]


def test_a_serial_that_was_told_long_ago_says_nothing_of_a_burst() -> None:
    start = read(DAY_OF_READS)[-1].at + POLL
    days = [Reading(start + n * POLL, (10_768 + n * 8) * STEP, STEP) for n in range(4 * 96)]
    first = [replace(each, serial="A1") for each in read(DAY_OF_READS)]
    last = days[-1]
    burst = Reading(last.at + POLL, last.total_milliwh + 120 * STEP, STEP, serial="A1")
    assert last.at - first[-1].at > 3 * DAY
    assert words(accept([*first, *days, burst], WIDE).readings).endswith("good held")
