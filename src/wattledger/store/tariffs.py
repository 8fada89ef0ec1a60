"""Tariffs as rows: prices by date, as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, or_, select, update
from uuid_utils import uuid7

from wattledger.domain.errors import ConflictError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.domain.tariff import PricePeriod, Tariff
from wattledger.domain.tariff_form import parse_tariff, tariff_document
from wattledger.store.folded import as_written, named, spelled
from wattledger.store.listing import Listing, ascending, escaped, has_part
from wattledger.store.tables import tariff

_PRICES_KEPT = 1_000

TariffKey = tuple[str, int]
"""Where a tariff stands in the order of lists: its name and its number."""


@dataclass(frozen=True, slots=True)
class TariffRow:
    """A tariff as stored."""

    id: int
    public_id: str
    tariff: Tariff
    updated_at: Instant


_KEY = tariff.c.name, tariff.c.id
_LIST = Listing(select(tariff), _KEY, ascending(*_KEY), {"search": has_part(tariff.c.name)})


def _row(row: Row[*tuple[Any, ...]]) -> TariffRow:
    prices = _prices(msgspec.json.encode(row.prices))
    known = Tariff.model_construct(name=row.name, prices=prices)
    return TariffRow(row.id, row.public_id, known, row.updated_at)


@lru_cache(maxsize=_PRICES_KEPT)
def _prices(document: bytes) -> tuple[PricePeriod, ...]:
    """Return prices as stored; those of many clients are the same, and reading them is slow."""
    return parse_tariff({"name": "-", "prices": msgspec.json.decode(document)}).prices


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
    wanted = spelled(name)
    same = select(tariff.c.id).where(named(tariff.c.name, wanted))
    known = connection.scalar(same.order_by(as_written(tariff.c.name, wanted), tariff.c.id))
    if known not in (None, tariff_id):
        raise ConflictError(f"There is a tariff named '{wanted}' already.")


def find_tariff(connection: Connection, name_or_id: str) -> TariffRow:
    """Return the tariff of a public id or a name; NotFoundError when there is none."""
    by_id, name = tariff.c.public_id == name_or_id, spelled(name_or_id)
    either = select(tariff).where(or_(by_id, named(tariff.c.name, name)))
    ordered = either.order_by(by_id.desc(), as_written(tariff.c.name, name), tariff.c.id)
    row = connection.execute(ordered.limit(1)).first()
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
    return list(map(_row, _LIST.page(connection, {"search": escaped(search)}, after, limit)))
