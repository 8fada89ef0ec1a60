"""Report a month: what is sealed of the clients that are closed, the truth of now of the others."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from wattledger.domain.earlier import Earlier
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthLine, MonthReport, MonthState
from wattledger.domain.period import calendar
from wattledger.domain.statement import MonthBook, Statement
from wattledger.services.closed_statement import statement_of
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

    They are those of one client where ``client_id`` is given. The month's zone is that of most
    lines, else the first site's; ``zone`` is for when there is no site yet.
    """
    with database.connect() as connection:
        sealed = _sealed(connection, month, client_id)
        lines = [line for each in sealed.values() for line in _placed(statement_of(each))]
        open_lines = [
            line
            for line in _open_lines(connection, month, client_id, sealed)
            if line.client_id not in sealed and client_id in {None, line.client_id}
        ]
        ordered = sorted([*lines, *open_lines], key=_by_client)
        places = _zones(ordered) or (_first_zone(connection, zone, month),)
    state = _state(places, month, now, is_closed=_all_closed(open_lines, lines))
    return MonthReport(month, places[0], state, tuple(ordered), places)


def month_book(
    database: Database,
    month: date,
    zone: str,
    now: Instant,
    progress: Progress,
    client_id: str | None = None,
    *,
    with_demand: bool = True,
) -> MonthBook:
    """Return the statements of a month, of all clients or of one, measured and priced.

    Not ``with_demand``, those that are not sealed lack it and the charges: the demand of a month
    follows from every read of it, their energy from what each meter's month is known to be.

    The zone and state of one client's are its statement's: nothing in it is of anybody else.
    """
    with database.connect() as connection:
        sealed = _sealed(connection, month, client_id)
        if client_id is not None and client_id in sealed:
            return _book_of_one(month, statement_of(sealed[client_id]))
        draft = draft_month(connection, month, _meters(connection, client_id))
        clients = sorted({*sealed, *draft.lines}) if client_id is None else [client_id]
        statements: list[Statement] = []
        with progress("measuring clients", len(clients)) as advance:
            for each in clients:
                statements += _statement(
                    draft, each, sealed.get(each), now, with_demand=with_demand
                )
                advance(1)
        first = zone if client_id is not None else _first_zone(connection, zone, month)
    if client_id is not None and statements:
        return _book_of_one(month, statements[0])
    statements.sort(key=lambda each: each.client.casefold())
    is_closed = bool(statements) and all(each.seal is not None for each in statements)
    if client_id is not None:
        return MonthBook(month, first, _state((first,), month, now, is_closed=False), ())
    lines = [line for each in statements for line in _placed(each)]
    places = _zones([*lines, *draft.unassigned]) or (first,)
    return MonthBook(
        month,
        places[0],
        _state(places, month, now, is_closed=is_closed),
        tuple(statements),
        tuple(draft.unassigned),
        draft.previous.get(None, Earlier()),
        draft.year_ago.get(None, Earlier()),
        places,
    )


def _open_lines(
    connection: Connection, month: date, client_id: str | None, sealed: Container[str]
) -> Sequence[MonthLine]:
    """Return the lines of what is not closed; nothing is looked up where the only client is."""
    if client_id is not None and client_id in sealed:
        return ()
    return month_lines(connection, month, _meters(connection, client_id))


def _book_of_one(month: date, own: Statement) -> MonthBook:
    return MonthBook(month, own.zone, own.state, (own,), (), zones=_zones(_placed(own)))


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
    draft: MonthDraft,
    client_id: str,
    sealed: ClosedMonth | None,
    now: Instant,
    *,
    with_demand: bool,
) -> Iterator[Statement]:
    """Yield a client's statement: as sealed, else as it is now; nothing where nobody is served."""
    if sealed is not None:
        yield statement_of(sealed)
    elif client_id in draft.lines:
        yield (draft.statement if with_demand else draft.counted)(client_id, now)


def _first_zone(connection: Connection, zone: str, month: date) -> str:
    return calendar(next(iter(zones(connection)), zone)).zone_on(month)


def _placed(statement: Statement) -> Sequence[MonthLine]:
    """Return a statement's lines with their zones, also where it was sealed without them."""
    return [replace(line, zone=line.zone or statement.zone) for line in statement.lines]


def _zones(lines: Iterable[MonthLine]) -> tuple[str, ...]:
    """Return the zones of lines, that of most of them first."""
    counted = Counter(line.zone for line in lines if line.zone is not None)
    return tuple(sorted(counted, key=lambda zone: (-counted[zone], zone)))


def _state(places: Sequence[str], month: date, now: Instant, *, is_closed: bool) -> MonthState:
    if is_closed:
        return MonthState.CLOSED
    over = all(calendar(zone).month_span(month)[1] <= now for zone in places)
    return MonthState.PROVISIONAL if over else MonthState.OPEN


def _all_closed(open_lines: Iterable[MonthLine], sealed: Iterable[MonthLine]) -> bool:
    return any(True for _ in sealed) and all(line.client_id is None for line in open_lines)


def _by_client(line: MonthLine) -> tuple[bool, str, str, str]:
    return line.client is None, (line.client or "").casefold(), line.endpoint, line.meter
