"""What the running month comes to, if the rest of it goes on as the last 7 days did."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from wattledger.domain.assignment import WHOLE_PPM
from wattledger.domain.instant import DAY, Instant
from wattledger.domain.own_view import OwnSpan, OwnView
from wattledger.domain.period import Calendar
from wattledger.services.endpoint_figure import total_of_all
from wattledger.store.consumption import Used, energy_between
from wattledger.store.database import Connection
from wattledger.store.history_meters import ends_of

_LATELY = 7 * DAY
_LEAST = DAY
"""Of less than this nothing is told: half a day knows nothing of nights."""

SpansOf: TypeAlias = Callable[[int, Instant, Instant], Sequence[OwnSpan]]
"""When a meter counts for who asks, and with which share, within a part of time."""


class ToDate(NamedTuple):
    """The energy of a meter in the running month up to an instant, for who asks."""

    meter_id: int
    energy_milliwh: int
    until: Instant


def spans_in(view: OwnView | None) -> SpansOf:
    """Return when meters count: for a client while they serve it, else always."""
    if view is not None:
        return view.spans
    return lambda _, start, end: [OwnSpan(start, end, (WHOLE_PPM,), 0)]


def month_forecast(
    connection: Connection,
    days: Calendar,
    to_date: Sequence[ToDate],
    now: Instant,
    spans_of: SpansOf,
) -> int | None:
    """Return the energy of the month of now; None where too little is known of any meter."""
    end = days.month_span(days.month_of(now))[1]
    used = _used(connection, days, [each.meter_id for each in to_date], now, spans_of)
    ends = ends_of(connection, used)
    return total_of_all(
        _forecast(
            each,
            used.get(each.meter_id),
            spans_of(each.meter_id, each.until, min(end, ends.get(each.meter_id, end))),
        )
        for each in to_date
    )


def _forecast(to_date: ToDate, used: Used | None, rest: Sequence[OwnSpan]) -> int | None:
    if used is None or used.covered < _LEAST:
        return None
    spans = [each for each in rest if each.end_at > each.start_at]
    parts = (
        each.part(used.energy_milliwh * (each.end_at - each.start_at) // used.covered)
        for each in spans
    )
    return to_date.energy_milliwh + sum(parts)


def _used(
    connection: Connection,
    days: Calendar,
    meter_ids: Sequence[int],
    now: Instant,
    spans_of: SpansOf,
) -> dict[int, Used]:
    """Return what whole meters used in the last days, in the time that counts for who asks."""
    alike: defaultdict[tuple[Instant, Instant], list[int]] = defaultdict(list)
    for number in meter_ids:
        for span in spans_of(number, now - _LATELY, now):
            alike[span.start_at, span.end_at].append(number)
    total: dict[int, Used] = {}
    for (start, end), numbers in alike.items():
        for number, used in energy_between(connection, days, start, end, numbers).items():
            before = total.get(number, Used(0, 0))
            energy = before.energy_milliwh + used.energy_milliwh
            total[number] = Used(energy, before.covered + used.covered)
    return total
