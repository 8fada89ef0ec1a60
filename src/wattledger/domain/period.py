"""Local days and months as instants (LEDGER 4): half-open, at first instants of local dates.

The zone rules are ``zoneinfo``'s with the pinned ``tzdata``; a local day has any length, even 0.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import FIRST_YEAR, LAST_YEAR, Instant, to_datetime, to_instant
from wattledger.domain.zone import zone_names

_ONE_DAY = timedelta(days=1)
_A_MONTH_AND_MORE = timedelta(days=32)
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def first_of_month(day: date) -> date:
    """Return the first date of the month a date lies in."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """Return the first date of the month after the one that begins on ``month``."""
    return first_of_month(month + _A_MONTH_AND_MORE)


def previous_month(month: date) -> date:
    """Return the first date of the month before the one that begins on ``month``."""
    return first_of_month(month - _ONE_DAY)


def parse_month(text: str) -> date:
    """Read ``2026-03`` as the first date of that month.

    >>> parse_month("2026-03")
    datetime.date(2026, 3, 1)
    """
    parts = _MONTH.fullmatch(text.strip())
    try:
        month = date.fromisoformat(f"{parts[0]}-01" if parts else "")
    except ValueError:
        raise InvalidInputError(f"'{text}' is not a month; write it like 2026-03.") from None
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise InvalidInputError(f"'{text}' is outside the years {FIRST_YEAR} to {LAST_YEAR}.")
    return month


def _next_day(day: date) -> date:
    return day + _ONE_DAY


class Calendar:
    """The local days and months of a site. Take it from ``calendar``, which keeps it.

    A zone is an IANA name; where it changed, the changes follow with the first of the month from
    which they hold: ``Europe/Berlin;2026-05=Asia/Tokyo`` (LEDGER 4).
    """

    def __init__(self, zone: str) -> None:
        first, *changes = zone.split(";")
        self.zone = zone
        self._zones = [(date.min, _zone_named(first)), *map(_zone_change, changes)]
        self._froms = [begins for begins, _ in self._zones]
        if any(later <= earlier for earlier, later in pairwise(self._froms)):
            raise InvalidInputError(f"The changes of the zone '{zone}' are not in order of time.")
        self._starts: dict[date, Instant] = {}
        # The day last asked for: readings come in bursts of the same day.
        self._recent: tuple[Instant, Instant, date] = (0, 0, date.min)

    def zone_on(self, day: date) -> str:
        """Return the name of the zone in force on a local date.

        >>> Calendar("Europe/Berlin;2026-05=Asia/Tokyo").zone_on(date(2026, 5, 1))
        'Asia/Tokyo'
        """
        return str(self._zones[bisect_right(self._froms, day) - 1][1])

    def zone_before(self, end: Instant) -> str:
        """Return the name of the zone in force up to an instant, the end of a period.

        >>> moved = Calendar("Europe/Berlin;2026-05=Asia/Tokyo")
        >>> moved.zone_before(moved.start_of(date(2026, 5, 1)))
        'Europe/Berlin'
        """
        return self.zone_on(self.day_of(end - 1))

    def start_of(self, day: date) -> Instant:
        """Return the first instant of a local date.

        >>> to_datetime(Calendar("Europe/Berlin").start_of(date(2026, 3, 1))).isoformat()
        '2026-02-28T23:00:00+00:00'
        """
        start = self._starts.get(day)
        if start is None:
            number = bisect_right(self._froms, day)
            # fold=0 names the first of two midnights and, in a gap, the instant of the jump.
            local = datetime(day.year, day.month, day.day, tzinfo=self._zones[number - 1][1])
            start = to_instant(local.astimezone(UTC))
            if number < len(self._zones):
                # Days that a change of zone leaves no time for have the length 0.
                start = min(start, self.start_of(self._froms[number]))
            self._starts[day] = start
        return start

    def day_of(self, at: Instant) -> date:
        """Return the local date whose span holds an instant."""
        first, last, day = self._recent
        if first <= at < last:
            return day
        day = to_datetime(at).astimezone(self._zones[-1][1]).date()
        # A clock put back over midnight, or a zone of then, shows another date; the span decides.
        while at < self.start_of(day):
            day -= _ONE_DAY
        while at >= self.start_of(day + _ONE_DAY):
            day += _ONE_DAY
        self._recent = (self.start_of(day), self.start_of(day + _ONE_DAY), day)
        return day

    def month_of(self, at: Instant) -> date:
        """Return the first date of the local month that holds an instant."""
        return first_of_month(self.day_of(at))

    def month_span(self, month: date) -> tuple[Instant, Instant]:
        """Return the first instant of a month and the first of the next."""
        return self.start_of(month), self.start_of(next_month(month))

    def day_edges(self, start: Instant, end: Instant) -> list[Instant]:
        """Return the first instants of days strictly between two instants, ascending."""
        first, last, _ = self._recent
        if first <= start and end <= last:
            return []
        return self._edges(self.day_of(start), _next_day, start, end)

    def month_edges(self, start: Instant, end: Instant) -> list[Instant]:
        """Return the first instants of months strictly between two instants, ascending."""
        return self._edges(self.month_of(start), next_month, start, end)

    def _edges(
        self, day: date, following: Callable[[date], date], start: Instant, end: Instant
    ) -> list[Instant]:
        edges: list[Instant] = []
        while (edge := self.start_of(day := following(day))) < end:
            if edge > start and edge not in edges[-1:]:
                edges.append(edge)
        return edges

    def start_of_local_date(self, text: str) -> Instant:
        """Return the first instant of a date written ``2026-01-31``."""
        try:
            return self.start_of(date.fromisoformat(text))
        except ValueError:
            raise InvalidInputError(f"'{text}' is not a date; write it like 2026-01-31.") from None


def _zone_named(name: str) -> ZoneInfo:
    if name not in zone_names():
        raise InvalidInputError(f"'{name}' is not an IANA time zone; write it like Europe/Berlin.")
    return ZoneInfo(name)


def _zone_change(text: str) -> tuple[date, ZoneInfo]:
    month, _, name = text.partition("=")
    return parse_month(month), _zone_named(name)


def with_zone_from(zone: str, month: date, name: str) -> str:
    """Return a site's zone with another from the month that begins on ``month``.

    >>> with_zone_from("Europe/Berlin", date(2026, 5, 1), "Asia/Tokyo")
    'Europe/Berlin;2026-05=Asia/Tokyo'
    """
    kept = [change for change in zone.split(";")[1:] if _zone_change(change)[0] < month]
    return calendar(";".join([zone.split(";", maxsplit=1)[0], *kept, f"{month:%Y-%m}={name}"])).zone


@cache
def calendar(zone: str) -> Calendar:
    """Return the calendar of an IANA zone, made once; InvalidInputError for an unknown zone."""
    return Calendar(zone)
