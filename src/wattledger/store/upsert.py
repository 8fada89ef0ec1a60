"""Insert-or-change in one statement, for the dialects the store runs on."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


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
    statement = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    changes: dict[str, Any] = {}
    for name in rows[0]:
        column: Column[Any] = table.c[name]
        proposed = statement.excluded[name]
        if name not in keys:
            changes[name] = column + proposed if name in added else proposed
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changes), list(rows)
    )
