"""Schedules people write as cron does, and when they fire: exact to the second, in any time zone.

A schedule whose hour field takes every hour (``*/30 * * * *``) goes through the hours as they
pass: in a repeated hour it fires again, in a skipped one there is nothing to fire at. One that
names hours (``30 2 * * *``) means a time of the day: it fires once on every such day, at the first
of two such times, and in a skipped hour at the first instant after it (docs/decisions/0020).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import Instant, to_datetime, to_instant
from wattledger.domain.zone import zone_names

LONGEST = 100
_FIELDS = 5
_HOURS = frozenset(range(24))
_SECOND = timedelta(seconds=1)
_STRIDE = timedelta(hours=12)
"""Closer together than this no zone changes its offset twice."""
_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FORM = (
    "a schedule has five fields, minute, hour, day of the month, month and day of the week, as "
    "'*/30 * * * *' (every 30 minutes) or '0 6 * * 1-5' (at 06:00 on working days); "
    f"{', '.join(_NAMED)} work as well"
)
_ANY_TIME = datetime(2000, 1, 1)  # noqa: DTZ001 - a wall clock's time, of no zone


class Schedule:
    """When something fires: a cron expression read in an IANA time zone.

    InvalidInputError says what is wrong with which of the two.
    """

    def __init__(self, text: str, zone: str) -> None:
        self._fields = _fields_of(text)
        if zone not in zone_names():
            raise InvalidInputError(
                f"'{zone}' is not an IANA time zone; write it like Europe/Berlin.",
                field="timeZone",
            )
        self._zone = ZoneInfo(zone)
        self._is_of_every_hour = set(self._matches(_ANY_TIME).hours) == _HOURS
        if next(self._matches(_ANY_TIME), None) is None:
            raise InvalidInputError(f"'{text}' names a day that never comes.", field="schedule")

    @property
    def words(self) -> str:
        """Return what it means, for people.

        >>> Schedule("0 6 * * 1-5", "UTC").words
        'At 06:00 on Monday through Friday'
        """
        return self._matches(_ANY_TIME).explain()

    def next(self, after: Instant) -> Instant | None:
        """Return the first firing after an instant; None when there is none in 50 years.

        >>> from wattledger.domain.instant import format_instant, parse_instant
        >>> daily = Schedule("30 2 * * *", "Europe/Berlin")
        >>> format_instant(daily.next(parse_instant("2026-03-29T00:00:00+01:00")))
        '2026-03-29T01:00:00Z'
        """
        moment = to_datetime(after)
        found = self._next_passed(moment) if self._is_of_every_hour else self._next_named(moment)
        return None if found is None else to_instant(found)

    def following(self, after: Instant) -> Iterator[Instant]:
        """Yield all firings after an instant, ascending."""
        at = self.next(after)
        while at is not None:
            yield at
            at = self.next(at)

    def _matches(self, wall: datetime) -> CronSim:
        """Iterate over the wall clock's times behind one that the expression names."""
        return CronSim(self._fields, wall)

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(tzinfo=None)

    def _offset(self, moment: datetime) -> timedelta:
        return self._wall(moment) - moment.replace(tzinfo=None)

    def _next_named(self, after: datetime) -> datetime | None:
        """Return the next time of the day: each named time is one instant, its first."""
        instants = map(self._first_instant, self._matches(self._wall(after)))
        return next((at for at in instants if at > after), None)

    def _first_instant(self, wall: datetime) -> datetime:
        """Return when clocks first show a time; one they skip, when they have skipped it."""
        first = wall.replace(tzinfo=self._zone, fold=0).astimezone(UTC)
        if self._wall(first) == wall:
            return first
        before = wall.replace(tzinfo=self._zone, fold=1).astimezone(UTC)
        return self._change(before, first) or first

    def _next_passed(self, after: datetime) -> datetime | None:
        """Return the next instant at which clocks show a named time, however often they do."""
        at, wall = after, self._wall(after)
        while True:
            match = next(self._matches(wall), None)
            if match is None:
                return None
            found = (match - self._offset(at)).replace(tzinfo=UTC)
            change = self._change(at, found)
            if change is None:
                return found
            at, wall = change, self._wall(change) - _SECOND

    def _change(self, start: datetime, end: datetime) -> datetime | None:
        """Return the first instant after ``start``, up to ``end``, with another offset."""
        offset, low = self._offset(start), start.replace(microsecond=0)
        while low < end:
            high = min(low + _STRIDE, end)
            if self._offset(high) != offset:
                return self._first_changed(low, high, offset)
            low = high
        return None

    def _first_changed(self, low: datetime, high: datetime, offset: timedelta) -> datetime:
        while high - low > _SECOND:
            middle = low + (high - low) // _SECOND // 2 * _SECOND
            if self._offset(middle) == offset:
                low = middle
            else:
                high = middle
        return high


def _fields_of(text: str) -> str:
    fields = _NAMED.get(text.strip().lower(), text).split()
    if len(fields) == _FIELDS + 1:
        raise InvalidInputError(
            f"'{text}' has six fields; a schedule names no seconds: {_FORM}.", field="schedule"
        )
    if len(fields) != _FIELDS or len(text) > LONGEST:
        raise InvalidInputError(f"'{text[:LONGEST]}' is no schedule: {_FORM}.", field="schedule")
    expression = " ".join(fields)
    try:
        CronSim(expression, _ANY_TIME)
    except CronSimError as error:
        raise InvalidInputError(
            f"'{text}' is no schedule ({error}): {_FORM}.", field="schedule"
        ) from None
    return expression
