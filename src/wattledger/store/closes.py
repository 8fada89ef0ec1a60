"""Closed months as rows: documents that never change, and what they billed of each meter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, insert, select

from wattledger.domain.statement import Seal
from wattledger.store.billing_tables import month_close, statement_line
from wattledger.store.tables import client


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A client's closed month: its sealed document, as it was closed, and the seal."""

    client_id: str
    client: str
    month: date
    document: bytes
    seal: Seal


@dataclass(frozen=True, slots=True)
class BilledEnergy:
    """The energy billed of one meter for one month: first, or as an adjustment of it."""

    meter_id: int
    month: date
    energy_milliwh: int | None


_CLOSED = select(month_close, client.c.public_id, client.c.name).join_from(month_close, client)


def closed_month(connection: Connection, client_id: str, month: date) -> ClosedMonth | None:
    """Return a client's closed month; None while it is not closed."""
    wanted = client.c.public_id == client_id, month_close.c.month == month
    return next(iter(_closed(connection, _CLOSED.where(*wanted))), None)


def closes_of_month(connection: Connection, month: date) -> dict[str, ClosedMonth]:
    """Return the closed statements of a month by client id."""
    found = _closed(connection, _CLOSED.where(month_close.c.month == month))
    return {each.client_id: each for each in found}


def closes_of_client(connection: Connection, client_id: str) -> list[ClosedMonth]:
    """Return all closed months of a client in the order in which they were closed."""
    ours = _CLOSED.where(client.c.public_id == client_id)
    return _closed(connection, ours.order_by(month_close.c.sequence))


def last_closes(connection: Connection) -> dict[str, tuple[date, int, str]]:
    """Return month, sequence and hash of each client's last close by client id."""
    newest = (
        select(month_close.c.client_id, func.max(month_close.c.sequence).label("sequence"))
        .group_by(month_close.c.client_id)
        .subquery()
    )
    rows = (
        select(
            client.c.public_id, month_close.c.month, month_close.c.sequence, month_close.c.sha256
        )
        .join_from(month_close, client)
        .join(
            newest,
            (newest.c.client_id == month_close.c.client_id)
            & (newest.c.sequence == month_close.c.sequence),
        )
    )
    return {
        public_id: (month, sequence, sha256)
        for public_id, month, sequence, sha256 in connection.execute(rows)
    }


def _closed(connection: Connection, rows: object) -> list[ClosedMonth]:
    return [
        ClosedMonth(
            row.public_id,
            row.name,
            row.month,
            row.document,
            Seal(row.sequence, row.sha256, row.previous_sha256, row.closed_at, row.closed_by),
        )
        for row in connection.execute(rows)  # type: ignore[call-overload] # always a Select
    ]


def insert_close(
    connection: Connection, closed: ClosedMonth, billed: Iterable[BilledEnergy]
) -> None:
    """Keep a closed month with what it bills, also of earlier months as adjustments."""
    client_id = connection.execute(
        select(client.c.id).where(client.c.public_id == closed.client_id)
    ).scalar_one()
    seal = closed.seal
    kept = insert(month_close).values(
        client_id=client_id,
        month=closed.month,
        sequence=seal.sequence,
        document=closed.document,
        sha256=seal.sha256,
        previous_sha256=seal.previous_sha256,
        closed_at=seal.closed_at,
        closed_by=seal.closed_by,
    )
    close_id = connection.execute(kept.returning(month_close.c.id)).scalar_one()
    rows = [
        {
            "close_id": close_id,
            "client_id": client_id,
            "meter_id": each.meter_id,
            "month": each.month,
            "energy_milliwh": each.energy_milliwh,
        }
        for each in billed
    ]
    if rows:
        connection.execute(insert(statement_line), rows)


def closed_months(connection: Connection) -> Mapping[str, Sequence[date]]:
    """Return the closed months by client id, ascending."""
    rows = (
        select(client.c.public_id, month_close.c.month)
        .join_from(month_close, client)
        .order_by(client.c.public_id, month_close.c.month)
    )
    months: dict[str, list[date]] = {}
    for public_id, month in connection.execute(rows):
        months.setdefault(public_id, []).append(month)
    return months


def billed_so_far(connection: Connection, month: date) -> dict[tuple[str, int], int]:
    """Return what was billed for a month, adjustments included, by client and meter.

    A meter of which nothing was known when the month was closed was billed 0.
    """
    lines = statement_line.c
    rows = (
        select(client.c.public_id, lines.meter_id, func.coalesce(func.sum(lines.energy_milliwh), 0))
        .join_from(statement_line, client)
        .where(lines.month == month)
        .group_by(client.c.public_id, lines.meter_id)
    )
    return {
        (public_id, meter_id): energy for public_id, meter_id, energy in connection.execute(rows)
    }
