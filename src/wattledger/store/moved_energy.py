"""What was billed to others, or before a client's first close, of meters that serve the client."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from wattledger.domain.instant import DAY
from wattledger.domain.period import calendar
from wattledger.store.billing_tables import assignment, month_close, statement_line
from wattledger.store.tables import client


@dataclass(frozen=True, slots=True)
class BilledBefore:
    """A month of a meter that was billed, and may have to be billed to a client in part."""

    client_id: str
    meter_id: int
    month: date


def billed_before(connection: Connection) -> list[BilledBefore]:
    """Return what may have been moved to clients of months they never closed, in order of time.

    It is what others were billed of meters that are assigned to a client in that month, and what
    clients were billed themselves of months before the first that they closed.
    """
    found = {*_billed_to_others(connection), *_billed_as_adjustments(connection)}
    return sorted(found, key=lambda each: (each.month, each.client_id, each.meter_id))


def _billed_to_others(connection: Connection) -> Iterator[BilledBefore]:
    line = statement_line.c
    # Nearly all meters serve one client for ever: of those no months are looked at.
    billed, serving = (
        select(line.meter_id, line.client_id).distinct().subquery(),
        assignment.alias(),
    )
    of_several = select(billed.c.meter_id).join(
        serving,
        (serving.c.meter_id == billed.c.meter_id) & (serving.c.client_id != billed.c.client_id),
    )
    assigned_to = (assignment.c.meter_id == line.meter_id) & (
        assignment.c.client_id != line.client_id
    )
    columns = (client.c.public_id, line.meter_id, line.month)
    rows = (
        select(*columns, func.min(assignment.c.start_at))
        .select_from(statement_line)
        .join(assignment, assigned_to)
        .join(client, client.c.id == assignment.c.client_id)
        .where(line.meter_id.in_(of_several))
        .group_by(*columns)
    )
    for *told, start_at in connection.execute(rows):
        each = BilledBefore(*told)
        # The month ends at each site at another instant, none a day from that in UTC.
        if start_at < calendar("UTC").month_span(each.month)[1] + DAY:
            yield each


def _billed_as_adjustments(connection: Connection) -> Iterator[BilledBefore]:
    line = statement_line.c
    first = (
        select(month_close.c.client_id, func.min(month_close.c.month).label("month"))
        .group_by(month_close.c.client_id)
        .subquery()
    )
    rows = (
        select(client.c.public_id, line.meter_id, line.month)
        .select_from(statement_line)
        .join(client, client.c.id == line.client_id)
        .join(first, first.c.client_id == line.client_id)
        .where(line.month < first.c.month)
        .distinct()
    )
    for client_id, meter_id, month in connection.execute(rows):
        yield BilledBefore(client_id, meter_id, month)


def documents_billing(
    connection: Connection, meter_id: int, month: date
) -> list[tuple[str, bytes]]:
    """Return the sealed documents that bill a month of a meter, or adjust it, with their clients.

    In the order in which they were closed.
    """
    line = statement_line.c
    closes = select(line.close_id).where(line.meter_id == meter_id, line.month == month)
    rows = (
        select(client.c.public_id, month_close.c.document)
        .join_from(month_close, client)
        .where(month_close.c.id.in_(closes))
        .order_by(month_close.c.id)
    )
    return [(public_id, document) for public_id, document in connection.execute(rows)]
