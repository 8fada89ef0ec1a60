"""The audit log: who did what to what, and when. It is only ever added to.

It never holds the value of anything that was changed, only the names of fields.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, or_, select

from wattledger.domain.instant import Instant
from wattledger.store.account_tables import audit
from wattledger.store.listing import Listing, key_part

SIGN_IN_FAILED = "sign-in-failed"

_LONGEST_NAME = 300
_LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something. ``kind`` is user, token, command or stranger; ``id`` is of the account.

    ``address`` is where the request came from; None for a command.
    """

    kind: str
    name: str
    id: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done: to which kind of object, which of them, and which fields were changed."""

    at: Instant
    actor: Actor
    action: str
    kind: str
    object_id: str | None = None
    object_name: str | None = None
    fields: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as stored."""

    id: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are wanted. ``subject`` is the id or the name of what was changed."""

    actor: str | None = None
    action: str | None = None
    kind: str | None = None
    subject: str | None = None
    start: Instant | None = None
    end: Instant | None = None


_ROWS: Select[*tuple[Any, ...]] = select(
    audit.c.id,
    audit.c.at,
    audit.c.actor_kind,
    audit.c.actor,
    audit.c.address,
    audit.c.details,
    audit.c.action,
    audit.c.kind,
    audit.c.object_id,
    audit.c.object_name,
)
_LIST = Listing(
    _ROWS,
    (audit.c.id.desc(),),
    audit.c.id < key_part(0, audit.c.id),
    {
        "actor": audit.c.actor == bindparam("actor"),
        "action": audit.c.action == bindparam("action"),
        "kind": audit.c.kind == bindparam("kind"),
        "subject": or_(
            audit.c.object_id == bindparam("subject"), audit.c.object_name == bindparam("subject")
        ),
        "start": audit.c.at >= bindparam("start"),
        "end": audit.c.at < bindparam("end"),
    },
)


def record(connection: Connection, entry: Entry) -> None:
    """Add an entry, in the transaction of what it tells about."""
    connection.execute(insert(audit).values(_row(entry)))


def record_all(connection: Connection, entries: Sequence[Entry]) -> None:
    """Add entries in order, in the transaction of what they tell about."""
    if entries:
        connection.execute(insert(audit), [_row(entry) for entry in entries])


def _row(entry: Entry) -> dict[str, object]:
    actor = entry.actor
    details: dict[str, object] = {}
    if actor.id is not None:
        details["actorId"] = actor.id
    if entry.fields:
        details["fields"] = list(entry.fields)
    return {
        "at": entry.at,
        "actor_kind": actor.kind,
        "actor": actor.name,
        "address": actor.address,
        "action": entry.action,
        "kind": entry.kind,
        "object_id": entry.object_id and entry.object_id[:_LONGEST_ID],
        "object_name": entry.object_name and entry.object_name[:_LONGEST_NAME],
        "details": details or None,
    }


def list_entries(
    connection: Connection, wanted: EntryFilter, before: int | None, limit: int
) -> Sequence[EntryRow]:
    """Return entries, the newest first, from before the number ``before`` on."""
    before_key = None if before is None else (before,)
    return list(map(_entry, _LIST.page(connection, asdict(wanted), before_key, limit)))


def _entry(row: Row[*tuple[Any, ...]]) -> EntryRow:
    number, at, actor_kind, name, address, details, *done = row
    told = details or {}
    actor = Actor(actor_kind, name, told.get("actorId"), address)
    fields: tuple[Any, ...] = (at, actor, *done, told.get("fields", ()))
    return EntryRow(number, Entry(*fields))


def failures_from(connection: Connection, address: str, since: Instant) -> Sequence[Instant]:
    """Return when somebody at an address failed to sign in since an instant, in that order."""
    failed = select(audit.c.at).where(
        audit.c.at > since, audit.c.action == SIGN_IN_FAILED, audit.c.address == address
    )
    return connection.scalars(failed.order_by(audit.c.at)).all()


def was_recorded(connection: Connection, entry: Entry, since: Instant) -> bool:
    """Tell whether the same actor did the same to the same object since an instant."""
    same = select(audit.c.id).where(
        audit.c.at > since,
        audit.c.kind == entry.kind,
        audit.c.object_id == entry.object_id,
        audit.c.action == entry.action,
        audit.c.actor_kind == entry.actor.kind,
        audit.c.actor == entry.actor.name,
        audit.c.address == entry.actor.address,
    )
    return connection.execute(same.limit(1)).first() is not None
