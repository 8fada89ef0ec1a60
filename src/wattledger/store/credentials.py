"""Stored credentials, encrypted: of every endpoint, also of those that are deleted."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select, update

from wattledger.store.tables import endpoint


def count_credentials(connection: Connection) -> int:
    """Return how many endpoints have credentials."""
    return connection.scalar(select(func.count(endpoint.c.auth))) or 0


def credentials_after(
    connection: Connection, after: int, limit: int
) -> Sequence[tuple[int, bytes]]:
    """Return the encrypted credentials by endpoint id, in order, of those behind ``after``."""
    rows = select(endpoint.c.id, endpoint.c.auth).where(
        endpoint.c.id > after, endpoint.c.auth.is_not(None)
    )
    found = connection.execute(rows.order_by(endpoint.c.id).limit(limit))
    return [(row.id, row.auth) for row in found]


def replace_credentials(connection: Connection, endpoint_id: int, sealed: bytes) -> None:
    """Replace the encrypted credentials of an endpoint by the same in another encryption."""
    connection.execute(update(endpoint).where(endpoint.c.id == endpoint_id).values(auth=sealed))
