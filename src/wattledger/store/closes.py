"""Closed months as rows: documents that never change, and what they billed of each meter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, insert, select

from wattledger.domain.errors import ConflictError
from wattledger.domain.statement import Seal, ServedPart
from wattledger.store.billing_tables import month_close, statement_line
from wattledger.store.tables import client


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A client's closed month: its sealed document, as it was closed, and the seal.

    ``tariff`` is what it was priced by, None without. The readings it was closed with are kept
    beside it (``kept_readings``).
    """

    client_id: str
    client: str
    month: date
    document: bytes
    seal: Seal
    tariff: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class BilledEnergy:
    """The energy billed of one meter for one month: first, or as an adjustment of it.

    ``parts`` are those of the month that are billed so.
    """

    meter_id: int
    month: date
    energy_milliwh: int | None
    parts: Sequence[ServedPart]


# Not the readings: they are a hundred times as much, and few ask for them.
_CLOSED = select(
    client.c.public_id,
    client.c.name,
    *(column for column in month_close.c if column.name != "readings"),
).join_from(month_close, client)
_PARTS = statement_line.c.parts
_READINGS = select(month_close.c.readings).join_from(month_close, client)


def closed_month(connection: Connection, client_id: str, month: date) -> ClosedMonth | None:
    """Return a client's closed month; None while it is not closed."""
    return next(iter(_closed(connection, _CLOSED.where(*_of(client_id, month)))), None)


def kept_readings(connection: Connection, client_id: str, month: date) -> bytes:
    """Return the readings that a client's closed month was closed with, as they were packed."""
    packed: bytes = connection.execute(_READINGS.where(*_of(client_id, month))).scalar_one()
    return packed


def _of(client_id: str, month: date) -> tuple[ColumnElement[bool], ...]:
    return client.c.public_id == client_id, month_close.c.month == month


def closes_of_month(connection: Connection, month: date) -> dict[str, ClosedMonth]:
    """Return the closed statements of a month by client id."""
    found = _closed(connection, _CLOSED.where(month_close.c.month == month))
    return {each.client_id: each for each in found}


def closes_of_client(connection: Connection, client_id: str) -> list[ClosedMonth]:
    """Return all closed months of a client in the order in which they were closed."""
    ours = _CLOSED.where(client.c.public_id == client_id)
    return _closed(connection, ours.order_by(month_close.c.sequence))


@dataclass(frozen=True, slots=True)
class LastClose:
    """A client's newest close: what the next one follows."""

    month: date
    sequence: int
    sha256: str
    closed_by: str


_NEWEST = (
    select(month_close.c.client_id, func.max(month_close.c.sequence).label("sequence"))
    .group_by(month_close.c.client_id)
    .subquery()
)
_LAST = (
    select(
        client.c.public_id,
        month_close.c.month,
        month_close.c.sequence,
        month_close.c.sha256,
        month_close.c.closed_by,
    )
    .join_from(month_close, client)
    .join(
        _NEWEST,
        (_NEWEST.c.client_id == month_close.c.client_id)
        & (_NEWEST.c.sequence == month_close.c.sequence),
    )
)
_LAST_OF_ONE = _LAST.where(client.c.public_id == bindparam("client"))


def last_closes(connection: Connection, client_id: str | None = None) -> dict[str, LastClose]:
    """Return each client's newest close by client id, or that of one client."""
    if client_id is None:
        rows = connection.execute(_LAST)
    else:
        rows = connection.execute(_LAST_OF_ONE, {"client": client_id})
    return {public_id: LastClose(*last) for public_id, *last in rows}


def _closed(connection: Connection, rows: object) -> list[ClosedMonth]:
    return [
        ClosedMonth(
            row.public_id,
            row.name,
            row.month,
            row.document,
            Seal(row.sequence, row.sha256, row.previous_sha256, row.closed_at, row.closed_by),
            row.tariff,
        )
        for row in connection.execute(rows)  # type: ignore[call-overload] # always a Select
    ]


def insert_close(
    connection: Connection, closed: ClosedMonth, readings: bytes, billed: Iterable[BilledEnergy]
) -> None:
    """Keep a closed month with its readings, packed as the caller packs them, and what it bills.

    It bills its own month, and earlier ones as adjustments.
    ConflictError where it does not follow the client's newest close: another was quicker.
    """
    last = last_closes(connection, closed.client_id).get(closed.client_id)
    if (last and last.sha256) != closed.seal.previous_sha256:
        by = f"{last.month:%Y-%m} was closed by {last.closed_by}" if last else "it was changed"
        raise ConflictError(
            f"{closed.client}: {closed.month:%Y-%m} is not closed, because {by} at the same time. "
            "Nothing was closed twice; look at what is closed, and close the rest."
        )
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
        tariff=closed.tariff,
        readings=readings,
    )
    close_id = connection.execute(kept.returning(month_close.c.id)).scalar_one()
    rows = [
        {
            "close_id": close_id,
            "client_id": client_id,
            "meter_id": each.meter_id,
            "month": each.month,
            "energy_milliwh": each.energy_milliwh,
            "parts": [[part.start_at, part.end_at, part.share_ppm] for part in each.parts],
        }
        for each in billed
    ]
    if rows:
        connection.execute(insert(statement_line), rows)


def billed_by(connection: Connection, client_id: str, month: date) -> list[BilledEnergy]:
    """Return the rows of what a client's close of a month bills; without parts in old ones."""
    lines = statement_line.c
    rows = (
        select(lines.meter_id, lines.month, lines.energy_milliwh, lines.parts)
        .join_from(statement_line, month_close, month_close.c.id == lines.close_id)
        .join(client, client.c.id == month_close.c.client_id)
        .where(*_of(client_id, month))
    )
    return [
        BilledEnergy(meter_id, of, energy, [ServedPart(*part) for part in parts or ()])
        for meter_id, of, energy, parts in connection.execute(rows)
    ]


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


def closed_tariffs(connection: Connection) -> list[tuple[str, date, dict[str, Any]]]:
    """Return what closed months were priced by: client id, month, and the tariff's document."""
    rows = (
        select(client.c.public_id, month_close.c.month, month_close.c.tariff)
        .join_from(month_close, client)
        .where(month_close.c.tariff.is_not(None))
    )
    return [(public_id, month, document) for public_id, month, document in connection.execute(rows)]


def billed_so_far(connection: Connection, month: date) -> dict[tuple[str, int], int]:
    """Return what was billed for a month, adjustments included, by client and meter.

    A meter of which nothing was known when the month was closed was billed 0.
    """
    billed: dict[tuple[str, int], int] = {}
    for public_id, meter_id, first, adjusted in connection.execute(_billed(month)):
        billed[public_id, meter_id] = first + adjusted
    return billed


def billed_parts_of(
    connection: Connection, month: date
) -> dict[tuple[str, int], tuple[ServedPart, ...] | None]:
    """Return the parts of a month that were billed the last time, by client and meter.

    None where that was told by the statement alone, as older versions did.
    """
    rows = (
        select(client.c.public_id, statement_line.c.meter_id, month_close.c.sequence, _PARTS)
        .select_from(statement_line)
        .join(client, client.c.id == statement_line.c.client_id)
        .join(month_close, month_close.c.id == statement_line.c.close_id)
        .where(statement_line.c.month == month)
        .order_by(month_close.c.sequence)
    )
    newest: dict[tuple[str, int], int] = {}
    found: dict[tuple[str, int], tuple[ServedPart, ...] | None] = {}
    for public_id, meter_id, sequence, parts in connection.execute(rows):
        key = public_id, meter_id
        # A meter has a line for each part; a later close tells them all anew.
        earlier = found[key] if newest.get(key) == sequence else ()
        newest[key] = sequence
        if parts is None or earlier is None:
            found[key] = None
        else:
            found[key] = (*earlier, *(ServedPart(*part) for part in parts))
    return found


def billed_and_adjusted(
    connection: Connection, client_id: str, month: date
) -> dict[int, tuple[int, int]]:
    """Return what a client's month was billed by meter: when it was closed, and since then."""
    rows = _billed(month).where(client.c.public_id == client_id)
    return {
        meter_id: (first, adjusted) for _, meter_id, first, adjusted in connection.execute(rows)
    }


def _billed(month: date) -> Select[str, int, int, int]:
    """Return the rows of client, meter, energy billed first, and as adjustments."""
    lines = statement_line.c
    is_first = month_close.c.month == lines.month

    def total(those: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(lines.energy_milliwh).filter(those), 0)

    return (
        select(client.c.public_id, lines.meter_id, total(is_first), total(~is_first))
        .select_from(statement_line)
        .join(client, client.c.id == lines.client_id)
        .join(month_close, month_close.c.id == lines.close_id)
        .where(lines.month == month)
        .group_by(client.c.public_id, lines.meter_id)
    )
