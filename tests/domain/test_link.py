"""The ways from a run to a later one."""

from tests.domain.test_acceptance import DAY_OF_READS, booked, joins, judged

from wattledger.domain.event import Declared
from wattledger.domain.instant import MINUTE
from wattledger.domain.link import Link, Neighbours, links
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import RegisterSettings
from wattledger.domain.run import Run

STEP = 100_000
POLL = 15 * MINUTE


def run(*tenths: int, first: int = 0) -> Run:
    """Give a run that shows so many tenths of a kWh, poll by poll."""
    return Run([Reading((first + n) * POLL, value * STEP, STEP) for n, value in enumerate(tenths)])


def between(
    before: Run, after: Run, *, entered: int = 0, p_max_mw: int = 100_000_000
) -> list[Link]:
    """Return the ways from one run to another, of which nothing more is known."""
    settings = RegisterSettings(poll=POLL, p_max_mw=p_max_mw)
    nothing = {"begins": False, "alternates": False, "declared": False, "accepted": False}
    return list(links(Neighbours(before, entered, after, None, settings=settings, **nothing)))


def test_the_last_members_may_have_flickered_up_by_a_step() -> None:
    ways = between(run(1, 2, 3, 4, 4), run(3, first=5))
    assert {(way.leave, way.enter) for way in ways} == {(2, 0)}


def test_a_run_that_never_stood_as_low_has_flickered_nowhere() -> None:
    assert between(run(4, 4, 4), run(3, first=3)) == []
    assert between(run(1, 2, 4, 4), run(3, first=4), entered=2) == []


def test_a_spike_is_dropped_where_the_register_can_have_risen_from_below_it() -> None:
    spiked, behind = run(10, 20, 30, 90, 90), run(60, first=5)
    dropped = Link(2, 0, 0, Join.ADVANCE)
    assert dropped in between(spiked, behind, p_max_mw=10_000_000)
    assert dropped not in between(spiked, behind, p_max_mw=2_000_000)


def test_a_flicker_that_a_person_accepts_invents_no_energy() -> None:
    flicker = len(DAY_OF_READS) * POLL
    found = judged(
        (*DAY_OF_READS, 10_759, 10_776), declared=Declared(accepted=frozenset({flicker}))
    )
    assert joins(found) == [Join.RESUMED]
    assert booked(found) == (10_776 - 10_000) * STEP
