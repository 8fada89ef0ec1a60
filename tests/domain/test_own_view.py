"""A client sees the meters that serve or served it, and only the time in which they did."""

from wattledger.domain.assignment import Assignment
from wattledger.domain.own_view import FOREVER, OwnSpan, OwnView, own_spans

WHOLE = (1_000_000,)


def test_a_meter_that_came_and_went_is_seen_in_both_of_its_times() -> None:
    assignments = [
        Assignment(1, "5", 0, 100),
        Assignment(1, "6", 100, 200),
        Assignment(1, "5", 200),
    ]
    assert own_spans(assignments, "5") == [
        OwnSpan(0, 100, WHOLE, 0),
        OwnSpan(200, FOREVER, WHOLE, 0),
    ]


def test_of_a_shared_meter_a_client_has_its_part_to_the_mwh() -> None:
    thirds = [Assignment(1, name, 0, None, 333_333) for name in ("5", "6", "7")]
    (own,) = own_spans(thirds, "7")
    assert own.share_ppm == 333_333
    assert own.shares == (333_333, 333_333, 333_333, 1)
    assert own.share(100) == 33
    assert own.part(2_000_000) == 666_666, "of a power, rounded down"


def test_who_has_nothing_of_a_meter_sees_nothing_of_it() -> None:
    assert own_spans([Assignment(1, "5", 0)], "6") == []
    assert OwnView("x", "X", {}).spans(1) == []


def test_spans_are_cut_at_the_edges_of_what_is_asked() -> None:
    view = OwnView("x", "X", {1: [OwnSpan(10, 20, WHOLE, 0), OwnSpan(30, FOREVER, WHOLE, 0)]})
    assert [(each.start_at, each.end_at) for each in view.spans(1, 15, 40)] == [(15, 20), (30, 40)]
    assert view.spans(1, 20, 30) == []
    assert [(each.start_at, each.end_at) for each in view.spans(1)] == [(10, 20), (30, FOREVER)]


def test_a_meter_is_the_clients_now_while_it_serves_it() -> None:
    view = OwnView("x", "X", {1: [OwnSpan(10, 20, WHOLE, 0)], 2: [OwnSpan(5, FOREVER, WHOLE, 0)]})
    assert set(view.now(10)) == {1, 2}
    assert set(view.now(20)) == {2}
    assert view.now(4) == {}


def test_the_span_of_an_instant_is_the_whole_one() -> None:
    view = OwnView("x", "X", {1: [OwnSpan(10, 20, WHOLE, 0), OwnSpan(20, 30, WHOLE, 0)]})
    assert view.span_at(1, 19) == OwnSpan(10, 20, WHOLE, 0)
    assert view.span_at(1, 20) == OwnSpan(20, 30, WHOLE, 0)
    assert view.span_at(1, 30) is None
    assert view.span_at(2, 19) is None
