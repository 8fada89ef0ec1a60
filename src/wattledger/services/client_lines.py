"""The lines of one client's month: as sealed where it is closed, else as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wattledger.domain.month_report import MonthLine
from wattledger.services.closed_statement import statement_of
from wattledger.services.month_lines import month_lines
from wattledger.store.closes import closed_month
from wattledger.store.database import Connection


@dataclass(frozen=True, slots=True)
class ClientLines:
    """What a statement of the month says of each meter, or would say now."""

    lines: Sequence[MonthLine]
    is_closed: bool


def client_lines(
    connection: Connection, client_id: str, meter_ids: Sequence[int], month: date
) -> ClientLines:
    """Return a client's lines of a month; ``meter_ids`` are all that ever served it."""
    closed = closed_month(connection, client_id, month)
    if closed is not None:
        return ClientLines(statement_of(closed).lines, is_closed=True)
    lines = month_lines(connection, month, meter_ids)
    return ClientLines([each for each in lines if each.client_id == client_id], is_closed=False)
