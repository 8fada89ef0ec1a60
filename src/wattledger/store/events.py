"""Register events as rows: inputs of the ledger, never deleted, only withdrawn (LEDGER 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from wattledger.domain.errors import NotFoundError
from wattledger.domain.event import EventKind
from wattledger.domain.instant import Instant
from wattledger.domain.register import INT64_MAX
from wattledger.store.tables import register_event


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What a person declares of a register at an instant, and why.

    ``total_milliwh`` is what a check reading showed, or the value that is accepted;
    ``final_milliwh`` and ``initial_milliwh`` what the old register showed last and the new one
    first; ``settings`` those of the register that hold from then on.
    """

    meter_id: int
    at: Instant
    kind: EventKind
    declared_by: str
    why: str
    total_milliwh: int | None = None
    final_milliwh: int | None = None
    initial_milliwh: int | None = None
    settings: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was declared, and whether it was withdrawn."""

    id: int
    event: NewEvent
    declared_at: Instant
    withdrawn_by: str | None
    withdrawn_at: Instant | None
    withdrawn_why: str | None


def insert_event(connection: Connection, event: NewEvent, now: Instant) -> int:
    """Keep an event; returns its id."""
    values = {
        "meter_id": event.meter_id,
        "at": event.at,
        "kind": event.kind.value,
        "total_milliwh": event.total_milliwh,
        "final_milliwh": event.final_milliwh,
        "initial_milliwh": event.initial_milliwh,
        "settings": event.settings,
        "declared_by": event.declared_by,
        "declared_at": now,
        "why": event.why,
    }
    kept = insert(register_event).values(**values).returning(register_event.c.id)
    return int(connection.execute(kept).scalar_one())


def withdraw_event(
    connection: Connection, event_id: int, by: str, now: Instant, why: str | None = None
) -> StoredEvent:
    """Let an event count no longer; NotFoundError where there is none that counts."""
    standing = register_event.c.id == event_id, register_event.c.withdrawn_at.is_(None)
    row = connection.execute(select(register_event).where(*standing)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no register event {event_id} that counts.")
    withdrawn = update(register_event).where(*standing)
    connection.execute(withdrawn.values(withdrawn_by=by, withdrawn_at=now, withdrawn_why=why))
    return _stored(row)


def meter_of_event(connection: Connection, event_id: int) -> int:
    """Return the meter of an event; NotFoundError where there is none of that number."""
    there = register_event.c.id == event_id
    found = None
    if 0 < event_id <= INT64_MAX:
        found = connection.scalar(select(register_event.c.meter_id).where(there))
    if found is None:
        raise NotFoundError(f"There is no register event {event_id}.")
    return int(found)


def events_of(connection: Connection, meter_id: int) -> Sequence[StoredEvent]:
    """Return all that was declared of a meter, withdrawn or not, in order of time."""
    rows = (
        select(register_event)
        .where(register_event.c.meter_id == meter_id)
        .order_by(register_event.c.at, register_event.c.id)
    )
    return [_stored(row) for row in connection.execute(rows)]


def _stored(row: Row[Any]) -> StoredEvent:
    event = NewEvent(
        row.meter_id,
        row.at,
        EventKind(row.kind),
        row.declared_by,
        row.why,
        row.total_milliwh,
        row.final_milliwh,
        row.initial_milliwh,
        row.settings,
    )
    return StoredEvent(
        row.id, event, row.declared_at, row.withdrawn_by, row.withdrawn_at, row.withdrawn_why
    )
