"""Readings spread over cells say what a tally of each cell says, and the power told in it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.instant import HOUR, MINUTE, Instant
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import RegisterSettings
from wattledger.domain.span_tally import tally_between
from wattledger.domain.spread import Cells, spread

POLL = 15 * MINUTE
SETTINGS = RegisterSettings(poll=POLL)


@st.composite
def readings(draw: st.DrawFn) -> list[Reading]:
    """Return good readings at minutes, joined in any way."""
    at = draw(st.integers(0, 300)) * MINUTE
    found = [Reading(at, 0, 1, join=Join.FIRST, power_mw=draw(st.none() | st.integers(0, 99)))]
    for _ in range(draw(st.integers(0, 12))):
        at += draw(st.sampled_from((5, 15, 31, 200))) * MINUTE
        energy = draw(st.integers(0, 10**9))
        join = draw(st.sampled_from([each for each in Join if each is not Join.FIRST]))
        power = draw(st.none() | st.integers(0, 9_999))
        found.append(Reading(at, 0, 1, energy_milliwh=energy, join=join, power_mw=power))
    return found


@given(
    readings(),
    st.lists(st.integers(0, 2_000), min_size=2, max_size=15),
    st.integers(0, 3),
)
def test_each_cell_has_what_its_tally_has(
    good: list[Reading], minutes: list[int], first: int
) -> None:
    # Some edges are the same: a local day may have no length.
    edges: list[Instant] = [each * MINUTE for each in sorted(minutes)]
    if edges[0] == edges[-1]:
        edges.append(edges[-1] + MINUTE)
    cells = Cells(first + len(edges) - 1)
    rows = [
        (
            7,
            each.at,
            each.energy_milliwh,
            None if each.join is None else int(each.join),
            each.power_mw,
        )
        for each in good
    ]
    spread(cells, first, edges, rows, POLL)
    for number, (start, end) in enumerate(pairwise(edges), first):
        tally = tally_between(good, SETTINGS, start, end)
        assert cells.energy[number] == tally.energy_milliwh
        assert cells.estimated[number] == tally.estimated_milliwh
        assert cells.covered[number] == tally.covered
        powers = [
            each.power_mw for each in good if start <= each.at < end and each.power_mw is not None
        ]
        assert (cells.power[number], cells.samples[number]) == (sum(powers), len(powers))
    assert cells.energy[:first] == [0] * first


def test_the_mean_power_is_what_was_told_or_follows_from_energy() -> None:
    cells = Cells(3)
    edges = [0, HOUR, 2 * HOUR, 3 * HOUR]
    rows = [(0, 0, None, 0, None), (0, HOUR, 4_000, 1, 3_000), (0, HOUR * 3 // 2, 500, 1, 3_001)]
    spread(cells, 0, edges, rows, POLL)
    assert [cells.mean_mw(number) for number in range(3)] == [4_000, 3_000, None]
