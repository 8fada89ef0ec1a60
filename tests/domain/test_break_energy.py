"""The energy over a break, and over declared swaps."""

from wattledger.domain.break_energy import declared_energy, interval_energy
from wattledger.domain.event import Swap
from wattledger.domain.instant import HOUR
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import RegisterSettings
from wattledger.domain.run import Mean
from wattledger.domain.settings_timeline import SettingsTimeline

KWH = 1_000_000
BEFORE = Reading(0, 500 * KWH, 100_000)
AFTER = Reading(2 * HOUR, 3 * KWH, 100_000)
PLAIN = RegisterSettings()
ONE_KW = Mean(24 * KWH, 24 * HOUR)


def test_a_break_is_worth_the_mean_before_times_the_time() -> None:
    assert interval_energy(Join.REPLACEMENT, BEFORE, AFTER, ONE_KW, PLAIN) == 2 * KWH


def test_after_a_reset_it_is_at_least_what_was_counted_since_if_that_can_be() -> None:
    assert interval_energy(Join.RESET, BEFORE, AFTER, ONE_KW, PLAIN) == 3 * KWH
    half = Mean(12 * KWH, 24 * HOUR)
    assert interval_energy(Join.RESET, BEFORE, AFTER, half, PLAIN) == KWH


def test_without_a_mean_it_is_what_was_counted_since_a_reset_else_nothing() -> None:
    assert interval_energy(Join.RESET, BEFORE, AFTER, None, PLAIN) == 3 * KWH
    assert interval_energy(Join.RESTORED, BEFORE, AFTER, None, PLAIN) == 0


def test_the_mean_before_a_break_counts_by_the_settings_before_it() -> None:
    dated = SettingsTimeline(PLAIN, ((HOUR, RegisterSettings(numerator=40)),))
    assert interval_energy(Join.REPLACEMENT, BEFORE, AFTER, ONE_KW, dated) == 2 * KWH


def test_a_rollover_counts_up_to_the_modulus_and_from_nothing() -> None:
    wraps = RegisterSettings(numerator=2, modulus_milliwh=501 * KWH)
    assert interval_energy(Join.ROLLOVER, BEFORE, AFTER, None, wraps) == 8 * KWH


def test_declared_swaps_are_exact_where_all_registers_were_read() -> None:
    swaps = (Swap(HOUR, 501 * KWH, 7 * KWH), Swap(HOUR + 1, 8 * KWH, KWH))
    assert declared_energy(BEFORE, AFTER, swaps, PLAIN) == 4 * KWH


def test_declared_swaps_that_cannot_be_say_nothing() -> None:
    assert declared_energy(BEFORE, AFTER, (Swap(HOUR, None, 0),), PLAIN) is None
    assert declared_energy(BEFORE, AFTER, (Swap(HOUR, 501 * KWH, None),), PLAIN) is None
    assert declared_energy(BEFORE, AFTER, (Swap(HOUR, 499 * KWH, 0),), PLAIN) is None
    assert declared_energy(BEFORE, AFTER, (Swap(HOUR, 501 * KWH, 4 * KWH),), PLAIN) is None


def test_a_swap_with_another_multiplier_counts_each_register_by_its_own() -> None:
    dated = SettingsTimeline(PLAIN, ((HOUR, RegisterSettings(numerator=10)),))
    swap = (Swap(HOUR, 501 * KWH, 2 * KWH),)
    assert declared_energy(BEFORE, AFTER, swap, dated) == 11 * KWH


def test_a_swap_read_more_finely_than_the_display_shows_counts_as_read() -> None:
    finer = (Swap(HOUR, 501 * KWH + 40_000, 3 * KWH + 40_000),)
    assert declared_energy(BEFORE, AFTER, finer, PLAIN) == KWH
    assert (
        declared_energy(BEFORE, AFTER, (Swap(HOUR, 501 * KWH, 3 * KWH + 200_000),), PLAIN) is None
    )
    fewer = (Swap(HOUR, 500 * KWH, 3 * KWH + 40_000),)
    assert declared_energy(BEFORE, AFTER, fewer, PLAIN) is None, "less than nothing was used"
