"""Meters behind meters: which count, and whether parent and children agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.assignment import Assignment
from wattledger.domain.hierarchy import Metered, MeterPlace, balance, counted_twice, top_level

energies = st.integers(0, 10**15)


def test_the_total_counts_for_its_endpoint() -> None:
    meters = [MeterPlace(1, "outlet-1", 2), MeterPlace(2, "total"), MeterPlace(3, "outlet-2")]
    assert top_level(meters) == (2,)


def test_without_a_total_those_behind_no_other_count() -> None:
    meters = [MeterPlace(1, "bank-1", 99), MeterPlace(2, "bank-2"), MeterPlace(3, "outlet-1", 1)]
    assert top_level(meters) == (1, 2)
    assert top_level([]) == ()


@given(energies, st.lists(energies, min_size=1, max_size=5), st.integers(0, 10**6))
def test_the_tolerance_is_the_sum_of_all_uncertainties(
    parent: int, children: list[int], uncertainty: int
) -> None:
    found = balance(
        Metered(parent, uncertainty),
        [Metered(child, uncertainty) for child in children],
        class_ppm=0,
    )
    assert found is not None
    assert found.difference_milliwh + sum(children) == parent
    assert found.tolerance_milliwh == uncertainty * (1 + len(children))
    assert found.is_even is (abs(parent - sum(children)) <= found.tolerance_milliwh)


def test_meters_may_differ_by_their_class() -> None:
    children = [Metered(490, 1), Metered(490, 1)]
    even = balance(Metered(1_000), children)
    assert even is not None
    assert (even.difference_milliwh, even.tolerance_milliwh, even.is_even) == (20, 22, True)
    uneven = balance(Metered(1_010), children)
    assert uneven is not None
    assert not uneven.is_even
    more = balance(Metered(900), children)
    assert more is not None
    assert not more.is_even


def test_what_is_not_known_cannot_be_weighed() -> None:
    assert balance(Metered(None), [Metered(1)]) is None
    assert balance(Metered(1), [Metered(1), Metered(None)]) is None
    assert balance(Metered(1), []) is None


@pytest.mark.parametrize(
    ("outlet", "found"),
    [
        (Assignment(2, "b", 0, 10), ()),
        (Assignment(2, "b", 0, 11), ("outlet-1",)),
        (Assignment(2, "b", 19), ("outlet-1",)),
        (Assignment(2, "b", 20), ()),
    ],
)
def test_a_part_that_is_assigned_while_the_total_is_bills_energy_twice(
    outlet: Assignment, found: tuple[str, ...]
) -> None:
    meters = [MeterPlace(1, "total"), MeterPlace(2, "outlet-1"), MeterPlace(3, "outlet-2")]
    assigned = {1: [Assignment(1, "a", 10, 20)], 2: [outlet]}
    assert tuple(meter.key for meter in counted_twice(meters, assigned)) == found
