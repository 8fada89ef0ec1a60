"""How an endpoint is doing, in one word, from what is known of it now."""

from dataclasses import dataclass
from enum import StrEnum

from wattledger.domain.instant import Instant
from wattledger.domain.outcome import Outcome

OVERDUE_POLLS = 2
STALE_POLLS = 3
HIGH_PERCENT = 80


class EndpointStatus(StrEnum):
    """The statuses; the first that applies, in this order, counts.

    ``disabled``: not polled. ``busy``, ``failing``: no good reading for more than 2 poll
    intervals and the newest attempt failed, because somebody else is logged in to the device, or
    for another reason; ``failing`` at once where the login was refused, so that it is not polled.
    ``never``: no good reading yet. ``stale``: none for more than 3 poll
    intervals. ``high``: power above 80 % of the breaker, where that is set. ``ok``: else.
    """

    DISABLED = "disabled"
    BUSY = "busy"
    FAILING = "failing"
    NEVER = "never"
    STALE = "stale"
    HIGH = "high"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class NewestAttempt:
    """The newest attempt at an endpoint: when it began and how it ended."""

    at: Instant
    outcome: Outcome

    @property
    def failed(self) -> bool:
        """Tell whether it brought no register value; a held one was brought."""
        return self.outcome not in {Outcome.OK, Outcome.HELD}


@dataclass(frozen=True, slots=True)
class Condition:
    """What a status follows from. ``poll`` is in microseconds, ``good_at`` the last good reading.

    The newest attempt matters only when the endpoint is overdue.
    """

    enabled: bool
    poll: int
    good_at: Instant | None
    power_mw: int | None
    p_max_mw: int | None
    newest: NewestAttempt | None = None
    login_refused: bool = False


def is_overdue(good_at: Instant | None, poll: int, now: Instant) -> bool:
    """Tell whether good readings stay away for longer than a hiccup explains.

    >>> is_overdue(0, 15, 30), is_overdue(0, 15, 31), is_overdue(None, 15, 0)
    (False, True, True)
    """
    return good_at is None or now - good_at > OVERDUE_POLLS * poll


def status_of(condition: Condition, now: Instant) -> EndpointStatus:
    """Return the status of an endpoint in this condition."""
    if not condition.enabled:
        return EndpointStatus.DISABLED
    if condition.login_refused:
        return EndpointStatus.FAILING
    if is_overdue(condition.good_at, condition.poll, now):
        return _overdue_status(condition, now)
    return EndpointStatus.HIGH if _draws_much(condition) else EndpointStatus.OK


def holds_until(condition: Condition, now: Instant) -> Instant | None:
    """Return from when on time alone may give an endpoint another status; None: never.

    >>> read_at_0 = Condition(True, poll=15, good_at=0, power_mw=None, p_max_mw=None)
    >>> holds_until(read_at_0, 30), holds_until(read_at_0, 31), holds_until(read_at_0, 46)
    (31, 46, None)
    """
    if not condition.enabled or condition.good_at is None:
        return None
    for polls in (OVERDUE_POLLS, STALE_POLLS):
        edge = condition.good_at + polls * condition.poll
        if now <= edge:
            return edge + 1
    return None


def status_since(
    condition: Condition, status: EndpointStatus, created_at: Instant
) -> Instant | None:
    """Return since when an endpoint has had its status, where that follows from what is known.

    That is when good readings began to stay away, and for one that never gave any its making.
    ``None`` for an endpoint that is read well or not polled: when that began is not kept.
    """
    if status in {EndpointStatus.DISABLED, EndpointStatus.HIGH, EndpointStatus.OK}:
        return None
    if condition.good_at is None:
        return created_at
    if condition.login_refused:
        return condition.good_at
    polls = STALE_POLLS if status is EndpointStatus.STALE else OVERDUE_POLLS
    return condition.good_at + polls * condition.poll


def _overdue_status(condition: Condition, now: Instant) -> EndpointStatus:
    good_at, newest = condition.good_at, condition.newest
    if newest is not None and newest.failed and (good_at is None or newest.at > good_at):
        busy = newest.outcome is Outcome.BUSY
        return EndpointStatus.BUSY if busy else EndpointStatus.FAILING
    if good_at is None:
        return EndpointStatus.NEVER
    if now - good_at > STALE_POLLS * condition.poll:
        return EndpointStatus.STALE
    return EndpointStatus.HIGH if _draws_much(condition) else EndpointStatus.OK


def _draws_much(condition: Condition) -> bool:
    power, p_max = condition.power_mw, condition.p_max_mw
    return power is not None and p_max is not None and 100 * power > HIGH_PERCENT * p_max
