"""Report a month: what is sealed of the clients that are closed, the truth of now of the others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthLine, MonthReport, MonthState
from wattledger.domain.period import Calendar, calendar
from wattledger.domain.statement import MonthBook, Statement
from wattledger.services.adjust_months import statement_of
from wattledger.services.month_lines import month_lines
from wattledger.services.month_statements import MonthDraft, draft_month
from wattledger.services.progress import Progress
from wattledger.store.assignments import meters_ever_of
from wattledger.store.clients import find_client
from wattledger.store.closes import ClosedMonth, closed_month, closes_of_month
from wattledger.store.database import Connection, Database
from wattledger.store.sites import zones


def report_month(
    database: Database, month: date, zone: str, now: Instant, client_id: str | None = None
) -> MonthReport:
    """Return the lines of the month that begins on ``month``, without demand and charges.

    They are those of one client where ``client_id`` is given. The month's zone is the first
    site's; ``zone`` is for when there is no site yet.
    """
    with database.connect() as connection:
        sealed = _sealed(connection, month, client_id)
        lines = [line for each in sealed.values() for line in statement_of(each).lines]
        open_lines = [
            line
            for line in month_lines(connection, month, _meters(connection, client_id))
            if line.client_id not in sealed and client_id in {None, line.client_id}
        ]
        days = _days(connection, zone)
    state = _state(days, month, now, is_closed=_all_closed(open_lines, lines))
    ordered = sorted([*lines, *open_lines], key=_by_client)
    return MonthReport(month, days.zone_on(month), state, tuple(ordered))


def month_book(
    database: Database,
    month: date,
    zone: str,
    now: Instant,
    progress: Progress,
    client_id: str | None = None,
) -> MonthBook:
    """Return the statements of a month, of all clients or of one, measured and priced.

    The zone and state of one client's are its statement's: nothing in it is of anybody else.
    """
    with database.connect() as connection:
        sealed = _sealed(connection, month, client_id)
        draft = draft_month(connection, month, _meters(connection, client_id))
        clients = sorted({*sealed, *draft.lines}) if client_id is None else [client_id]
        statements: list[Statement] = []
        with progress("measuring clients", len(clients)) as advance:
            for each in clients:
                statements += _statement(draft, each, sealed.get(each), now)
                advance(1)
        days = _days(connection, zone) if client_id is None else calendar(zone)
    if client_id is not None and statements:
        own = statements[0]
        return MonthBook(month, own.zone, own.state, (own,), ())
    statements.sort(key=lambda each: each.client.casefold())
    is_closed = bool(statements) and all(each.seal is not None for each in statements)
    unassigned = tuple(draft.unassigned) if client_id is None else ()
    state = _state(days, month, now, is_closed=is_closed)
    return MonthBook(month, days.zone_on(month), state, tuple(statements), unassigned)


def _meters(connection: Connection, client_id: str | None) -> Sequence[int] | None:
    """Return the meters that a client's month is made of; None for those of all clients."""
    if client_id is None:
        return None
    return meters_ever_of(connection, find_client(connection, client_id).id)


def _sealed(
    connection: Connection, month: date, client_id: str | None
) -> Mapping[str, ClosedMonth]:
    """Return the closed statements of a month, of all clients or of one, by client id."""
    if client_id is None:
        return closes_of_month(connection, month)
    closed = closed_month(connection, client_id, month)
    return {} if closed is None else {client_id: closed}


def _statement(
    draft: MonthDraft, client_id: str, sealed: ClosedMonth | None, now: Instant
) -> Iterator[Statement]:
    """Yield a client's statement: as sealed, else as it is now; nothing where nobody is served."""
    if sealed is not None:
        yield statement_of(sealed)
    elif client_id in draft.lines:
        yield draft.statement(client_id, now)


def _days(connection: Connection, zone: str) -> Calendar:
    return calendar(next(iter(zones(connection)), zone))


def _state(days: Calendar, month: date, now: Instant, *, is_closed: bool) -> MonthState:
    if is_closed:
        return MonthState.CLOSED
    over = days.month_span(month)[1] <= now
    return MonthState.PROVISIONAL if over else MonthState.OPEN


def _all_closed(open_lines: Iterable[MonthLine], sealed: Iterable[MonthLine]) -> bool:
    return any(True for _ in sealed) and all(line.client_id is None for line in open_lines)


def _by_client(line: MonthLine) -> tuple[bool, str, str, str]:
    return line.client is None, (line.client or "").casefold(), line.endpoint, line.meter
