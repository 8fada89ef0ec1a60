"""Registers that stand still while power is drawn."""

from dataclasses import replace

from wattledger.domain.instant import HOUR
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import RegisterSettings
from wattledger.domain.standstill import Standstill, standstills

KWH = 1_000_000
STEP = KWH // 10
SETTINGS = RegisterSettings(poll=HOUR)


def still(*powers: int | None, total: int = 100 * KWH, first: int = 0) -> list[Reading]:
    """Return hourly readings of one value: the one that reached it, then one a power in kW."""
    told = [None, *(None if power is None else power * KWH for power in powers)]
    return [
        Reading((first + hour) * HOUR, total, STEP, join=Join.ADVANCE, power_mw=power)
        for hour, power in enumerate(told)
    ]


def after(readings: list[Reading], energy: int, join: Join = Join.ADVANCE) -> Reading:
    """Return the reading an hour behind some, joined with an energy."""
    last = readings[-1]
    shown = last.total_milliwh + energy
    return replace(last, at=last.at + HOUR, total_milliwh=shown, energy_milliwh=energy, join=join)


def found(*readings: Reading, settings: RegisterSettings = SETTINGS) -> list[Standstill]:
    return list(standstills(readings, settings))


def test_it_lasts_from_the_read_that_moved_to_the_last_that_showed_the_same() -> None:
    same = still(2, 2, 2, 2, 2)
    moved = after(same, 2 * KWH)
    stands = Standstill(0, 5 * HOUR, None, 0, 2 * KWH, STEP)
    assert found(*same) == [stands]
    assert found(*same, moved) == [replace(stands, moved_at=moved.at, rise_milliwh=2 * KWH)]
    assert found() == []


def test_it_was_watched_for_longer_than_a_long_pause() -> None:
    assert found(*still(2, 2, 2, 2)) == []
    alone = still(2, 2)
    assert found(alone[0], replace(alone[1], at=40 * HOUR)) == []


def test_without_power_told_or_drawn_there_is_none() -> None:
    assert found(*still(0, 0, 0, 0, 0, 0)) == []
    assert found(*still(None, None, None, None, None, None)) == []
    assert found(*still(1, None, 0, None, None, 1)) != []


def test_power_worth_four_steps_may_be_yet_to_come() -> None:
    coarse = replace(SETTINGS, resolution_milliwh=2 * KWH)
    assert found(*still(2, 2, 2, 2, 2), settings=coarse) == []
    assert found(*still(2, 2, 2, 2, 2, 2), settings=coarse) != []
    by_ratio = replace(SETTINGS, numerator=20)
    assert found(*still(2, 2, 2, 2, 2), settings=by_ratio) == []


def test_a_register_that_was_reset_did_not_move_on() -> None:
    same = still(2, 2, 2, 2, 2)
    (stands,) = found(*same, after(same, 0, Join.RESET))
    assert (stands.last_at, stands.moved_at) == (5 * HOUR, None)


def test_what_it_shows_late_makes_up_only_in_the_period_it_is_booked_in() -> None:
    same = still(2, 2, 2, 2, 2)
    (stands,) = found(*same, after(same, 12 * KWH))
    assert stands.unshown_between(0, 6 * HOUR) == 0
    assert stands.unshown_between(0, 3 * HOUR) == 6 * KWH
    assert stands.unshown_between(3 * HOUR, 6 * HOUR) == 6 * KWH
    assert stands.unshown_between(7 * HOUR, 9 * HOUR) == 0


def test_it_is_an_error_of_a_period_only_from_more_than_two_steps_on() -> None:
    (stands,) = found(*still(2, 2, 2, 2, 2))
    assert stands.touches(0, HOUR)
    assert not stands.touches(0, HOUR // 10)
    assert not stands.touches(5 * HOUR, 6 * HOUR)
