"""Settings that hold from a date, and the energy of an interval over the date."""

from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.register import RegisterSettings
from wattledger.domain.settings_timeline import SettingsTimeline, energy_between

ONE = RegisterSettings()
TEN = RegisterSettings(numerator=10, poll=5)
FORTY = RegisterSettings(numerator=40, poll=7)
DATED = SettingsTimeline(ONE, ((100, TEN), (200, FORTY)))


def test_a_change_holds_from_its_instant() -> None:
    assert [DATED.at(at) for at in (99, 100, 199, 200)] == [ONE, TEN, TEN, FORTY]
    assert ONE.at(100) is ONE


def test_an_interval_is_split_at_each_change_inside_it() -> None:
    assert energy_between((50, 0), (250, 200), DATED) == 50 + 1000 + 2000
    assert energy_between((100, 0), (200, 200), DATED) == 2000, "changes at its ends cut nothing"
    assert energy_between((50, 0), (250, 200), ONE) == 200


def test_the_longest_poll_is_that_of_any_time() -> None:
    assert SettingsTimeline(TEN).longest_poll == 5
    assert SettingsTimeline(TEN, ((1, FORTY),)).longest_poll == 7
    assert TEN.longest_poll == 5


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 10**9))
def test_the_parts_of_an_interval_count_as_the_whole_by_one_multiplier(
    start: int, lasts: int, rise: int
) -> None:
    same = SettingsTimeline(TEN, ((100, TEN), (200, TEN)))
    points = ((start, 7), (start + lasts, 7 + rise))
    assert energy_between(*points, same) == energy_between(*points, TEN)


def test_what_bounds_a_register_is_what_held_between_its_reads() -> None:
    strong = RegisterSettings(numerator=10, p_max_mw=400_000_000)
    weak = RegisterSettings(numerator=2, p_max_mw=50_000_000, poll=7)
    dated = SettingsTimeline(strong, ((100, weak), (200, FORTY)))
    assert dated.over(50, 99) == strong
    assert dated.over(50, 100) == RegisterSettings(numerator=10, p_max_mw=400_000_000, poll=7)
    assert dated.over(100, 150) == weak
    both = dated.over(50, 150)
    assert (both.numerator, both.p_max_mw, both.poll) == (2, 400_000_000, 7)
    assert ONE.over(50, 150) is ONE
