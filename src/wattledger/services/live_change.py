"""What endpoints used this month against the same days of the month before."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from wattledger.domain.errors import NotYetError
from wattledger.domain.instant import HOUR, MINUTE, Instant
from wattledger.domain.own_view import OwnSpan, OwnView
from wattledger.domain.period import Calendar, calendar, previous_month
from wattledger.domain.scaled import percent
from wattledger.services.endpoint_figure import counting
from wattledger.store.consumption import energy_of_days
from wattledger.store.database import Connection
from wattledger.store.live import EndpointNow

_BEHIND = 2 * HOUR
"""So long after midnight the day before is compared too: nearly all were read since."""

_KEPT = 10 * MINUTE
"""So long what was reckoned is told again."""


class MonthChange(NamedTuple):
    """The energy of one endpoint in days of this month, and in the same of the month before."""

    energy_milliwh: int
    before_milliwh: int


Changes: TypeAlias = Mapping[str, MonthChange]
"""By the public id of endpoints; those that cannot be compared are left out."""

NO_CHANGES: Changes = {}


class ChangeWatch:
    """The changes of endpoints as they were reckoned last; asked every second, it seldom reckons.

    It is not for several threads at once.
    """

    def __init__(self) -> None:
        self._known: Changes = NO_CHANGES
        self._reckoned_at: Instant | None = None

    def look(
        self,
        connection: Connection,
        endpoints: Iterable[EndpointNow],
        now: Instant,
        view: OwnView | None = None,
    ) -> Changes:
        """Return the changes of endpoints, at most ten minutes old."""
        at = self._reckoned_at
        if at is None or now - at >= _KEPT or now // HOUR != at // HOUR:
            # While days are counted anew what was reckoned before still stands.
            with suppress(NotYetError):
                self._known = month_changes(connection, endpoints, now, view)
                self._reckoned_at = now
        return self._known


def month_changes(
    connection: Connection, endpoints: Iterable[EndpointNow], now: Instant, view: OwnView | None
) -> Changes:
    """Return the changes of those of the endpoints that are known in all of these days.

    Of a client, those that served it all that time, and its share of them.
    """
    by_zone: dict[str, list[EndpointNow]] = {}
    for endpoint in endpoints:
        by_zone.setdefault(endpoint.zone, []).append(endpoint)
    changes: dict[str, MonthChange] = {}
    for zone, there in by_zone.items():
        meters = _meter_changes(connection, zone, there, now, view)
        for endpoint in there:
            known = [meters.get(meter.id) for meter in counting(endpoint.meters)]
            parts = [each for each in known if each is not None]
            if parts and len(parts) == len(known):
                changes[endpoint.public_id] = MonthChange(*map(sum, zip(*parts, strict=True)))
    return changes


def _meter_changes(
    connection: Connection,
    zone: str,
    endpoints: Iterable[EndpointNow],
    now: Instant,
    view: OwnView | None,
) -> Mapping[int, MonthChange]:
    days = calendar(zone)
    month = days.month_of(now)
    before = previous_month(month)
    count = min(days.day_of(now - _BEHIND) - month, month - before)
    if count <= timedelta(0):
        return {}
    ids = None if view is None else [m.id for each in endpoints for m in each.meters]
    start, length = _span(days, month, month + count)
    since, was_length = _span(days, before, before + count)
    used = energy_of_days(connection, days, month, month + count, ids)
    then = energy_of_days(connection, days, before, before + count, ids)
    changes: dict[int, MonthChange] = {}
    for number in used.keys() & then.keys():
        energies = used[number].energy_milliwh, then[number].energy_milliwh
        if (used[number].covered, then[number].covered) != (length, was_length):
            continue
        if view is None:
            changes[number] = MonthChange(*energies)
        elif span := _served(view, number, since, start + length):
            changes[number] = MonthChange(*map(span.share, energies))
    return changes


def _span(days: Calendar, first: date, end: date) -> tuple[Instant, int]:
    """Return the first instant of the local days [first, end), and how long they are."""
    start = days.start_of(first)
    return start, days.start_of(end) - start


def _served(view: OwnView, meter_id: int, start: Instant, end: Instant) -> OwnSpan | None:
    """Return how a meter served the client, if it did so all the time and with one share."""
    spans = view.spans(meter_id, start, end)
    is_one = len(spans) == 1 and (spans[0].start_at, spans[0].end_at) == (start, end)
    return spans[0] if is_one else None


def change_percent(changes: Changes, endpoint_ids: Iterable[str]) -> Decimal | None:
    """Return by how much endpoints together used more; None where none can be compared."""
    known = [changes[each] for each in endpoint_ids if each in changes]
    before = sum(each.before_milliwh for each in known)
    return percent(sum(each.energy_milliwh for each in known) - before, before)
