"""When a channel is told of a condition: not at once, not twice, and once more when it is over.

A condition has to last for a grace before it is told, and to be gone for as long before its end
is: what comes and goes floods nobody. What was not told in time, because the channel did not take
it, is told all the same, with its end.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from wattledger.domain.alert import Alert
from wattledger.domain.instant import HOUR, MINUTE, Instant

FIRST_WAIT = MINUTE
LONGEST_WAIT = HOUR


class News(StrEnum):
    """What there is to tell of a condition: that it is there, or that it is over."""

    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Notification:
    """A condition as a channel knows it.

    ``alert`` is as it was told or, before that, as it was last. ``seen_at`` is since when it is
    there, ``told_at`` when it was told, ``gone_at`` since when it is gone.
    """

    alert: Alert
    seen_at: Instant
    told_at: Instant | None = None
    gone_at: Instant | None = None

    @property
    def subject(self) -> str:
        """Return what it is about."""
        return self.alert.subject


def follow(
    known: Notification | None, alert: Alert | None, grace: int, now: Instant
) -> Notification | None:
    """Return what a channel knows of a condition that is now ``alert``, or None: not there.

    None for what needs no more telling: it was never told, and did not last.
    """
    if known is None:
        return None if alert is None else Notification(alert, now)
    if alert is not None:
        newest = alert if known.told_at is None else known.alert
        return replace(known, alert=newest, gone_at=None)
    gone_at = now if known.gone_at is None else known.gone_at
    if known.told_at is None and gone_at - known.seen_at < max(grace, 1):
        return None
    return replace(known, gone_at=gone_at)


def news_of(
    known: Notification, alert: Alert | None, grace: int, begun_at: Instant, now: Instant
) -> News | None:
    """Return what is to be told of a condition that is now ``alert``, or None: not there.

    ``begun_at`` is since when somebody looks: after a stop of hours all endpoints seem silent until
    they were read again. What got worse since it was told is told again.
    """
    if alert is None:
        since = known.seen_at if known.gone_at is None else known.gone_at
        return News.OVER if now - max(since, begun_at) >= grace else None
    if known.told_at is not None:
        return News.OPEN if alert.severity.rank < known.alert.severity.rank else None
    return News.OPEN if now - max(known.seen_at, begun_at) >= grace else None


def wait_after(failures: int) -> int:
    """Return how long to wait before a message that failed so often is sent again.

    >>> [wait_after(count) // MINUTE for count in (1, 2, 3, 6, 7, 99)]
    [1, 2, 4, 32, 60, 60]
    """
    return min(FIRST_WAIT << min(failures - 1, LONGEST_WAIT.bit_length()), LONGEST_WAIT)
