"""Which readings are good, and which the ledger doubts."""

from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.acceptance import accept
from wattledger.domain.instant import HOUR, MINUTE
from wattledger.domain.reading import Reading, Status
from wattledger.domain.register import RegisterSettings

POLL = 15 * MINUTE
STEP = 100_000
SETTINGS = RegisterSettings(p_max_mw=10_000_000)
KWH = 1_000_000


def statuses(*kwh_tenths: int, poll: int = POLL) -> str:
    """Return the initials of the statuses of readings one poll apart, in tenths of a kWh."""
    readings = [Reading(i * poll, value * STEP, STEP) for i, value in enumerate(kwh_tenths)]
    judged, _ = accept(None, readings, SETTINGS)
    return " ".join(reading.status.word for reading in judged)


def test_a_register_that_rises_as_the_breaker_allows_is_good() -> None:
    assert statuses(1000, 1010, 1035, 1035) == "good good good good"


def test_a_fall_within_one_display_step_is_jitter_and_the_base_stays() -> None:
    assert statuses(1000, 999, 1001) == "good jitter good"
    readings = [Reading(i * POLL, v, STEP) for i, v in enumerate((KWH, KWH - STEP, KWH + STEP))]
    judged, _ = accept(None, readings, SETTINGS)
    assert [reading.energy_milliwh for reading in judged] == [None, None, STEP]


def test_a_jump_beyond_the_breaker_is_held_and_a_glitch_once_the_register_goes_on() -> None:
    assert statuses(1000, 10010, 1020) == "good glitch good"


def test_two_zero_reads_are_glitches_once_the_register_goes_on() -> None:
    assert statuses(1000, 0, 0, 1020) == "good glitch glitch good"


def test_a_register_that_fell_stays_held_however_long_it_goes_on() -> None:
    assert statuses(10000, 0, 5, 10) == "good held held held"


def test_a_higher_register_after_a_swap_is_never_booked_by_waiting() -> None:
    values = (10000, *range(50000, 52000, 20))
    assert set(statuses(*values).split()[1:]) == {"held"}


def test_a_display_that_froze_and_caught_up_is_good_when_the_next_read_agrees() -> None:
    assert statuses(1000, 1000, 1000, 1000, 1000, 1080, 1100).endswith("good good")
    assert statuses(1000, 1000, 1000, 1000, 1000, 1080).endswith("good held")


def test_a_read_that_contradicts_a_catch_up_makes_it_a_glitch() -> None:
    assert statuses(1000, 1000, 1000, 1000, 1000, 1080, 1010).endswith("good glitch good")


def test_the_energy_of_a_catch_up_is_booked_once() -> None:
    values = (1000, 1000, 1000, 1000, 1000, 1080, 1100)
    readings = [Reading(i * POLL, value * STEP, STEP) for i, value in enumerate(values)]
    judged, base = accept(None, readings, SETTINGS)
    assert sum(reading.energy_milliwh or 0 for reading in judged) == 100 * STEP
    assert base is not None
    assert base.total_milliwh == 1100 * STEP


def test_the_first_reading_has_no_interval() -> None:
    judged, base = accept(None, [Reading(0, KWH, STEP)], SETTINGS)
    assert judged[0].energy_milliwh is None
    assert base is not None
    assert base.moved_at == 0


registers = st.lists(st.integers(-30, 40), min_size=1, max_size=40).map(
    lambda steps: [1000 + sum(steps[: i + 1]) for i in range(len(steps))]
)


@given(registers, st.integers(0, 40))
def test_judging_in_two_goes_equals_judging_at_once(values: list[int], at: int) -> None:
    readings = [Reading(i * POLL, max(v, 0) * STEP, STEP) for i, v in enumerate(values)]
    whole, base = accept(None, readings, SETTINGS)
    first, between = accept(None, readings[:at], SETTINGS)
    # What is still held goes into the second go with what is new, as the store does it.
    open_from = next(
        (i for i, r in enumerate(first) if between is None or r.at > between.at), len(first)
    )
    again, after = accept(between, readings[open_from:], SETTINGS)
    assert first[:open_from] + again == whole
    assert after == base


@given(registers)
def test_good_readings_never_fall_and_their_energies_add_up(values: list[int]) -> None:
    readings = [Reading(i * HOUR, max(v, 0) * STEP, STEP) for i, v in enumerate(values)]
    judged, _ = accept(None, readings, SETTINGS)
    good = [reading for reading in judged if reading.status is Status.GOOD]
    totals = [reading.total_milliwh for reading in good]
    assert totals == sorted(totals)
    assert sum(r.energy_milliwh or 0 for r in good) == totals[-1] - totals[0]


@given(registers)
def test_a_held_or_jitter_reading_carries_no_energy(values: list[int]) -> None:
    readings = [Reading(i * POLL, max(v, 0) * STEP, STEP) for i, v in enumerate(values)]
    judged, _ = accept(None, readings, SETTINGS)
    doubted = [reading for reading in judged if reading.status is not Status.GOOD]
    assert all(reading.energy_milliwh is None for reading in doubted)
