"""Where a multiplier changes between two reads, each side counts by its own, whoever cuts it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.domain.test_ledger import BERLIN, KWH, START, good, histories
from tests.examples import examples

from wattledger.domain.acceptance import accept
from wattledger.domain.break_energy import energy_within
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant
from wattledger.domain.ledger import ReadInterval, roll_up
from wattledger.domain.month_to_date import Interval
from wattledger.domain.quality import Quality
from wattledger.domain.reading import Join, Reading, Status
from wattledger.domain.register import RegisterSettings
from wattledger.domain.settings_timeline import SettingsTimeline
from wattledger.domain.span_tally import tally_between
from wattledger.domain.spread import Cells, spread
from wattledger.domain.tally import Tally

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
MIDNIGHT = BERLIN.start_of(MARCH)
ANY_POWER = 10**15


def times(number: int, divisor: int = 1) -> RegisterSettings:
    return RegisterSettings(number, divisor, p_max_mw=ANY_POWER)


def changed_at(at: Instant) -> SettingsTimeline:
    return SettingsTimeline(times(1), ((at, times(40)),))


def months(settings: SettingsTimeline, *readings: Reading) -> tuple[int, int]:
    judged = accept(readings, settings).readings
    rolled = roll_up(None, judged, settings, BERLIN).months
    return rolled[FEBRUARY].energy_milliwh, rolled[MARCH].energy_milliwh


def february(settings: SettingsTimeline, *readings: Reading) -> Tally:
    judged = accept(readings, settings).readings
    return roll_up(None, judged, settings, BERLIN).months[FEBRUARY]


OVER_MIDNIGHT = Reading(MIDNIGHT - 5 * MINUTE, 0, 1), Reading(MIDNIGHT + 10 * MINUTE, 15 * KWH, 1)


def test_a_change_at_the_edge_of_a_month_moves_no_energy_over_it() -> None:
    assert months(changed_at(MIDNIGHT), *OVER_MIDNIGHT) == (5 * KWH, 400 * KWH)


def test_a_change_beside_the_edge_counts_from_its_instant() -> None:
    late, early = changed_at(MIDNIGHT + 2 * MINUTE), changed_at(MIDNIGHT - 2 * MINUTE)
    assert months(late, *OVER_MIDNIGHT) == (5 * KWH, (2 + 8 * 40) * KWH)
    assert months(early, *OVER_MIDNIGHT) == ((3 + 2 * 40) * KWH, 400 * KWH)


def test_settings_that_leave_the_multiplier_alone_cut_nothing() -> None:
    odd = RegisterSettings(7, 3)
    breaker = RegisterSettings(7, 3, p_max_mw=ANY_POWER)
    readings = Reading(MIDNIGHT - 5 * MINUTE, 1, 1), Reading(MIDNIGHT + 10 * MINUTE, 11, 1)
    with_breaker = SettingsTimeline(odd, ((MIDNIGHT - MINUTE, breaker),))
    assert months(with_breaker, *readings) == months(SettingsTimeline(odd), *readings)


def test_what_is_estimated_goes_straight_over_a_change() -> None:
    before = Reading(MIDNIGHT - HOUR, 900 * KWH, 1)
    after = good(MIDNIGHT + HOUR, 0, 4 * KWH, Join.RESET)
    rolled = roll_up(None, [before, after], changed_at(MIDNIGHT), BERLIN)
    assert rolled.months[FEBRUARY].energy_milliwh == 2 * KWH


def test_a_change_in_a_long_pause_is_an_estimate_with_the_bound_that_either_side_gives() -> None:
    pause = Reading(START, 0, 1), Reading(START + 20 * HOUR, 2 * KWH, 1)
    tally = february(changed_at(START + 10 * HOUR), *pause)
    assert tally.quality == ((Quality.ESTIMATED, 41 * KWH),)
    # All 2 kWh displayed may have been before it or after it: 2 to 80 kWh.
    assert tally.uncertainty_milliwh == 39 * KWH


def test_a_change_between_two_polls_is_measured_within_that_bound() -> None:
    polls = Reading(START, 0, 1), Reading(START + 15 * MINUTE, KWH, 1)
    tally = february(changed_at(START + 5 * MINUTE), *polls)
    assert tally.quality == ((Quality.VALIDATED, tally.energy_milliwh),)
    booked = tally.energy_milliwh
    assert tally.uncertainty_milliwh == max(booked - KWH, 40 * KWH - booked)


def test_what_the_breaker_lets_through_bounds_a_change_too() -> None:
    weak = RegisterSettings(40, p_max_mw=30 * KWH)
    changed = SettingsTimeline(replace(weak, numerator=1), ((START + 90 * MINUTE, weak),))
    readings = [Reading(START, 0, 1), good(START + 2 * HOUR, 2 * KWH, 21 * KWH, Join.ADVANCE)]
    tally = roll_up(None, readings, changed, BERLIN).months[FEBRUARY]
    # In two hours at most 60 kWh, though 2 kWh displayed could be 80.
    assert tally.uncertainty_milliwh == (60 - 21) * KWH


def test_a_part_beside_a_change_can_hold_no_more_than_its_own_multiplier_gives() -> None:
    rolled = roll_up(
        None,
        accept(OVER_MIDNIGHT, changed_at(MIDNIGHT)).readings,
        changed_at(MIDNIGHT),
        BERLIN,
    ).months
    assert rolled[FEBRUARY].uncertainty_milliwh == 10 * KWH
    assert rolled[MARCH].uncertainty_milliwh == 400 * KWH


multipliers = st.builds(times, st.integers(1, 50), st.integers(1, 50))
timelines = st.builds(
    lambda first, later: SettingsTimeline(first, tuple(sorted(later.items()))),
    multipliers,
    st.dictionaries(st.integers(0, 60 * DAY).map(lambda at: START + at), multipliers, min_size=1),
)


@examples(1000)
@given(histories(), timelines)
def test_days_months_and_spans_tell_the_same_and_add_up(
    readings: list[Reading], settings: SettingsTimeline
) -> None:
    judged = accept(readings, settings).readings
    rolled = roll_up(None, judged, settings, BERLIN)
    whole = sum(each.energy_milliwh or 0 for each in judged)
    assert sum(tally.energy_milliwh for tally in rolled.months.values()) == whole
    for month, tally in rolled.months.items():
        days = [day for each, day in rolled.days.items() if each.replace(day=1) == month]
        assert sum(day.energy_milliwh for day in days) == tally.energy_milliwh
        assert tally_between(judged, settings, *BERLIN.month_span(month)) == tally
    for day, tally in rolled.days.items():
        span = BERLIN.start_of(day), BERLIN.start_of(day + timedelta(days=1))
        assert tally_between(judged, settings, *span).counts == tally.counts


@examples(1000)
@given(histories(), timelines, st.lists(st.integers(-DAY, 91 * DAY), min_size=2, unique=True))
def test_cells_and_intervals_are_cut_as_the_ledger_cuts(
    readings: list[Reading], settings: SettingsTimeline, edges: list[int]
) -> None:
    judged = [each for each in accept(readings, settings).readings if each.status is Status.GOOD]
    bends = {b.at: energy_within(a, b, settings) for a, b in pairwise(judged)}
    ordered = [START + each for each in sorted(edges)]
    cells = Cells(len(ordered) - 1, bends)
    rows = [(0, each.at, each.energy_milliwh, each.join, None) for each in judged]
    spread(cells, 0, ordered, rows, settings.initial.poll)
    for number, (start, end) in enumerate(pairwise(ordered)):
        energy = tally_between(judged, settings, start, end).energy_milliwh
        assert cells.energy[number] == energy
        parts = (
            Interval(a.at, b.at, b.energy_milliwh or 0, bends[b.at]) for a, b in pairwise(judged)
        )
        assert sum(each.share_before(end) - each.share_before(start) for each in parts) == energy


@examples(1000)
@given(histories(), timelines, st.integers(0, 60 * DAY), st.integers(1, 3 * DAY))
def test_energy_between_two_changes_is_what_the_register_rose_by_times_the_multiplier(
    readings: list[Reading], settings: SettingsTimeline, after: int, lasts: int
) -> None:
    """Of a part of an interval in which the multiplier changes somewhere."""
    judged = accept(readings, settings).readings
    start, end = START + after, START + after + lasts
    for first, last in pairwise(each for each in judged if each.status is Status.GOOD):
        is_inside = first.at <= start and end <= last.at
        if not is_inside or not settings.multiplied_anew_between(first.at, last.at):
            continue
        if settings.changes_between(start, end) or last.join is not Join.ADVANCE:
            continue
        tally = tally_between([first, last], settings, start, end)
        assert tally.start_milliwh is not None
        assert tally.end_milliwh is not None
        register = settings.at(start)
        assert tally.energy_milliwh == register.energy(tally.start_milliwh, tally.end_milliwh)


POLL = 15 * MINUTE
BREAKER = 11_000_000


def exchanged(at: Instant, *, was: int, becomes: int, check: bool) -> list[Reading]:
    """Return a day and a half of 8 kW, as shown behind one transformer and then another."""

    def shown(read: Instant) -> int:
        time_shown = min(read, at) * becomes + max(read - at, 0) * was
        return 5_000 * KWH + 8 * KWH * time_shown // (HOUR * was * becomes)

    reads = {n * POLL for n in range(145)} | ({at} if check else set())
    return [Reading(read, shown(read), 10_000) for read in sorted(reads)]


@given(
    minute=st.integers(1, 143 * 15),
    ratios=st.sampled_from(((1, 40), (1, 5), (3, 2), (5, 1), (40, 1))),
    check=st.booleans(),
)
def test_a_transformer_that_is_exchanged_breaks_no_register(
    *, minute: int, ratios: tuple[int, int], check: bool
) -> None:
    at, (was, becomes) = minute * MINUTE, ratios
    settings = SettingsTimeline(
        RegisterSettings(was, p_max_mw=BREAKER),
        ((at, RegisterSettings(becomes, p_max_mw=BREAKER)),),
    )
    readings = exchanged(at, was=was, becomes=becomes, check=check)
    judged = accept(readings, settings).readings
    assert {each.status for each in judged[:-2]} == {Status.GOOD}
    assert not any(each.join is not None and each.join.opens_epoch for each in judged)
    if check or minute % 15 == 0:
        energy = sum(each.energy_milliwh or 0 for each in judged if each.status is Status.GOOD)
        last = max(each.at for each in judged if each.status is Status.GOOD)
        assert abs(energy - 8 * KWH * last // HOUR) <= 2 * 40


def test_a_breaker_bounds_what_was_drawn_while_it_was_in_force() -> None:
    strong, weak = RegisterSettings(p_max_mw=50 * KWH), RegisterSettings(p_max_mw=5 * KWH)
    before, after = Reading(0, 0, 1), Reading(4 * HOUR, 40 * KWH, 1, energy_milliwh=40 * KWH)
    exchanged_at_the_read = SettingsTimeline(strong, ((4 * HOUR, weak),))
    (first, _) = ReadInterval(before, after, exchanged_at_the_read).cut([HOUR])
    uncertain = ReadInterval(before, after, exchanged_at_the_read).uncertainty_of(first)
    assert uncertain == ReadInterval(before, after, strong).uncertainty_of(first) == 30 * KWH


@given(st.integers(-6, 0), st.sampled_from(((1, 40), (40, 1), (3, 2))))
def test_a_break_is_worth_the_mean_power_before_it_whatever_multiplier_it_had(
    polls: int, ratios: tuple[int, int]
) -> None:
    (was, becomes), end = ratios, 96 * POLL
    at = end + polls * POLL
    settings = SettingsTimeline(
        RegisterSettings(was, p_max_mw=BREAKER),
        ((at, RegisterSettings(becomes, p_max_mw=BREAKER)),),
    )
    reads = exchanged(at, was=was, becomes=becomes, check=True)
    old = [replace(each, serial="A") for each in reads if each.at <= end]
    new = [Reading(end + HOUR + n * POLL, 7 * KWH, 10_000, serial="B") for n in range(3)]
    judged = accept([*old, *new], settings).readings
    opening = next(each for each in judged if each.join is Join.REPLACEMENT)
    assert abs((opening.energy_milliwh or 0) - 8 * KWH) <= KWH // 100
