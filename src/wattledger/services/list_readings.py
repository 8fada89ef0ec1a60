"""An endpoint's history: readings with their month to date, and the attempts that failed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wattledger.domain.month_to_date import Interval, months_to_date
from wattledger.domain.period import Calendar, calendar
from wattledger.domain.reading import Status
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import find_endpoint
from wattledger.store.evidence import raw_texts
from wattledger.store.history import (
    HistoryEntry,
    HistoryKey,
    Window,
    history,
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


def local_calendar(database: Database, endpoint: str) -> Calendar:
    """Return the calendar of the days at an endpoint; NotFoundError when there is none."""
    with database.connect() as connection:
        return calendar(zone_of(connection, find_endpoint(connection, endpoint).site_id))


def list_readings(database: Database, endpoint: str, window: Window, limit: int) -> ListedReadings:
    """Return a page of an endpoint's history; NotFoundError when there is no such endpoint."""
    with database.connect() as connection:
        row = find_endpoint(connection, endpoint)
        days = calendar(zone_of(connection, row.site_id))
        entries = history(connection, row.id, window, limit + 1)
        page = entries[:limit]
        to_date = dict(_months_to_date(connection, page, days))
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
    for meter_id, good in by_meter.items():
        oldest, opening = good[0], 0
        if oldest.energy_milliwh is not None:
            opening = month_to_date_at(connection, meter_id, oldest.key.at, days)
            yield oldest.key, opening
        intervals = [
            Interval(start.key.at, end.key.at, end.energy_milliwh or 0)
            for start, end in pairwise(good)
        ]
        to_date = months_to_date(opening, intervals, days)
        yield from zip((entry.key for entry in good[1:]), to_date, strict=True)
