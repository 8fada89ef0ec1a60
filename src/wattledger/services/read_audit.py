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


def record_look(database: Database, actor: Actor, kind: str, reference: str, now: Instant) -> None:
    """Record that somebody looks at something that holds credentials: once an hour the same.

    Nothing is recorded where there is nothing to see.
    """
    with database.connect() as connection:
        subject = find_subject(connection, kind, reference)
        if subject is None:
            return
        entry = Entry(now, actor, "look", kind, subject.id, subject.name)
        if was_recorded(connection, entry, now - _SAME_LOOK):
            return
    with database.begin() as connection:
        record(connection, entry)
