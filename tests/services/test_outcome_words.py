"""People are told what was wrong in words, for every outcome there is."""

import pytest

from wattledger.domain.outcome import Outcome
from wattledger.services.outcome_words import FAULTS, fault


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.OK, Outcome.HELD}))
def test_every_fault_is_told_without_its_code(outcome: Outcome) -> None:
    assert fault(outcome) == f"It cannot be read: {FAULTS[outcome]}."
    assert "_" not in fault(outcome)


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.HELD])
def test_what_is_no_fault_of_reading_is_told_as_no_more_than_it_is(outcome: Outcome) -> None:
    assert fault(outcome) == "It cannot be read."
