"""Show statements: those that are closed as they were sealed, the others as they are now."""

from datetime import date

from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import Instant
from wattledger.domain.statement import Statement
from wattledger.services.closed_statement import statement_of
from wattledger.services.month_statements import draft_month
from wattledger.store.assignments import meters_ever_of
from wattledger.store.clients import find_client
from wattledger.store.closes import closed_month
from wattledger.store.database import Database


def show_statement(database: Database, client_id: str, month: date, now: Instant) -> Statement:
    """Return a client's statement; NotFoundError where no meter served it in the month."""
    with database.connect() as connection:
        closed = closed_month(connection, client_id, month)
        if closed is not None:
            return statement_of(closed)
        meters = meters_ever_of(connection, find_client(connection, client_id).id)
        draft = draft_month(connection, month, meters)
        if client_id not in draft.lines:
            raise NotFoundError(f"No meter serves this client in {month:%Y-%m}.")
        return draft.statement(client_id, now)
