"""Clients: whose energy it is."""

from sqlalchemy import Connection, func, insert, select
from uuid_utils import uuid7

from wattledger.store.tables import client


def find_or_create_client(connection: Connection, name: str) -> int:
    """Return the id of the client of that name; case and double spaces make no difference."""
    spelled = " ".join(name.split())
    same = select(client.c.id).where(func.lower(client.c.name) == spelled.lower())
    known = connection.scalar(same)
    if known is not None:
        return int(known)
    created = insert(client).values(public_id=str(uuid7()), name=spelled).returning(client.c.id)
    return int(connection.execute(created).scalar_one())
