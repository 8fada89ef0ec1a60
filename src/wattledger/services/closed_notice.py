"""Say which closed months a change touches: it is allowed, but never without saying so."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from wattledger.domain.instant import Instant
from wattledger.domain.period import calendar
from wattledger.store.closes import closed_months
from wattledger.store.database import Connection

_CLOSED = ("is closed and stays as it was billed", "are closed and stay as they were billed")


def closed_within(
    connection: Connection,
    client_ids: Iterable[str],
    zone: str,
    start: Instant,
    end: Instant | None = None,
) -> dict[str, list[date]]:
    """Return the closed months of clients that lie in ``[start, end)`` in part, by client id."""
    closed, days = closed_months(connection), calendar(zone)
    found: dict[str, list[date]] = {}
    for client_id in client_ids:
        for month in closed.get(client_id, ()):
            first, after = days.month_span(month)
            if after > start and (end is None or first < end):
                found.setdefault(client_id, []).append(month)
    return found


def closed_notices(
    connection: Connection,
    clients: Mapping[str, str],
    zone: str,
    start: Instant,
    end: Instant | None = None,
) -> list[str]:
    """Return a sentence for each client, by id and name, of whom closed months are touched.

    Nothing of a closed statement changes: the next close books the difference.
    """
    touched = closed_within(connection, clients, zone, start, end)
    notices = [
        f"{clients[client_id]}: {_named(months)} "
        f"{_CLOSED[len(months) > 1]}; the next close books the difference as an adjustment."
        for client_id, months in touched.items()
    ]
    return notices + _billed_later(connection, clients, touched)


def _billed_later(
    connection: Connection, clients: Mapping[str, str], touched: Mapping[str, Sequence[date]]
) -> list[str]:
    """Tell of months that others give back and that lie before the first that a client closed.

    What else served the client then was billed elsewhere, for all that is known.
    """
    given_back = sorted({month for months in touched.values() for month in months})
    closed = closed_months(connection)
    firsts = {client_id: min(closed[client_id]) for client_id in clients if client_id in closed}
    before = {
        client_id: [month for month in given_back if month < first]
        for client_id, first in firsts.items()
    }
    return [
        f"{clients[client_id]}: {_named(months)} lies before {firsts[client_id]:%Y-%m}, the first "
        "month closed for it; the next close bills it the energy that others give back as an "
        "adjustment."
        for client_id, months in before.items()
        if months
    ]


def _named(months: Sequence[date]) -> str:
    return ", ".join(f"{month:%Y-%m}" for month in months)
