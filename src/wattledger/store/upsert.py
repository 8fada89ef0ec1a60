"""Insert-or-change in one statement, for the dialects the store runs on."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    added: Sequence[str] = (),
) -> None:
    """Insert rows; where the key is there, add to the columns ``added`` and overwrite the rest."""
    if not rows:
        return
    dialect = connection.dialect.name
    connection.execute(_upsert(dialect, table, tuple(rows[0]), tuple(added)), list(rows))


# Each booking runs the same few; to build one takes as long as to run it.
@cache
def _upsert(dialect: str, table: Table, names: Sequence[str], added: Sequence[str]) -> Insert:
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    keys = [column.name for column in table.primary_key]
    changes: dict[str, Any] = {}
    for name in names:
        column: Column[Any] = table.c[name]
        proposed = statement.excluded[name]
        if name not in keys:
            changes[name] = column + proposed if name in added else proposed
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)
