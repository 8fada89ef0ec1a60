"""The tip of a calm ledger: what goes on plainly is judged as the whole explanation would."""

from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from wattledger.domain.acceptance import accept
from wattledger.domain.event import NOTHING_DECLARED, Declared
from wattledger.domain.instant import DAY, HOUR, MINUTE
from wattledger.domain.reading import Reading, Status
from wattledger.domain.register import RegisterSettings
from wattledger.domain.settings_timeline import SettingsTimeline
from wattledger.domain.tip import Tip, go_on, tip_of

KWH = 1_000_000
STEP = 100_000
REGISTER = RegisterSettings(p_max_mw=20 * KWH)
LAST = Reading(10 * DAY, 500 * KWH, STEP, Status.GOOD, serial="A")
TIP = Tip(LAST, LAST.at, calm=True)


def later(minutes: int, rise: int, serial: str | None = "A") -> Reading:
    at, total = LAST.at + minutes * MINUTE, LAST.total_milliwh + rise
    return Reading(at, total, STEP, serial=serial)


def test_a_plausible_rise_goes_on_and_moves_the_tip() -> None:
    step = go_on(TIP, later(15, KWH), REGISTER, NOTHING_DECLARED)
    assert step is not None
    reading, tip = step
    assert (reading.status, reading.energy_milliwh) == (Status.GOOD, KWH)
    assert (tip.last, tip.moved_at, tip.calm) == (reading, reading.at, True)


def test_jitter_leaves_the_tip_where_it_is() -> None:
    step = go_on(TIP, later(15, -STEP), REGISTER, NOTHING_DECLARED)
    assert step is not None
    assert (step[0].status, step[1]) == (Status.JITTER, TIP)


def test_whatever_is_not_plain_is_left_to_the_whole_explanation() -> None:
    ended = Declared(ended_at=LAST.at, last_at=LAST.at)
    assert go_on(TIP, later(15, 6 * KWH), REGISTER, NOTHING_DECLARED) is None
    assert go_on(TIP, later(15, -KWH), REGISTER, NOTHING_DECLARED) is None
    assert go_on(TIP, later(15, KWH, "B"), REGISTER, NOTHING_DECLARED) is None
    assert go_on(TIP, later(180, KWH), REGISTER, NOTHING_DECLARED) is None
    assert go_on(TIP, later(15, KWH), REGISTER, ended) is None
    assert go_on(Tip(LAST, LAST.at, calm=False), later(15, 0), REGISTER, NOTHING_DECLARED) is None
    frozen = Tip(LAST, LAST.at - 3 * HOUR, calm=True)
    assert go_on(frozen, later(15, KWH), REGISTER, NOTHING_DECLARED) is None
    assert go_on(frozen, later(15, 0), REGISTER, NOTHING_DECLARED) is not None


def test_the_tip_of_readings_is_the_last_good_one_and_when_its_value_was_reached() -> None:
    readings = [
        Reading(3, 5, 1, Status.HELD),
        Reading(2, 7, 1, Status.GOOD),
        Reading(1, 7, 1, Status.GOOD),
        Reading(0, 6, 1, Status.GOOD),
    ]
    assert tip_of(readings, calm=True) == Tip(readings[1], 1, calm=True)
    assert tip_of(readings[:1], calm=True) is None


@examples(1000)
@given(
    st.lists(
        st.tuples(st.integers(5, 40), st.sampled_from((-1, 0, 0, 1, 3, 9, 40, 400, -4000))),
        min_size=1,
        max_size=60,
    )
)
def test_going_on_gives_what_the_explanation_of_all_gives(
    steps: list[tuple[int, int]],
) -> None:
    at, value, readings = 0, 5_000 * STEP, [Reading(0, 5_000 * STEP, STEP)]
    for minutes, rise in steps:
        at, value = at + minutes * MINUTE, max(0, value + rise * STEP)
        readings.append(Reading(at, value, STEP))
    before = accept(readings[:-1], REGISTER)
    tip = tip_of(reversed(before.readings), calm=before.calm)
    step = tip and go_on(tip, readings[-1], REGISTER, NOTHING_DECLARED)
    if step:
        after = accept(readings, REGISTER)
        assert after.readings == [*before.readings, step[0]]
        assert tip_of(reversed(after.readings), calm=after.calm) == step[1]


def test_behind_a_change_of_the_multiplier_the_whole_explanation_decides() -> None:
    poll, changed_at = 15 * MINUTE, 100 * 15 * MINUTE - MINUTE
    before = RegisterSettings(numerator=40, p_max_mw=11 * KWH)
    settings = SettingsTimeline(
        before, ((changed_at, RegisterSettings(numerator=1, p_max_mw=11 * KWH)),)
    )
    slow = [Reading(n * poll, 5_000 * KWH + n * KWH // 20, 10_000) for n in range(101)]
    stands = slow[-1].total_milliwh
    fast = [Reading((100 + n) * poll, stands + n * 2 * KWH, 10_000) for n in range(1, 4)]
    declared = Declared(last_at=changed_at)
    known = list(slow)
    for reading in fast:
        judgement = accept(known, settings, declared)
        tip = tip_of(reversed(judgement.readings), calm=judgement.calm)
        assert tip is not None
        step = go_on(tip, reading, settings, declared)
        known.append(reading)
        whole = accept(known, settings, declared).readings[-1]
        assert step is None or step[0] == whole
