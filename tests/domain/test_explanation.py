"""The least-cost explanation: settled stretches, calm ends, what an added reading changes."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples

from wattledger.domain.acceptance import Judgement, accept
from wattledger.domain.event import NOTHING_DECLARED, Declared, Swap
from wattledger.domain.horizon import mean_window, memory
from wattledger.domain.instant import DAY, HOUR, MINUTE
from wattledger.domain.reading import Join, Reading, Status
from wattledger.domain.register import RegisterSettings
from wattledger.domain.settings_timeline import AnySettings, SettingsTimeline
from wattledger.domain.stretch import settled_prefix
from wattledger.domain.tip import go_on, tip_of
from wattledger.simulate.ledger_faults import ALL_FAULTS
from wattledger.simulate.ledger_faults.fault import Fault
from wattledger.simulate.ledger_faults.histories import STEP, history, segments_of
from wattledger.simulate.ledger_faults.scene import scene

pytestmark = pytest.mark.long

LONG = st.lists(st.integers(0, 999_999), min_size=3, max_size=16)
POLLS = st.sampled_from((2 * HOUR, 6 * HOUR, 12 * HOUR, DAY))
SEEDS = st.integers(0, 2**32)


def dice(seed: int) -> Random:
    return Random(seed)


def told_by(numbers: Sequence[int], poll: int) -> list[Reading]:
    return history(list(segments_of(numbers)), poll)


def register_of(rng: Random, readings: Sequence[Reading], poll: int) -> AnySettings:
    """Return settings as they may be, dated for some registers."""
    first = RegisterSettings(
        poll=poll,
        p_max_mw=rng.choice((1_000_000, 4_000_000, 100_000_000)),
        modulus_milliwh=rng.choice((None, None, 6_000 * STEP)),
    )
    if not readings or rng.random() < 0.7:
        return first
    at = rng.choice(readings).at + rng.randrange(-HOUR, HOUR)
    return SettingsTimeline(first, ((at, RegisterSettings(poll=poll // 2, numerator=3)),))


def declared_of(rng: Random, readings: Sequence[Reading]) -> Declared:
    """Return what operators may have declared, nothing for most registers."""
    if not readings or rng.random() < 0.6:
        return NOTHING_DECLARED
    instants = [reading.at for reading in readings]
    few = rng.sample(instants, min(2, len(instants)))
    swap = Swap(few[0], rng.choice((None, 5_000 * STEP)), rng.choice((None, 0)))
    return Declared(
        swaps=rng.choice(((), (swap,))),
        accepted=frozenset(few[:1]) if rng.random() < 0.5 else frozenset(),
        rejected=frozenset(few[1:]) if rng.random() < 0.5 else frozenset(),
        ended_at=rng.choice((None, None, instants[-1])),
        last_at=instants[-1],
    )


def check_that_it_can_be_cut(
    readings: Sequence[Reading], known: int, register: AnySettings, declared: Declared
) -> bool:
    """Compare all readings with a settled prefix of the first ones and the rest behind it."""
    whole = accept(readings, register, declared)
    first = accept(readings[:known], register, declared)
    if first.settled is None:
        return False
    start, end = first.settled
    place = sum(reading.at <= end for reading in readings)
    assert whole.readings[:place] == first.readings[:place], "what is settled stays"
    prefix = [
        each for each in first.readings[:place] if each.at >= start and each.status is Status.GOOD
    ]
    assert {each.join for each in prefix[1:]} == {Join.ADVANCE}
    rest = accept(readings[place:], register, declared, prefix=prefix)
    assert rest.readings == whole.readings[place:]
    assert rest.calm == whole.calm
    assert whole.settled is not None
    assert rest.settled == whole.settled or whole.settled[1] <= end
    return True


@examples(1000)
@given(LONG, POLLS, SEEDS)
def test_behind_a_settled_prefix_it_is_what_it_is_from_scratch(
    numbers: list[int], poll: int, seed: int
) -> None:
    rng = dice(seed)
    readings = told_by(numbers, poll)
    register, declared = register_of(rng, readings, poll), declared_of(rng, readings)
    check_that_it_can_be_cut(readings, rng.randrange(len(readings) + 1), register, declared)


@pytest.mark.soak
@settings(max_examples=50_000)
@given(LONG, POLLS, SEEDS)
def test_behind_a_settled_prefix_it_is_what_it_is_from_scratch_at_length(
    numbers: list[int], poll: int, seed: int
) -> None:
    rng = dice(seed)
    readings = told_by(numbers, poll)
    register, declared = register_of(rng, readings, poll), declared_of(rng, readings)
    check_that_it_can_be_cut(readings, rng.randrange(len(readings) + 1), register, declared)


@examples(1000)
@given(LONG, POLLS, SEEDS)
def test_the_prefix_that_the_store_finds_is_settled_too(
    numbers: list[int], poll: int, seed: int
) -> None:
    rng = dice(seed)
    readings = told_by(numbers, poll)
    register = RegisterSettings(poll=poll, p_max_mw=rng.choice((1_000_000, 100_000_000)))
    whole = accept(readings, register).readings
    prefix = settled_prefix(whole[: rng.randrange(len(readings) + 1)], poll)
    if prefix:
        rest = [reading for reading in readings if reading.at > prefix[-1].at]
        behind = [reading for reading in whole if reading.at > prefix[-1].at]
        assert accept(rest, register, prefix=prefix).readings == behind


@examples(60)
@given(st.integers(0, 199), st.sampled_from(ALL_FAULTS), st.sampled_from(ALL_FAULTS), SEEDS)
def test_the_months_of_the_bench_can_be_cut_too(
    seed: int, one: Fault, other: Fault, cut: int
) -> None:
    stage = scene(seed, HOUR)
    for fault in (one, other):
        fault.strike(stage)
    readings = stage.readings()
    known = len(readings) // 2 + cut % (len(readings) // 2)
    check_that_it_can_be_cut(readings, known, stage.settings, stage.declared)


@examples(1000)
@given(LONG, POLLS, SEEDS)
def test_a_calm_register_goes_on_as_the_whole_judgement_says(
    numbers: list[int], poll: int, seed: int
) -> None:
    rng = dice(seed)
    readings = told_by(numbers, poll)
    if not readings:
        return
    register = RegisterSettings(poll=poll, p_max_mw=rng.choice((1_000_000, 100_000_000)))
    so_far = accept(readings, register)
    tip = tip_of(reversed(so_far.readings), calm=so_far.calm)
    last = readings[-1]
    rise = rng.choice((-1, 0, 1, 8, 30, 300)) * STEP
    following = replace(
        last,
        at=last.at + rng.choice((1, poll, 5 * poll)),
        total_milliwh=max(0, last.total_milliwh + rise),
    )
    booked = go_on(tip, following, register, NOTHING_DECLARED) if tip else None
    if booked is not None:
        after = accept([*readings, following], register)
        assert after.readings == [*so_far.readings, booked[0]]
        assert after.calm


@examples(1000)
@given(LONG, POLLS, SEEDS)
def test_a_reading_inside_an_interval_it_agrees_with_changes_nothing_outside_it(
    numbers: list[int], poll: int, seed: int
) -> None:
    """Hold this where the interval lies in a settled stretch, a mean's window before its end.

    Chaos before the stretch that has two explanations, both flagged, may be told by the other one.
    """
    rng = dice(seed)
    register = RegisterSettings(poll=poll)
    whole = accept(told_by(numbers, poll), register)
    between = _settled_pairs(whole, poll)
    if not between:
        return
    before, after = rng.choice(between)
    shown = rng.randrange(before.total_milliwh, after.total_milliwh + STEP, STEP)
    inside = replace(before, at=(before.at + after.at) // 2, total_milliwh=shown)
    added = sorted([*whole.readings, inside], key=lambda each: each.at)
    found = {each.at: each for each in accept(added, register).readings}
    parts = [found.pop(inside.at), found.pop(after.at)]
    assert sum(each.energy_milliwh or 0 for each in parts) == after.energy_milliwh
    assert whole.settled is not None
    start = whole.settled[0]
    behind = [each for each in found.values() if each.at > start]
    assert behind == [each for each in whole.readings if start < each.at != after.at]


def _settled_pairs(whole: Judgement, poll: int) -> list[tuple[Reading, Reading]]:
    """Return neighbours of a settled stretch, far enough from its end, at an even pace."""
    if whole.settled is None:
        return []
    start, end = whole.settled
    good = [
        each
        for each in whole.readings
        if each.status is Status.GOOD and start <= each.at <= end - mean_window(poll)
    ]
    return [(before, after) for before, after in pairwise(good) if after.at - before.at == poll]


def test_a_weighty_run_is_settled_up_to_a_weighty_part_of_it() -> None:
    poll = 15 * MINUTE
    readings = [Reading(n * poll, (1000 + 8 * n) * STEP, STEP) for n in range(96 * 8)]
    settled = accept(readings, RegisterSettings()).settled
    assert settled is not None
    start, end = settled
    assert end - start == memory(poll)
    assert readings[-1].at - end == 3 * DAY + 2 * poll
    assert accept(readings[: 96 * 7], RegisterSettings()).settled is None


def test_a_long_line_of_noise_does_not_hide_the_register_behind_it() -> None:
    poll = 15 * MINUTE
    rng = dice(4)
    clean = [Reading(n * poll, (1000 + 8 * n) * STEP, STEP) for n in range(96 * 9)]
    noise = range(96 * 5, 96 * 5 + 150)
    readings = [
        replace(each, total_milliwh=rng.randrange(10**9) * STEP) if n in noise else each
        for n, each in enumerate(clean)
    ]
    found = accept(readings, RegisterSettings()).readings
    assert found[-1].status is Status.GOOD
    assert sum(each.energy_milliwh or 0 for each in found) == (96 * 9 - 1) * 8 * STEP


def test_a_register_that_answers_every_other_time_is_followed_for_days() -> None:
    poll = 15 * MINUTE
    clean = [Reading(n * poll, (1000 + 8 * n) * STEP, STEP) for n in range(96 * 6)]
    odd = range(96 * 4, 96 * 5 + 48, 2)
    readings = [
        replace(each, total_milliwh=0) if n in odd else each for n, each in enumerate(clean)
    ]
    found = accept(readings, RegisterSettings()).readings
    assert [n for n, each in enumerate(found) if each.status is not Status.GOOD] == list(odd)
