"""Clients: whose energy it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, ScalarSelect, Select, bindparam, insert, or_, select, update
from uuid_utils import uuid7

from wattledger.domain.errors import ConflictError, NotFoundError
from wattledger.store.folded import as_written, folded, named, same_name, spelled
from wattledger.store.listing import Listing, ascending, escaped, has_part
from wattledger.store.tables import client, tariff

ClientKey = tuple[str, int]
"""Where a client stands in the order of lists: its name and its number."""


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client as stored; ``tariff`` is the name of its tariff."""

    id: int
    public_id: str
    name: str
    tariff_id: int | None
    tariff_public_id: str | None
    tariff: str | None


_ROWS: Select[int, str, str, int | None, str | None, str | None] = (
    select(
        client.c.id,
        client.c.public_id,
        client.c.name,
        client.c.tariff_id,
        tariff.c.public_id,
        tariff.c.name,
    )
    .select_from(client)
    .outerjoin(tariff, client.c.tariff_id == tariff.c.id)
)
_KEY = client.c.name, client.c.id
_BY_ID = client.c.public_id == bindparam("client")

CLIENT_NAMED_SO: ScalarSelect[int] = (
    select(client.c.id)
    .where(or_(_BY_ID, folded(client.c.name) == bindparam("client_folded")))
    .order_by(_BY_ID.desc(), (client.c.name == bindparam("client_spelled")).desc(), client.c.id)
    .limit(1)
    .scalar_subquery()
)
"""The number of the client of an id or a name, as ``find_client`` finds it, with the values of
client_named_so; null where there is none."""

_LIST = Listing(_ROWS, _KEY, ascending(*_KEY), {"search": has_part(client.c.name)})


def find_or_create_client(connection: Connection, name: str) -> int:
    """Return the id of the client of that name; case and double spaces make no difference."""
    known = _id_of(connection, name)
    return insert_client(connection, name) if known is None else known


def _id_of(connection: Connection, name: str) -> int | None:
    wanted = spelled(name)
    same = select(client.c.id).where(named(client.c.name, wanted))
    known = connection.scalar(same.order_by(as_written(client.c.name, wanted), client.c.id))
    return None if known is None else int(known)


def insert_client(connection: Connection, name: str) -> int:
    """Create a client; ConflictError when the name is taken."""
    if _id_of(connection, name) is not None:
        raise _taken(name)
    created = insert(client).values(public_id=str(uuid7()), name=spelled(name))
    return int(connection.execute(created.returning(client.c.id)).scalar_one())


def _taken(name: str) -> ConflictError:
    return ConflictError(f"There is a client named '{spelled(name)}' already.")


def rename_client(connection: Connection, client_id: int, name: str) -> None:
    """Give a client another name; ConflictError when it is taken."""
    if _id_of(connection, name) not in (None, client_id):
        raise _taken(name)
    changed = update(client).where(client.c.id == client_id).values(name=spelled(name))
    connection.execute(changed)


def set_client_tariff(connection: Connection, client_id: int, tariff_id: int | None) -> None:
    """Let a client pay by a tariff, or by none."""
    connection.execute(update(client).where(client.c.id == client_id).values(tariff_id=tariff_id))


def find_client(connection: Connection, name_or_id: str) -> ClientRow:
    """Return the client of a public id or a name; NotFoundError when there is none."""
    by_id = client.c.public_id == name_or_id
    name = spelled(name_or_id)
    either = _ROWS.where(or_(by_id, named(client.c.name, name)))
    ordered = either.order_by(by_id.desc(), as_written(client.c.name, name), client.c.id)
    row = connection.execute(ordered.limit(1)).first()
    if row is None:
        raise no_client(name_or_id)
    return ClientRow(*row)


def client_named_so(name_or_id: str | None) -> dict[str, object]:
    """Return the values of a query with CLIENT_NAMED_SO; none where no client is named."""
    if name_or_id is None:
        return {}
    name = spelled(name_or_id)
    return {"client": name_or_id, "client_spelled": name, "client_folded": same_name(name)}


def no_client(name_or_id: str) -> NotFoundError:
    """Return what is said of a client that is not there, or is not the caller's."""
    return NotFoundError(f"There is no client '{name_or_id}'.")


def list_clients(
    connection: Connection,
    search: str | None = None,
    after: ClientKey | None = None,
    limit: int | None = None,
) -> Sequence[ClientRow]:
    """Return clients by name, those whose name has ``search`` in it, from behind ``after`` on."""
    rows = _LIST.page(connection, {"search": escaped(search)}, after, limit)
    return [ClientRow(*row) for row in rows]
