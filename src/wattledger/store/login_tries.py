"""How often the login of an endpoint may still be tried; at none, the endpoint is not polled."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select, update

from wattledger.domain.instant import Instant
from wattledger.store.endpoints import ENDPOINT_ROWS, EndpointRow, endpoint_row
from wattledger.store.slices import slices
from wattledger.store.tables import endpoint

WOKEN = {"login_tries": 1, "login_again_at": None}
"""The columns of an endpoint whose login is new, or to be tried anew because a person says so."""

_AT = ENDPOINT_ROWS.where(
    endpoint.c.host_port == bindparam("host_port"), endpoint.c.deleted_at.is_(None)
)
_RESTING = ENDPOINT_ROWS.where(endpoint.c.login_tries == 0, endpoint.c.deleted_at.is_(None))


def endpoints_at(connection: Connection, host_port: str) -> list[EndpointRow]:
    """Return the endpoints in use at a device."""
    return list(map(endpoint_row, connection.execute(_AT, {"host_port": host_port})))


def resting_rows(connection: Connection) -> list[EndpointRow]:
    """Return the endpoints in use whose logins may not be tried any more."""
    return list(map(endpoint_row, connection.execute(_RESTING)))


def count_resting(connection: Connection) -> int:
    """Return how many enabled endpoints are not polled because their login was refused."""
    resting = select(func.count()).where(
        endpoint.c.login_tries == 0, endpoint.c.enabled, endpoint.c.deleted_at.is_(None)
    )
    return connection.scalar(resting) or 0


def set_tries(
    connection: Connection,
    endpoint_ids: Iterable[int],
    tries: int,
    again_at: Instant | None = None,
) -> None:
    """Let the logins of endpoints be tried so often, from an instant on, until one works."""
    columns = {"login_tries": tries, "login_again_at": again_at}
    for ids in slices(endpoint_ids):
        connection.execute(update(endpoint).where(endpoint.c.id.in_(ids)).values(columns))
