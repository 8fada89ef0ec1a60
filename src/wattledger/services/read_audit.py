"""Read the audit log, and add the looks at what holds credentials."""

from collections.abc import Sequence

from wattledger.domain.instant import HOUR, Instant
from wattledger.store.audit import (
    Actor,
    Entry,
    EntryFilter,
    EntryRow,
    list_entries,
    record,
    was_recorded,
)
from wattledger.store.audit_subject import find_subject
from wattledger.store.database import Database

_SAME_LOOK = HOUR


def audit_page(
    database: Database, wanted: EntryFilter, before: int | None, limit: int
) -> tuple[Sequence[EntryRow], int | None]:
    """Return entries, the newest first, and what the next page goes on from."""
    with database.connect() as connection:
        rows = list_entries(connection, wanted, before, limit + 1)
    page = rows[:limit]
    return page, page[-1].id if len(rows) > limit else None


def note_act(database: Database) -> None:
    """Record what is being done although it changes nothing in the database: a copy is taken."""
    with database.begin():
        pass  # a transaction that writes records the act it belongs to


def record_list_look(database: Database, actor: Actor, kind: str, now: Instant) -> None:
    """Record that somebody lists what holds credentials: once an hour the same."""
    _record_once(database, Entry(now, actor, "list", kind))


def record_export(database: Database, actor: Actor, kind: str, now: Instant) -> None:
    """Record that somebody takes away all of what holds credentials, each time."""
    with database.begin() as connection:
        record(connection, Entry(now, actor, "export", kind))


def record_look(database: Database, actor: Actor, kind: str, reference: str, now: Instant) -> None:
    """Record that somebody looks at something that holds credentials: once an hour the same.

    Nothing is recorded where there is nothing to see.
    """
    with database.connect() as connection:
        subject = find_subject(connection, kind, reference)
        if subject is None:
            return
    _record_once(database, Entry(now, actor, "look", kind, subject.id, subject.name))


def _record_once(database: Database, entry: Entry) -> None:
    with database.connect() as connection:
        if was_recorded(connection, entry, entry.at - _SAME_LOOK):
            return
    with database.begin() as connection:
        record(connection, entry)
