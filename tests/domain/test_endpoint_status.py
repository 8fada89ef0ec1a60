"""The status of an endpoint follows from its condition alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.endpoint_status import (
    Condition,
    EndpointStatus,
    NewestAttempt,
    holds_until,
    status_of,
    status_since,
)
from wattledger.domain.instant import MINUTE
from wattledger.domain.outcome import Outcome

POLL = 15 * MINUTE
NOW = 1_000 * POLL


def condition(
    good_polls_ago: int | None,
    newest: Outcome | None = None,
    *,
    enabled: bool = True,
    power: int | None = None,
    p_max: int | None = None,
) -> Condition:
    """Describe an endpoint whose newest attempt was a minute ago."""
    return Condition(
        enabled=enabled,
        poll=POLL,
        good_at=None if good_polls_ago is None else NOW - good_polls_ago * POLL,
        power_mw=power,
        p_max_mw=p_max,
        newest=None if newest is None else NewestAttempt(NOW - MINUTE, newest),
    )


@pytest.mark.parametrize(
    ("known", "status"),
    [
        (condition(1), EndpointStatus.OK),
        (condition(2, Outcome.TIMEOUT), EndpointStatus.OK),
        (condition(3, Outcome.TIMEOUT), EndpointStatus.FAILING),
        (condition(3, Outcome.BUSY), EndpointStatus.BUSY),
        (condition(3, Outcome.HELD), EndpointStatus.OK),
        (condition(3), EndpointStatus.OK),
        (condition(4), EndpointStatus.STALE),
        (condition(4, Outcome.OK), EndpointStatus.STALE),
        (condition(None), EndpointStatus.NEVER),
        (condition(None, Outcome.HELD), EndpointStatus.NEVER),
        (condition(None, Outcome.REFUSED), EndpointStatus.FAILING),
        (condition(None, enabled=False), EndpointStatus.DISABLED),
        (condition(9, Outcome.BUSY, enabled=False), EndpointStatus.DISABLED),
        (condition(1, power=801, p_max=1000), EndpointStatus.HIGH),
        (condition(3, power=801, p_max=1000), EndpointStatus.HIGH),
        (condition(1, power=800, p_max=1000), EndpointStatus.OK),
        (condition(1, power=800), EndpointStatus.OK),
        (condition(1, p_max=1000), EndpointStatus.OK),
    ],
)
def test_the_first_status_that_applies_counts(known: Condition, status: EndpointStatus) -> None:
    assert status_of(known, NOW) is status


def test_a_failure_before_the_last_good_reading_is_forgotten() -> None:
    good_at = NOW - 4 * POLL
    before = NewestAttempt(good_at - 1, Outcome.TIMEOUT)
    known = Condition(
        enabled=True, poll=POLL, good_at=good_at, power_mw=None, p_max_mw=None, newest=before
    )
    assert status_of(known, NOW) is EndpointStatus.STALE


def test_who_rests_for_a_refused_login_fails_at_once_and_since_its_last_good_reading() -> None:
    known = replace(condition(1, Outcome.AUTH_FAILED), login_refused=True)
    assert status_of(known, NOW) is EndpointStatus.FAILING
    assert status_since(known, EndpointStatus.FAILING, 0) == NOW - POLL
    never = replace(condition(None), login_refused=True)
    assert status_since(never, EndpointStatus.FAILING, 5) == 5
    assert status_of(replace(known, enabled=False), NOW) is EndpointStatus.DISABLED


@given(
    st.none() | st.integers(0, 5 * POLL),
    st.sampled_from([None, Outcome.OK, Outcome.BUSY, Outcome.TIMEOUT]),
    st.booleans(),
    st.integers(0, 6 * POLL),
)
def test_time_alone_changes_a_status_when_it_was_told_to_and_not_before(
    ago: int | None,
    outcome: Outcome | None,
    is_enabled: bool,  # noqa: FBT001 - drawn
    later: int,
) -> None:
    newest = None if outcome is None else NewestAttempt(NOW - MINUTE, outcome)
    good_at = None if ago is None else NOW - ago
    known = Condition(is_enabled, POLL, good_at, None, None, newest)
    until = holds_until(known, NOW)
    assert until is None or until > NOW
    last = NOW + later if until is None else min(NOW + later, until - 1)
    assert status_of(known, last) is status_of(known, NOW)
    if good_at is not None and is_enabled:
        assert until == next(
            (at for at in (good_at + 2 * POLL + 1, good_at + 3 * POLL + 1) if at > NOW), None
        )
