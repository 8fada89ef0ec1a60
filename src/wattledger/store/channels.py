"""Channels: to whom alerts are told, and how that goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    delete,
    insert,
    or_,
    select,
    update,
)
from uuid_utils import uuid7

from wattledger.domain.alert import AlertKind, Severity
from wattledger.domain.alert_choice import AlertChoice
from wattledger.domain.errors import ConflictError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.store.channel_tables import channel, notification
from wattledger.store.folded import as_written, named, spelled
from wattledger.store.listing import Listing, ascending, escaped, has_part
from wattledger.store.tables import client, site

ChannelKey = tuple[str, int]
"""Where a channel stands in the order of lists: its name and its number."""


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel as stored. ``address`` is encrypted, ``destination`` what of it may be shown.

    ``client`` and ``client_public_id`` are of ``client_id``, ``site`` is the name of ``site_id``.
    ``failures`` counts messages since one was taken; until ``not_before`` none is sent.
    """

    id: int
    public_id: str
    name: str
    address: bytes
    service: str
    destination: str
    kinds: Sequence[str] | None
    severity: str
    client_id: int | None
    client_public_id: str | None
    client: str | None
    site_id: int | None
    site: str | None
    after_minutes: int
    enabled: bool
    created_at: Instant
    updated_at: Instant
    last_sent_at: Instant | None
    last_failed_at: Instant | None
    last_error: str | None
    failures: int
    not_before: Instant

    @property
    def choice(self) -> AlertChoice:
        """Return which alerts it is told of."""
        return AlertChoice(
            None if self.kinds is None else frozenset(map(AlertKind, self.kinds)),
            Severity(self.severity),
            self.client,
            self.site_id,
        )


_ELSEWHERE: dict[str, ColumnElement[Any]] = {
    "client_public_id": client.c.public_id,
    "client": client.c.name,
    "site": site.c.name,
}
_ROWS: Select[*tuple[Any, ...]] = (
    select(*((dict(channel.c) | _ELSEWHERE)[name] for name in ChannelRow.__slots__))
    .select_from(channel)
    .outerjoin(client, channel.c.client_id == client.c.id)
    .outerjoin(site, channel.c.site_id == site.c.id)
)
_KEY = channel.c.name, channel.c.id
_LIST = Listing(_ROWS, _KEY, ascending(*_KEY), {"search": has_part(channel.c.name)})


def list_channels(
    connection: Connection, search: str | None, after: ChannelKey | None, limit: int
) -> Sequence[ChannelRow]:
    """Return channels with ``search`` in their name by name, from behind ``after`` on."""
    return list(map(_row, _LIST.page(connection, {"search": escaped(search)}, after, limit)))


def enabled_channels(connection: Connection) -> Sequence[ChannelRow]:
    """Return the channels that are told of alerts."""
    rows = _ROWS.where(channel.c.enabled).order_by(channel.c.id)
    return list(map(_row, connection.execute(rows)))


def _row(row: Row[*tuple[Any, ...]]) -> ChannelRow:
    return ChannelRow(*row)


def find_channel(connection: Connection, name_or_id: str) -> ChannelRow:
    """Return the channel of a public id or a name; NotFoundError when there is none."""
    by_id = channel.c.public_id == name_or_id
    name = spelled(name_or_id)
    rows = _ROWS.where(or_(by_id, named(channel.c.name, name)))
    ordered = rows.order_by(by_id.desc(), as_written(channel.c.name, name), channel.c.id)
    row = connection.execute(ordered.limit(1)).first()
    if row is None:
        raise NotFoundError(f"There is no channel '{name_or_id}'.")
    return _row(row)


def is_unchanged(connection: Connection, row: ChannelRow) -> bool:
    """Tell whether a channel is there still, as people set it up."""
    same = select(channel.c.id).where(
        channel.c.id == row.id, channel.c.updated_at == row.updated_at, channel.c.enabled
    )
    return connection.scalar(same) is not None


def insert_channel(connection: Connection, now: Instant, **columns: object) -> str:
    """Create a channel and return its public id; ConflictError when its name is taken."""
    _refuse_taken(connection, str(columns["name"]), None)
    public_id = str(uuid7())
    made = {"public_id": public_id, "created_at": now, "updated_at": now}
    connection.execute(insert(channel).values(**columns, **made))
    return public_id


def update_channel(
    connection: Connection, channel_id: int, now: Instant, **columns: object
) -> None:
    """Change columns of a channel; ConflictError when its new name is taken."""
    _refuse_taken(connection, str(columns["name"]), channel_id)
    change = update(channel).where(channel.c.id == channel_id)
    connection.execute(change.values(updated_at=now, **columns))


def _refuse_taken(connection: Connection, name: str, channel_id: int | None) -> None:
    same = select(channel.c.id).where(named(channel.c.name, name))
    ordered = same.order_by(as_written(channel.c.name, name), channel.c.id)
    if connection.scalar(ordered) not in (None, channel_id):
        raise ConflictError(f"There is a channel named '{name}' already; choose another name.")


def delete_channel(connection: Connection, channel_id: int) -> None:
    """Delete a channel, its address, and what it was told."""
    connection.execute(delete(notification).where(notification.c.channel_id == channel_id))
    connection.execute(delete(channel).where(channel.c.id == channel_id))


def record_sent(connection: Connection, channel_id: int, now: Instant, not_before: Instant) -> None:
    """Note that a message was taken; the next one waits until ``not_before``."""
    _record(
        connection, channel_id, last_sent_at=now, last_error=None, failures=0, not_before=not_before
    )


def record_failure(
    connection: Connection, row: ChannelRow, problem: str, now: Instant, not_before: Instant
) -> None:
    """Note why a message was not taken; it is sent again from ``not_before`` on."""
    _record(
        connection,
        row.id,
        last_failed_at=now,
        last_error=problem,
        failures=row.failures + 1,
        not_before=not_before,
    )


def _record(connection: Connection, channel_id: int, **columns: object) -> None:
    connection.execute(update(channel).where(channel.c.id == channel_id).values(**columns))
