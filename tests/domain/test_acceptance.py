"""Which readings are good, how they are joined, and which the ledger doubts (LEDGER 3)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from wattledger.domain.acceptance import accept
from wattledger.domain.event import NOTHING_DECLARED, Declared, Swap
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant
from wattledger.domain.reading import Join, Reading, Source, Status
from wattledger.domain.register import RegisterSettings
from wattledger.domain.settings_timeline import AnySettings, SettingsTimeline
from wattledger.simulate.ledger_faults.histories import STEP, history, segments_of

POLL = 15 * MINUTE
SETTINGS = RegisterSettings(p_max_mw=10_000_000)
KWH = 1_000_000
DAY_OF_READS = range(10_000, 10_000 + 96 * 8, 8)
"""Tenths of a kWh: 3.2 kW for a day."""


def read(values: Sequence[int], poll: int = POLL, start: Instant = 0) -> list[Reading]:
    """Return readings one poll apart, in tenths of a kWh."""
    return [Reading(start + i * poll, value * STEP, STEP) for i, value in enumerate(values)]


def judged(
    values: Sequence[int],
    poll: int = POLL,
    register: AnySettings = SETTINGS,
    declared: Declared = NOTHING_DECLARED,
) -> list[Reading]:
    return accept(read(values, poll), register, declared).readings


def words(readings: Sequence[Reading]) -> str:
    return " ".join(reading.status.word for reading in readings)


def joins(readings: Sequence[Reading]) -> list[Join]:
    """Return the joins that are not plain."""
    plain = {None, Join.FIRST, Join.ADVANCE}
    return [each.join for each in readings if each.join is not None and each.join not in plain]


def booked(readings: Sequence[Reading]) -> int:
    return sum(reading.energy_milliwh or 0 for reading in readings)


def test_a_register_that_rises_as_the_breaker_allows_is_good() -> None:
    readings = judged((1000, 1010, 1035, 1035))
    assert words(readings) == "good good good good"
    assert [each.join for each in readings[:2]] == [Join.FIRST, Join.ADVANCE]
    assert [each.energy_milliwh for each in readings] == [None, KWH, 2 * KWH + 5 * STEP, 0]


def test_a_fall_within_one_display_step_is_jitter_and_the_base_stays() -> None:
    readings = judged((1000, 999, 1001))
    assert words(readings) == "good jitter good"
    assert [each.energy_milliwh for each in readings] == [None, None, STEP]


def test_a_jump_beyond_the_breaker_is_held_and_a_glitch_once_the_register_goes_on() -> None:
    assert words(judged((1000, 10010))) == "good held"
    readings = judged((1000, 10010, 1020))
    assert words(readings) == "good glitch good"
    assert readings[-1].join is Join.RESUMED
    assert readings[-1].energy_milliwh == 2 * KWH


def test_two_zero_reads_are_glitches_once_the_register_goes_on() -> None:
    assert words(judged((1000, 0, 0, 1020))) == "good glitch glitch good"


def test_three_reads_that_move_open_an_epoch_and_two_do_not() -> None:
    assert words(judged((10_000, 0, 5))) == "good held held"
    readings = judged((*DAY_OF_READS, 0, 5, 10))
    assert joins(readings) == [Join.RESET]
    assert readings[-3].energy_milliwh == 8 * STEP, "the mean of the day before, times the time"


def test_sentinels_that_repeat_confirm_nothing_but_a_meter_without_load_does() -> None:
    assert words(judged((10_000, 65_535, 65_535, 65_535, 65_535))).startswith("good held held")
    idle = [replace(each, power_mw=0) for each in read((*DAY_OF_READS, 0, 0, 0))]
    assert joins(accept(idle, SETTINGS).readings) == [Join.RESET]


def test_two_reads_a_day_apart_confirm_unless_they_hurry() -> None:
    daily = RegisterSettings(p_max_mw=10_000_000, poll=DAY)
    before = tuple(range(10_000, 12_400, 240))
    assert joins(judged((*before, 30_000, 30_240), DAY, daily)) == [Join.REPLACEMENT]
    assert joins(judged((*before, 30_000, 32_000), DAY, daily)) == []


def test_a_new_serial_opens_an_epoch_at_once() -> None:
    readings = [replace(each, serial="A1") for each in read(DAY_OF_READS)]
    other = Reading(96 * POLL, 7 * KWH, STEP, serial="B2")
    assert joins(accept([*readings, other], SETTINGS).readings) == [Join.REPLACEMENT]


def test_a_changed_reset_stamp_opens_an_epoch_at_once_where_the_register_fell() -> None:
    readings = [replace(each, reset_stamp="2025") for each in read(DAY_OF_READS)]
    other = Reading(96 * POLL, 2 * STEP, STEP, reset_stamp="2026")
    assert joins(accept([*readings, other], SETTINGS).readings) == [Join.RESET]
    higher = replace(other, total_milliwh=11_000 * STEP)
    assert accept([*readings, higher], SETTINGS).readings[-1].status is not Status.REJECTED


def test_serials_that_alternate_open_no_epoch() -> None:
    readings = [
        replace(each, serial="B2", total_milliwh=7 * KWH) if number % 2 else each
        for number, each in enumerate(
            replace(each, serial="A1") for each in read(range(1000, 1040))
        )
    ]
    found = accept(readings, SETTINGS).readings
    assert joins(found[:-1]) == [Join.RESUMED] * 19
    assert found[-1].status is Status.HELD, "B2 was seen before; it has to stay"


def test_a_lower_register_after_power_loss_is_restored() -> None:
    readings = judged((*DAY_OF_READS, *range(10_300, 10_380, 8)))
    assert joins(readings) == [Join.RESTORED]


def test_a_register_that_stands_higher_is_replaced() -> None:
    assert joins(judged((*DAY_OF_READS, *range(50_000, 50_080, 8)))) == [Join.REPLACEMENT]


def test_a_rollover_is_exact() -> None:
    wraps = RegisterSettings(p_max_mw=10_000_000, modulus_milliwh=10_000 * STEP)
    readings = judged((9_990, 9_995, 5, 10), register=wraps)
    assert joins(readings) == [Join.ROLLOVER]
    assert booked(readings) == 20 * STEP


def test_a_rollover_in_a_long_pause_is_questionable_and_needs_the_mean_before() -> None:
    wraps = RegisterSettings(p_max_mw=10_000_000, modulus_milliwh=10_000 * STEP)
    before = read(range(9_000, 9_800, 8))
    after = read(range(92, 200, 8), start=before[-1].at + 10 * HOUR)
    found = accept([*before, *after], wraps).readings
    assert joins(found) == [Join.ROLLOVER_QUESTIONABLE]
    late = read(range(92, 200, 8), start=before[-1].at + 50 * HOUR)
    assert joins(accept([*before, *late], wraps).readings) != [Join.ROLLOVER_QUESTIONABLE]
    small = replace(wraps, modulus_milliwh=100 * STEP)
    assert Join.ROLLOVER not in joins(accept(read((95, 3, 5, 7), 4 * HOUR), small).readings)


def test_a_rollover_cannot_start_above_the_modulus() -> None:
    wraps = RegisterSettings(p_max_mw=10_000_000, modulus_milliwh=1_000 * STEP)
    assert joins(judged((9_990, 1), register=wraps)) == []


def test_a_display_that_froze_and_caught_up_is_good_when_the_next_read_agrees() -> None:
    frozen = (*DAY_OF_READS, *[10_760] * 19)
    assert words(judged((*frozen, 10_920))).endswith("good held")
    readings = judged((*frozen, 10_920, 10_928))
    assert joins(readings) == [Join.CATCH_UP]
    assert words(readings).endswith("stale stale good good")
    assert booked(readings) == 928 * STEP


def test_a_read_that_contradicts_a_catch_up_makes_it_a_glitch() -> None:
    readings = judged((*DAY_OF_READS, *[10_760] * 19, 10_920, 10_768))
    assert words(readings).endswith("good glitch good")


def test_a_frozen_display_that_is_then_reset_is_left_where_it_last_moved() -> None:
    readings = judged((*DAY_OF_READS, *[10_760] * 7, 0, 8, 16))
    assert joins(readings) == [Join.RESET]
    assert words(readings).endswith("stale good good good")
    assert readings[-3].energy_milliwh == 64 * STEP


def test_a_display_that_stands_because_nothing_draws_power_is_not_frozen() -> None:
    still = [replace(each, power_mw=0) for each in read([10_760] * 24, start=96 * POLL)]
    found = accept([*read(DAY_OF_READS), *still, *read((0, 8, 16), start=120 * POLL)], SETTINGS)
    assert Status.STALE not in {each.status for each in found.readings}


def test_a_rise_over_a_long_pause_beyond_twice_the_mean_waits_for_the_next_read() -> None:
    before = read(DAY_OF_READS)
    first = Reading(before[-1].at + 10 * HOUR, 11_500 * STEP, STEP)
    second = Reading(first.at + POLL, 11_508 * STEP, STEP)
    assert words(accept([*before, first], SETTINGS).readings).endswith("good held")
    found = accept([*before, first, second], SETTINGS).readings
    assert words(found).endswith("good good good")
    assert joins(found) == [Join.RESUMED]


def test_a_leap_within_the_breaker_is_a_load_if_it_goes_on() -> None:
    wide = RegisterSettings()
    assert words(judged((*DAY_OF_READS, 10_900), register=wide)).endswith("good held")
    goes_on = judged((*DAY_OF_READS, 10_900, 11_030), register=wide)
    assert (words(goes_on)[-9:], joins(goes_on)) == ("good good", [Join.RESUMED])
    exchanged = judged((*DAY_OF_READS, 10_900, 10_908, 10_916), register=wide)
    assert joins(exchanged) == [Join.REPLACEMENT]


def test_a_clock_that_stepped_opens_no_epoch() -> None:
    before = read(DAY_OF_READS)
    behind = read(range(10_792, 10_900, 8), start=before[-1].at + 20_000_000)
    found = accept([*before, *behind], SETTINGS).readings
    assert joins(found) == [Join.QUESTIONABLE]
    assert booked(found) == behind[-1].total_milliwh - before[0].total_milliwh


def test_a_display_that_flickers_around_a_glitch_is_no_epoch() -> None:
    up = judged((*DAY_OF_READS, 10_761, 0, *[10_760] * 9, 10_768))
    assert words(up).count("glitch") == 2
    assert booked(up) == 768 * STEP
    down = judged((*DAY_OF_READS, 0, *[10_759] * 5, 10_768))
    assert words(down).count("glitch") == 2
    assert booked(down) == 768 * STEP


def test_a_spike_the_breaker_allows_is_a_glitch_once_the_register_falls_back() -> None:
    values = (*range(1000, 1400, 8), 1_424, 1_426, *range(1_416, 1_480, 8))
    assert words(judged(values, register=RegisterSettings())).count("glitch") == 2


def test_zero_reads_of_a_young_register_are_no_reset() -> None:
    young = (*range(0, 200, 4), 0, 0, *range(200, 300, 4))
    found = judged(young, register=RegisterSettings())
    assert joins(found) == [Join.RESUMED]


def test_reads_that_show_no_register_at_work_are_no_beginning() -> None:
    found = judged((65_535, 65_535, 65_535, *DAY_OF_READS))
    assert words(found).startswith("glitch glitch glitch good")


def test_a_first_fault_longer_than_the_horizon_does_not_outweigh_what_came_before() -> None:
    daily = RegisterSettings(p_max_mw=4_000_000, poll=DAY)
    values = [1000 + 36 * n + (200 if n in {6, 9, 12, 15} else 0) for n in range(24)]
    found = judged(values, DAY, daily)
    assert found[0].join is Join.FIRST
    assert words(found).count("glitch") == 4


def test_an_hour_of_noise_is_one_fault() -> None:
    noisy = [value - 60 * (n % 2) for n, value in enumerate(range(10_768, 10_896, 8))]
    found = judged((*DAY_OF_READS, *noisy, *range(10_896, 10_976, 8)))
    assert not any(join.opens_epoch for join in joins(found))


def test_what_was_left_out_over_three_reads_makes_the_interval_questionable() -> None:
    assert joins(judged((*DAY_OF_READS, 0, 0, 0, 10_792, 10_800))) == [Join.QUESTIONABLE]


def test_a_person_who_accepts_a_reading_is_believed() -> None:
    values = (1000, 1005, 90_000, 90_005)
    accepted = Declared(accepted=frozenset({2 * POLL}))
    assert words(judged(values, declared=accepted)) == "good good good good"
    fallen = judged((1000, 1005, 300), declared=accepted)
    assert joins(fallen)[0].opens_epoch
    outweighed = judged((1000, 1005, 90_000, 1010, 1015), declared=accepted)
    assert outweighed[2].status is Status.GOOD


def test_a_person_who_rejects_a_reading_is_believed() -> None:
    found = judged((1000, 1005, 1010), declared=Declared(rejected=frozenset({POLL})))
    assert words(found) == "good rejected good"


def test_behind_the_end_of_a_meter_nothing_counts() -> None:
    assert words(judged((1000, 1005, 1010), declared=Declared(ended_at=POLL))).endswith("rejected")


def test_a_declared_swap_with_both_reads_is_exact() -> None:
    at = 2 * POLL + 1
    swap = Declared(swaps=(Swap(at, 1012 * STEP, 50 * STEP),))
    found = judged((1000, 1005, 1010, 53, 58), declared=swap)
    assert joins(found) == [Join.DECLARED]
    assert booked(found) == (12 + 8) * STEP


def test_a_declared_swap_without_a_read_is_an_estimate() -> None:
    swap = Declared(swaps=(Swap(2 * POLL + 1),))
    assert joins(judged((1000, 1005, 1010, 53, 58), declared=swap)) == [Join.REPLACEMENT]


def test_settings_hold_from_their_date_and_split_the_interval_they_fall_into() -> None:
    tenfold = RegisterSettings(numerator=10, p_max_mw=100_000_000)
    dated = SettingsTimeline(SETTINGS, ((3 * POLL // 2, tenfold),))
    found = judged((1000, 1010, 1020, 1030), register=dated)
    assert [each.energy_milliwh for each in found] == [None, KWH, 5_500_000, 10 * KWH]


def test_a_return_is_bounded_by_the_breaker_of_its_time() -> None:
    wide = replace(SETTINGS, p_max_mw=1_000_000_000)
    dated = SettingsTimeline(SETTINGS, ((52 * POLL, wide),))
    found = judged((*range(1000, 1400, 8), 0, 0, 1_600), register=dated)
    assert words(found).endswith("good held held held"), "1,392 to 1,600 is too much for the first"


def test_a_good_reading_keeps_where_it_comes_from() -> None:
    check = replace(read((1000, 1004))[1], source=Source.CHECK)
    assert accept([read((1000,))[0], check], SETTINGS).readings[1].source is Source.CHECK


def test_no_readings_are_no_judgement() -> None:
    nothing = accept([], SETTINGS)
    assert (nothing.readings, nothing.calm, nothing.settled) == ([], False, None)


def test_it_is_calm_while_nothing_is_in_doubt() -> None:
    assert accept(read((1000, 1010)), SETTINGS).calm
    assert not accept(read((1000, 1010, 0)), SETTINGS).calm
    assert not accept(read((1000, 0, 1010)), SETTINGS).calm, "too young to outweigh another fault"


numbers = st.lists(st.integers(0, 999_999), min_size=1, max_size=14)
polls = st.sampled_from((2 * HOUR, 6 * HOUR, 12 * HOUR, DAY))
breakers = st.sampled_from((1_000_000, 4_000_000, 100_000_000))


@examples(1000)
@given(numbers, polls, breakers)
def test_the_cumulative_energy_never_falls_and_adds_up_within_an_epoch(
    told: list[int], poll: int, p_max_mw: int
) -> None:
    register = RegisterSettings(poll=poll, p_max_mw=p_max_mw)
    good = [
        reading
        for reading in accept(history(list(segments_of(told)), poll), register).readings
        if reading.status is Status.GOOD
    ]
    for before, after in pairwise(good):
        assert after.energy_milliwh is not None
        assert after.energy_milliwh >= 0
        if after.join is not None and not after.join.opens_epoch:
            assert after.energy_milliwh == after.total_milliwh - before.total_milliwh


@examples(1000)
@given(numbers, polls, breakers)
def test_what_is_not_good_carries_no_energy_and_what_was_judged_before_does_not_matter(
    told: list[int], poll: int, p_max_mw: int
) -> None:
    register = RegisterSettings(poll=poll, p_max_mw=p_max_mw)
    found = accept(history(list(segments_of(told)), poll), register)
    doubted = [each for each in found.readings if each.status is not Status.GOOD]
    assert all(each.energy_milliwh is None and each.join is None for each in doubted)
    assert accept(found.readings, register) == found


@examples(1000)
@given(numbers, polls, breakers)
def test_a_held_or_jitter_reading_changes_nothing(
    told: list[int], poll: int, p_max_mw: int
) -> None:
    register = RegisterSettings(poll=poll, p_max_mw=p_max_mw)
    found = accept(history(list(segments_of(told)), poll), register).readings
    doubted = {Status.HELD, Status.JITTER}
    kept = [each for each in found if each.status not in doubted]
    assert accept(kept, register).readings == kept


@examples(1000)
@given(st.lists(st.integers(50, 100), min_size=2, max_size=60), st.integers(0, 9_999))
def test_an_exact_rollover_loses_nothing(rises: list[int], start: int) -> None:
    wraps = RegisterSettings(p_max_mw=160_000_000, modulus_milliwh=10_000 * STEP)
    counted = [start + sum(rises[:n]) for n in range(len(rises) + 1)]
    found = judged([value % 10_000 for value in counted], register=wraps)
    assert words(found) == " ".join(["good"] * len(found))
    assert booked(found) == sum(rises) * STEP


@examples(1000)
@given(numbers, polls, st.integers(2, 1000))
def test_unit_and_multiplier_scaled_against_each_other_change_nothing(
    told: list[int], poll: int, factor: int
) -> None:
    plain = RegisterSettings(poll=poll, p_max_mw=4_000_000, modulus_milliwh=9_000 * STEP)
    finer = replace(plain, denominator=factor, modulus_milliwh=9_000 * STEP * factor)
    readings = history(list(segments_of(told)), poll)
    scaled = [
        replace(
            each,
            total_milliwh=each.total_milliwh * factor,
            resolution_milliwh=each.resolution_milliwh * factor,
        )
        for each in readings
    ]
    assert [
        (each.status, each.join, each.energy_milliwh) for each in accept(scaled, finer).readings
    ] == [
        (each.status, each.join, each.energy_milliwh) for each in accept(readings, plain).readings
    ]
