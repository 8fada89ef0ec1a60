"""The load curve: exact, bounded, and nothing but a function of seed and instant."""

from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.instant import DAY, HOUR, Instant, parse_instant
from wattledger.simulate.load import QUARTER, LoadCurve

NOW = parse_instant("2026-11-20T12:00:00Z")
TEN_YEARS = 3653 * DAY
INSTANTS = st.integers(NOW - TEN_YEARS, NOW + TEN_YEARS)
SEEDS = st.integers(0, 2**64)


@given(SEEDS, INSTANTS, st.integers(0, 30 * DAY))
def test_energy_never_falls(seed: int, at: Instant, later: int) -> None:
    load = LoadCurve(seed)
    assert load.energy_milliwh(at + later) >= load.energy_milliwh(at)


@given(SEEDS, INSTANTS)
def test_power_stays_between_the_lightest_and_the_heaviest_load(seed: int, at: Instant) -> None:
    assert 1_000_000 <= LoadCurve(seed).power_mw(at) <= 9_000_000
    assert 50_000 <= LoadCurve(seed, 50, 500).power_mw(at) <= 500_000


@given(SEEDS, INSTANTS, st.integers(0, QUARTER))
def test_energy_within_a_quarter_is_power_times_time(seed: int, at: Instant, part: int) -> None:
    load = LoadCurve(seed)
    start = at - at % QUARTER
    rise = load.energy_milliwh(start + part) - load.energy_milliwh(start)
    exact = load.power_mw(start) * part
    assert abs(rise * HOUR - exact) < HOUR  # one mWh: both ends are cut


@given(SEEDS, INSTANTS)
def test_a_day_is_the_sum_of_its_quarters(seed: int, at: Instant) -> None:
    load = LoadCurve(seed)
    powers = [load.power_mw(at + n * QUARTER) for n in range(DAY // QUARTER)]
    start = at - at % QUARTER
    rise = load.energy_milliwh(start + DAY) - load.energy_milliwh(start)
    assert abs(rise * HOUR - sum(powers) * QUARTER) < HOUR


@given(SEEDS, INSTANTS)
def test_the_day_swings_by_about_thirty_percent(seed: int, at: Instant) -> None:
    load = LoadCurve(seed)
    powers = [load.power_mw(at + n * QUARTER) for n in range(DAY // QUARTER)]
    mean = sum(powers) // len(powers)
    assert mean * 120 // 100 < max(powers) < mean * 145 // 100
    assert mean * 55 // 100 < min(powers) < mean * 80 // 100


def test_the_curve_is_the_same_in_every_version_of_the_product() -> None:
    load = LoadCurve(7)
    assert load.power_mw(NOW) == 3_536_100
    assert load.energy_milliwh(NOW + DAY) - load.energy_milliwh(NOW) == 114_673_602


def test_two_meters_have_different_loads() -> None:
    assert len({LoadCurve(seed).power_mw(NOW) for seed in range(200)}) > 195
