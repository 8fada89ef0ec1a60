"""Registers that are read once a month: the interval before tells the mean before (LEDGER 3)."""

from collections.abc import Sequence

import pytest

from wattledger.domain.acceptance import accept
from wattledger.domain.instant import DAY, HOUR, MINUTE
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import RegisterSettings

KWH = 1_000_000
STEP = KWH // 10
REGISTER = RegisterSettings(p_max_mw=66 * KWH, poll=15 * MINUTE)


def monthly(*kwh: int, every: int = 30 * DAY) -> list[Reading]:
    """Return what is made of values that were read so far apart, polled as nobody polls them."""
    readings = [Reading(n * every, each * KWH, STEP) for n, each in enumerate(kwh)]
    return list(accept(readings, REGISTER).readings)


def told(readings: Sequence[Reading]) -> list[tuple[str, int | None]]:
    return [(each.status.word, each.energy_milliwh) for each in readings]


@pytest.mark.parametrize("days", [2, 7, 30, 365])
def test_a_number_typed_ten_times_too_large_waits_for_the_next(days: int) -> None:
    shown = 4_000, 4_100, 4_200, 4_300, 44_000
    assert told(monthly(*shown, every=days * DAY))[-2:] == [("good", 100 * KWH), ("held", None)]
    later = told(monthly(*shown, 4_500, every=days * DAY))[-2:]
    assert later[0] != ("good", 39_700 * KWH)
    after = told(monthly(*shown, 4_500, 4_600, every=days * DAY))[-3:]
    assert after == [("glitch", None), ("good", 200 * KWH), ("good", 100 * KWH)]


def test_a_use_that_truly_grew_is_taken_when_the_next_reading_agrees() -> None:
    held = told(monthly(4_000, 4_100, 4_200, 4_300, 4_900))
    assert held[-1] == ("held", None)
    agreed = told(monthly(4_000, 4_100, 4_200, 4_300, 4_900, 5_500))
    assert agreed[-2:] == [("good", 600 * KWH), ("good", 600 * KWH)]


def test_what_an_exchanged_meter_showed_before_is_no_energy_of_ours() -> None:
    readings = monthly(4_000, 4_100, 4_200, 4_300, 900, 1_000, 1_100)
    assert readings[4].join is Join.REPLACEMENT
    assert [each.energy_milliwh for each in readings[4:]] == [100 * KWH, 100 * KWH, 100 * KWH]


def test_behind_a_break_nothing_is_known_before_the_next_interval() -> None:
    readings = monthly(4_000, 4_100, 4_200, 4_300, 900, 2_900, 3_000)
    assert [each.status.word for each in readings[-2:]] == ["good", "good"]


def test_a_device_that_told_another_serial_before_it_was_silent_for_days_is_judged() -> None:
    """Its run begins with one serial and ends with another; neither was ever another run's."""
    quarter = 15 * MINUTE
    first = [Reading(n * quarter, 5_000 * KWH + n * KWH, STEP, serial="A") for n in range(8)]
    begun = first[-1].at + quarter
    second = [
        Reading(begun + n * 20 * HOUR, (100 + n) * KWH, STEP, serial=serial)
        for n, serial in enumerate(("B", None, None, None, None, "C"))
    ]
    readings = accept([*first, *second], REGISTER).readings
    assert {each.status.word for each in readings} == {"good"}
    assert [each.join for each in readings if each.join and each.join.opens_epoch] == [
        Join.REPLACEMENT
    ]
