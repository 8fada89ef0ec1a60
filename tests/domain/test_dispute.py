"""Unequal values of one instant."""

import pytest

from wattledger.domain.acceptance import accept
from wattledger.domain.dispute import decide
from wattledger.domain.event import Declared
from wattledger.domain.instant import HOUR
from wattledger.domain.reading import Reading
from wattledger.domain.register import RegisterSettings

KWH = 1_000_000
REGISTER = RegisterSettings(p_max_mw=20 * KWH)


def at(hour: int, kwh: int) -> Reading:
    return Reading(hour * HOUR, kwh * KWH, 1)


def test_the_one_value_that_fits_both_neighbours_stands() -> None:
    candidates = [at(1, 900), at(1, 12)]
    assert decide(at(0, 10), candidates, at(2, 15), REGISTER) == (candidates[1], False)
    assert decide(at(0, 10), candidates, None, REGISTER) == (candidates[1], False)
    assert decide(None, candidates, at(2, 15), REGISTER) == (candidates[1], False)


def test_where_both_or_none_fit_the_smaller_stands_in_dispute() -> None:
    both = [at(1, 13), at(1, 12)]
    assert decide(at(0, 10), both, at(2, 15), REGISTER) == (both[1], True)
    none = [at(1, 900), at(1, 1)]
    assert decide(at(0, 10), none, at(2, 15), REGISTER) == (none[1], True)


@pytest.mark.parametrize(
    ("declared", "word"),
    [
        (Declared(disputed=frozenset({HOUR})), "held"),
        (Declared(disputed=frozenset({HOUR}), rejected=frozenset({HOUR})), "rejected"),
        (Declared(disputed=frozenset({HOUR}), ended_at=0), "rejected"),
    ],
)
def test_what_is_in_dispute_is_held_until_a_person_puts_it_aside(
    declared: Declared, word: str
) -> None:
    judged = accept([at(0, 10), at(1, 12), at(2, 15)], REGISTER, declared).readings
    assert judged[1].status.word == word
