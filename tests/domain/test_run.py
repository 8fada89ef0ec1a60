"""Runs: what continues one, what a mean says of a rise."""

import pytest

from wattledger.domain.horizon import is_long, memory
from wattledger.domain.instant import DAY, HOUR, MINUTE
from wattledger.domain.reading import Reading
from wattledger.domain.register import RegisterSettings
from wattledger.domain.run import Mean, Run, find_runs

STEP = 100_000
POLL = 15 * MINUTE


def members(*tenths: int, serial: str | None = None) -> list[Reading]:
    return [Reading(n * POLL, value * STEP, STEP, serial=serial) for n, value in enumerate(tenths)]


def test_a_mean_tells_what_to_expect() -> None:
    mean = Mean(24_000_000, DAY)
    assert mean.over(HOUR) == 1_000_000
    assert not mean.exceeded_by(2_200_000, HOUR, STEP)
    assert mean.exceeded_by(2_200_001, HOUR, STEP)


@pytest.mark.parametrize(("rise", "fits"), [(299_999, False), (300_000, True), (2_300_000, False)])
def test_a_rise_fits_between_half_and_twice_the_mean(rise: int, fits: bool) -> None:  # noqa: FBT001
    assert Mean(24_000_000, DAY).fits(rise, HOUR, STEP) is fits


def test_a_mean_of_few_steps_says_nothing_of_a_rise() -> None:
    assert Mean(24_000_000, DAY).fits(0, 24 * MINUTE, STEP)


def test_no_leap_is_seen_shortly_behind_one_as_great() -> None:
    """The load that stepped up there may have stepped further up."""
    settings = RegisterSettings(poll=POLL, p_max_mw=1_000_000_000)
    run = Run(members(*range(100)))
    rise = run.members[-1].total_milliwh + 800 * STEP
    after = Reading(100 * POLL, rise, STEP)
    assert run.leaps(99, after, STEP, settings)
    run.leapt = 401 * STEP
    assert not run.leaps(99, after, STEP, settings)
    run.leapt = 399 * STEP
    assert run.leaps(99, after, STEP, settings)


def test_a_run_forgets_a_serial_that_was_not_told_for_long() -> None:
    run = Run(members(1, serial="A1"))
    assert run.is_of_another("B2")
    run.append(Reading(4 * DAY, 9 * STEP, STEP))
    assert not run.is_of_another("B2")


def test_a_serial_told_late_is_not_the_one_a_run_began_with() -> None:
    run = Run(members(1))
    run.append(Reading(4 * DAY, 9 * STEP, STEP, serial="A1"))
    assert (run.first_serial, run.serial) == (None, "A1")


def test_no_run_reaches_over_a_cut() -> None:
    readings = members(1, 2, 3, 4, 5, 6)
    cuts = (POLL + 1, POLL + 2, 4 * POLL)
    assert [len(run.members) for run in find_runs(readings, RegisterSettings(), cuts)] == [2, 2, 2]


def test_cuts_before_the_end_of_a_prefix_are_past() -> None:
    readings = members(1, 2, 3, 4, 5, 6)
    runs = find_runs(readings[3:], RegisterSettings(), (POLL, 4 * POLL), readings[:3])
    assert [len(run.members) for run in runs] == [4, 2]


def test_a_pause_is_long_beyond_two_hours_and_three_polls() -> None:
    assert is_long(2 * HOUR + 1, POLL)
    assert not is_long(2 * HOUR + 1, HOUR)


def test_memory_is_the_horizon_and_the_window_of_the_mean() -> None:
    assert memory(DAY) == 7 * DAY
