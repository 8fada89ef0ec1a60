"""How long a name has to wait after wrong passwords, so that nobody tries many."""

from wattledger.domain.instant import MINUTE, SECOND, Instant

FREE_TRIES = 5
"""So many wrong passwords cost nothing: people mistype."""

FIRST_WAIT = 30 * SECOND
LONGEST_WAIT = 15 * MINUTE
"""Nobody can lock somebody else out for longer."""


def wait_after(failures: int) -> Instant:
    """Return how long to wait after so many wrong passwords in a row.

    >>> [wait_after(count) // SECOND for count in (4, 5, 6, 7, 99)]
    [0, 30, 60, 120, 900]
    """
    if failures < FREE_TRIES:
        return 0
    doublings = min(failures - FREE_TRIES, LONGEST_WAIT.bit_length())
    return min(FIRST_WAIT << doublings, LONGEST_WAIT)
