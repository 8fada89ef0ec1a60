"""Settled stretches: where a history may be cut without changing what is judged behind the cut."""

from dataclasses import replace

from wattledger.domain.horizon import HORIZON, memory
from wattledger.domain.instant import HOUR, MINUTE
from wattledger.domain.reading import Join, Reading, Status
from wattledger.domain.stretch import is_settled_tail, settled_prefix

POLL = 15 * MINUTE
STEP = 3 * HOUR


def run(count: int, first: int = 0) -> list[Reading]:
    return [
        Reading(number * STEP, number * 1_000, 1, Status.GOOD, join=Join.ADVANCE)
        for number in range(first, first + count)
    ]


def test_behind_a_prefix_the_run_goes_on_for_longer_than_the_horizon() -> None:
    readings = run(100)
    prefix = settled_prefix(readings, POLL)
    behind = readings[readings.index(prefix[-1]) + 1 :]
    assert behind[-1].at - behind[0].at > HORIZON
    assert prefix[-1].at - prefix[0].at > memory(POLL)
    assert prefix == readings[readings.index(prefix[0]) : readings.index(prefix[-1]) + 1]


def test_too_short_a_run_has_no_prefix() -> None:
    assert settled_prefix(run(40), POLL) == []
    assert settled_prefix([], POLL) == []


def test_jitter_is_passed_over_and_anything_else_ends_a_stretch() -> None:
    readings = run(100)
    readings[90] = replace(readings[90], status=Status.JITTER)
    assert settled_prefix(readings, POLL) != []
    for doubt in (Status.HELD, Status.GLITCH, Status.REJECTED, Status.STALE):
        cut = [*readings[:60], replace(readings[60], status=doubt), *readings[61:]]
        assert all(each.at < readings[60].at for each in settled_prefix(cut, POLL))


def test_a_run_that_stands_still_settles_nothing() -> None:
    idle = [replace(each, total_milliwh=7) for each in run(100)]
    assert settled_prefix(idle, POLL) == []
    assert not is_settled_tail(idle, POLL)


def test_a_contested_instant_ends_a_stretch() -> None:
    readings = run(100)
    assert settled_prefix(readings, POLL, {readings[50].at}) == []
    assert is_settled_tail(readings, POLL)
    assert not is_settled_tail(readings, POLL, {readings[80].at})


def test_a_run_begins_where_it_is_joined_by_more_than_an_advance() -> None:
    readings = run(100)
    readings[70] = replace(readings[70], join=Join.RESUMED)
    assert not is_settled_tail(readings, POLL)
    assert all(each.at < readings[70].at for each in settled_prefix(readings, POLL))
