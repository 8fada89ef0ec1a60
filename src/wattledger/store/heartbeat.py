"""Heartbeats: what works in the background says here, every few seconds, that it does."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from wattledger.domain.instant import Instant
from wattledger.store.job_tables import heartbeat
from wattledger.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Beat:
    """When something last said that it works, and which process it was, as ``host:number``."""

    owner: str
    at: Instant


def last_beat(connection: Connection, name: str) -> Beat | None:
    """Return the last heartbeat of this name; None when there never was one."""
    row = connection.execute(
        select(heartbeat.c.owner, heartbeat.c.at).where(heartbeat.c.name == name)
    ).first()
    return None if row is None else Beat(row.owner, row.at)


def write_beat(connection: Connection, name: str, beat: Beat) -> None:
    """Write a heartbeat over the last one."""
    upsert(connection, heartbeat, [{"name": name, "owner": beat.owner, "at": beat.at}])
