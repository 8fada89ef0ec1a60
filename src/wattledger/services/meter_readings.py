"""A meter's readings as the ledger sees them: what each showed, what became of it, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnSpan, OwnView
from wattledger.domain.period import Calendar, calendar
from wattledger.domain.reading import Join, Reading, Status
from wattledger.services.own_view import meter_in_view
from wattledger.store.database import Connection, Database
from wattledger.store.meter_rows import MeterRow, meter_named
from wattledger.store.readings import NewReading
from wattledger.store.register_history import (
    ReadingWindow,
    StoredReading,
    last_good_before,
    newest_readings,
)
from wattledger.store.revisions import load_revisions


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """A reading as booked and as judged, and the other values of its instant, that do not stand."""

    booked: NewReading
    judged: Reading
    others: Sequence[NewReading]


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of a meter's readings, newest first, and the instant the next one goes on from."""

    meter: MeterRow
    readings: Sequence[LedgerReading]
    following: Instant | None


def meter_days(database: Database, meter_id: int, view: OwnView | None) -> Calendar:
    """Return the calendar of the days at a meter; NotFoundError when there is none in view."""
    with database.connect() as connection:
        return calendar(meter_in_view(connection, meter_id, view).zone)


def named_meter(database: Database, endpoint: str, key: str | None) -> MeterRow:
    """Return the meter of an endpoint's name or id and of its key; NotFoundError if none."""
    with database.connect() as connection:
        return meter_named(connection, endpoint, key)


def meter_readings(
    database: Database, meter_id: int, window: ReadingWindow, limit: int, view: OwnView | None
) -> LedgerPage:
    """Return a page of a meter's readings; NotFoundError when there is no such meter.

    A client sees those that were read while the meter served it, with its share of their energy.
    """
    with database.connect() as connection:
        row = meter_in_view(connection, meter_id, view)
        if view is None:
            readings = _readings(connection, meter_id, window, limit + 1)
        else:
            readings = _own_readings(connection, meter_id, window, limit + 1, view)
    page = readings[:limit]
    following = page[-1].booked.at if len(readings) > limit else None
    return LedgerPage(row, page, following)


def _readings(
    connection: Connection, meter_id: int, window: ReadingWindow, limit: int
) -> list[LedgerReading]:
    stored = newest_readings(connection, meter_id, window, limit)
    if not stored:
        return []
    oldest, newest = stored[-1].booked.at, stored[0].booked.at
    others = load_revisions(connection, meter_id, oldest, newest + 1)
    return [
        LedgerReading(each.booked, each.judged, others.get(each.booked.at, ())) for each in stored
    ]


def _own_readings(
    connection: Connection, meter_id: int, window: ReadingWindow, limit: int, view: OwnView
) -> list[LedgerReading]:
    """Return a client's readings: what the ledger doubts may be another device's, and is not."""
    found: list[LedgerReading] = []
    for span in reversed(view.spans(meter_id, window.start, window.end)):
        inside = ReadingWindow(span.start_at, span.end_at, window.before, window.status)
        room = limit - len(found)
        stored = newest_readings(connection, meter_id, inside, room, only_sure=True)
        found += reversed(list(_own(connection, meter_id, stored[::-1], view)))
        if len(found) == limit:
            break
    return found


def _own(
    connection: Connection, meter_id: int, stored: Sequence[StoredReading], view: OwnView
) -> Iterator[LedgerReading]:
    """Yield readings with the client's part of their energy, in order of time.

    An interval that began before the span did is another's too: it has no energy here, as that of
    a meter's first reading has none.
    """
    before = last_good_before(connection, meter_id, stored[0].booked.at) if stored else None
    begun = None if before is None else before.at
    for each in stored:
        span = view.span_at(meter_id, each.booked.at)
        if span is not None:
            is_whole = begun is not None and span.holds(begun)
            yield LedgerReading(_booked(each, span), _judged(each, span, is_whole=is_whole), ())
        if each.judged.status is Status.GOOD:
            begun = each.booked.at


def _booked(stored: StoredReading, span: OwnSpan) -> NewReading:
    power = stored.booked.power_mw
    return replace(
        stored.booked, power_mw=None if power is None else span.part(power), attempt_id=None
    )


def _judged(stored: StoredReading, span: OwnSpan, *, is_whole: bool) -> Reading:
    judged = stored.judged
    if judged.energy_milliwh is None:
        return judged
    if not is_whole:
        return replace(judged, energy_milliwh=None, join=Join.FIRST)
    return replace(judged, energy_milliwh=span.share(judged.energy_milliwh))
