"""Days and months from readings."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from wattledger.domain.acceptance import accept
from wattledger.domain.instant import DAY, HOUR, MINUTE, to_instant
from wattledger.domain.ledger import Rollup, roll_up
from wattledger.domain.period import calendar
from wattledger.domain.quality import Quality
from wattledger.domain.reading import Join, Reading, Source, Status
from wattledger.domain.register import RegisterSettings
from wattledger.domain.span_tally import tally_between
from wattledger.domain.tally import COUNTS, Tally, cut

KWH = 1_000_000
BERLIN = calendar("Europe/Berlin")
PLAIN = RegisterSettings()
START = to_instant(datetime(2026, 2, 27, tzinfo=UTC))


def rollup(*pairs: tuple[int, int], register: RegisterSettings = PLAIN) -> Rollup:
    return roll_up(None, judged_of(*pairs, register=register), register, BERLIN)


def judged_of(*pairs: tuple[int, int], register: RegisterSettings = PLAIN) -> list[Reading]:
    return accept([Reading(at, value, 1) for at, value in pairs], register).readings


def test_an_interval_over_midnight_is_split_by_time() -> None:
    midnight = BERLIN.start_of(date(2026, 3, 1))
    rolled = rollup((midnight - 5 * MINUTE, 10 * KWH), (midnight + 10 * MINUTE, 13 * KWH))
    assert rolled.days[date(2026, 2, 28)].energy_milliwh == KWH
    assert rolled.days[date(2026, 3, 1)].energy_milliwh == 2 * KWH
    assert rolled.months[date(2026, 2, 1)].end_milliwh == 11 * KWH
    assert rolled.months[date(2026, 3, 1)].start_milliwh == 11 * KWH


def test_a_reading_at_midnight_ends_the_day_before_exactly() -> None:
    midnight = BERLIN.start_of(date(2026, 3, 1))
    rolled = rollup((midnight - HOUR, 10 * KWH), (midnight, 13 * KWH))
    assert rolled.months[date(2026, 2, 1)].energy_milliwh == 3 * KWH
    assert rolled.months[date(2026, 2, 1)].end_at == midnight
    assert rolled.months[date(2026, 3, 1)].energy_milliwh == 0
    assert rolled.months[date(2026, 3, 1)].start_milliwh == 13 * KWH


def test_only_the_part_that_an_edge_cuts_out_of_a_long_interval_is_an_estimate() -> None:
    midnight = BERLIN.start_of(date(2026, 2, 28))
    inside = rollup((midnight - 10 * HOUR, 0), (midnight + 10 * HOUR, 20 * KWH))
    assert inside.days[date(2026, 2, 27)].estimated_milliwh == 10 * KWH
    assert inside.months[date(2026, 2, 1)].estimated_milliwh == 0
    assert inside.months[date(2026, 2, 1)].energy_milliwh == 20 * KWH


def test_a_cut_within_two_polls_is_no_estimate() -> None:
    midnight = BERLIN.start_of(date(2026, 3, 1))
    rolled = rollup((midnight - 15 * MINUTE, 0), (midnight + 15 * MINUTE, 2 * KWH))
    assert rolled.months[date(2026, 3, 1)].estimated_milliwh == 0


def test_an_outage_over_the_month_end_is_an_estimate_on_both_sides() -> None:
    midnight = BERLIN.start_of(date(2026, 3, 1))
    rolled = rollup((midnight - 3 * HOUR, 0), (midnight + HOUR, 4 * KWH))
    assert rolled.months[date(2026, 2, 1)].estimated_milliwh == 3 * KWH
    assert rolled.months[date(2026, 3, 1)].estimated_milliwh == KWH


def test_held_readings_are_counted_and_carry_no_energy() -> None:
    rolled = rollup((START, 1000 * KWH), (START + HOUR, 0))
    month = rolled.months[date(2026, 2, 1)]
    assert (month.energy_milliwh, month.covered) == (0, 0)
    assert (month.good_reads, month.held_reads) == (1, 1)


def test_a_jittering_register_covers_no_time_by_itself() -> None:
    judged = accept([Reading(START, KWH, 10), Reading(START + HOUR, KWH - 5, 10)], PLAIN).readings
    assert [each.status for each in judged] == [Status.GOOD, Status.JITTER]
    rolled = roll_up(None, judged, PLAIN, BERLIN)
    assert rolled.months[date(2026, 2, 1)].covered == 0


def good(at: int, total: int, energy: int, join: Join, **more: object) -> Reading:
    return Reading(at, total, 1, Status.GOOD, energy, join, **more)  # type: ignore[arg-type]


def test_each_join_gives_its_code_and_a_check_reading_verifies() -> None:
    codes = {
        Join.ADVANCE: Quality.VALIDATED,
        Join.RESUMED: Quality.VALIDATED,
        Join.QUESTIONABLE: Quality.QUESTIONABLE,
        Join.CATCH_UP: Quality.QUESTIONABLE,
        Join.ROLLOVER: Quality.VALIDATED,
        Join.ROLLOVER_QUESTIONABLE: Quality.QUESTIONABLE,
        Join.RESET: Quality.ESTIMATED,
        Join.RESTORED: Quality.ESTIMATED,
        Join.REPLACEMENT: Quality.ESTIMATED,
        Join.DECLARED: Quality.EDITED,
    }
    for join, code in codes.items():
        readings = [Reading(START, 0, 1), good(START + HOUR, 5, KWH, join)]
        tally = roll_up(None, readings, PLAIN, BERLIN).months[date(2026, 2, 1)]
        assert tally.quality == ((code, KWH),)
        assert tally.breaks == join.opens_epoch
    checked = good(START + HOUR, 5, KWH, Join.ADVANCE, source=Source.CHECK)
    tally = roll_up(None, [Reading(START, 0, 1), checked], PLAIN, BERLIN).months[date(2026, 2, 1)]
    assert tally.quality == ((Quality.VERIFIED, KWH),)


def test_the_register_at_an_edge_inside_a_break_is_not_known() -> None:
    midnight = BERLIN.start_of(date(2026, 3, 1))
    readings = [
        Reading(midnight - HOUR, 900 * KWH, 1),
        good(midnight + HOUR, 0, 4 * KWH, Join.RESET),
        good(midnight + 2 * HOUR, KWH, KWH, Join.ADVANCE),
    ]
    rolled = roll_up(None, readings, PLAIN, BERLIN)
    february, march = rolled.months[date(2026, 2, 1)], rolled.months[date(2026, 3, 1)]
    assert (february.end_at, february.end_milliwh) == (midnight, None)
    assert (march.start_at, march.start_milliwh) == (midnight, None)
    assert (february.energy_milliwh, march.energy_milliwh) == (2 * KWH, 3 * KWH)
    assert march.quality == ((Quality.ESTIMATED, 2 * KWH), (Quality.VALIDATED, KWH))


def test_the_uncertainty_of_a_cut_is_the_farthest_the_share_can_be_off() -> None:
    midnight = BERLIN.start_of(date(2026, 3, 1))
    register = RegisterSettings(p_max_mw=3 * KWH)
    rolled = rollup((midnight - HOUR, 0), (midnight + 3 * HOUR, 4 * KWH), register=register)
    february, march = rolled.months[date(2026, 2, 1)], rolled.months[date(2026, 3, 1)]
    # One hour of at most 3 kWh: the share of 1 kWh can be 0 to 3 kWh.
    assert february.uncertainty_milliwh == march.uncertainty_milliwh == 2 * KWH


def test_what_more_was_used_than_the_breaker_allows_is_not_less_than_certain() -> None:
    midnight = BERLIN.start_of(date(2026, 3, 1))
    register = RegisterSettings(p_max_mw=KWH)
    used = good(midnight + HOUR, 9 * KWH, 9 * KWH, Join.ADVANCE)
    rolled = roll_up(None, [Reading(midnight - HOUR, 0, 1), used], register, BERLIN)
    assert rolled.months[date(2026, 2, 1)].uncertainty_milliwh == 0
    assert rolled.months[date(2026, 3, 1)].uncertainty_milliwh == 0


def test_the_uncertainty_of_a_break_is_what_can_have_been_used_in_it() -> None:
    register = RegisterSettings(p_max_mw=10 * KWH)
    readings = [Reading(START, 900 * KWH, 1), good(START + HOUR, 0, 2 * KWH, Join.REPLACEMENT)]
    tally = roll_up(None, readings, register, BERLIN).months[date(2026, 2, 1)]
    assert tally.uncertainty_milliwh == 8 * KWH


def test_a_long_pause_is_told_as_a_gap_in_each_day_it_reaches_into() -> None:
    rolled = rollup((START, 0), (START + 3 * DAY, 30 * KWH), (START + 3 * DAY + HOUR, 30 * KWH))
    assert {tally.gaps for tally in rolled.days.values()} == {1}


@st.composite
def histories(draw: st.DrawFn) -> list[Reading]:
    """Draw readings of a register that only rises, up to 90 days long."""
    gaps = draw(st.lists(st.integers(1, 3 * DAY), min_size=1, max_size=30))
    rises = draw(st.lists(st.integers(0, KWH), min_size=len(gaps), max_size=len(gaps)))
    readings = [Reading(START, 5 * KWH, 1)]
    for gap, rise in zip(gaps, rises, strict=True):
        last = readings[-1]
        readings.append(Reading(last.at + gap, last.total_milliwh + rise, KWH))
    return readings


fractions = st.builds(RegisterSettings, st.integers(1, 50), st.integers(1, 50))


@examples(1000)
@given(histories(), fractions)
def test_days_add_to_months_and_months_to_the_whole(
    readings: list[Reading], register: RegisterSettings
) -> None:
    judged = accept(readings, register).readings
    rolled = roll_up(None, judged, register, BERLIN)
    whole = sum(each.energy_milliwh or 0 for each in judged)
    assert sum(tally.energy_milliwh for tally in rolled.months.values()) == whole
    for month, tally in rolled.months.items():
        days = [t for day, t in rolled.days.items() if day.replace(day=1) == month]
        assert sum(day.energy_milliwh for day in days) == tally.energy_milliwh
        assert sum(day.covered for day in days) == tally.covered
        assert sum(day.good_reads for day in days) == tally.good_reads


@examples(1000)
@given(histories(), fractions, st.data())
def test_rolling_up_in_two_goes_adds_to_the_same(
    readings: list[Reading], register: RegisterSettings, data: st.DataObject
) -> None:
    judged = accept(readings, register).readings
    settled = data.draw(st.sampled_from([n for n, r in enumerate(judged) if is_good(r)])) + 1
    whole = roll_up(None, judged, register, BERLIN)
    first = roll_up(None, judged[:settled], register, BERLIN)
    second = roll_up(judged[settled - 1], judged[settled:], register, BERLIN)
    for day, tally in whole.days.items():
        parts = [r.days[day].counts for r in (first, second) if day in r.days]
        assert tuple(map(sum, zip(*parts, strict=True))) == tally.counts


def is_good(reading: Reading) -> bool:
    return reading.status is Status.GOOD


@examples(1000)
@given(histories(), fractions)
def test_the_tally_of_a_span_is_that_of_the_month_or_day_it_is(
    readings: list[Reading], register: RegisterSettings
) -> None:
    judged = accept(readings, register).readings
    rolled = roll_up(None, judged, register, BERLIN)
    for month, tally in rolled.months.items():
        assert tally_between(judged, register, *BERLIN.month_span(month)) == tally
    for day, tally in rolled.days.items():
        span = BERLIN.start_of(day), BERLIN.start_of(day + timedelta(days=1))
        assert tally_between(judged, register, *span).counts == tally.counts


@examples(1000)
@given(histories(), fractions, st.lists(st.integers(0, 90 * DAY), min_size=1, max_size=6))
def test_splitting_a_period_never_changes_its_sum(
    readings: list[Reading], register: RegisterSettings, edges: list[int]
) -> None:
    judged = accept(readings, register).readings
    inside = sorted({START + edge for edge in edges} | {START - DAY, START + 91 * DAY})
    parts = [tally_between(judged, register, *span) for span in pairwise(inside)]
    whole = tally_between(judged, register, inside[0], inside[-1])
    assert sum(part.energy_milliwh for part in parts) == whole.energy_milliwh
    for part in parts:
        assert sum(energy for _, energy in part.quality) == part.energy_milliwh


def test_a_tally_adds_up_what_its_counts_name() -> None:
    assert tuple(Tally.__slots__[: len(COUNTS)]) == COUNTS


@examples(1000)
@given(histories())
def test_opening_plus_energy_is_closing_with_multiplier_one(readings: list[Reading]) -> None:
    judged = accept(readings, PLAIN).readings
    for tally in roll_up(None, judged, PLAIN, BERLIN).months.values():
        if tally.breaks or None in (tally.start_milliwh, tally.end_milliwh):
            continue
        assert tally.start_milliwh is not None
        assert tally.end_milliwh is not None
        assert tally.end_milliwh - tally.start_milliwh == tally.energy_milliwh


@examples(1000)
@given(
    st.integers(0, 10**12),
    st.lists(st.integers(1, 10**9), min_size=1, max_size=20, unique=True),
)
def test_a_finer_cut_adds_to_the_coarser(energy: int, edges: list[int]) -> None:
    ordered = sorted(edges)
    end = ordered[-1] + 1
    fine = cut(0, end, energy, ordered)
    coarse = cut(0, end, energy, ordered[::2])
    for part in coarse:
        inside = [p.energy_milliwh for p in fine if part.start <= p.start < part.end]
        assert sum(inside) == part.energy_milliwh


def test_a_span_counts_its_held_readings_and_passes_over_the_others() -> None:
    readings = [
        Reading(START, 0, 1),
        Reading(START + MINUTE, 9 * KWH, 1, Status.HELD),
        Reading(START + 2 * MINUTE, 9 * KWH, 1, Status.GLITCH),
        good(START + HOUR, KWH, KWH, Join.ADVANCE),
    ]
    tally = tally_between(readings, PLAIN, START, START + 2 * HOUR)
    assert (tally.held_reads, tally.good_reads, tally.energy_milliwh) == (1, 2, KWH)


def test_a_span_widens_to_both_sides_and_keeps_its_ends() -> None:
    tally = Tally()
    for at in (20, 10, 30, 15):
        tally.stretch(at, at, 1)
    assert (tally.start_at, tally.end_at) == (10, 30)
