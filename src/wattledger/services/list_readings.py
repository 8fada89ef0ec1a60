"""An endpoint's history: readings with their month to date, and the attempts that failed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from wattledger.domain.month_to_date import Interval, months_to_date
from wattledger.domain.own_view import OwnSpan, OwnView
from wattledger.domain.period import Calendar, calendar
from wattledger.domain.reading import Status
from wattledger.services.local_moment import local_moment
from wattledger.services.own_month_to_date import OwnMonthToDate
from wattledger.services.own_view import endpoint_in_view
from wattledger.store.bends import bends_of
from wattledger.store.database import Connection, Database
from wattledger.store.evidence import raw_texts
from wattledger.store.history import (
    HistoryEntry,
    HistoryKey,
    Window,
    history,
    history_within,
    month_to_date_at,
)
from wattledger.store.sites import zone_of


@dataclass(frozen=True, slots=True)
class ListedReading:
    """An entry of the history, its month to date, and the beginning of the page it stands on.

    ``month_milliwh`` is known for good readings that have one before them.
    """

    entry: HistoryEntry
    month_milliwh: int | None
    raw_text: str | None


@dataclass(frozen=True, slots=True)
class ListedReadings:
    """A page of an endpoint's history, newest first, and the key the next one goes on from."""

    endpoint_id: str
    readings: Sequence[ListedReading]
    following: HistoryKey | None


@dataclass(frozen=True, slots=True)
class HistoryAsk:
    """What is asked of a history: dates at the endpoint or timestamps, as they were written."""

    start: str | None = None
    end: str | None = None
    success: bool | None = None
    before: HistoryKey | None = None

    def window(self, days: Calendar) -> Window:
        """Return what that is where the days are these; InvalidInputError names the field."""
        return Window(
            None if self.start is None else local_moment(self.start, "from", days),
            None if self.end is None else local_moment(self.end, "to", days, end=True),
            self.success,
            self.before,
        )


def local_calendar(database: Database, endpoint: str, view: OwnView | None) -> Calendar:
    """Return the calendar of the days at an endpoint; NotFoundError when there is none in view."""
    with database.connect() as connection:
        row = endpoint_in_view(connection, endpoint, view, kept=True)
        return calendar(zone_of(connection, row.site_id))


def list_readings(
    database: Database, endpoint: str, ask: HistoryAsk, limit: int, view: OwnView | None
) -> ListedReadings:
    """Return a page of an endpoint's history; NotFoundError when there is no such endpoint.

    A client sees the readings that its figures rest on, of its meters and their time with it, and
    its share of what can be shared; failed attempts and devices' answers are not for it.
    """
    with database.connect() as connection:
        row = endpoint_in_view(connection, endpoint, view, kept=True)
        days = calendar(zone_of(connection, row.site_id))
        window = ask.window(days)
        if view is None:
            entries = history(connection, row.id, window, limit + 1)
        else:
            entries = _own_history(connection, row.id, window, limit + 1, view)
        page = entries[:limit]
        if view is None:
            to_date = dict(_months_to_date(connection, page, days))
        else:
            to_date = dict(_own_months_to_date(connection, page, days, view))
        captures = [entry.capture_id for entry in page if entry.capture_id is not None]
        texts = raw_texts(connection, captures)
    readings = [
        ListedReading(
            entry,
            to_date.get(entry.key),
            None if entry.capture_id is None else texts.get(entry.capture_id),
        )
        for entry in page
    ]
    return ListedReadings(row.public_id, readings, page[-1].key if len(entries) > limit else None)


def _months_to_date(
    connection: Connection, newest_first: Sequence[HistoryEntry], days: Calendar
) -> Iterator[tuple[HistoryKey, int]]:
    """Yield the month to date of good readings: the oldest from the ledger, the others from it."""
    by_meter: defaultdict[int, list[HistoryEntry]] = defaultdict(list)
    for entry in reversed(newest_first):
        if entry.meter_id is not None and entry.status is Status.GOOD:
            by_meter[entry.meter_id].append(entry)
    bends = bends_of(connection, by_meter.keys())
    for meter_id, good in by_meter.items():
        of_meter = bends.get(meter_id, {})
        oldest, opening = good[0], 0
        if oldest.energy_milliwh is not None:
            opening = month_to_date_at(connection, meter_id, oldest.key.at, days, of_meter)
            yield oldest.key, opening
        intervals = [
            Interval(start.key.at, end.key.at, end.energy_milliwh or 0, of_meter.get(end.key.at))
            for start, end in pairwise(good)
        ]
        to_date = months_to_date(opening, intervals, days)
        yield from zip((entry.key for entry in good[1:]), to_date, strict=True)


def _own_history(
    connection: Connection, endpoint_id: int, window: Window, limit: int, view: OwnView
) -> list[HistoryEntry]:
    spans = {
        meter_id: [
            (each.start_at, each.end_at) for each in view.spans(meter_id, window.start, window.end)
        ]
        for meter_id in view.meters
    }
    entries = history_within(connection, endpoint_id, window, spans, limit)
    return [_part(entry, span) for entry, span in _with_spans(entries, view)]


def _with_spans(
    entries: Sequence[HistoryEntry], view: OwnView
) -> Iterator[tuple[HistoryEntry, OwnSpan]]:
    for entry in entries:
        span = None if entry.meter_id is None else view.span_at(entry.meter_id, entry.key.at)
        if span is not None:
            yield entry, span


def _part(entry: HistoryEntry, span: OwnSpan) -> HistoryEntry:
    """Return a reading as a client sees it: nothing of what the device answered beside it."""
    return replace(
        entry,
        power_mw=None if entry.power_mw is None else span.part(entry.power_mw),
        current_ma=None if entry.current_ma is None else span.part(entry.current_ma),
        message=None,
        capture_id=None,
    )


def _own_months_to_date(
    connection: Connection, newest_first: Sequence[HistoryEntry], days: Calendar, view: OwnView
) -> Iterator[tuple[HistoryKey, int]]:
    """Yield the client's month to date of good readings: those of each span follow each other."""
    by_span: defaultdict[tuple[int, OwnSpan], list[HistoryEntry]] = defaultdict(list)
    for entry, span in _with_spans(newest_first, view):
        by_span[entry.key.number, span].append(entry)
    own = OwnMonthToDate(connection, view, days)
    for (meter_id, _), entries in by_span.items():
        for key, whole in _months_to_date(connection, entries, days):
            yield key, own.at(meter_id, key.at, whole)
