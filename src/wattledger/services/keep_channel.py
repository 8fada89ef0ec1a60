"""Keep the channels: to whom alerts are told. Their addresses are secret, and never shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wattledger.domain.alert import AlertKind, Severity
from wattledger.domain.errors import InvalidInputError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.domain.name import parse_name_field
from wattledger.notify.sender import Destination
from wattledger.services.place_endpoint import site_named
from wattledger.services.precondition import Check, unconditional
from wattledger.services.system import System
from wattledger.store.channels import (
    ChannelKey,
    ChannelRow,
    delete_channel,
    find_channel,
    insert_channel,
    list_channels,
    update_channel,
)
from wattledger.store.clients import find_client
from wattledger.store.database import Connection, Database
from wattledger.store.notifications import forget_notifications, notifications_of

LONGEST_WAIT_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class ChannelSetup:
    """What a person says of a channel.

    ``url`` is where it leads; without one the stored one stays. ``kinds``, ``client`` and ``site``
    (name or id) that are None leave nothing out. A condition is told after ``after_minutes``.
    """

    name: str
    url: str | None = None
    kinds: Sequence[AlertKind] | None = None
    severity: Severity = Severity.WARNING
    client: str | None = None
    site: str | None = None
    after_minutes: int = 5
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """Channels by name, and the key that the next page goes on from."""

    channels: Sequence[ChannelRow]
    following: ChannelKey | None


def channel_page(
    database: Database, search: str | None, after: ChannelKey | None, limit: int
) -> ChannelPage:
    """Return a page of the channels whose name has ``search`` in it."""
    with database.connect() as connection:
        rows = list_channels(connection, search, after, limit + 1)
    page = rows[:limit]
    return ChannelPage(page, (page[-1].name, page[-1].id) if len(rows) > limit else None)


def show_channel(database: Database, channel: str) -> ChannelRow:
    """Return the channel of a name or id; NotFoundError when there is none."""
    with database.connect() as connection:
        return find_channel(connection, channel)


def create_channel(system: System, setup: ChannelSetup) -> ChannelRow:
    """Create a channel; ConflictError when its name is taken.

    InvalidInputError where its address is none that messages can be sent to.
    """
    if setup.url is None:
        raise InvalidInputError("A channel needs an address: where does it lead?", field="url")
    address = _address(system, setup.url)
    now = system.clock.now()
    with system.database.begin() as connection:
        columns = _columns(connection, setup) | address
        return find_channel(connection, insert_channel(connection, now, **columns))


def replace_channel(
    system: System, channel: str, setup: ChannelSetup, check: Check[ChannelRow] = unconditional
) -> ChannelRow:
    """Let a channel be as told, but for its address where none is given; ``check`` may refuse.

    Of what it is told no longer, it is not told the end either.
    """
    address = {} if setup.url is None else _address(system, setup.url)
    now = system.clock.now()
    with system.database.begin() as connection:
        before = find_channel(connection, channel)
        check(before)
        columns = _columns(connection, setup) | address
        if address:
            columns |= {"last_error": None, "failures": 0, "not_before": 0}
        update_channel(connection, before.id, _later(before, now), **columns)
        after = find_channel(connection, before.public_id)
        _forget_unwanted(connection, after)
        return after


def remove_channel(
    system: System, channel: str, check: Check[ChannelRow] = unconditional
) -> ChannelRow:
    """Delete a channel with its address, unless ``check`` refuses."""
    with system.database.begin() as connection:
        row = find_channel(connection, channel)
        check(row)
        delete_channel(connection, row.id)
    return row


def _later(before: ChannelRow, now: Instant) -> Instant:
    """Return an instant after the last change: it tells one change from another."""
    return max(now, before.updated_at + 1)


def _address(system: System, url: str) -> dict[str, Any]:
    """Return an address as it is stored: encrypted, with what of it may be shown."""
    known: Destination = system.sender.look_at(url)
    return {
        "address": system.vault.encrypt({"url": url}),
        "service": known.service,
        "destination": known.address,
    }


def _columns(connection: Connection, setup: ChannelSetup) -> dict[str, Any]:
    return {
        "name": parse_name_field(setup.name, "channel"),
        "kinds": None if setup.kinds is None else sorted(set(setup.kinds)),
        "severity": setup.severity,
        "client_id": None if setup.client is None else _client_named(connection, setup.client),
        "site_id": None if setup.site is None else site_named(connection, setup.site).id,
        "after_minutes": setup.after_minutes,
        "enabled": setup.enabled,
    }


def _client_named(connection: Connection, name_or_id: str) -> int:
    try:
        return find_client(connection, name_or_id).id
    except NotFoundError as error:
        raise InvalidInputError(str(error), field="clientId") from None


def _forget_unwanted(connection: Connection, row: ChannelRow) -> None:
    """Forget what a channel is told no more; one that is off begins anew when it is on again."""
    known = notifications_of(connection, row.id)
    unwanted = [
        subject
        for subject, each in known.items()
        if not (row.enabled and row.choice.takes(each.alert))
    ]
    forget_notifications(connection, row.id, unwanted)
