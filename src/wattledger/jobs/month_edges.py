"""Extra reads around the edges of months, so that a month begins and ends near a reading.

Endpoints that are polled more seldom than every five minutes are read once more within the last
five minutes of a local month and once more within the first five of the next, each at its own
moment, so that they are not all read at once.
"""

from collections.abc import Iterator

from wattledger.domain.instant import MINUTE, SECOND, Instant
from wattledger.domain.period import calendar

WINDOW_MINUTES = 5
_WINDOW = WINDOW_MINUTES * MINUTE
_ROOM = 30 * SECOND
"""So long before the end of its window the last read begins: it takes some time itself."""
_BEHIND = 5 * SECOND
"""So long after midnight the first read begins: a firing may come a little early."""
_SPREAD = _WINDOW - _ROOM - _BEHIND


def edges_near(zone: str, start: Instant, end: Instant) -> list[Instant]:
    """Return the first instants of months whose extra reads lie in part between two instants."""
    return calendar(zone).month_edges(start - _WINDOW, end + _WINDOW)


def extra_reads(endpoint_id: int, edge: Instant) -> Iterator[Instant]:
    """Yield when an endpoint is read before and after the first instant of a month.

    >>> edge = 1_000 * MINUTE
    >>> [(at - edge) // SECOND for at in extra_reads(3, edge)]
    [-74, 231]
    """
    # Multiples of the golden ratio's share fall evenly, however many there are.
    place = endpoint_id * 618_033_989 % 1_000_000_000 * _SPREAD // 1_000_000_000
    yield edge - _WINDOW + place
    yield edge + _BEHIND + place


def is_read_between(endpoint_id: int, edge: Instant, start: Instant, end: Instant) -> bool:
    """Tell whether an extra read of an endpoint falls into [start, end)."""
    return any(start <= at < end for at in extra_reads(endpoint_id, edge))
