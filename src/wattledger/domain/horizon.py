"""How far the ledger looks back and forth when it explains readings (LEDGER 3)."""

from wattledger.domain.instant import DAY, HOUR, Instant

HORIZON = 3 * DAY
"""What lasted longer stands: no excursion, frozen display or alternating serial is longer."""

WEIGHTY_READS = 8
"""So many readings over more than the horizon outweigh every other explanation."""

MEAN_WINDOW = DAY
"""The mean before a break or a pause is that of so long before it."""

_LONG_PAUSE = 2 * HOUR
_LONG_POLLS = 3


def is_long(pause: int, poll: int) -> bool:
    """Tell whether a pause is so long that a rise over it is looked at twice."""
    return pause > max(_LONG_PAUSE, _LONG_POLLS * poll)


def within(at: Instant, end: Instant) -> bool:
    """Tell whether an instant lies within the horizon before another."""
    return end - at <= HORIZON
