"""How often the login of an endpoint may still be tried; at none, the endpoint is not polled."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select, update

from wattledger.domain.instant import MINUTE
from wattledger.store.endpoints import ENDPOINT_ROWS, EndpointRow, endpoint_row
from wattledger.store.slices import slices
from wattledger.store.tables import endpoint

TRIES_WHEN_NEW = 1
TRIES_ONCE_WORKED = 2

_AT = ENDPOINT_ROWS.where(
    endpoint.c.host_port == bindparam("host_port"), endpoint.c.deleted_at.is_(None)
)


def endpoints_at(connection: Connection, host_port: str) -> list[EndpointRow]:
    """Return the endpoints in use at a device."""
    return list(map(endpoint_row, connection.execute(_AT, {"host_port": host_port})))


def count_resting(connection: Connection) -> int:
    """Return how many enabled endpoints are not polled because their login was refused."""
    resting = select(func.count()).where(
        endpoint.c.login_tries == 0, endpoint.c.enabled, endpoint.c.deleted_at.is_(None)
    )
    return connection.scalar(resting) or 0


def set_tries(connection: Connection, endpoint_ids: Iterable[int], tries: int) -> None:
    """Let the logins of endpoints be tried so often, until one works."""
    for ids in slices(endpoint_ids):
        connection.execute(update(endpoint).where(endpoint.c.id.in_(ids)).values(login_tries=tries))


def postpone(connection: Connection, rows: Iterable[EndpointRow], wait: int) -> None:
    """Let endpoints become due about so many microseconds later, on their grid."""
    for row in rows:
        interval = row.poll_minutes * MINUTE
        later = endpoint.c.next_due_at + wait // interval * interval
        change = update(endpoint).where(endpoint.c.id == row.id).values(next_due_at=later)
        connection.execute(change)
