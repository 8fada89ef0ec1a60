"""Days and months from readings."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from wattledger.domain.acceptance import accept
from wattledger.domain.instant import DAY, HOUR, MINUTE, to_instant
from wattledger.domain.ledger import Rollup, cut, roll_up
from wattledger.domain.period import calendar
from wattledger.domain.reading import Reading
from wattledger.domain.register import RegisterSettings

KWH = 1_000_000
BERLIN = calendar("Europe/Berlin")
PLAIN = RegisterSettings()
START = to_instant(datetime(2026, 2, 27, tzinfo=UTC))


def rollup(*pairs: tuple[int, int], register: RegisterSettings = PLAIN) -> Rollup:
    judged, _ = accept(None, [Reading(at, value, 1) for at, value in pairs], register)
    return roll_up(None, judged, register, BERLIN)


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
    assert month.counts == (0, 0, 1, 1, 0)


def test_a_jittering_register_covers_no_time_by_itself() -> None:
    judged, base = accept(
        None, [Reading(START, KWH, 10), Reading(START + HOUR, KWH - 5, 10)], PLAIN
    )
    rolled = roll_up(None, judged, PLAIN, BERLIN)
    assert rolled.months[date(2026, 2, 1)].covered == 0
    assert base is not None
    assert base.at == START


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


@given(histories(), fractions)
def test_days_add_to_months_and_months_to_the_whole(
    readings: list[Reading], register: RegisterSettings
) -> None:
    judged, base = accept(None, readings, register)
    rolled = roll_up(None, judged, register, BERLIN)
    assert base is not None
    whole = register.energy(readings[0].total_milliwh, base.total_milliwh)
    assert sum(tally.energy_milliwh for tally in rolled.months.values()) == whole
    for month, tally in rolled.months.items():
        days = [t for day, t in rolled.days.items() if day.replace(day=1) == month]
        assert sum(day.energy_milliwh for day in days) == tally.energy_milliwh
        assert sum(day.covered for day in days) == tally.covered
        assert sum(day.good_reads for day in days) == tally.good_reads


@given(histories(), fractions, st.data())
def test_rolling_up_in_two_goes_adds_to_the_same(
    readings: list[Reading], register: RegisterSettings, data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(readings)))
    judged, _ = accept(None, readings, register)
    _, between = accept(None, readings[:at], register)
    assert between is not None
    settled = sum(1 for reading in judged if reading.at <= between.at)
    whole = roll_up(None, judged, register, BERLIN)
    first = roll_up(None, judged[:settled], register, BERLIN)
    second = roll_up(between, judged[settled:], register, BERLIN)
    for day, tally in whole.days.items():
        parts = [r.days[day].counts for r in (first, second) if day in r.days]
        assert tuple(map(sum, zip(*parts, strict=True))) == tally.counts


@settings(max_examples=50)
@given(histories())
def test_opening_plus_energy_is_closing_with_multiplier_one(readings: list[Reading]) -> None:
    judged, _ = accept(None, readings, PLAIN)
    for tally in roll_up(None, judged, PLAIN, BERLIN).months.values():
        assert tally.start_milliwh is not None
        assert tally.end_milliwh is not None
        assert tally.end_milliwh - tally.start_milliwh == tally.energy_milliwh


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
