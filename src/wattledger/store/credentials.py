"""What is stored encrypted: logins of endpoints, deleted ones too, and addresses of channels."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, func, select, update

from wattledger.store.channel_tables import channel
from wattledger.store.tables import endpoint

_COLUMNS: tuple[Column[bytes], ...] = (endpoint.c.auth, channel.c.address)
"""Wherever the vault's work is stored: all that a rotation of its key has to find."""

CredentialKey = tuple[int, int]
"""Where a secret stands in the order of all: which column, and the id of its row."""

BEGINNING: CredentialKey = (0, 0)


@dataclass(frozen=True, slots=True)
class Credential:
    """An encrypted secret, and where it is stored."""

    key: CredentialKey
    sealed: bytes


def count_credentials(connection: Connection) -> int:
    """Return how many encrypted secrets there are."""
    return sum(connection.scalar(select(func.count(column))) or 0 for column in _COLUMNS)


def credentials_after(
    connection: Connection, after: CredentialKey, limit: int
) -> Sequence[Credential]:
    """Return encrypted secrets in order, of those behind ``after``."""
    found: list[Credential] = []
    for number, column in enumerate(_COLUMNS):
        if number < after[0]:
            continue
        row_id = column.table.c.id
        rows = select(row_id, column).where(
            row_id > (after[1] if number == after[0] else 0), column.is_not(None)
        )
        part = connection.execute(rows.order_by(row_id).limit(limit - len(found)))
        found += [Credential((number, row[0]), row[1]) for row in part]
    return found


def replace_credential(connection: Connection, key: CredentialKey, sealed: bytes) -> None:
    """Replace an encrypted secret by the same in another encryption."""
    column = _COLUMNS[key[0]]
    here = column.table.c.id == key[1]
    connection.execute(update(column.table).where(here).values({column.name: sealed}))


def some_credentials(connection: Connection) -> Sequence[bytes]:
    """Return the encrypted secret that was made last of each kind, where there is any."""
    newest = (
        select(column).where(column.is_not(None)).order_by(column.table.c.id.desc()).limit(1)
        for column in _COLUMNS
    )
    return [sealed for sealed in map(connection.scalar, newest) if sealed is not None]
