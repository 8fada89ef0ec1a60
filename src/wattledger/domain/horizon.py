"""How far the ledger looks back and forth when it explains readings (LEDGER 3)."""

from wattledger.domain.instant import DAY, HOUR

HORIZON = 3 * DAY
"""What lasted longer stands: no excursion, frozen display or alternating serial is longer."""

WEIGHTY_READS = 8
"""So many readings over more than the horizon outweigh every other explanation."""

_LONG_PAUSE = 2 * HOUR
_LONG_POLLS = 3
_MEAN_POLLS = 4


def is_long(pause: int, poll: int) -> bool:
    """Tell whether a pause is so long that a rise over it is looked at twice."""
    return pause > _LONG_PAUSE and pause > _LONG_POLLS * poll


def mean_window(poll: int) -> int:
    """Return how long before a break or a pause the mean is taken: a day, or four polls."""
    return max(DAY, _MEAN_POLLS * poll)


def memory(poll: int) -> int:
    """Return how far back readings bear on what is behind them, where a weighty run lies between.

    >>> memory(15 * 60_000_000) // DAY
    4
    """
    return HORIZON + mean_window(poll)
