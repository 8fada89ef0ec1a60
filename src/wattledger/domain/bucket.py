"""Buckets of a history: quarters of an hour, hours, days or months of a site's local time.

A history is read as a row of them, which follow each other without a gap and add up (LEDGER 4).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import HOUR, MINUTE, Instant
from wattledger.domain.period import Calendar, first_of_month, next_month

MOST_BUCKETS = 3_000
"""So many buckets one history has at most."""

_ONE_DAY = timedelta(days=1)


class BucketLength(StrEnum):
    """How long a bucket is, on the local clock."""

    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"

    @property
    def is_fine(self) -> bool:
        """Tell whether buckets are parts of days, so that they are made from readings."""
        return self in _LENGTHS


_LENGTHS = {BucketLength.QUARTER: 15 * MINUTE, BucketLength.HOUR: HOUR}


class BucketQuality(StrEnum):
    """How well the energy of a bucket is known.

    ``measured``: registers showed it. ``estimated``: some of it is reckoned. ``partial``: it is
    that of a part of the bucket, or of some of the meters; so is that of a bucket still running.
    """

    MEASURED = "measured"
    ESTIMATED = "estimated"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was used in a bucket: energy, and the mean power of it; None where it is not known."""

    energy_milliwh: int | None = None
    power_mw: int | None = None
    quality: BucketQuality | None = None


UNKNOWN = Bucket()
"""The bucket of which nothing is known."""


def bucket_edges(days: Calendar, step: BucketLength, start: Instant, end: Instant) -> list[Instant]:
    """Return the edges of the buckets of ``[start, end)``, ascending, the two themselves included.

    Hours and quarters are counted from each local midnight, so that a day of 23 or 25 hours has
    so many. InvalidInputError where there are too many to be told at once.

    >>> from wattledger.domain.period import calendar
    >>> from wattledger.domain.instant import DAY
    >>> len(bucket_edges(calendar("UTC"), BucketLength.HOUR, 0, DAY))
    25
    """
    edges = [start]
    for edge in takewhile(lambda inner: inner < end, _inner_edges(days, step, start)):
        if edge > edges[-1]:
            edges.append(edge)
        if len(edges) > MOST_BUCKETS:
            raise InvalidInputError(
                f"From then to then there are more than {MOST_BUCKETS:,} buckets; ask for a longer "
                "step, or for less time.",
                field="step",
            )
    return [*edges, end]


def dates_of(days: Calendar, edges: Sequence[Instant]) -> list[date]:
    """Return the local dates on which buckets begin."""
    return [days.day_of(edge) for edge in edges[:-1]]


def edges_elsewhere(
    days: Calendar, dates: Sequence[date], start: Instant, end: Instant
) -> list[Instant]:
    """Return the edges of days or months that begin on some dates, at a site of another zone.

    ``start`` and ``end`` are those of the whole there; where a date begins outside, its bucket is
    empty.
    """
    inner = (min(max(days.start_of(day), start), end) for day in dates[1:])
    return [start, *inner, end]


def _inner_edges(days: Calendar, step: BucketLength, start: Instant) -> Iterator[Instant]:
    """Yield the first instants of buckets behind an instant, for ever, some of them not behind."""
    day = days.day_of(start)
    length = _LENGTHS.get(step)
    while length is not None:
        midnight = days.start_of(day + _ONE_DAY)
        yield from range(days.start_of(day) + length, midnight, length)
        yield midnight
        day += _ONE_DAY
    while True:
        day = day + _ONE_DAY if step is BucketLength.DAY else next_month(first_of_month(day))
        yield days.start_of(day)
