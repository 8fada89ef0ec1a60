"""Tariffs as rows: prices by date, as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update
from uuid_utils import uuid7

from wattledger.domain.errors import ConflictError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.domain.tariff import Tariff
from wattledger.domain.tariff_form import parse_tariff, tariff_document
from wattledger.store.clients import spelled
from wattledger.store.tables import tariff

TariffKey = tuple[str, int]
"""Where a tariff stands in the order of lists: its name and its number."""


@dataclass(frozen=True, slots=True)
class TariffRow:
    """A tariff as stored."""

    id: int
    public_id: str
    tariff: Tariff
    updated_at: Instant


def _row(row: Row[*tuple[Any, ...]]) -> TariffRow:
    prices = parse_tariff({"name": row.name, "prices": row.prices})
    return TariffRow(row.id, row.public_id, prices, row.updated_at)


def insert_tariff(connection: Connection, new: Tariff, now: Instant) -> int:
    """Create a tariff; ConflictError when its name is taken."""
    _refuse_taken(connection, new.name, None)
    created = insert(tariff).values(public_id=str(uuid7()), **_columns(new, now))
    return int(connection.execute(created.returning(tariff.c.id)).scalar_one())


def update_tariff(connection: Connection, tariff_id: int, changed: Tariff, now: Instant) -> None:
    """Change a tariff's name and prices; ConflictError when the name is taken."""
    _refuse_taken(connection, changed.name, tariff_id)
    columns = _columns(changed, now)
    connection.execute(update(tariff).where(tariff.c.id == tariff_id).values(**columns))


def _columns(kept: Tariff, now: Instant) -> dict[str, Any]:
    prices = tariff_document(kept)["prices"]
    return {"name": spelled(kept.name), "prices": prices, "updated_at": now}


def _refuse_taken(connection: Connection, name: str, tariff_id: int | None) -> None:
    known = connection.scalar(
        select(tariff.c.id).where(func.lower(tariff.c.name) == func.lower(spelled(name)))
    )
    if known not in (None, tariff_id):
        raise ConflictError(f"There is a tariff named '{spelled(name)}' already.")


def find_tariff(connection: Connection, name_or_id: str) -> TariffRow:
    """Return the tariff of a public id or a name; NotFoundError when there is none."""
    named = func.lower(tariff.c.name) == func.lower(spelled(name_or_id))
    either = or_(tariff.c.public_id == name_or_id, named)
    wanted = select(tariff).where(either).order_by((tariff.c.public_id == name_or_id).desc())
    row = connection.execute(wanted.limit(1)).first()
    if row is None:
        raise NotFoundError(f"There is no tariff '{name_or_id}'.")
    return _row(row)


def list_tariffs(
    connection: Connection,
    after: TariffKey | None = None,
    limit: int | None = None,
    search: str | None = None,
) -> Sequence[TariffRow]:
    """Return tariffs with ``search`` in their name by name, from behind ``after`` on."""
    rows = select(tariff).order_by(tariff.c.name, tariff.c.id).limit(limit)
    if search is not None:
        rows = rows.where(tariff.c.name.icontains(search, autoescape=True))
    if after is not None:
        name, number = after
        behind = and_(tariff.c.name == name, tariff.c.id > number)
        rows = rows.where(or_(tariff.c.name > name, behind))
    return [_row(row) for row in connection.execute(rows)]
