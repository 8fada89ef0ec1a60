"""Closed months as a list shows them: without their documents, which are long and never change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import Connection, and_, bindparam, or_, select

from wattledger.domain.statement import Seal
from wattledger.store.billing_tables import month_close
from wattledger.store.listing import Listing, key_part
from wattledger.store.slices import slices
from wattledger.store.tables import client

ListedKey: TypeAlias = tuple[date, str]
"""Where a closed statement stands in the list: its month and its client's id."""


@dataclass(frozen=True, slots=True)
class ListedClose:
    """A client's closed month and its seal; ``id`` leads to the sealed document."""

    id: int
    client_id: str
    month: date
    seal: Seal


_ROWS = select(
    month_close.c.id,
    client.c.public_id,
    month_close.c.month,
    month_close.c.sequence,
    month_close.c.sha256,
    month_close.c.previous_sha256,
    month_close.c.closed_at,
    month_close.c.closed_by,
).join_from(month_close, client)
_MONTH, _CLIENT = key_part(0, month_close.c.month), key_part(1, client.c.public_id)
_LIST = Listing(
    _ROWS,
    (month_close.c.month.desc(), client.c.public_id),
    # The months go down and the ids up, which no comparison of pairs says; the first condition is
    # where an index goes to.
    and_(
        month_close.c.month <= _MONTH,
        or_(month_close.c.month < _MONTH, client.c.public_id > _CLIENT),
    ),
    {
        "client_id": client.c.public_id == bindparam("client_id"),
        "month": month_close.c.month == bindparam("month"),
    },
)


def list_closes(
    connection: Connection,
    client_id: str | None,
    month: date | None,
    after: ListedKey | None,
    limit: int,
) -> list[ListedClose]:
    """Return closed statements, the newest month first, from behind ``after`` on."""
    rows = _LIST.page(connection, {"client_id": client_id, "month": month}, after, limit)
    return [
        ListedClose(number, public_id, first, Seal(*seal))
        for number, public_id, first, *seal in rows
    ]


def sealed_documents(connection: Connection, close_ids: Iterable[int]) -> dict[int, bytes]:
    """Return the documents of closed months as they were sealed, by the number of the close."""
    found: dict[int, bytes] = {}
    for ids in slices(close_ids):
        rows = select(month_close.c.id, month_close.c.document).where(month_close.c.id.in_(ids))
        found |= {number: document for number, document in connection.execute(rows).all()}  # noqa: C416 - typed
    return found
