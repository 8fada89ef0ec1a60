"""Who a meter serves, and what part of its energy is theirs."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.assignment import (
    Assignment,
    Share,
    Span,
    parse_share,
    share_of,
    spans,
    validate,
)
from wattledger.domain.errors import InvalidInputError

HALF = 500_000


@st.composite
def assigned(draw: st.DrawFn) -> list[Assignment]:
    """Give valid assignments of one meter, whatever their order."""
    wanted = draw(
        st.lists(
            st.builds(
                Assignment,
                st.just(1),
                st.sampled_from("abcd"),
                st.integers(0, 90),
                st.none() | st.integers(1, 100),
                st.integers(1, 1_000_000),
            ),
            max_size=8,
        )
    )
    kept: list[Assignment] = []
    for each in wanted:
        try:
            validate([*kept, each])
        except InvalidInputError:
            continue
        kept.append(each)
    return kept


@given(assigned(), st.integers(0, 100), st.integers(1, 50))
def test_every_instant_of_a_period_is_served_or_unassigned(
    assignments: list[Assignment], start: int, length: int
) -> None:
    found = spans(assignments, start, start + length)
    assert (found[0].start_at, found[-1].end_at) == (start, start + length)
    for one, two in pairwise(found):
        assert one.end_at == two.start_at
        assert one.shares != two.shares
    for span in found:
        assert sum(share.share_ppm for share in span.shares) == 1_000_000
        for at in range(span.start_at, span.end_at):
            serving = {each.client_id: each.share_ppm for each in assignments if each.serves(at)}
            shares = {share.client_id: share.share_ppm for share in span.shares}
            rest = shares.pop(None, 0)
            assert shares == serving
            assert rest == 1_000_000 - sum(serving.values())


@given(assigned(), st.data())
def test_the_order_of_assignments_does_not_matter(
    assignments: list[Assignment], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(assignments))
    validate(shuffled)
    assert spans(shuffled, 0, 100) == spans(assignments, 0, 100)


def test_a_move_inside_a_month_cuts_it_there() -> None:
    moves = [Assignment(1, "a", 0, 40), Assignment(1, "b", 50, None, HALF)]
    assert spans(moves, 10, 90) == [
        Span(10, 40, (Share("a", 1_000_000),)),
        Span(40, 50, (Share(None, 1_000_000),)),
        Span(50, 90, (Share("b", HALF), Share(None, HALF))),
    ]


def test_an_assignment_that_goes_on_as_before_cuts_nothing() -> None:
    renewed = [Assignment(1, "a", 0, 40), Assignment(1, "a", 40)]
    validate(renewed)
    assert spans(renewed, 10, 90) == [Span(10, 90, (Share("a", 1_000_000),))]


def test_a_period_without_length_has_no_spans() -> None:
    assert spans([Assignment(1, "a", 0)], 10, 10) == []


@pytest.mark.parametrize(
    ("assignments", "field", "sentence"),
    [
        ([Assignment(1, "a", 0, 10, 0)], "share", "1 to 1,000,000"),
        ([Assignment(1, "a", 0, 10, 1_000_001)], "share", "1 to 1,000,000"),
        ([Assignment(1, "a", 10, 10)], "endAt", "set an end after the start"),
        (
            [Assignment(1, "a", 0, None, HALF), Assignment(1, "a", 5, 6, HALF)],
            "startAt",
            "already assigned to the client a at 1970-01-01T00:00:00.000005Z; end that",
        ),
        (
            [Assignment(1, "b", 5, 9, HALF + 1), Assignment(1, "a", 0, 6, HALF)],
            "share",
            "would have 1000001 millionths of it; 500000 are free",
        ),
        (
            [
                Assignment(1, "a", 0, 5, HALF),
                Assignment(1, "b", 0, 9, HALF),
                Assignment(1, "c", 4, 6),
            ],
            "share",
            "0 are free",
        ),
    ],
)
def test_what_bills_energy_twice_is_refused(
    assignments: list[Assignment], field: str, sentence: str
) -> None:
    with pytest.raises(InvalidInputError, match=sentence) as refused:
        validate(assignments)
    assert refused.value.field == field


def test_meters_are_judged_each_by_itself() -> None:
    validate([Assignment(1, "a", 0), Assignment(2, "a", 0), Assignment(3, "b", 0)])


def shares(draw: st.DrawFn) -> tuple[int, ...]:
    cuts = sorted(draw(st.lists(st.integers(0, 1_000_000), max_size=6)))
    return tuple(b - a for a, b in pairwise([0, *cuts, 1_000_000]))


whole_shares = st.composite(shares)()


@given(st.integers(0, 2**62), whole_shares)
def test_shares_of_an_energy_add_up_to_it(energy: int, parts: tuple[int, ...]) -> None:
    split = share_of(energy, parts)
    assert sum(split) == energy
    for part, share in zip(split, parts, strict=True):
        assert abs(part * 1_000_000 - energy * share) < 1_000_000


@given(st.lists(st.integers(0, 10**9), max_size=40), whole_shares)
def test_the_shares_of_days_add_up_to_those_of_their_month(
    days: list[int], parts: tuple[int, ...]
) -> None:
    sums = [0] * len(parts)
    before = 0
    for day in days:
        for index, part in enumerate(share_of(day, parts, before)):
            sums[index] += part
        before += day
    assert tuple(sums) == share_of(sum(days), parts)


def test_shares_that_are_not_the_whole_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="not to the whole"):
        share_of(1, (HALF,))


@pytest.mark.parametrize(("text", "millionths"), [("100", 1_000_000), ("0.0001", 1), ("50 ", HALF)])
def test_a_share_is_written_in_percent(text: str, millionths: int) -> None:
    assert parse_share(text) == millionths


@pytest.mark.parametrize("text", ["0", "-5", "100.0001", "33.33333", "", "half"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_share(text)
