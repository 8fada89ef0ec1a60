"""Keep the clients: whose energy it is, and which tariff they pay by."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.name import parse_name_field
from wattledger.services.precondition import Check, unconditional
from wattledger.store.clients import (
    ClientKey,
    ClientRow,
    find_client,
    insert_client,
    list_clients,
    rename_client,
    set_client_tariff,
)
from wattledger.store.database import Connection, Database
from wattledger.store.tariffs import find_tariff


@dataclass(frozen=True, slots=True)
class ClientPage:
    """Clients by name, and the key that the next page goes on from."""

    clients: Sequence[ClientRow]
    following: ClientKey | None


def client_page(
    database: Database, search: str | None, after: ClientKey | None, limit: int
) -> ClientPage:
    """Return a page of the clients whose name has ``search`` in it."""
    with database.connect() as connection:
        rows = list_clients(connection, search, after, limit + 1)
    page = rows[:limit]
    return ClientPage(page, (page[-1].name, page[-1].id) if len(rows) > limit else None)


def all_clients(database: Database, search: str | None = None) -> Sequence[ClientRow]:
    """Return the clients whose name has ``search`` in it, all when not given."""
    with database.connect() as connection:
        return list_clients(connection, search)


def show_client(database: Database, client: str) -> ClientRow:
    """Return the client of a name or id; NotFoundError when there is none."""
    with database.connect() as connection:
        return find_client(connection, client)


def create_client(database: Database, name: str, tariff: str | None = None) -> ClientRow:
    """Create a client; ConflictError when the name is taken, NotFoundError for its tariff."""
    spelled = parse_name_field(name, "client")
    with database.begin() as connection:
        insert_client(connection, spelled)
        if tariff is not None:
            _price_by(connection, spelled, tariff)
        return find_client(connection, spelled)


def change_client(
    database: Database,
    client: str,
    name: str | None,
    tariff: str | None,
    *,
    changes_tariff: bool,
    check: Check[ClientRow] = unconditional,
) -> ClientRow:
    """Change the name of a client, where one is given, and the tariff that it pays by, or none.

    Closed statements keep the name and the prices that they were closed with. ``check`` may refuse.
    """
    with database.begin() as connection:
        row = find_client(connection, client)
        check(row)
        if name is not None:
            rename_client(connection, row.id, parse_name_field(name, "client"))
        if changes_tariff:
            _price_by(connection, row.public_id, tariff)
        return find_client(connection, row.public_id)


def _price_by(connection: Connection, client: str, tariff: str | None) -> ClientRow:
    row = find_client(connection, client)
    tariff_id = None if tariff is None else find_tariff(connection, tariff).id
    set_client_tariff(connection, row.id, tariff_id)
    return find_client(connection, row.public_id)
