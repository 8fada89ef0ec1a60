"""Device leases: who may talk to a device now, over all processes.

Taking raises the fence; a lease that ran out can be taken by another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from wattledger.domain.instant import Instant
from wattledger.store.tables import device_lease


def _take(kind: Any) -> Any:  # noqa: ANN401 - either dialect's insert
    return (
        kind(device_lease)
        .values(
            host_port=bindparam("host_port"),
            owner=bindparam("owner"),
            fence=1,
            until=bindparam("until"),
        )
        .on_conflict_do_update(
            index_elements=["host_port"],
            set_={
                "owner": bindparam("owner"),
                "fence": device_lease.c.fence + 1,
                "until": bindparam("until"),
            },
            where=device_lease.c.until <= bindparam("asked_at"),
        )
        .returning(device_lease.c.fence)
    )


# Two of these run for each read: they are built once.
_TAKE = {"sqlite": _take(sqlite.insert), "postgresql": _take(postgresql.insert)}
_RELEASE = (
    update(device_lease)
    .where(
        device_lease.c.host_port == bindparam("key_host_port"),
        device_lease.c.fence == bindparam("key_fence"),
    )
    .values(owner=None, until=bindparam("rest_until"))
)
_RENEW = (
    update(device_lease)
    .where(
        device_lease.c.host_port == bindparam("key_host_port"),
        device_lease.c.fence == bindparam("key_fence"),
    )
    .values(until=bindparam("runs_until"))
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A lease that was taken; ``fence`` proves it when it is given back."""

    fence: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A lease that another holds, or that rests after a poll, ``until`` an instant."""

    owner: str | None
    until: Instant


def take_lease(
    connection: Connection, host_port: str, owner: str, now: Instant, until: Instant
) -> Taken | Refused:
    """Take the lease of a device unless it is held."""
    values = {"host_port": host_port, "owner": owner, "until": until, "asked_at": now}
    fence = connection.execute(_TAKE[connection.dialect.name], values).scalar()
    if fence is not None:
        return Taken(fence)
    held = select(device_lease.c.owner, device_lease.c.until)
    row = connection.execute(held.where(device_lease.c.host_port == host_port)).one()
    return Refused(row.owner, row.until)


def renew_lease(connection: Connection, host_port: str, fence: int, until: Instant) -> None:
    """Keep a lease until a later instant. A lease lost meanwhile stays lost."""
    mine = {"key_host_port": host_port, "key_fence": fence, "runs_until": until}
    connection.execute(_RENEW, mine)


def release_lease(connection: Connection, host_port: str, fence: int, rest_until: Instant) -> None:
    """Give a lease back; the device rests until an instant. A lease lost meanwhile stays lost."""
    mine = {"key_host_port": host_port, "key_fence": fence, "rest_until": rest_until}
    connection.execute(_RELEASE, mine)


def lease_owners(connection: Connection) -> Sequence[str]:
    """Return who holds leases, each once."""
    owners = select(device_lease.c.owner).where(device_lease.c.owner.is_not(None)).distinct()
    return [owner for owner in connection.scalars(owners) if owner is not None]


def free_leases(connection: Connection, owners: Sequence[str]) -> None:
    """Take the leases away from owners that are no more."""
    theirs = update(device_lease).where(device_lease.c.owner.in_(owners))
    connection.execute(theirs.values(owner=None, until=0))
