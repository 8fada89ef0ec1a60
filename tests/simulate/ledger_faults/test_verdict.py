"""A small fault bench (LEDGER 8): every fault, a few meters, 15-minute reads."""

import pytest

from wattledger.domain.instant import HOUR, MINUTE
from wattledger.domain.reading import Reading
from wattledger.simulate.ledger_faults import ALL_FAULTS
from wattledger.simulate.ledger_faults.fault import Fault, Recovery
from wattledger.simulate.ledger_faults.scene import RESOLUTION, scene
from wattledger.simulate.ledger_faults.truth import MONTH_END, MONTH_START, truth
from wattledger.simulate.ledger_faults.verdict import judge

METERS = (0, 15)
"""A young register without a breaker set, a low load that is young, one that tells its power."""


@pytest.mark.parametrize("fault", ALL_FAULTS, ids=lambda fault: fault.name)
def test_no_fault_makes_a_wrong_figure_that_nobody_is_told_of(fault: Fault) -> None:
    for seed in METERS:
        verdict = judge(fault, seed, 15 * MINUTE)
        assert verdict.is_within, verdict
        assert not verdict.is_unflagged_error, verdict
        if fault.recovery is not Recovery.ESTIMATED:
            assert verdict.error_percent <= 0.2, verdict


def test_there_are_as_many_faults_as_promised_and_each_has_a_name_of_its_own() -> None:
    names = {fault.name for fault in ALL_FAULTS}
    assert len(names) == len(ALL_FAULTS) >= 25


def test_a_month_of_a_meter_is_the_same_each_time() -> None:
    first, again = (scene(7, HOUR) for _ in range(2))
    ALL_FAULTS[8].strike(first)
    ALL_FAULTS[8].strike(again)
    assert first.readings() == again.readings()


@pytest.mark.parametrize(("seed", "least", "most"), [(2, 1, 9), (3, 0.05, 0.5)])
def test_the_loads_are_those_of_a_rack_and_of_a_box(seed: int, least: float, most: float) -> None:
    kwh = (truth(seed).at(MONTH_END) - truth(seed).at(MONTH_START)) / 1_000_000
    assert 743 * least * 0.9 <= kwh <= 743 * most * 1.1


def test_what_is_shown_is_whole_steps() -> None:
    readings: list[Reading] = scene(1).readings()
    assert all(reading.total_milliwh % RESOLUTION == 0 for reading in readings)
